"""The pages about Spotify: connecting, coming back, what is heard, disconnecting."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from apps.spotichat.standin import CLIENT_ID, StandIn, running
from apps.spotichat.visitors import PAGE, Visitor
from framework.conformance.servers import eventually
from spotichat.app import SpotiChat
from spotichat.settings import Settings

SONG = "0StandIn4Glass6Harmoni"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """Give a stand-in for Spotify."""
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture
def connected_app(
    start: Callable[..., SpotiChat], settings: Settings, standin: StandIn
) -> SpotiChat:
    """Give an application with keys of the stand-in, without faults."""
    standin.fails("none")
    return start(replace(
        settings, spotify_client_id=CLIENT_ID, spotify_accounts_url=standin.url,
        spotify_api_url=standin.url, spotify_seconds=1,
    ))  # fmt: skip


@pytest.fixture
def ada(connected_app: SpotiChat) -> Visitor:
    """Give somebody with a name."""
    return Visitor(connected_app, "Ada")


def begins(visitor: Visitor, back: str = "/settings") -> str:
    """Press the button that leads to Spotify; return where it leads."""
    answer = visitor.sends("/spotify/login", back=back)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def comes_back(visitor: Visitor, **query: str):  # type: ignore[no-untyped-def]
    """Open the address to which Spotify sends browsers back."""
    return visitor.get(f"/spotify/callback?{urlencode(query)}")


def connects(visitor: Visitor, standin: StandIn, back: str = "/settings") -> None:
    """Go the whole way."""
    answer = comes_back(visitor, **standin.agrees(begins(visitor, back)))
    assert (answer.status_code, answer.headers["location"]) == (302, back)


def test_connecting_leads_there_and_back(ada: Visitor, standin: StandIn) -> None:
    """The page from which somebody came tells that it has worked, once."""
    connects(ada, standin)
    assert "Spotify is connected." in ada.reads("/settings")
    assert "Disconnect Spotify" in ada.reads("/settings")
    assert 'data-spotify="1"' in ada.get(PAGE).text


def test_the_cookie_of_a_sign_in_is_for_the_way_back_alone(ada: Visitor, standin: StandIn) -> None:
    """It goes to /spotify only, scripts cannot read it, and it is gone afterwards."""
    url = begins(ada)
    cookie = ada.browser.stored_cookie("spotify")
    assert cookie is not None
    assert cookie.path == "/spotify"
    assert cookie.has_nonstandard_attr("HttpOnly")
    comes_back(ada, **standin.agrees(url))
    assert ada.browser.stored_cookie("spotify") is None


def test_the_policy_lets_the_form_lead_to_spotify(ada: Visitor, standin: StandIn) -> None:
    """Browsers apply `form-action` to redirects as well."""
    policy = ada.get("/spotify/login").headers["content-security-policy"]
    assert f"form-action 'self' {standin.url}" in policy


def test_nobody_is_led_to_another_site_afterwards(ada: Visitor, standin: StandIn) -> None:
    """What to go back to is a page of this site (CWE-601)."""
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"):
        answer = comes_back(ada, **standin.agrees(begins(ada, back)))
        assert answer.headers["location"] == "/settings"


def test_a_way_back_without_its_beginning_is_refused(ada: Visitor, standin: StandIn) -> None:
    """Invented, used already, or of another person: 403, and nobody is connected."""
    url = begins(ada)
    answer = standin.agrees(url)
    other = Visitor(ada.app, "Bob")
    begins(other)
    assert comes_back(other, **answer).status_code == 403
    assert "Begin it again" in comes_back(ada, code="x", state="invented").text
    assert "Connect Spotify" in other.reads("/settings")


def test_who_does_not_agree_is_not_connected(ada: Visitor, standin: StandIn) -> None:
    """The page says that nothing has changed."""
    answer = comes_back(ada, **standin.agrees(begins(ada), listener=""))
    assert answer.status_code == 403
    assert "you have not agreed" in answer.text


def test_a_spotify_that_fails_is_told(ada: Visitor, standin: StandIn) -> None:
    """502, in words, and the next try works."""
    answer = standin.agrees(begins(ada))
    standin.fails("500", where="token")
    page = comes_back(ada, **answer)
    assert page.status_code == 502
    assert "Try again in a minute" in page.text
    connects(ada, standin)


def test_what_is_heard_comes_with_a_sign_of_life(ada: Visitor, standin: StandIn) -> None:
    """The page asks, the poller answers in the background; the song's name is known afterwards."""
    connects(ada, standin)
    standin.plays("ada", "play", SONG)
    token = {"x-csrf-token": csrf_of(ada)}

    def heard() -> dict[str, object]:
        answer: dict[str, object] = ada.browser.post("/spotify/playing", headers=token).json()
        return answer

    eventually(lambda: heard()["track"], "a song that is heard")
    known = heard()
    assert (known["connected"], known["follows"], known["path"]) == (True, False, f"/t/{SONG}")
    assert "Harmonica Made of Glass" in Visitor(ada.app).reads(f"/t/{SONG}")


def csrf_of(visitor: Visitor) -> str:
    """Return the token that the page's script sends."""
    page = visitor.get(PAGE).text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def test_following_is_remembered(ada: Visitor, standin: StandIn) -> None:
    """It is a choice of the person, on the room's page and in the settings."""
    connects(ada, standin)
    assert "checked" not in ada.get(PAGE).text
    ada.sends("/spotify/follow", at="/settings", follows="yes", back=PAGE)
    assert 'id="follows" checked' in ada.get(PAGE).text
    ada.sends("/spotify/follow", at="/settings", back=PAGE)
    assert 'id="follows" checked' not in ada.get(PAGE).text


@pytest.mark.parametrize("path", ["/spotify/disconnect", "/forget"])
def test_disconnecting_and_forgetting_leave_no_token(
    path: str, ada: Visitor, standin: StandIn
) -> None:
    """Nothing of Spotify is left in Redis."""
    connects(ada, standin)
    ada.sends(path, at="/settings")
    assert ada.app.store.redis.keys("*:tokens:*") == []


def test_spotify_taking_no_questions_leaves_the_pages_alone(ada: Visitor, standin: StandIn) -> None:
    """A room opens, whatever Spotify answers to the question for its song."""
    connects(ada, standin)
    for kind in ("500", "429", "401", "403"):
        standin.fails(kind, where="tracks")
        assert ada.get("/t/0StandIn6Kiosk8Midnigh").status_code == 200


@pytest.mark.parametrize(
    "path", ["/spotify/login", "/spotify/callback?state=x", "/spotify/disconnect"]
)
def test_without_keys_there_are_no_pages_about_spotify(app: SpotiChat, path: str) -> None:
    """GETs lead nowhere or back to the settings, which say that everything works without."""
    visitor = Visitor(app, "Ada")
    answer = visitor.get(path)
    assert answer.status_code in {302, 404}
    assert "Everything works without" in visitor.reads("/settings")
    assert visitor.sends(path.partition("?")[0], at="/settings").status_code in {404, 405}


def test_strangers_are_asked_for_a_name_first(connected_app: SpotiChat) -> None:
    """Tokens belong to a person."""
    stranger = Visitor(connected_app)
    assert "Take a nickname first" in stranger.reads("/spotify/login")
    assert "Take a nickname first" in stranger.reads("/settings")
