"""What Spotify answers, and how little of it is believed."""

from collections.abc import Iterator
from typing import Any

import pytest
from apps.spotichat.standin import StandIn, running
from hypothesis import given
from hypothesis import strategies as st
from redisstore import connect
from requests import Response
from spotichat.catalogue import SONGS
from spotichat.spotify.answers import LONGEST_PAUSE, PAUSE, check
from spotichat.spotify.api import Playing, SpotifyApi, playing_of, track_of
from spotichat.spotify.errors import (
    ExpiredError,
    HurriedError,
    RefusedError,
    SpotifyError,
)
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.signin import tokens_of
from spotichat.spotify.songs import Songs, track_from
from spotichat.tracks import Track, drawn_cover, unnamed

SONG = "6rqhFgbbKwnb9MLmUQDhG6"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
ITEM = {
    "type": "track", "id": SONG, "name": "A title", "duration_ms": 61_000,
    "artists": [{"name": "One"}, {"name": "Two"}],
    "album": {"images": [
        {"url": "https://i.scdn.co/image/large", "width": 640},
        {"url": "https://i.scdn.co/image/medium", "width": 300},
        {"url": "https://i.scdn.co/image/small", "width": 64},
    ]},
}  # fmt: skip


def answer(status: int, **headers: str) -> Response:
    """Return an answer without a body."""
    made = Response()
    made.status_code = status
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def test_a_track_object_becomes_a_song() -> None:
    """Title, artists, length, and the smallest cover that is large enough."""
    cover = "https://i.scdn.co/image/medium"
    assert track_of(ITEM) == Track(SONG, "A title", ("One", "Two"), 61_000, cover)


@pytest.mark.parametrize(
    "url",
    [
        "http://i.scdn.co/image/x",
        "https://i.scdn.co.example.org/x",
        "https://i.scdn.co@example.org/x",
        "javascript:alert(1)",
        "data:image/svg+xml,x",
        None,
        7,
    ],
)
def test_pictures_come_from_spotify_or_are_drawn(url: object) -> None:
    """No other address gets into the page."""
    track = track_of({**ITEM, "album": {"images": [{"url": url, "width": 300}]}})
    assert track is not None
    assert track.cover == drawn_cover(SONG)


@pytest.mark.parametrize(
    "item",
    [
        None,
        {**ITEM, "type": "episode"},
        {**ITEM, "id": None},
        {**ITEM, "id": "../../x"},
        {**ITEM, "name": ""},
        {**ITEM, "name": 5},
    ],
)
def test_what_is_no_song_is_none(item: object) -> None:
    """Podcasts, advertisements, local files and nonsense have no room."""
    assert track_of(item) is None


@given(st.dictionaries(st.sampled_from([*ITEM, "item", "is_playing", "progress_ms"]), JSON))
def test_any_json_is_understood_or_left_out(document: dict[str, Any]) -> None:
    """No answer, however strange, breaks the program or brings a wild number."""
    for found in (playing_of(document), playing_of({"item": document})):
        assert 0 <= found.progress_ms <= 24 * 60 * 60 * 1000
        assert found.is_playing in {True, False}
        assert found.track is None or found.track.title


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, ExpiredError),
        (403, RefusedError),
        (500, SpotifyError),
        (502, SpotifyError),
        (404, SpotifyError),
    ],
)
def test_a_status_means_what_spotify_documents(status: int, error: type[SpotifyError]) -> None:
    """Each kind of failure is told apart by what is to be done."""
    with pytest.raises(error):
        check(answer(status))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("17", 17),
        ("0", 1),
        ("", PAUSE),
        ("soon", PAUSE),
        ("43200", 43_200),
        ("-5", PAUSE),
        ("99999999", LONGEST_PAUSE),
        ("²", PAUSE),
    ],
)
def test_retry_after_is_respected_within_reason(said: str, seconds: int) -> None:
    """At least a second, at most a day, half a minute where nothing sensible is said."""
    with pytest.raises(HurriedError) as hurried:
        check(answer(429, Retry_After=said))
    assert hurried.value.seconds == seconds


@pytest.mark.parametrize(
    "found",
    [{}, {"access_token": ""}, {"access_token": 5}, {"access_token": "a", "refresh_token": 5}],
)
def test_an_answer_without_tokens_is_none(found: dict[str, Any]) -> None:
    """The token endpoint is not believed blindly either."""
    with pytest.raises(SpotifyError):
        tokens_of(found)


