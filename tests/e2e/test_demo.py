"""What somebody sees who types `make demo` for the first time, and the pictures of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.people import Visitor
from e2e.sites import LocalStack
from listsurf import demo
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e

PICTURES = Path("build/pictures")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Give the suite as the launcher starts it, with its demo data."""
    with LocalStack(tmp_path_factory.mktemp("demo"), demo_data=True) as running:
        yield running


def opened(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    """Open a tab of a size, for somebody who likes light or dark pages."""
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_the_demo_user_finds_a_few_dozen_links_that_fit_the_screen(
    stack: LocalStack, browser: Browser, name: str, size: dict[str, int], scheme: str
) -> None:
    """The demo user's list is full, and no page is wider than the screen that shows it."""
    page = opened(browser, size, scheme)
    visitor = Visitor(page, stack.sites.listsurf, name=demo.NAME, password=demo.PASSWORD)
    visitor.logs_in()
    expect(page.locator(".links > li")).to_have_count(25)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert len(visitor.titles_of_all_pages()) > 24
    page.goto(visitor.site + "/")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"listsurf-{name}-{scheme}.png")
    page.context.close()


def test_the_index_lists_the_sites_and_says_that_they_work(
    stack: LocalStack, browser: Browser
) -> None:
    """The default host leads to every site."""
    page = opened(browser, DESKTOP, "light")
    page.goto(str(stack.state["addresses"]["index"]))
    link = page.get_by_role("link", name="Listsurf", exact=False).first
    expect(link).to_have_attribute("href", f"{stack.sites.listsurf}/")
    page.screenshot(path=PICTURES / "index-desktop-light.png")
    page.context.close()


def test_unknown_addresses_get_a_page_that_leads_back(stack: LocalStack, browser: Browser) -> None:
    """A 404 is a page of the site, with a way on."""
    page = opened(browser, DESKTOP, "light")
    answer = page.goto(stack.sites.listsurf + "/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main").get_by_role("link")).to_have_attribute("href", "/")
    page.context.close()
