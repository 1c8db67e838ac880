"""What people do with Listsurf in a browser, with and without JavaScript."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from e2e.people import Visitor
from e2e.targets import Sites, unique
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.e2e

PAGE = "<!doctype html><meta charset=utf-8><title>Ünïcode & <b>tags</b></title><p>Hello"


@pytest.fixture
def visitor(page: Page, sites: Sites) -> Visitor:
    """Give somebody who has never been here, with a name that nobody else has."""
    return Visitor(page, sites.listsurf, name=unique("ada"))


@pytest.fixture(scope="module")
def foreign_page() -> Iterator[str]:
    """Give the address of a page on another site, with a title that wants escaping."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/article?a=1&b=2"
        server.shutdown()


def test_a_stranger_becomes_a_user_who_saves_edits_and_deletes_a_link(visitor: Visitor) -> None:
    """Everything that a person does on the first day works, with and without JavaScript."""
    visitor.signs_up()
    expect(visitor.page.get_by_text("Nothing here yet")).to_be_visible()

    visitor.adds("https://example.org/first", title="The first <link>")
    expect(visitor.link("The first <link>")).to_have_attribute("href", "https://example.org/first")

    visitor.edits("The first <link>", title="Renamed")
    expect(visitor.link("Renamed")).to_be_visible()
    expect(visitor.link("The first <link>")).to_have_count(0)

    visitor.deletes("Renamed")
    expect(visitor.page.get_by_text("Nothing here yet")).to_be_visible()


def test_logging_out_ends_the_session_and_logging_in_opens_another(visitor: Visitor) -> None:
    """After logging out the list is closed; the same name and password open it again."""
    visitor.signs_up()
    visitor.adds("https://example.org/mine", title="Mine")
    visitor.logs_out()

    visitor.page.goto(visitor.site + "/")
    expect(visitor.page.get_by_role("heading", level=1, name="Log in")).to_be_visible()

    visitor.logs_in()
    expect(visitor.link("Mine")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_name(visitor: Visitor) -> None:
    """A person who mistypes the password reads why, and types only the password again."""
    visitor.signs_up()
    visitor.logs_out()
    visitor.logs_in(password="not the right one")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.page.get_by_role("textbox", name="User name")).to_have_value(visitor.name)


def test_going_back_after_logging_out_shows_nothing_of_the_session(visitor: Visitor) -> None:
    """The next person at this computer presses Back and stands before the log-in form."""
    visitor.signs_up()
    visitor.adds("https://example.org/private", title="Private")
    visitor.logs_out()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", level=1, name="Log in")).to_be_visible()
    expect(visitor.link("Private")).to_have_count(0)


@pytest.mark.parametrize(("length", "reason"), [(300_000, "title"), (1_100_000, "larger than")])
def test_a_huge_title_gets_a_page_that_says_what_is_too_large(
    visitor: Visitor, length: int, reason: str
) -> None:
    """The refusal arrives through the real server, also where that keeps the body from us."""
    visitor.signs_up()
    visitor.page.goto(visitor.site + "/add_item")
    field = visitor.page.get_by_role("textbox", name="Title")
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("x" * length)
    with visitor.page.expect_response(visitor.site + "/add_item") as answer:
        visitor.page.get_by_role("button", name="Save").click()
    assert answer.value.status == 413
    expect(visitor.page.locator("main")).to_contain_text(reason)


def test_a_log_in_form_in_a_second_tab_leads_on_after_logging_in_in_the_first(
    visitor: Visitor, context: BrowserContext
) -> None:
    """Nobody has to log in twice, or reads of a form that is too old."""
    visitor.signs_up()
    visitor.logs_out()
    second = Visitor(context.new_page(), visitor.site, visitor.name)
    second.fills_log_in()
    visitor.logs_in()
    visitor.page.wait_for_url(visitor.site + "/")
    second.page.get_by_role("button", name="Log in").click()
    second.page.wait_for_url(visitor.site + "/")
    expect(second.page.get_by_text(f"Logged in as {visitor.name}")).to_be_visible()


def test_an_edit_sent_after_the_session_ended_is_not_lost(
    visitor: Visitor, context: BrowserContext
) -> None:
    """After logging in again the link's form is open, filled in as it was sent."""
    visitor.signs_up()
    visitor.adds("https://example.org/before", title="Before")
    visitor.page.get_by_role("link", name="Edit Before").click()
    visitor.page.get_by_role("textbox", name="Title").fill("Typed with care")
    Visitor(context.new_page(), visitor.site, visitor.name).logs_out()
    visitor.page.get_by_role("button", name="Save").click()
    visitor.sends_log_in()
    expect(visitor.page.get_by_role("textbox", name="Title")).to_have_value("Typed with care")
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.link("Typed with care")).to_be_visible()


def test_a_bad_address_is_refused_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    """A javascript: address gets a message beside its field; the title stays."""
    visitor.signs_up()
    visitor.fills_link("javascript:alert(1)", title="Kept")
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.page.get_by_role("textbox", name="Title")).to_have_value("Kept")
    expect(visitor.page.get_by_role("textbox", name="Address")).to_have_value("javascript:alert(1)")


def test_the_bookmarklet_saves_the_page_that_one_reads(
    visitor: Visitor, foreign_page: str, context: BrowserContext
) -> None:
    """On any page the bookmarklet opens the form with that page's address and title."""
    visitor.signs_up()
    visitor.page.goto(visitor.site + "/add_item")
    program = visitor.page.get_by_role("link", name="Surf Later").get_attribute("href")
    assert program
    assert program.startswith("javascript:")

    window = visitor.reads(foreign_page, then_runs=program)
    expect(window.get_by_role("textbox", name="Address")).to_have_value(foreign_page)
    expect(window.get_by_role("textbox", name="Title")).to_have_value("Ünïcode & <b>tags</b>")
    window.get_by_role("button", name="Save").click()
    if runs_scripts(visitor.page):
        expect_closed(window)
    else:
        expect(window.get_by_text("You can close this window")).to_be_visible()
    visitor.page.goto(visitor.site + "/")
    expect(visitor.link("Ünïcode & <b>tags</b>")).to_have_attribute("href", foreign_page)


def runs_scripts(page: Page) -> bool:
    """Say whether the pages of a site run their scripts in this browser."""
    return page.evaluate("matchMedia('(scripting: enabled)').matches") is True


def expect_closed(window: Page) -> None:
    """Wait until a window has closed itself."""
    if not window.is_closed():
        window.wait_for_event("close")


def test_many_links_come_in_pages_that_lead_to_the_oldest(visitor: Visitor) -> None:
    """The list is paged: following "Older links" reaches every link once."""
    visitor.signs_up()
    for number in range(28):
        visitor.adds(f"https://example.org/{number}", title=f"Link number {number}")
    seen = visitor.titles_of_all_pages()
    assert seen == [f"Link number {number}" for number in reversed(range(28))]


def test_the_keyboard_alone_is_enough_to_save_a_link(visitor: Visitor) -> None:
    """The form is reached and sent with Tab and Enter, from the top of the list on."""
    visitor.signs_up()
    visitor.page.goto(visitor.site + "/")
    visitor.tabs_to(visitor.page.locator("nav").get_by_role("link", name="Add a link"))
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(visitor.site + "/add_item")
    visitor.starts_at_the_top()
    visitor.tabs_to(visitor.page.get_by_role("textbox", name="Address"))
    visitor.page.keyboard.type("https://example.org/typed")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("Typed")
    visitor.page.keyboard.press("Enter")
    expect(visitor.link("Typed")).to_be_visible()
