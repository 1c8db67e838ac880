"""Links in the documentation lead somewhere: to files that exist, and to headings in them."""

import re
import subprocess
from pathlib import Path

import pytest
from docs.pages import DOCS, ROOT, RUN_PAGES, name_of, prose_of

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
_CODE = re.compile(r"`[^`]*`")


def markdown_files() -> list[Path]:
    """Return the Markdown files that belong to the repository."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return sorted({ROOT / name for name in names if (ROOT / name).is_file()})


def links_of(page: Path) -> list[str]:
    """Return the targets of a page's links that lead into the repository."""
    targets = [found["target"] for found in _LINK.finditer(_CODE.sub("", prose_of(page)))]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = (found["text"].strip().lower() for found in _HEADING.finditer(prose_of(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", markdown_files(), ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """Nobody who follows a link stands before a file or a heading that does not exist."""
    for link in links_of(page):
        target, _, anchor = link.partition("#")
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), f"{name_of(page)} links to {link}, which does not exist"
        if anchor:
            assert anchor in anchors_of(place), f"{name_of(page)} links to {link}: no such heading"


@pytest.mark.parametrize("page", RUN_PAGES, ids=name_of)
def test_the_index_lists_every_page(page: Path) -> None:
    """Whoever reads the list of pages has seen all of them."""
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in links_of(DOCS / "index.md")}
    assert page in linked
