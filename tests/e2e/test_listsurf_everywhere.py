"""The story from sign-up to restart, under each coroutine library and through each transport."""

from pathlib import Path

import pytest
from e2e.people import Visitor
from e2e.sites import LocalStack
from playwright.sync_api import BrowserContext, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

COMBINATIONS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]


@pytest.mark.parametrize(("transport", "concurrency"), COMBINATIONS)
def test_links_survive_closing_everything_and_starting_again(
    transport: str, concurrency: str, tmp_path: Path, context: BrowserContext
) -> None:
    """Sign up, save a link, Ctrl-C, start: the link is there and the visitor still logged in."""
    stack = LocalStack(tmp_path, transport=transport, concurrency=concurrency)
    with stack:
        visitor = Visitor(context.new_page(), stack.sites.listsurf, name="grace")
        visitor.signs_up()
        visitor.adds("https://example.org/kept", title="Kept over night")
    with stack:
        visitor.page.goto(visitor.site + "/")
        expect(visitor.link("Kept over night")).to_be_visible()
        visitor.logs_out()
    assert stack.exit_code == 0
