"""Connecting Spotify: PKCE, tokens at rest, refreshing; against the stand-in."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from apps.spotichat.standin import CLIENT_ID, StandIn, running
from brubeck.concurrency import current
from redis import Redis
from redisstore import connect
from spotichat.spotify.accounts import Accounts
from spotichat.spotify.api import SpotifyApi
from spotichat.spotify.attempts import LIFE, StaleAttemptError
from spotichat.spotify.errors import DisconnectedError, HurriedError, SpotifyError
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.service import Spotify
from spotichat.spotify.signin import SignIn, Tokens
from spotichat.spotify.vault import Vault

CALLBACK = "http://spotichat.localhost:6767/spotify/callback"
KEYS = SpotifyKeys("test")
OLD, NEW = "an old secret of the settings", "a new secret of the settings"
TOKENS = Tokens("access", "refresh", 2_000_000_000)
SOMEBODY = "0123abcd"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in for Spotify."""
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture
def store(redis: "Redis[Any]", redis_socket: Any) -> Iterator[Any]:
    """Give the client of an empty Redis as the application has it."""
    client = connect(f"unix://{redis_socket}")
    yield client
    client.close()


def spotify_at(standin: StandIn, store: Any, secret: str = "") -> Spotify:
    """Return Spotify as a process has it."""
    signin = SignIn(standin.url, CLIENT_ID, secret)
    accounts = Accounts(store, KEYS, signin, Vault([NEW]))
    return Spotify(store, KEYS, SpotifyApi(standin.url), signin, accounts)


@pytest.fixture
def spotify(standin: StandIn, store: Any) -> Iterator[Spotify]:
    """Give Spotify as a process has it, without faults."""
    standin.fails("none")
    service = spotify_at(standin, store)
    yield service
    service.close()


def connects(
    standin: StandIn, spotify: Spotify, person: str = SOMEBODY, listener: str = "ada"
) -> None:
    """Sign somebody in."""
    url, browser = spotify.begin(person, CALLBACK, "/")
    came_back = standin.agrees(url, listener)
    spotify.finish(spotify.attempts.finish(came_back["state"], browser, person), came_back["code"])


# -- signing in ------------------------------------------------------------------------------------


def test_signing_in_by_code_and_pkce_gives_tokens(standin: StandIn, spotify: Spotify) -> None:
    """After the way there and back, Spotify answers in this person's name."""
    connects(standin, spotify)
    assert spotify.accounts.is_connected(SOMEBODY)
    assert spotify.hear(SOMEBODY).track is not None


def test_the_address_to_spotify_carries_no_secret(spotify: Spotify) -> None:
    """The verifier and the browser's half stay here; the challenge goes, hashed."""
    url, browser = spotify.begin(SOMEBODY, CALLBACK, "/")
    assert browser not in url
    assert "code_challenge_method=S256" in url
    assert "code_verifier" not in url
    assert "scope=user-read-currently-playing" in url


def test_a_code_without_its_verifier_is_worth_nothing(standin: StandIn, spotify: Spotify) -> None:
    """Somebody who steals a code on its way cannot use it (RFC 7636)."""
    url, _ = spotify.begin(SOMEBODY, CALLBACK, "/")
    code = standin.agrees(url)["code"]
    with pytest.raises(DisconnectedError):
        SignIn(standin.url, CLIENT_ID).finish(code, "another verifier " * 3, CALLBACK)


def test_another_browser_cannot_finish_a_sign_in(standin: StandIn, spotify: Spotify) -> None:
    """The state alone is not enough: the browser's own half is missing."""
    url, _ = spotify.begin(SOMEBODY, CALLBACK, "/")
    _, others = spotify.begin("somebodyelse", CALLBACK, "/")
    state = standin.agrees(url)["state"]
    with pytest.raises(StaleAttemptError):
        spotify.attempts.finish(state, others, SOMEBODY)


def test_another_person_cannot_finish_a_sign_in(standin: StandIn, spotify: Spotify) -> None:
    """Nor can the same browser under another name."""
    url, browser = spotify.begin(SOMEBODY, CALLBACK, "/")
    state = standin.agrees(url)["state"]
    with pytest.raises(StaleAttemptError):
        spotify.attempts.finish(state, browser, "somebodyelse")


def test_a_state_is_good_once(standin: StandIn, spotify: Spotify) -> None:
    """The second use finds nothing, as does one that was never given."""
    url, browser = spotify.begin(SOMEBODY, CALLBACK, "/")
    state = standin.agrees(url)["state"]
    spotify.attempts.finish(state, browser, SOMEBODY)
    for stale in (state, "invented", ""):
        with pytest.raises(StaleAttemptError):
            spotify.attempts.finish(stale, browser, SOMEBODY)


