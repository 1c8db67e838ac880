"""What only scripts can do in Readify: lists that follow, flags without reloading, reading offline."""

from collections.abc import Iterator

import pytest
from e2e.articlesite import SENTENCE
from e2e.readifypeople import Reader
from e2e.targets import Sites, unique
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser profile of its own."""
    opened = browser.new_context()
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def ada(context: BrowserContext, sites: Sites) -> Reader:
    """Give somebody who has just signed up, with a name that nobody else has."""
    reader = Reader(context.new_page(), sites.readify, unique("bob"))
    reader.signs_up()
    return reader


@pytest.mark.fetches
def test_a_list_follows_what_happens_elsewhere(
    ada: Reader, context: BrowserContext, elsewhere: str
) -> None:
    """A link saved in another window appears, and its text after it, without a reload."""
    expect(ada.page.get_by_text("Nothing to read")).to_be_visible()
    ada.page.evaluate("window.stillTheSamePage = true")
    other = Reader(context.new_page(), ada.site, ada.name)
    other.saves(f"{elsewhere}/new", "Saved elsewhere")
    title = ada.title("Saved elsewhere")
    expect(title).to_be_visible(timeout=20_000)
    expect(title).to_have_attribute(
        "href",
        "/read/" + str(ada.entry("Saved elsewhere").get_attribute("data-link")),
        timeout=30_000,
    )
    assert ada.page.evaluate("window.stillTheSamePage") is True


def test_flags_change_without_a_reload(ada: Reader, elsewhere: str) -> None:
    """Like and archive go to the API; the list is right at once, and Undo works."""
    for name in ("One", "Two"):
        ada.saves(f"{elsewhere}/{name}", name)
    ada.page.evaluate("window.stillTheSamePage = true")
    ada.presses("Like", "One")
    expect(ada.entry("One").get_by_role("button", name="Unlike One")).to_be_visible()
    ada.presses("Archive", "One")
    expect(ada.entry("One")).to_have_count(0)
    ada.page.get_by_role("button", name="Undo").click()
    expect(ada.title("One")).to_be_visible()
    assert ada.page.evaluate("window.stillTheSamePage") is True


def test_undo_waits_for_a_network_that_is_away(
    ada: Reader, context: BrowserContext, elsewhere: str
) -> None:
    """It says that nothing was taken back yet, and does so when it is pressed again."""
    ada.saves(f"{elsewhere}/one", "One")
    ada.presses("Archive", "One")
    note = ada.page.get_by_role("status")
    expect(note).to_contain_text("Archived: One")
    context.set_offline(True)
    ada.page.get_by_role("button", name="Undo").click()
    expect(note).to_contain_text("could not be taken back just now")
    context.set_offline(False)
    ada.page.get_by_role("button", name="Undo").dblclick()
    expect(ada.title("One")).to_be_focused()
    expect(note).to_have_count(0)


def test_keys_do_what_buttons_do(ada: Reader, elsewhere: str) -> None:
    """The key j goes to the next article, l likes it, a archives it; / searches; ? lists the keys."""
    for name in ("One", "Two"):
        ada.saves(f"{elsewhere}/{name}", name)
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("j")
    expect(ada.title("One")).to_be_focused()
    ada.page.keyboard.press("l")
    expect(ada.entry("One").get_by_role("button", name="Unlike One")).to_be_visible()
    expect(ada.title("One")).to_be_focused()
    ada.page.keyboard.press("a")
    expect(ada.entry("One")).to_have_count(0)
    expect(ada.title("Two")).to_be_focused()
    ada.page.keyboard.press("/")
    expect(ada.page.get_by_role("searchbox")).to_be_focused()
    ada.page.keyboard.press("Escape")
    ada.page.keyboard.press("?")
    expect(ada.page.get_by_role("dialog", name="Keys")).to_be_visible()


@pytest.mark.fetches
def test_articles_are_read_without_network_and_forgotten_at_the_log_out(
    ada: Reader, context: BrowserContext, elsewhere: str
) -> None:
    """Kept when somebody asks for it; the next person at this device finds nothing."""
    ada.saves(f"{elsewhere}/kept", "Kept for later")
    ada.waits_for_the_text_of("Kept for later")
    ada.goes_to("/offline")
    ada.page.get_by_role("button", name="Keep my unread articles").click()
    expect(ada.page.get_by_role("status")).to_have_text("1 article is kept on this device.")
    address = ada.title("Kept for later").get_attribute("href")
    context.set_offline(True)
    ada.goes_to(str(address))
    expect(ada.page.get_by_role("heading", level=1, name="Kept for later")).to_be_visible()
    expect(ada.page.locator("article")).to_contain_text(SENTENCE)
    assert "serif" in ada.page.locator("article").evaluate("it => getComputedStyle(it).fontFamily")
    ada.goes_to("/liked")  # not kept: the page about what is
    expect(ada.page.get_by_role("heading", level=1, name="Reading offline")).to_be_visible()
    expect(ada.title("Kept for later")).to_be_visible()

    context.set_offline(False)
    ada.goes_to("/")
    ada.page.get_by_role("button", name="Log out").click()
    expect(ada.page.get_by_role("heading", level=1, name="Log in")).to_be_visible()
    expect_nothing_kept(ada)


def expect_nothing_kept(ada: Reader) -> None:
    """Wait until the device holds no article any more."""
    ada.page.wait_for_function("async () => (await caches.keys()).length === 0")
    assert ada.page.evaluate("localStorage.length") == 0
