"""People at terminals talk to each other: lynx, w3m, links and elinks, through Mongrel2."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e import textbrowsers
from e2e.nojsserver import NoJsServer, running
from e2e.textbrowsers import LynxWithoutCookies, TextBrowser
from framework.conformance.servers import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.local]

DUMPS = {
    "lynx": ["lynx", "-dump"],
    "w3m": ["w3m", "-dump"],
    "links": ["links", "-dump"],
    "elinks": ["elinks", "-dump"],
}
Opener = Callable[..., TextBrowser]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoJsServer]:
    """Give a site behind Mongrel2."""
    with running(tmp_path_factory.mktemp("nojs"), "mongrel2") as started:
        yield started


@pytest.fixture
def opens(server: NoJsServer, tmp_path: Path) -> Iterator[Opener]:
    """Give a function that opens a page in a browser, in a home of its own."""
    opened = []

    def opens(kind: type[TextBrowser], path: str, page_is_there: str) -> TextBrowser:
        home = tmp_path / str(len(opened))
        home.mkdir()
        browser = kind(home, server.site + path, page_is_there)
        opened.append(browser)
        return browser

    yield opens
    for browser in opened:
        browser.goes_away()


def read(name: str, url: str, home: Path) -> str:
    """Return a page as a browser shows it."""
    done = subprocess.run(
        [*DUMPS[name], url], capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("name", textbrowsers.ALL)
def test_a_text_browser_takes_a_name_and_says_something(
    name: str, opens: Opener, server: NoJsServer, tmp_path: Path
) -> None:
    """Name, message, and the message on the page: all by keyboard, in every one of them."""
    room, who = f"den-{name}", name.capitalize()
    browser = opens(textbrowsers.ALL[name], f"/r/{room}/say", "take a name")
    browser.sends(who)
    browser.waits_for("Leave the room")
    browser.sends(f"hello from {name}")
    eventually(lambda: server.has_said(room, f"hello from {name}"), "the message")
    page = read(name, f"{server.site}/r/{room}/still", tmp_path)
    assert f"{who}: hello from {name}" in page
    assert page.index("hello from") < page.index("has joined"), "the newest line comes first"


@pytest.mark.parametrize("name", textbrowsers.REFRESHING)
def test_a_page_in_a_text_browser_comes_anew_by_itself(
    name: str, opens: Opener, server: NoJsServer
) -> None:
    """Nobody presses a key: the page is held, and comes when somebody says something."""
    home = "/k/" + f"{name:l<22}"
    server.post(f"{home}/name", name=f"Speaker {name}")
    server.post(f"{home}/r/live-{name}/say", text="before")
    browser = opens(textbrowsers.REFRESHING[name], f"/r/live-{name}/page", "before")
    for text in ("first news", "second news"):
        server.post(f"{home}/r/live-{name}/say", text=text)
        browser.waits_for(text)


@pytest.mark.parametrize("name", ["links", "elinks"])
def test_the_endless_page_grows_in_a_text_browser(
    name: str, opens: Opener, server: NoJsServer
) -> None:
    """They show what has come, although the page never ends."""
    home = "/k/" + f"{name:g<22}"
    server.post(f"{home}/name", name=f"Streamer {name}")
    server.post(f"{home}/r/grows-{name}/say", text="before")
    browser = opens(textbrowsers.ALL[name], f"/r/grows-{name}/stream", "before")
    server.post(f"{home}/r/grows-{name}/say", text="afterwards")
    browser.waits_for("afterwards")


@pytest.mark.parametrize("name", textbrowsers.ALL)
def test_the_first_page_leads_on_without_frames(
    name: str, server: NoJsServer, tmp_path: Path
) -> None:
    """Who cannot show frames finds the way to a page without them."""
    page = read(name, f"{server.site}/", tmp_path)
    lobby = read(name, f"{server.site}/lobby", tmp_path)
    assert "frames" in page.lower() or "Rooms" in page
    assert "Your name" in lobby


def test_two_kinds_of_browsers_talk_to_each_other(opens: Opener, server: NoJsServer) -> None:
    """What is said in w3m is read in lynx, and answered."""
    lynx = opens(textbrowsers.Lynx, "/r/two/say", "take a name")
    w3m = opens(textbrowsers.W3m, "/r/two/say", "take a name")
    lynx.sends("Linda")
    w3m.sends("Walter")
    lynx.waits_for("Leave the room")
    w3m.waits_for("Leave the room")
    w3m.sends("is anybody there")
    eventually(lambda: server.has_said("two", "is anybody there"), "the question")
    reader = opens(textbrowsers.Lynx, "/r/two/still", "is anybody there")
    assert "Walter: is anybody there" in reader.screen
    lynx.sends("I am")
    eventually(lambda: server.has_said("two", "I am"), "the answer")


def test_who_refuses_cookies_talks_with_a_key_in_the_address(
    opens: Opener, server: NoJsServer
) -> None:
    """The first form explains; from there on the address carries a key, and all works."""
    browser = opens(LynxWithoutCookies, "/r/crumbs/say", "take a name")
    browser.sends("Cora")
    browser.waits_for("Without cookies?")
    browser.presses("\r")  # the cursor is on the only way on: the room, with a key
    browser.waits_for("Go on without frames")
    browser.presses(2 * textbrowsers.DOWN + "\r")  # the third frame is the form
    browser.waits_for("take a name")
    browser.sends("Cora")
    browser.waits_for("Leave the room")
    browser.sends("no crumbs here")
    eventually(lambda: server.has_said("crumbs", "no crumbs here"), "the message")
    assert "/k/" not in server.program.text(), "no log holds a key"
