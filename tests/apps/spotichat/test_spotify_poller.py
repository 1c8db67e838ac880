"""The poller: one process at a time asks, about those who are present, and politely."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apps.spotichat.standin import CLIENT_ID, StandIn, running
from apps.spotichat.test_spotify_accounts import CALLBACK
from brubeck.timekeeping import curtime
from framework.conformance.servers import eventually
from redisstore import connect
from spotichat.spotify.accounts import Accounts
from spotichat.spotify.api import Playing, SpotifyApi
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.listeners import PRESENT
from spotichat.spotify.poller import Poller
from spotichat.spotify.service import Spotify
from spotichat.spotify.signin import SignIn
from spotichat.spotify.songs import Songs
from spotichat.spotify.vault import Vault
from spotichat.tracks import Track

KEYS = SpotifyKeys("test")
ADA, BJORN = "person1", "person2"
FIRST, SECOND = "0StandIn1Umbrella3Wind", "0StandIn2Tram4Depot6Se"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in for Spotify."""
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture
def store(redis: Any, redis_socket: Any, standin: StandIn) -> Iterator[Any]:
    """Give the client of an empty Redis; nothing goes wrong yet."""
    standin.fails("none")
    client = connect(f"unix://{redis_socket}")
    yield client
    client.close()


class Process:
    """What one process has."""

    def __init__(self, standin: StandIn, store: Any) -> None:
        signin = SignIn(standin.url, CLIENT_ID)
        accounts = Accounts(store, KEYS, signin, Vault(["a secret of the settings"]))
        self.spotify = Spotify(store, KEYS, SpotifyApi(standin.url), signin, accounts)
        self.songs = Songs(store, KEYS, self.spotify)
        self.poller = Poller(store, KEYS, self.spotify, self.songs, seconds=10)
        self.standin, self.store = standin, store

    def connects(self, person: str, listener: str) -> None:
        """Sign somebody in."""
        url, browser = self.spotify.begin(person, CALLBACK, "/")
        came_back = self.standin.agrees(url, listener)
        begun = self.spotify.attempts.finish(came_back["state"], browser, person)
        self.spotify.finish(begun, came_back["code"])

    def heard(self, person: str) -> Any:
        """Return what is known of somebody, who gives a sign of life by that."""
        return self.spotify.listeners.touch(person)

    def hears(self, person: str) -> Any:
        """Take a step, and return what is known of somebody after it."""
        self.poller.step()
        eventually(lambda: self.heard(person), "something that was heard")
        return self.heard(person)


@pytest.fixture
def process(standin: StandIn, store: Any) -> Iterator[Callable[[], Process]]:
    """Give a function that makes what a process has."""
    made: list[Process] = []

    def process() -> Process:
        made.append(Process(standin, store))
        return made[-1]

    yield process
    for each in made:
        each.poller.stop()
        each.spotify.close()


def test_who_is_present_is_asked_about(standin: StandIn, process: Callable[[], Process]) -> None:
    """A sign of life is enough; the answer is the song, and its name is cached."""
    one = process()
    one.connects(ADA, "ada")
    standin.plays("ada", "play", FIRST)
    assert one.heard(ADA) is None
    heard = one.hears(ADA)
    assert (heard["track"]["id"], heard["is_playing"], heard["problem"]) == (FIRST, True, "")
    assert one.songs.find(FIRST).title == "Umbrellas Against the Wind"


def test_nobody_is_asked_about_who_is_not_here(
    standin: StandIn, process: Callable[[], Process]
) -> None:
    """Without a sign of life, or after the last one, Spotify hears nothing from us."""
    one = process()
    one.connects(ADA, "ada")
    before = standin.counts()
    one.poller.step()
    one.heard(ADA)
    one.store.zadd(KEYS.listeners, {ADA: curtime() - PRESENT - 1})
    one.poller.step()
    assert standin.counts() == before
    assert one.store.zcard(KEYS.due) == one.store.zcard(KEYS.listeners) == 0


def test_nobody_is_asked_about_too_often(standin: StandIn, process: Callable[[], Process]) -> None:
    """However often a page asks, Spotify is asked once in so many seconds."""
    one = process()
    one.connects(ADA, "ada")
    one.heard(ADA)
    before = standin.counts()["playing"]
    one.hears(ADA)
    for _ in range(5):
        one.heard(ADA)
        one.poller.step()
    assert standin.counts()["playing"] == before + 1


def test_one_process_asks_at_a_time(process: Callable[[], Process]) -> None:
    """The second one waits until the first one ends."""
    one, other = process(), process()
    assert one.poller._has_lease()
    assert not other.poller._has_lease()
    assert one.poller._has_lease()
    one.poller.stop()
    assert other.poller._has_lease()
    assert not one.poller._has_lease()


