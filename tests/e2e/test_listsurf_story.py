"""What people do with Listsurf in a browser, with and without JavaScript."""

import http.server
import itertools
import os
import threading
from collections.abc import Iterator

import pytest
from e2e.people import Visitor
from e2e.sites import Sites
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.e2e

PAGE = "<!doctype html><meta charset=utf-8><title>Ünïcode & <b>tags</b></title><p>Hello"
numbers = itertools.count()


@pytest.fixture
def visitor(page: Page, sites: Sites) -> Visitor:
    """Give somebody who has never been here, with a name that nobody else has."""
    return Visitor(page, sites.listsurf, name=f"ada{os.getpid()}x{next(numbers)}")


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

    visitor.reads(foreign_page, then_runs=program)
    expect(visitor.page.get_by_role("textbox", name="Address")).to_have_value(foreign_page)
    expect(visitor.page.get_by_role("textbox", name="Title")).to_have_value("Ünïcode & <b>tags</b>")
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.link("Ünïcode & <b>tags</b>")).to_have_attribute("href", foreign_page)


def test_many_links_come_in_pages_that_lead_to_the_oldest(visitor: Visitor) -> None:
    """The list is paged: following "Older links" reaches every link once."""
    visitor.signs_up()
    for number in range(28):
        visitor.adds(f"https://example.org/{number}", title=f"Link number {number}")
    seen = visitor.titles_of_all_pages()
    assert seen == [f"Link number {number}" for number in reversed(range(28))]


def test_the_keyboard_alone_is_enough_to_save_a_link(visitor: Visitor) -> None:
    """The form is reached and sent with Tab and Enter."""
    visitor.signs_up()
    visitor.page.goto(visitor.site + "/add_item")
    visitor.page.get_by_role("textbox", name="Address").focus()
    visitor.page.keyboard.type("https://example.org/typed")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("Typed")
    visitor.page.keyboard.press("Enter")
    expect(visitor.link("Typed")).to_be_visible()
