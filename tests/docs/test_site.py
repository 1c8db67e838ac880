"""The documentation as a site: it is built strictly, its links lead somewhere, it needs no network."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from docs.pages import DOCS, ROOT, name_of
from docsite.included import inclusions
from lxml import html

SITE = ROOT / "build" / "site"
BUILD_LIMIT = 400  # seconds; it takes ten of a processor that has nothing else to do
# What makes a browser fetch something by itself.
LOADED = ("//link[not(@rel='canonical')]/@href", "//script/@src", "//img/@src", "//iframe/@src")
IDEAS = sorted((DOCS / "ideas").glob("*.md"))

Page = tuple[Path, html.HtmlElement]


@pytest.fixture(scope="module")
def pages() -> dict[Path, html.HtmlElement]:
    """Give the pages of the site, which is built if anything has changed."""
    built = subprocess.run(
        [sys.executable, "stack/docsite"],
        cwd=ROOT, capture_output=True, text=True, timeout=BUILD_LIMIT, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return {
        path: html.document_fromstring(path.read_bytes()) for path in sorted(SITE.rglob("*.html"))
    }


def links_of(pages: dict[Path, html.HtmlElement]) -> Iterator[tuple[Path, Path, str]]:
    """Yield each link inside the site: its page, the file that it leads to, and its anchor."""
    for page, tree in pages.items():
        for target in map(str, tree.xpath("//a/@href")):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            base = SITE if parts.path.startswith("/") else page.parent
            place = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
            yield page, place / "index.html" if place.is_dir() else place, unquote(parts.fragment)


@pytest.mark.timeout(BUILD_LIMIT + 200)
def test_every_link_of_the_site_leads_to_a_page_and_a_place_in_it(
    pages: dict[Path, html.HtmlElement],
) -> None:
    """Nobody who reads the built pages stands before a page or a heading that does not exist."""
    places = {page: set(tree.xpath("//@id | //a/@name")) for page, tree in pages.items()}
    lost = [
        f"{page.relative_to(SITE)} -> {place}#{anchor}"
        for page, place, anchor in links_of(pages)
        if not place.is_file() or (anchor and anchor not in places.get(place, set()))
    ]
    assert lost == []
    assert sum(1 for _ in links_of(pages)) > 1000


@pytest.mark.timeout(BUILD_LIMIT)
def test_the_site_loads_nothing_from_elsewhere(pages: dict[Path, html.HtmlElement]) -> None:
    """The pages look the same without a network: fonts, styles and scripts are their own."""
    for page, tree in pages.items():
        loaded = [str(found) for query in LOADED for found in tree.xpath(query)]
        foreign = [address for address in loaded if re.match(r"(https?:)?//", address)]
        assert foreign == [], f"{page.relative_to(SITE)} loads {foreign}"
    for style in SITE.rglob("*.css"):
        assert not re.search(r"(url\(['\"]?|@import ['\"]?)(https?:)?//", style.read_text())


@pytest.mark.timeout(BUILD_LIMIT)
@pytest.mark.parametrize("page", IDEAS, ids=name_of)
def test_a_page_of_an_idea_is_built_around_code_that_runs(
    page: Path, pages: dict[Path, html.HtmlElement]
) -> None:
    """The code of each idea stands on its page, as it is in the application today."""
    shown = "".join(pages[SITE / "ideas" / f"{page.stem}.html"].itertext())
    found = inclusions(page.read_text())
    assert found or page.stem == "index", f"{name_of(page)} shows no code"
    for inclusion in found:
        for line in inclusion.code(page).splitlines():
            assert line.strip() in shown, f"{name_of(page)} lacks a line of {inclusion.name}"


@pytest.mark.timeout(BUILD_LIMIT)
@pytest.mark.parametrize("module", ["brubeck.application", "brubeck.wire", "dictshield.document"])
def test_the_reference_is_made_of_docstrings(
    module: str, pages: dict[Path, html.HtmlElement]
) -> None:
    """A module's page says what its docstring says, and has a place for each public class."""
    tree = pages[SITE / "reference" / f"{module}.html"]
    source = (ROOT / "framework" / f"{module.replace('.', '/')}.py").read_text()
    names = re.findall(r"^(?:class|def) ([A-Za-z]\w*)", source, re.MULTILINE)
    assert {f"{module}.{name}" for name in names} <= set(tree.xpath("//@id"))
    first_words = re.sub(r"[`*]", "", source.split('"""')[1].splitlines()[0])
    assert first_words in "".join(tree.itertext())
