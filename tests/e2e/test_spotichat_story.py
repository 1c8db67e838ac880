"""SpotiChat in Chromium: people talk across two processes, whatever happens to the network."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from e2e.programs import connection_to
from e2e.spotichatfixtures import People, addresses, people
from e2e.spotichatpeople import PATIENCE, SONG, Listener, new_song
from e2e.spotichatserver import running
from playwright.sync_api import Browser, Route, expect
from spotichat.catalogue import SONGS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

WAYS = ["poll", "events", "socket"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[str]]:
    """Give the addresses of a site of two processes."""
    with addresses(tmp_path_factory.mktemp("spotichat")) as sites:
        yield sites


@pytest.fixture
def listener(browser: Browser, server: Sequence[str]) -> Iterator[People]:
    """Give a function that returns a person at one of the processes."""
    with people(browser, server) as opener:
        yield opener


def prefers(person: Listener, way: str) -> None:
    """Choose how messages arrive, as the settings do it."""
    person.context.add_cookies([{"name": "transport", "value": way, "url": person.site}])


@pytest.mark.parametrize("way", WAYS)
def test_two_people_talk_across_two_processes(way: str, listener: People) -> None:
    """Each reads the other at once, whichever process he is at, over each transport."""
    song, ada, bo = new_song(), listener(f"Ada {way}", 0), listener(f"Bo {way}", 1)
    for person in (ada, bo):
        prefers(person, way)
        person.enters(song)
    ada.says("Do you hear the trumpet?")
    bo.reads("Do you hear the trumpet?")
    bo.says("It is a flugelhorn.")
    ada.reads("It is a flugelhorn.")
    for person in (ada, bo):
        assert person.has_read() == ["Do you hear the trumpet?", "It is a flugelhorn."]
        expect(person.page.locator("#people-count")).to_have_text("2")
    bo.is_told(f"Ada {way}")


@pytest.mark.parametrize("way", WAYS)
def test_one_loses_the_network_and_comes_back(way: str, listener: People) -> None:
    """What was said meanwhile comes, what was typed meanwhile goes; nothing is lost or doubled."""
    song, ada, bo = new_song(), listener(f"Cy {way}", 0), listener(f"Di {way}", 1)
    for person in (ada, bo):
        prefers(person, way)
        person.enters(song)
    ada.says("before")
    bo.reads("before")
    bo.loses_the_network()
    bo.says("typed without a network")
    for number in range(3):
        ada.says(f"meanwhile {number}")
        ada.reads(f"meanwhile {number}")
    bo.is_warned("You are offline")
    bo.finds_the_network()
    bo.reads("typed without a network")
    bo.reads("meanwhile 2")
    ada.reads("typed without a network")
    said = ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2", "typed without a network"]
    assert ada.has_read() == said
    assert bo.has_read() == said
    expect(bo.page.locator("#notice")).to_be_hidden(timeout=PATIENCE)


def sent_on(route: Route) -> int:
    """Send a request to the server, and return the status that the page will not see."""
    parts = urlsplit(route.request.url)
    where = connection_to(parts)
    url = route.request.url.replace(parts.netloc, f"{where.host}:{where.port}")
    headers = {**route.request.all_headers(), "host": parts.netloc}
    return route.fetch(url=url, headers=headers).status


def test_a_post_whose_answer_is_lost_is_said_once(listener: People) -> None:
    """The server has it, the browser does not know: it sends it again with the same key."""
    song, ada, bo = new_song(), listener("Eve", 0), listener("Fay", 1)
    ada.enters(song)
    bo.enters(song)
    lost = []

    def swallow(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(sent_on(route))
            route.abort()
        else:
            route.continue_()

    ada.page.route("**/messages", swallow)
    ada.says("said once")
    ada.says("and then this")
    bo.reads("and then this")
    ada.reads("and then this")
    assert lost in ([200, 200], [201, 201])
    for person in (ada, bo):
        assert person.has_read() == ["said once", "and then this"]


def test_the_page_takes_another_way_by_itself(listener: People) -> None:
    """No WebSockets and no event streams get through here: long polls do."""
    song, ada, bo = new_song(), listener("Gil", 0), listener("Hal", 1)
    prefers(ada, "socket")
    ada.page.route_web_socket("**/socket*", lambda socket: socket.close())
    ada.page.route("**/events*", lambda route: route.abort())
    ada.enters(song)
    bo.enters(song)
    bo.says("can you hear me")
    ada.reads("can you hear me")
    with ada.page.expect_request(lambda request: "wait=25" in request.url, timeout=60_000):
        bo.says("still there")
    ada.reads("still there")


def test_songs_change(listener: People) -> None:
    """One room for each song: who goes to another one hears nothing of the first."""
    song, other, ada, bo = new_song(), new_song(), listener("Ida", 0), listener("Jo", 1)
    ada.enters(song)
    bo.enters(song)
    ada.says("in the first room")
    bo.reads("in the first room")
    bo.enters(other)
    bo.says("in the second room")
    ada.says("are you gone")
    bo.reads("in the second room")
    assert bo.has_read() == ["in the second room"]
    bo.enters(song)
    bo.reads("are you gone")
    assert "in the second room" not in bo.has_read()


def test_every_way_to_write_a_song_leads_to_one_room(listener: People) -> None:
    """A share address typed into the start page leads to the song's room, with its header."""
    ada = listener("Kim")
    for typed in (f"https://open.spotify.com/intl-de/track/{SONG}?si=x", f"spotify:track:{SONG}"):
        ada.page.goto(ada.site + "/")
        ada.page.get_by_label("Link of a song").fill(typed)
        nickname = ada.page.get_by_label("Your nickname")
        if nickname.count():
            nickname.fill(ada.name)
        ada.page.get_by_role("button", name="Go to the room").click()
        ada.page.wait_for_url(f"{ada.site}/t/{SONG}")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(SONGS[SONG].title)