def test_a_sign_in_that_was_begun_expires(spotify: Spotify, store: Any) -> None:
    """What is kept of it ends by itself."""
    spotify.begin(SOMEBODY, CALLBACK, "/")
    [key] = store.keys(KEYS.attempt("*"))
    assert 0 < store.ttl(key) <= LIFE


# -- tokens at rest --------------------------------------------------------------------------------


def test_redis_never_sees_a_token(standin: StandIn, spotify: Spotify, store: Any) -> None:
    """What is stored says nothing to somebody who reads the database."""
    connects(standin, spotify)
    sealed, access = store.get(KEYS.tokens(SOMEBODY)), spotify.accounts.access(SOMEBODY)
    assert len(access) > 20
    assert access not in sealed
    assert "refresh" not in sealed
    assert store.ttl(KEYS.tokens(SOMEBODY)) > 0


def test_sealed_tokens_open_for_their_owner_only() -> None:
    """A text that was moved to somebody else's key is worth nothing there."""
    vault = Vault([NEW])
    sealed = vault.seal(SOMEBODY, TOKENS)
    assert vault.open(SOMEBODY, sealed) == TOKENS
    assert vault.open("somebodyelse", sealed) is None


def test_a_new_secret_still_opens_what_the_old_one_sealed() -> None:
    """Secrets can be changed: the last one seals, all of them open, others do not."""
    sealed = Vault([OLD]).seal(SOMEBODY, TOKENS)
    assert Vault([OLD, NEW]).open(SOMEBODY, sealed) == TOKENS
    assert Vault([NEW]).open(SOMEBODY, sealed) is None
    assert Vault([NEW]).open(SOMEBODY, Vault([OLD, NEW]).seal(SOMEBODY, TOKENS)) == TOKENS


@pytest.mark.parametrize("broken", ["", "nonsense", "gAAAAA", "é"])
def test_what_is_no_sealed_text_is_no_token(broken: str) -> None:
    """A damaged database signs somebody out, and breaks nothing."""
    assert Vault([NEW]).open(SOMEBODY, broken) is None


# -- refreshing ------------------------------------------------------------------------------------


def test_a_token_that_ends_soon_is_refreshed_before_it_is_used(
    standin: StandIn, spotify: Spotify
) -> None:
    """Nobody has to be told 401 first."""
    connects(standin, spotify)
    old = spotify.accounts._tokens(SOMEBODY)
    spotify.accounts.connect(SOMEBODY, Tokens(old.access, old.refresh, int(time.time()) + 5))
    before = standin.counts()
    assert spotify.accounts.access(SOMEBODY) != old.access
    assert standin.counts()["refreshed"] == before["refreshed"] + 1


def test_a_refused_token_is_refreshed_once_and_the_new_refresh_token_kept(
    standin: StandIn, spotify: Spotify
) -> None:
    """401 leads to one refreshing; the stand-in takes each refresh token once, so rotation works."""
    connects(standin, spotify)
    for _ in range(3):
        before = standin.counts()
        standin.fails("expire")
        assert spotify.hear(SOMEBODY).track is not None
        after = standin.counts()
        assert after["refreshed"] == before["refreshed"] + 1
        assert after["playing"] == before["playing"] + 2


def test_one_process_refreshes_while_others_wait(
    standin: StandIn, spotify: Spotify, store: Any
) -> None:
    """Eight at once, over two processes' worth of objects, refresh one time; all get the new token."""
    connects(standin, spotify)
    others = spotify_at(standin, store)
    stale, before = spotify.accounts.access(SOMEBODY), standin.counts()["refreshed"]
    found: list[str] = []
    tasks = [
        current().spawn(lambda one=one: found.append(one.accounts.renewed(SOMEBODY, stale)))
        for one in (spotify, others) * 4
    ]
    for task in tasks:
        task.join()  # type: ignore[attr-defined]  # a greenlet of gevent
    others.close()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert found[0] != stale
    assert standin.counts()["refreshed"] == before + 1


def test_a_permission_that_was_taken_back_is_forgotten(standin: StandIn, spotify: Spotify) -> None:
    """After that nobody is connected any more, and Spotify is not asked again."""
    connects(standin, spotify)
    standin.fails("revoke")
    with pytest.raises(DisconnectedError):
        spotify.hear(SOMEBODY)
    assert not spotify.accounts.is_connected(SOMEBODY)
    before = standin.counts()
    with pytest.raises(DisconnectedError):
        spotify.hear(SOMEBODY)
    assert standin.counts() == before


def test_a_failing_refresh_loses_nothing(standin: StandIn, spotify: Spotify) -> None:
    """When the accounts service is away, the tokens stay, and the next try succeeds."""
    connects(standin, spotify)
    standin.fails("expire")
    standin.fails("500", where="token")
    with pytest.raises(SpotifyError):
        spotify.hear(SOMEBODY)
    assert spotify.accounts.is_connected(SOMEBODY)
    assert spotify.hear(SOMEBODY).track is not None


