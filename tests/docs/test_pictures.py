"""The pictures of the pages are those that the tests take."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPE = re.search(r"^pictures:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
COPIES = dict(re.findall(r"cp build/pictures/(\S+)\.png (\S+)", RECIPE[1])) if RECIPE else {}
TAKERS = re.findall(r"tests/e2e/\S+\.py", RECIPE[1]) if RECIPE else []


def test_every_picture_of_a_page_can_be_renewed() -> None:
    """`make pictures` writes each that lies in docs/images."""
    there = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/images/*.png")}
    assert there == set(COPIES.values())


@pytest.mark.parametrize("source", COPIES)
def test_every_picture_is_taken_by_a_test(source: str) -> None:
    """One of those that `make pictures` runs takes it, for light pages on a desktop."""
    site = source.removesuffix("-desktop-light")
    texts = [(ROOT / name).read_text() for name in TAKERS]
    ways = (f'"{source}', f'f"{site}-{{name}}-{{scheme}}', f'f"{site}-{{size}}-{{scheme}}',
            f'f"{site}-desktop-{{scheme}}')  # fmt: skip
    assert any(way in text for way in ways for text in texts)