def test_a_lease_that_ended_goes_to_another_process(
    process: Callable[[], Process], store: Any
) -> None:
    """A process that was stopped too long finds out, and does not ask beside the other."""
    one, other = process(), process()
    assert one.poller._has_lease()
    store.delete(KEYS.poller)
    assert other.poller._has_lease()
    assert not one.poller._has_lease()
    assert other.poller._has_lease()


def test_silence_is_asked_about_less_often(
    standin: StandIn, process: Callable[[], Process]
) -> None:
    """204: nothing plays, which will not change soon."""
    one = process()
    one.connects(ADA, "ada")
    standin.plays("ada", "silence")
    assert one.poller.ask_about(ADA) == 30_000
    assert one.heard(ADA)["track"] is None
    standin.plays("ada", "play", FIRST)
    standin.plays("ada", "pause")
    assert one.poller.ask_about(ADA) == 30_000
    assert one.heard(ADA)["is_playing"] is False


@pytest.mark.parametrize(
    ("left", "pause"), [(60_000, 10_000), (4_000, 5_000), (0, 1_000), (-9_000, 1_000)]
)
def test_the_end_of_a_song_is_looked_at_in_time(
    left: int, pause: int, process: Callable[[], Process]
) -> None:
    """Asked again when the song is over, if that is sooner than usual."""
    track = Track(FIRST, "x", (), 180_000, "")
    assert (
        process().poller._pace(Playing(track, is_playing=True, progress_ms=180_000 - left)) == pause
    )


@pytest.mark.parametrize(
    ("kind", "problem"), [("500", "away"), ("429", "slow"), ("403", "refused")]
)
def test_what_goes_wrong_is_told_to_the_page(
    kind: str, problem: str, standin: StandIn, process: Callable[[], Process]
) -> None:
    """The page can say why it does not know what somebody hears; the poller waits longer."""
    one = process()
    one.connects(ADA, "ada")
    standin.fails(kind)
    assert one.poller.ask_about(ADA) == 60_000
    assert one.heard(ADA)["problem"] == problem


def test_a_pause_stops_the_whole_poller(standin: StandIn, process: Callable[[], Process]) -> None:
    """After a 429 no step asks about anybody."""
    one = process()
    one.connects(ADA, "ada")
    standin.fails("429", seconds=50)
    one.poller.ask_about(ADA)
    one.heard(BJORN)
    before = standin.counts()
    one.poller.step()
    assert standin.counts() == before
    assert BJORN in one.spotify.listeners.due(4)


def test_a_slow_answer_holds_nobody_else_up(
    standin: StandIn, process: Callable[[], Process]
) -> None:
    """While one person's answer takes its time, the others get theirs."""
    one = process()
    one.connects(ADA, "ada")
    one.connects(BJORN, "björn")
    standin.fails("slow", seconds=8)
    one.heard(ADA)
    one.poller.step()
    eventually(lambda: standin.counts()["playing"], "the slow question")
    standin.plays("björn", "play", SECOND)
    one.heard(BJORN)
    assert one.hears(BJORN)["track"]["id"] == SECOND
    assert one.heard(ADA) is None


def test_who_has_taken_his_permission_back_is_not_asked_about_any_more(
    standin: StandIn, process: Callable[[], Process]
) -> None:
    """He is disconnected, and gone from the list."""
    one = process()
    one.connects(ADA, "ada")
    one.heard(ADA)
    standin.fails("revoke")
    assert one.poller.ask_about(ADA) == 0
    assert not one.spotify.accounts.is_connected(ADA)
    assert one.store.zcard(KEYS.due) == 0


def test_the_greenlet_asks_by_itself_and_survives_redis(
    standin: StandIn, process: Callable[[], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started, it finds who is due; a step that fails is not its last one."""
    monkeypatch.setattr("spotichat.spotify.poller.STEP", 0.02)
    one = process()
    one.connects(ADA, "ada")
    standin.plays("ada", "play", SECOND)
    steps, step = iter([OSError("as was asked for")]), one.poller.step

    def failing() -> None:
        for error in steps:
            raise error
        step()

    monkeypatch.setattr(one.poller, "step", failing)
    one.heard(ADA)
    one.poller.start()
    eventually(lambda: one.heard(ADA), "something that was heard")
    assert one.heard(ADA)["track"]["id"] == SECOND


def test_following_is_a_choice_that_is_remembered(process: Callable[[], Process]) -> None:
    """Nobody is moved who has not asked for it."""
    listeners = process().spotify.listeners
    assert not listeners.follows(ADA)
    listeners.choose(ADA, follows=True)
    assert listeners.follows(ADA)
    listeners.choose(ADA, follows=False)
    assert not listeners.follows(ADA)
