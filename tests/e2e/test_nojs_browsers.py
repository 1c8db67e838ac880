"""no.js in Chromium without scripts: frames and pages, several tabs, and somebody at a terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.nojsserver import NoJsServer, running
from e2e.targets import Sites, unique
from e2e.textbrowsers import Lynx
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e

Opener = Callable[[], Page]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Opener]:
    """Give a function that opens a tab in a profile of its own, without scripts."""
    contexts = []

    def tab() -> Page:
        context = browser.new_context(java_script_enabled=False)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield tab
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoJsServer]:
    """Give a site behind Mongrel2 that is reached by a number."""
    with running(tmp_path_factory.mktemp("nojs"), "mongrel2") as started:
        yield started


def enters(page: Page, site: str, room: str) -> str:
    """Take a name that nobody has, open a room in frames, and return the name."""
    name = unique("Visitor ")
    page.goto(f"{site}/lobby")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Take this name").click()
    page.goto(f"{site}/r/{room}", wait_until="commit")
    return name


def says(page: Page, text: str) -> None:
    """Type into the frame below, and send it."""
    frame = page.frame_locator("frame[name=say]")
    frame.get_by_label("Say something").fill(text)
    frame.get_by_role("button", name="Send").click()


def reads(page: Page, text: str) -> None:
    """Wait until a text is in the frame of messages."""
    expect(page.frame_locator("frame[name=messages]").get_by_text(text)).to_be_visible()


def test_two_people_talk_in_frames(tab: Opener, sites: Sites) -> None:
    """Each reads the other at once, through the very stack of `make demo`."""
    one, other, room = tab(), tab(), unique("frames")
    enters(one, sites.nojs, room)
    enters(other, sites.nojs, room)
    says(one, "hello & <welcome>")
    reads(other, "hello & <welcome>")
    says(other, "thank you")
    reads(one, "thank you")


def test_a_private_message_by_a_click_on_a_name(tab: Opener, sites: Sites) -> None:
    """The names at the side lead to a form for one reader; nobody else sees the message."""
    one, other, third, room = tab(), tab(), tab(), unique("private")
    name = enters(one, sites.nojs, room)
    enters(third, sites.nojs, room)
    enters(other, sites.nojs, room)
    other.frame_locator("frame[name=side]").get_by_role("link", name=name).click()
    frame = other.frame_locator("frame[name=say]")
    frame.get_by_label(f"To {name} alone").fill("between us")
    frame.get_by_role("button", name="Send").click()
    reads(one, "between us")
    says(one, "for all")
    reads(third, "for all")
    expect(third.frame_locator("frame[name=messages]").get_by_text("between us")).to_have_count(0)


def test_three_tabs_at_once_can_still_send(tab: Opener, sites: Sites) -> None:
    """Each tab holds one request; the browser has connections left for three forms."""
    first, room = tab(), unique("tabs")
    enters(first, sites.nojs, room)
    tabs = [first, first.context.new_page(), first.context.new_page()]
    for page in tabs[1:]:
        page.goto(f"{sites.nojs}/r/{room}", wait_until="commit")
    for number, page in enumerate(tabs):
        says(page, f"from tab {number}")
    for page in tabs:
        for number in range(3):
            reads(page, f"from tab {number}")


def test_a_page_without_frames_comes_with_the_message(tab: Opener, sites: Sites) -> None:
    """Nothing is clicked: the page is fetched anew when somebody says something.

    Playwright does not look at a page while that waits for the next one, but it looks into frames.
    """
    reader, writer, room = tab(), tab(), unique("page")
    window = (
        f'<iframe name="whole" src="{sites.nojs}/r/{room}/page" width="900" height="600"></iframe>'
    )
    reader.route("**/window", lambda route: route.fulfill(body=window, content_type="text/html"))
    reader.goto(f"{sites.nojs}/window", wait_until="commit")
    enters(writer, sites.nojs, room)
    says(writer, "do you see this")
    page = reader.frame_locator("iframe[name=whole]")
    expect(page.get_by_text("do you see this")).to_be_visible()


def test_the_endless_page_grows_and_stays(tab: Opener, sites: Sites) -> None:
    """A line is appended to the page that is there; its refresh is for the day when it ends."""
    reader, writer, room = tab(), tab(), unique("stream")
    reader.goto(f"{sites.nojs}/r/{room}/stream", wait_until="commit")
    enters(writer, sites.nojs, room)
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    for number in range(5):
        says(writer, f"line {number}")
        reads(writer, f"line {number}")
        writer.wait_for_timeout(1000)  # longer together than the refresh would wait
    expect(reader.get_by_text("line 4")).to_be_visible()
    assert not [url for url in asked if url.endswith("/stream")]


@pytest.mark.local
def test_somebody_at_a_terminal_and_somebody_with_frames_talk(
    tab: Opener, server: NoJsServer, tmp_path: Path
) -> None:
    """Lynx and Chromium, in one room."""
    page = tab()
    enters(page, server.site, "mixed")
    lynx = Lynx(tmp_path, f"{server.site}/r/mixed/say", "take a name")
    lynx.sends("Linda")
    lynx.waits_for("Leave the room")
    lynx.sends("hello from the terminal")
    reads(page, "hello from the terminal")
    says(page, "hello from the frames")
    reads(page, "hello from the frames")
    lynx.goes_away()
    again = Lynx(tmp_path, f"{server.site}/r/mixed/still", "hello from the frames")
    again.goes_away()
