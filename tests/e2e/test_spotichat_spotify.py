"""SpotiChat with Spotify in Chromium: connecting, songs that change, following, disconnecting."""

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from apps.spotichat.standin import CLIENT_ID, StandIn
from apps.spotichat.standin import running as standing_in
from e2e.spotichatfixtures import People, people
from e2e.spotichatpeople import PATIENCE, Listener
from e2e.spotichatserver import SpotiChatServer, running
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(240)]

FIRST, SECOND, THIRD = "0StandIn1Umbrella3Wind", "0StandIn2Tram4Depot6Se", "0StandIn3Cactus5Radio7"
TITLES = {
    FIRST: "Umbrellas Against the Wind", SECOND: "Tram Depot by the Sea", THIRD: "Cactus Radio",
}  # fmt: skip


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in for Spotify."""
    with standing_in(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, standin: StandIn) -> Iterator[SpotiChatServer]:
    """Give a site of two processes with keys of the stand-in."""
    settings = {
        "SPOTIFY_CLIENT_ID": CLIENT_ID,
        "SPOTIFY_ACCOUNTS_URL": standin.url,
        "SPOTIFY_API_URL": standin.url,
        "SPOTICHAT_SPOTIFY_SECONDS": "1",
        "SPOTICHAT_POINTS": "10000",
    }
    with running(tmp_path_factory.mktemp("spotichat"), **settings) as started:
        yield started


@pytest.fixture
def listener(browser: Browser, server: SpotiChatServer, standin: StandIn) -> Iterator[People]:
    """Give a function that returns a person at one of the processes; nothing goes wrong yet."""
    standin.fails("none")
    with people(browser, server.sites) as opener:
        yield opener


def connects(person: Listener, listener: str) -> None:
    """Go to Spotify from the settings, and agree there."""
    person.page.goto(person.site + "/settings")
    person.page.get_by_role("link", name="Connect Spotify").click()
    person.page.get_by_role("button", name="Go to Spotify").click()
    person.page.get_by_role("button", name=f"Agree as {listener}").click()
    person.page.wait_for_url(person.site + "/settings")
    expect(person.page.get_by_text("Spotify is connected.", exact=True)).to_be_visible()


def offer(page: Page, title: str) -> None:
    """Wait until the page offers a song."""
    expect(page.locator("#offer")).to_contain_text(f"You hear “{title}” now", timeout=PATIENCE)


def test_the_page_offers_the_room_of_the_song_that_is_heard(
    listener: People, standin: StandIn
) -> None:
    """When the song changes, the page offers the new room; staying is as good as going."""
    ada = listener("Ada", 0)
    ada.enters(THIRD)
    standin.plays("ada", "play", FIRST)
    connects(ada, "ada")
    ada.enters(THIRD)
    offer(ada.page, TITLES[FIRST])
    ada.page.get_by_role("button", name="Stay here").click()
    expect(ada.page.locator("#offer")).to_be_hidden()
    standin.plays("ada", "play", SECOND)
    offer(ada.page, TITLES[SECOND])
    ada.page.get_by_role("link", name="Go to its room").click()
    ada.page.wait_for_url(f"{ada.site}/t/{SECOND}")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(TITLES[SECOND])
    expect(ada.page.get_by_text("The Improbable Ferrymen")).to_be_visible()
    expect(ada.page.get_by_text("3:07")).to_be_visible()
    ada.is_online()


def test_the_page_follows_the_music_by_itself(listener: People, standin: StandIn) -> None:
    """Two people with the same song meet, each at another process, wherever they were before."""
    ada, bo = listener("Ben", 0), listener("Clara", 1)
    for person, name in ((ada, "ada"), (bo, "björn")):
        standin.plays(name, "play", FIRST)
        person.enters(FIRST)
        connects(person, name)
        person.enters(FIRST)
        person.page.get_by_label("Follow my music").check()
        person.is_online()
    for name in ("ada", "björn"):
        standin.plays(name, "play", SECOND)
    for person in (ada, bo):
        person.page.wait_for_url(f"{person.site}/t/{SECOND}", timeout=PATIENCE)
        person.is_online()
    ada.says("nice change")
    bo.reads("nice change")


def test_nobody_is_moved_while_he_writes(listener: People, standin: StandIn) -> None:
    """A draft holds the page; it offers the room and waits."""
    ada = listener("Dirk", 0)
    ada.enters(FIRST)
    standin.plays("chiyo", "play", FIRST)
    connects(ada, "chiyo")
    ada.enters(FIRST)
    ada.page.get_by_label("Follow my music").check()
    ada.is_online()
    ada.field.press_sequentially("I was about to s")
    standin.plays("chiyo", "play", SECOND)
    offer(ada.page, TITLES[SECOND])
    assert urlsplit(ada.page.url).path == f"/t/{FIRST}"


def test_what_goes_wrong_at_spotify_is_said_and_heals(listener: People, standin: StandIn) -> None:
    """An error of Spotify stops nobody from talking; an expired token is nobody's business."""
    ada = listener("Emma", 0)
    ada.enters(FIRST)
    standin.plays("ada", "play", SECOND)
    connects(ada, "ada")
    standin.fails("500", times=1000)
    ada.enters(FIRST)
    expect(ada.page.locator("#offer")).to_contain_text("Spotify does not answer", timeout=PATIENCE)
    ada.says("still talking")
    ada.reads("still talking")
    standin.fails("none")
    offer(ada.page, TITLES[SECOND])
    standin.fails("expire")
    standin.plays("ada", "play", THIRD)
    offer(ada.page, TITLES[THIRD])


