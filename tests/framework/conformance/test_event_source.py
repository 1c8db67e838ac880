"""Server-Sent Events and WebSockets, judged by a real browser."""

from collections.abc import Iterator

import pytest
from framework.conformance.servers import Server
from playwright.sync_api import Browser, Page

COLLECT_EVENTS = """(count) => new Promise((resolve, reject) => {
    const got = [];
    const source = new EventSource("/events");
    source.addEventListener("count", (event) => {
        got.push([event.lastEventId, JSON.parse(event.data)]);
        if (got.length === count) { source.close(); resolve(got); }
    });
    setTimeout(() => reject(JSON.stringify(got)), 20000);
})"""

TALK = """(texts) => new Promise((resolve, reject) => {
    const got = [];
    const socket = new WebSocket(`ws://${location.host}/echo/page`);
    socket.onopen = () => texts.forEach((text) => socket.send(text));
    socket.onmessage = (event) => { got.push(event.data); if (got.length > texts.length) socket.send("close"); };
    socket.onclose = (event) => resolve([got, event.code, event.reason, event.wasClean]);
    setTimeout(() => reject(JSON.stringify(got)), 20000);
})"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a tab of a headless Chromium."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.e2e
def test_a_browser_comes_back_where_it_left(server: Server, page: Page) -> None:
    """EventSource connects again after each end, and says which event it has seen."""
    page.goto(f"http://127.0.0.1:{server.port}/hello")
    got = page.evaluate(COLLECT_EVENTS, 8)
    assert got == [[str(n), {"number": n, "text": "ü\nzwei"}] for n in range(1, 9)]


@pytest.mark.e2e
def test_a_browser_talks_over_a_websocket(server: Server, page: Page) -> None:
    """From a page of the same site, to a clean end."""
    page.goto(f"http://127.0.0.1:{server.port}/hello")
    texts = ["ü \U0001f3b7", "x" * 100_000, ""]
    greeting = "page None"
    assert page.evaluate(TALK, texts) == [[greeting, *texts], 4001, "as you wish", True]
