"""What somebody sees who types `make demo` for the first time, and the pictures of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.people import Visitor
from e2e.sites import LocalStack
from e2e.targets import Sites, named_sites
from listsurf import demo
from playwright.sync_api import Browser, Page, expect
from readify import demo as articles

pytestmark = pytest.mark.e2e

PICTURES = Path("build/pictures")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Give what the environment names, or the suite as the launcher starts it, with demo data."""
    if (named := named_sites()) is not None:
        yield named
        return
    with LocalStack(tmp_path_factory.mktemp("demo"), demo_data=True) as running:
        yield running.sites


def opened(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    """Open a tab of a size, for somebody who likes light or dark pages."""
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.local
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_the_demo_user_finds_a_few_dozen_links_that_fit_the_screen(
    sites: Sites, browser: Browser, name: str, size: dict[str, int], scheme: str
) -> None:
    """The demo user's list is full, and no page is wider than the screen that shows it."""
    page = opened(browser, size, scheme)
    visitor = Visitor(page, sites.listsurf, name=demo.NAME, password=demo.PASSWORD)
    visitor.logs_in()
    expect(page.locator(".links > li")).to_have_count(25)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert len(visitor.titles_of_all_pages()) > 24
    page.goto(visitor.site + "/")
    kept(page, f"listsurf-{name}-{scheme}")
    page.context.close()


@pytest.mark.local
def test_the_demo_user_finds_articles_to_read(sites: Sites, browser: Browser) -> None:
    """The list has articles with what they begin with, and one of them opens in the reader."""
    page = opened(browser, DESKTOP, "light")
    visitor = Visitor(page, sites.readify, name=articles.NAME, password=articles.PASSWORD)
    visitor.logs_in()
    expect(page.locator(".entry-title").first).to_be_visible()
    kept(page, "readify-desktop-light")
    page.locator(".entry-title").filter(has_text="On reading slowly").click()
    expect(page.get_by_text("A list of things to read grows by itself").first).to_be_visible()
    page.context.close()


def kept(page: Page, name: str) -> None:
    """Keep a picture of what is seen."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def test_the_index_lists_the_sites_and_says_that_they_work(sites: Sites, browser: Browser) -> None:
    """The default host leads to every site."""
    page = opened(browser, DESKTOP, "light")
    page.goto(sites.index)
    for site in (sites.listsurf, sites.readify, sites.nojs, sites.spotichat):
        expect(page.locator(f'main a[href="{site}/"]').first).to_be_visible()
    kept(page, "index-desktop-light")
    page.context.close()


def test_unknown_addresses_get_a_page_that_leads_back(sites: Sites, browser: Browser) -> None:
    """A 404 is a page of the site, with a way on."""
    page = opened(browser, DESKTOP, "light")
    answer = page.goto(sites.listsurf + "/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main").get_by_role("link")).to_have_attribute("href", "/")
    page.context.close()