# -- over HTTP -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in for Spotify."""
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


def test_a_bad_token_is_expired(standin: StandIn) -> None:
    """401 is told apart from all else."""
    api = SpotifyApi(standin.url)
    with pytest.raises(ExpiredError):
        api.currently_playing("no such token")
    api.close()


def test_a_service_that_is_not_there_is_an_error_of_spotify() -> None:
    """Nobody listens at that port: no exception of a library comes through."""
    api = SpotifyApi("http://127.0.0.1:1")
    with pytest.raises(SpotifyError):
        api.currently_playing("token")
    api.close()


# -- songs -----------------------------------------------------------------------------------------


class Asked:
    """A Spotify that knows one song and counts."""

    def __init__(self, *, fails: bool = False) -> None:
        self.times = 0
        self.fails = fails

    def track(self, track_id: str, person: str) -> Track | None:
        self.times += 1
        if self.fails:
            raise SpotifyError("away")
        return track_of(ITEM) if track_id == SONG else None


@pytest.fixture
def store(redis: Any, redis_socket: Any) -> Iterator[Any]:
    """Give the client of an empty Redis as the application has it."""
    client = connect(f"unix://{redis_socket}")
    yield client
    client.close()


def test_a_song_is_asked_for_once_a_day(store: Any) -> None:
    """The answer is cached in Redis, for all processes."""
    asked = Asked()
    one, other = (Songs(store, SpotifyKeys("test"), asked) for _ in range(2))  # type: ignore[arg-type]
    assert one.find(SONG) == other.find(SONG) == track_of(ITEM)
    assert asked.times == 1
    assert 0 < store.ttl(SpotifyKeys("test").track(SONG)) <= 24 * 60 * 60


def test_a_song_that_spotify_does_not_know_is_not_asked_for_again_and_again(store: Any) -> None:
    """That is remembered as well, for an hour."""
    asked, unknown = Asked(), "1" * 22
    songs = Songs(store, SpotifyKeys("test"), asked)  # type: ignore[arg-type]
    assert songs.find(unknown) == songs.find(unknown) == unnamed(unknown)
    assert asked.times == 1


def test_a_spotify_in_trouble_is_left_alone_for_a_moment(store: Any) -> None:
    """Not everybody who opens the room waits for an answer that does not come."""
    asked, keys = Asked(fails=True), SpotifyKeys("test")
    songs = Songs(store, keys, asked)  # type: ignore[arg-type]
    assert songs.find(SONG) == songs.find(SONG) == unnamed(SONG)
    assert asked.times == 1
    assert 0 < store.ttl(keys.track(SONG)) <= 30
    store.delete(keys.track(SONG))
    asked.fails = False
    assert songs.find(SONG) == track_of(ITEM)


def test_a_room_has_a_header_whatever_is_away(store: Any) -> None:
    """Without Spotify, without keys, without Redis there is a song all the same."""
    keys, away = SpotifyKeys("test"), connect("unix:///nowhere/redis.sock")
    assert Songs(store, keys).find(SONG) == unnamed(SONG)
    assert Songs(away, keys, Asked()).find(SONG) == unnamed(SONG)  # type: ignore[arg-type]
    assert Songs(away, keys).find_all([SONG]) == {SONG: unnamed(SONG)}
    away.close()


def test_invented_songs_are_known_without_asking(store: Any) -> None:
    """The catalogue comes first; lists ask nobody."""
    asked, invented = Asked(), next(iter(SONGS))
    songs = Songs(store, SpotifyKeys("test"), asked)  # type: ignore[arg-type]
    assert songs.find(invented) == SONGS[invented]
    assert songs.find_all([invented, SONG]) == {invented: SONGS[invented], SONG: unnamed(SONG)}
    assert asked.times == 0


@given(st.sampled_from(sorted(SONGS)))
def test_songs_survive_the_cache(song: str) -> None:
    """JSON and back is the same song."""
    import json

    assert track_from(json.dumps(SONGS[song].to_python())) == SONGS[song]


def test_silence_is_nothing_playing() -> None:
    """204 and an empty item look the same."""
    assert playing_of({"item": None, "is_playing": True}) == Playing(None, is_playing=True)