def test_a_permission_that_was_taken_back_is_told(listener: People, standin: StandIn) -> None:
    """The page says that Spotify is disconnected, and the settings offer it anew."""
    ada = listener("Frida", 0)
    ada.enters(FIRST)
    connects(ada, "ada")
    ada.enters(FIRST)  # before: a page that begins without Spotify asks nothing
    standin.fails("revoke")
    expect(ada.page.locator("#offer")).to_contain_text("disconnected", timeout=PATIENCE)
    ada.page.get_by_role("link", name="Settings").last.click()
    expect(ada.page.get_by_role("link", name="Connect Spotify")).to_be_visible()


def test_disconnecting_forgets_spotify(listener: People, standin: StandIn) -> None:
    """After that the page asks nothing any more."""
    ada = listener("Gustav", 0)
    ada.enters(FIRST)
    connects(ada, "ada")
    ada.page.get_by_role("button", name="Disconnect Spotify").click()
    expect(ada.page.get_by_text("its tokens forgotten")).to_be_visible()
    asked = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.enters(FIRST)
    ada.says("alone again")
    ada.reads("alone again")
    assert not [url for url in asked if "/spotify/" in url]


def test_who_does_not_agree_is_told_that_nothing_has_changed(listener: People) -> None:
    """Cancelling at Spotify leads back to the site."""
    ada = listener("Hanna", 1)
    ada.enters(FIRST)
    ada.page.goto(ada.site + "/spotify/login")
    ada.page.get_by_role("button", name="Go to Spotify").click()
    ada.page.get_by_role("button", name="Cancel").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("you have not agreed")


def test_a_sign_in_of_somebody_else_is_not_finished_here(
    listener: People, standin: StandIn
) -> None:
    """A link of the way back, sent to somebody else, connects nobody."""
    ada, bo = listener("Ilse", 0), listener("Jonas", 1)
    ada.enters(FIRST)
    bo.enters(FIRST)
    ada.page.goto(ada.site + "/spotify/login")
    ada.page.get_by_role("button", name="Go to Spotify").click()
    ada.page.wait_for_url(standin.url + "/authorize*")
    way_back = urlencode(standin.agrees(ada.page.url))
    answer = bo.page.goto(f"{bo.site}/spotify/callback?{way_back}")
    assert answer is not None
    assert answer.status == 403
    expect(bo.page.get_by_role("alert")).to_contain_text("another browser")
    bo.page.goto(bo.site + "/settings")
    expect(bo.page.get_by_role("link", name="Connect Spotify")).to_be_visible()