def test_a_mistake_in_the_form_keeps_what_was_typed(listener: People) -> None:
    """An album is no song: the page says so, and nothing has to be typed twice."""
    ada = listener("Lee")
    ada.page.goto(ada.site + "/")
    ada.page.get_by_label("Link of a song").fill(
        "https://open.spotify.com/album/1234567890123456789012"
    )
    ada.page.get_by_label("Your nickname").fill("Lee")
    ada.page.get_by_role("button", name="Go to the room").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("the link of an album")
    expect(ada.page.get_by_label("Your nickname")).to_have_value("Lee")


def test_two_tabs_are_one_person(listener: People) -> None:
    """Both tabs read everything; closing one of them is no good-bye."""
    song, ada, bo = new_song(), listener("Mia", 0), listener("Ned", 1)
    ada.enters(song)
    bo.enters(song)
    second = ada.context.new_page()
    second.goto(f"{ada.site}/t/{song}")
    expect(second.locator('html[data-state="online"]')).to_be_attached()
    bo.says("to both tabs")
    ada.reads("to both tabs")
    expect(second.get_by_text("to both tabs")).to_be_visible()
    expect(bo.page.locator("#people-count")).to_have_text("2")
    second.close()
    ada.says("still here")
    bo.reads("still here")
    expect(bo.page.locator("#people-count")).to_have_text("2")
    assert not bo.page.locator(".line-system").filter(has_text=f"{ada.name} has left").count()


def test_who_closes_the_page_is_gone_at_once(listener: People) -> None:
    """The others see it without waiting for a time-out."""
    song, ada, bo = new_song(), listener("Ole", 0), listener("Pia", 1)
    ada.enters(song)
    bo.enters(song)
    expect(ada.page.locator("#people-count")).to_have_text("2", timeout=PATIENCE)
    bo.page.close()
    expect(ada.page.locator("#people-count")).to_have_text("1", timeout=PATIENCE)


@pytest.mark.local
def test_redis_away_is_said_and_healed(browser: Browser, tmp_path: Path) -> None:
    """The page says so, keeps what was typed, and goes on by itself when Redis is back."""
    with running(tmp_path) as server:
        ada = Listener(browser, server.sites[0], "Quinn")
        bo = Listener(browser, server.sites[1], "Rosa")
        ada.enters()
        bo.enters()
        ada.says("before")
        bo.reads("before")
        server.stop_redis()
        ada.says("while Redis is away")
        ada.is_warned("cannot be fetched")
        assert server.processes[0].status("/readyz") == 503
        assert server.processes[0].status(f"/t/{SONG}") == 503
        server.start_redis()
        bo.reads("while Redis is away")
        ada.reads("while Redis is away")
        assert bo.has_read() == ada.has_read() == ["before", "while Redis is away"]
        expect(ada.page.locator("#notice")).to_be_hidden(timeout=PATIENCE)
        ada.goes()
        bo.goes()


@pytest.mark.local
def test_a_process_that_starts_again_is_hardly_noticed(browser: Browser, tmp_path: Path) -> None:
    """Killed under its clients and started anew: the page comes back with its cursor."""
    with running(tmp_path) as server:
        ada = Listener(browser, server.sites[0], "Sol")
        bo = Listener(browser, server.sites[1], "Tim")
        ada.enters()
        bo.enters()
        ada.says("before")
        bo.reads("before")
        server.processes[1].process.child.kill()
        server.processes[1].process.wait()
        ada.says("while the other process is dead")
        bo.says("typed to nobody")
        server.processes[1].start()
        bo.reads("while the other process is dead")
        ada.reads("typed to nobody")
        said = ["before", "while the other process is dead", "typed to nobody"]
        assert ada.has_read() == said
        bo.reads("typed to nobody")
        assert bo.has_read() == said
        ada.goes()
        bo.goes()
