"""The story from sign-up to restart, under each coroutine library and through each transport."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.people import Visitor
from e2e.sites import LocalStack
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(240)]

COMBINATIONS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give one browser profile: servers do not know whether scripts run."""
    opened = browser.new_context()
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.mark.parametrize(("transport", "concurrency"), COMBINATIONS)
def test_links_survive_closing_everything_and_starting_again(
    transport: str, concurrency: str, tmp_path: Path, context: BrowserContext
) -> None:
    """Save, edit, delete, be refused, ask the API; Ctrl-C, start: all is there, still logged in."""
    stack = LocalStack(tmp_path, transport=transport, concurrency=concurrency)
    with stack:
        visitor = Visitor(context.new_page(), stack.sites.listsurf, name="grace")
        visitor.signs_up()
        uses_everything(visitor)
    with stack:
        visitor.page.goto(visitor.site + "/")
        expect(visitor.link("Kept over night")).to_be_visible()
        assert visitor.titles_of_all_pages() == ["Kept over night"]
        visitor.logs_out()
    assert stack.exit_code == 0


def uses_everything(visitor: Visitor) -> None:
    """Do what a person does with links; one is left in the end."""
    visitor.adds("https://example.org/gone", title="Soon gone")
    visitor.adds("https://example.org/kept", title="To be renamed")
    visitor.edits("To be renamed", title="Kept over night")
    visitor.deletes("Soon gone")
    visitor.tries("javascript:alert(1)", title="Refused")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.page.get_by_role("textbox", name="Title")).to_have_value("Refused")
    answer = visitor.asks_as_a_program()
    assert answer["num_items"] == 1
    assert answer["items"][0]["url"] == "https://example.org/kept"