def test_who_disconnects_during_a_refreshing_stays_disconnected(
    standin: StandIn, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New tokens do not bring back what was forgotten meanwhile."""
    connects(standin, spotify)
    refresh = spotify._signin.refresh

    def disconnecting(token: str) -> Tokens:
        spotify.disconnect(SOMEBODY)
        return refresh(token)

    monkeypatch.setattr(spotify._signin, "refresh", disconnecting)
    stale = spotify.accounts.access(SOMEBODY)
    with pytest.raises(DisconnectedError):
        spotify.accounts.renewed(SOMEBODY, stale)
    assert not spotify.accounts.is_connected(SOMEBODY)


def test_disconnecting_forgets_everything(standin: StandIn, spotify: Spotify, store: Any) -> None:
    """Not one key of that person is left."""
    connects(standin, spotify)
    spotify.listeners.touch(SOMEBODY)
    spotify.listeners.choose(SOMEBODY, follows=True)
    spotify.listeners.keep(SOMEBODY, spotify.hear(SOMEBODY))
    spotify.disconnect(SOMEBODY)
    assert [key for key in store.keys("*") if SOMEBODY in key] == []
    assert store.zrange(KEYS.due, 0, -1) == []
    assert store.zrange(KEYS.listeners, 0, -1) == []


# -- songs and pace --------------------------------------------------------------------------------


def test_a_pause_counts_for_everybody_and_all_processes(
    standin: StandIn, spotify: Spotify, store: Any
) -> None:
    """After a 429 nobody asks until Retry-After has passed."""
    connects(standin, spotify)
    standin.fails("429", seconds=40)
    with pytest.raises(HurriedError) as hurried:
        spotify.hear(SOMEBODY)
    assert hurried.value.seconds == 40
    assert 0 < store.ttl(KEYS.pause) <= 40
    before, others = standin.counts(), spotify_at(standin, store)
    for question in (lambda: others.hear(SOMEBODY), lambda: others.track("x" * 22, SOMEBODY)):
        with pytest.raises(HurriedError):
            question()
    others.close()
    assert standin.counts() == before


def test_a_pause_of_the_accounts_service_counts_as_well(
    standin: StandIn, spotify: Spotify, store: Any
) -> None:
    """429 at the token endpoint is respected like any other."""
    connects(standin, spotify)
    standin.fails("expire")
    standin.fails("429", where="token", seconds=30)
    with pytest.raises(HurriedError):
        spotify.hear(SOMEBODY)
    assert store.ttl(KEYS.pause) > 0
    assert spotify.accounts.is_connected(SOMEBODY)


def test_a_site_with_a_secret_asks_for_songs_in_its_own_name(standin: StandIn, store: Any) -> None:
    """Client credentials give the names of songs without anybody being connected."""
    service = spotify_at(standin, store, secret="stand-in")
    track = service.track("0StandIn1Umbrella3Wind", "")
    service.close()
    assert track is not None
    assert track.title == "Umbrellas Against the Wind"


@pytest.mark.parametrize("person", [SOMEBODY, ""])
def test_a_song_is_asked_for_anew_with_a_token_that_is_good(
    standin: StandIn, store: Any, person: str
) -> None:
    """401 is nobody's business here as well, whether a person asks or the site itself."""
    standin.fails("none")
    service = spotify_at(standin, store, secret="stand-in")
    if person:
        connects(standin, service, person)
    assert service.track("0StandIn1Umbrella3Wind", person)
    standin.fails("expire")
    before = standin.counts()["tracks"]
    assert service.track("0StandIn2Tram4Depot6Se", person)
    assert standin.counts()["tracks"] == before + 2
    assert service.track("0StandIn1Umbrella3Wind", person)
    assert standin.counts()["tracks"] == before + 3
    service.close()


def test_a_site_without_a_secret_says_so(spotify: Spotify) -> None:
    """Then a song has a name only when somebody connected asks."""
    with pytest.raises(DisconnectedError, match="SPOTIFY_CLIENT_SECRET"):
        spotify.track("0StandIn1Umbrella3Wind", "")


def test_what_is_remembered_of_a_sign_in_is_json_of_no_token(spotify: Spotify, store: Any) -> None:
    """Of the browser's half only a digest is kept."""
    _, browser = spotify.begin(SOMEBODY, CALLBACK, "/back")
    [key] = store.keys(KEYS.attempt("*"))
    kept = json.loads(store.get(key))
    assert kept["back"] == "/back"
    assert browser not in kept.values()
    with suppress(StaleAttemptError):
        spotify.attempts.finish("another state", browser, SOMEBODY)
    assert store.exists(key)
