"""The stand-in for Spotify answers as Spotify documents it, and goes wrong on demand."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from apps.spotichat.standin import CLIENT_ID, FORM, StandIn, running
from framework.conformance.servers import Answer, ask
from spotifystandin.grants import challenge_of

VERIFIER = "v" * 43
CALLBACK = "http://127.0.0.1:8000/spotify/callback"
ASKED = {
    "client_id": CLIENT_ID, "response_type": "code", "redirect_uri": CALLBACK, "state": "st&te",
    "scope": "user-read-currently-playing", "code_challenge_method": "S256",
    "code_challenge": challenge_of(VERIFIER),
}  # fmt: skip
PLAYING = "/v1/me/player/currently-playing"
SONG = "0StandIn5Stairs7Number"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in."""
    with running(tmp_path_factory.mktemp("standin")) as standin:
        yield standin


@pytest.fixture
def standin(started: StandIn) -> StandIn:
    """Give a stand-in in which nothing goes wrong yet."""
    started.fails("none")
    return started


def authorizes(standin: StandIn, **changes: str) -> Answer:
    """Open the page that asks for permission."""
    return ask(standin.port, "GET", f"/authorize?{urlencode(ASKED | changes)}")


def code(standin: StandIn, listener: str = "ada") -> str:
    """Agree, and return the code."""
    return standin.agrees(f"{standin.url}/authorize?{urlencode(ASKED)}", listener)["code"]


def tokens(standin: StandIn, **form: str) -> tuple[int, dict[str, Any]]:
    """Ask for tokens; return the status and the document."""
    fields = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **form}
    answer = ask(standin.port, "POST", "/api/token", FORM, urlencode(fields).encode())
    return answer.status, json.loads(answer.body)


def connected(standin: StandIn, listener: str = "ada") -> dict[str, Any]:
    """Return good tokens."""
    status, found = tokens(standin, grant_type="authorization_code", code=code(standin, listener))
    assert status == 200
    return found


def asks(standin: StandIn, path: str, token: str) -> Answer:
    """Ask the Web API."""
    return ask(standin.port, "GET", path, {"Authorization": f"Bearer {token}"})


def test_challenges_are_those_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"redirect_uri": "javascript:x"}])
def test_nobody_is_sent_where_nothing_can_be_trusted(
    standin: StandIn, changes: dict[str, str]
) -> None:
    """Without a known client and an address there is no way back, only an error (RFC 6749, 4.1.2.1)."""
    assert authorizes(standin, **changes).status == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
def test_what_is_wrong_goes_back_with_the_state(
    standin: StandIn, changes: dict[str, str], error: str
) -> None:
    """All other mistakes are told to the site."""
    location = authorizes(standin, **changes).headers["location"]
    assert dict(parse_qsl(urlsplit(location).query)) == {"error": error, "state": "st&te"}


def test_who_cancels_sends_no_code(standin: StandIn) -> None:
    """The site learns `access_denied`."""
    url = f"{standin.url}/authorize?{urlencode(ASKED)}"
    assert standin.agrees(url, "nobody") == {"error": "access_denied", "state": "st&te"}


def test_a_code_is_good_once_and_with_its_verifier(standin: StandIn) -> None:
    """A second use, another verifier, another address: `invalid_grant`."""
    used = code(standin)
    asked = {"grant_type": "authorization_code", "code": used}
    assert tokens(standin, **asked)[0] == 200
    refused = [
        tokens(standin, **asked),
        tokens(standin, **asked | {"code": code(standin), "code_verifier": "w" * 43}),
        tokens(standin, **asked | {"code": code(standin), "redirect_uri": CALLBACK + "x"}),
    ]
    assert refused == [(400, {"error": "invalid_grant"})] * 3


def test_refresh_tokens_rotate(standin: StandIn) -> None:
    """Each is good once, and brings the next one."""
    first = connected(standin)["refresh_token"]
    status, second = tokens(standin, grant_type="refresh_token", refresh_token=first)
    assert status == 200
    assert second["refresh_token"] != first
    again = tokens(standin, grant_type="refresh_token", refresh_token=first)
    assert again == (400, {"error": "invalid_grant"})


def test_only_the_known_client_gets_tokens(standin: StandIn) -> None:
    """Another id, or an unknown kind of grant, gets none."""
    asked = {"grant_type": "refresh_token", "refresh_token": "x"}
    assert tokens(standin, **asked, client_id="other") == (400, {"error": "invalid_client"})
    refused = (400, {"error": "unsupported_grant_type"})
    assert tokens(standin, grant_type="client_credentials") == refused  # without a secret
    assert tokens(standin, grant_type="password") == refused


def test_what_is_playing_is_the_owners(standin: StandIn) -> None:
    """200 with item, is_playing and progress_ms; 204 for silence; 401 without a good token."""
    token = connected(standin, "chiyo")["access_token"]
    standin.plays("chiyo", "play", SONG)
    playing = json.loads(asks(standin, PLAYING, token).body)
    assert playing["item"]["id"] == SONG
    assert playing["is_playing"] is True
    assert 0 <= playing["progress_ms"] < playing["item"]["duration_ms"]
    standin.plays("chiyo", "pause")
    assert json.loads(asks(standin, PLAYING, token).body)["is_playing"] is False
    standin.plays("chiyo", "silence")
    silent = asks(standin, PLAYING, token)
    assert (silent.status, silent.body) == (204, b"")
    standin.fails("expire")
    assert asks(standin, PLAYING, token).status == 401
    assert asks(standin, PLAYING, "invented").status == 401


def test_tracks_are_described(standin: StandIn) -> None:
    """With artists and length; 404 for others."""
    token = connected(standin)["access_token"]
    track = json.loads(asks(standin, f"/v1/tracks/{SONG}", token).body)
    assert (track["name"], track["duration_ms"]) == ("Nobody Counts the Stairs", 158_000)
    assert asks(standin, "/v1/tracks/6rqhFgbbKwnb9MLmUQDhG6", token).status == 404


def test_answers_go_wrong_as_often_as_was_asked_for(standin: StandIn) -> None:
    """And then they are right again; 429 says how long to wait."""
    token = connected(standin)["access_token"]
    standin.fails("429", times=2, seconds=7)
    first, second, third = (asks(standin, f"{PLAYING}", token) for _ in range(3))
    assert (first.status, first.headers["retry-after"]) == (429, "7")
    assert (second.status, third.status < 300) == (429, True)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/radio/player", {"listener": "nobody", "do": "skip"}),
        ("/radio/player", {"listener": "ada", "do": "play", "song": "none"}),
        ("/radio/faults", {"kind": "418", "where": "playing"}),
        ("/radio/faults", {"kind": "500", "where": "playing", "times": "many"}),
    ],
)
def test_wrong_wishes_are_refused(standin: StandIn, path: str, form: dict[str, str]) -> None:
    """A test that asks for what does not exist learns so at once."""
    assert standin.post(path, **form).status == 400


def test_the_page_shows_who_hears_what(standin: StandIn) -> None:
    """For people who try the demo."""
    standin.plays("ada", "play", SONG)
    page = ask(standin.port, "GET", "/").body.decode()
    assert "Nobody Counts the Stairs" in page
    assert "björn" in page
