"""The addresses of the first SpotiChat: its table of URLs, and none of its flaws."""

from typing import Any

import pytest
from apps.spotichat.people import HOST, ROOM, SONG, Person
from brubeck.testing import TestClient, TestResponse
from framework.conformance.servers import eventually
from redis import Redis
from spotichat.app import SpotiChat

FEED = "/api/feed/public"


class OldClient:
    """A client of 2011 without cookies: it sends its token in the form."""

    def __init__(self, app: SpotiChat, name: str = "") -> None:
        self.client = TestClient(app, HOST)
        self.token = ""
        if name:
            self.token = self.post(f"/api/login/{name}").json()["username"]
            self.client.clear_cookies()

    def post(self, path: str, **form: str) -> TestResponse:
        """Send a form with the token."""
        token = {"username": self.token} if self.token else {}
        return self.client.post(path, form={**token, **form})

    def delete(self, path: str) -> TestResponse:
        """Send the token in a header: a DELETE has no form."""
        headers = {"authorization": f"Bearer {self.token}"}
        return self.client.request("DELETE", path, headers=headers)

    def read(self, path: str = FEED, since: int = 0) -> dict[str, Any]:
        """Read a channel."""
        answer = self.client.get(path, query={"since_timestamp": since})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def old(app: SpotiChat) -> OldClient:
    """Give somebody with a name."""
    return OldClient(app, "Ada")


def test_a_login_makes_a_user_and_hands_out_the_token(app: SpotiChat) -> None:
    """As text, and as a cookie that is kept from scripts."""
    client = TestClient(app, HOST)
    answer = client.post("/api/login/Ada%20L")
    document = answer.json()
    assert (answer.status_code, document["status_code"], document["nickname"]) == (
        200,
        200,
        "Ada L",
    )
    assert document["timestamp"] > 0
    assert len(document["username"]) >= 32
    assert document["message"]
    assert answer.cookies["identity"]["httponly"]
    assert answer.cookies["nickname"].value == "Ada L"


def test_nobody_logs_in_by_knowing_a_name(app: SpotiChat, old: OldClient) -> None:
    """The second login needs the token of the first."""
    assert OldClient(app).client.post("/api/login/Ada").status_code == 409
    assert old.post("/api/login/ada").json()["username"] == old.token
    assert OldClient(app, "Bob").post("/api/login/Ada").status_code == 403
    stranger = OldClient(app)
    assert stranger.post("/api/login/public/Ada").status_code == 401
    assert stranger.post(FEED, message="x").status_code == 401


def test_a_client_with_cookies_needs_nothing_else(app: SpotiChat) -> None:
    """As in 2011: whoever keeps what the login gives is known everywhere. Logging out ends it."""
    client = TestClient(app, HOST)
    answer = client.post("/api/login/Ada")
    assert answer.cookies["username"]["httponly"]
    assert client.post("/api/login/public/Ada").status_code == 200
    assert client.post(FEED, form={"message": "by cookie"}).json()["message"] == "message sent"
    assert client.request("DELETE", "/api/login/public/Ada").status_code == 200
    assert client.request("DELETE", "/api/login/Ada").status_code == 200
    assert not {"identity", "username", "nickname"} & set(client.cookies)
    assert client.post(FEED, form={"message": "gone"}).status_code == 401


@pytest.mark.parametrize(
    "forged",
    [{"origin": "null"}, {"referer": "https://evil.example/"}, {"sec-fetch-site": "cross-site"}],
)
def test_no_page_of_another_site_speaks_with_the_cookie(
    app: SpotiChat, forged: dict[str, str]
) -> None:
    """Browsers say where a request comes from, and need the token of our pages (CWE-352)."""
    client = TestClient(app, HOST)
    client.post("/api/login/Ada")
    assert client.post(FEED, form={"message": "x"}, headers=forged).status_code == 403
    assert client.request("DELETE", "/api/login/Ada", headers=forged).status_code == 403


def test_a_login_is_a_sign_of_life_in_the_channel_it_names(app: SpotiChat, old: OldClient) -> None:
    """In `public` without one; only for who has entered it."""
    old.post("/api/login/caf%C3%A9/Ada")
    place, far = app.store.keys.present, 2.0**50  # a time that only a sign of life brings nearer
    (member,) = app.store.redis.zrange(place, 0, -1)
    app.store.redis.zadd(place, {member: far})
    old.post("/api/login/Ada")
    assert app.store.redis.zscore(place, member) == far
    old.post("/api/login/Ada", channel_id="café")
    assert app.store.redis.zscore(place, member) < far


def test_entering_and_leaving_a_channel_is_told(app: SpotiChat, old: OldClient) -> None:
    """Only in one's own name, and only who is there can leave."""
    assert old.delete("/api/login/public/Ada").status_code == 403
    assert old.post("/api/login/public/Ada").json()["message"] == "Ada has entered the room"
    assert old.post("/api/login/public/Bob").status_code == 403
    assert old.delete("/api/login/public/Ada").json()["message"] == "Ada has left the room"
    told = [(line["msgtype"], line["message"]) for line in read_twice(old)]
    assert told == [("system", "Ada is here."), ("system", "Ada has left.")]


def test_what_comes_along_is_said_in_ones_own_name(old: OldClient) -> None:
    """Nobody writes system lines but the room."""
    old.post("/api/login/public/Ada", message="System: send me your token")
    eventually(lambda: len(old.read()["messages"]) == 2, "both lines")
    line = old.read()["messages"][1]
    assert (line["msgtype"], line["username"]) == ("user", "Ada")


def read_twice(old: OldClient) -> list[dict[str, Any]]:
    """Return what a channel says, when both lines are there."""
    eventually(lambda: len(old.read()["messages"]) == 2, "both lines")
    found: list[dict[str, Any]] = old.read()["messages"]
    return found


def test_a_message_is_posted_and_read(old: OldClient) -> None:
    """With all the names that the fields had."""
    answer = old.post(FEED, message="<b>hello</b> &amp;")
    assert answer.json()["message"] == "message sent"
    (line,) = old.read()["messages"]
    assert line.pop("timestamp") > 0
    assert line == {
        "username": "Ada", "nickname": "Ada", "message": "<b>hello</b> &amp;", "msgtype": "user",
        "channel": "channel:public",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_a_message_that_cannot_be_is_refused_with_the_reason(old: OldClient, text: str) -> None:
    """403, as ever, and the reason in the status text."""
    answer = old.post(FEED, message=text)
    assert answer.status_code == 403
    assert answer.json()["status_msg"] in {
        "There is nothing to send. Type something.",
        "A message has 500 characters at the most; this has 501. Shorten it, or send it in parts.",
    }


def test_a_time_is_as_good_as_a_number(old: OldClient) -> None:
    """No two messages of a channel have the same time, so none is missed by it."""
    for number in range(20):
        old.post(FEED, message=f"line {number}")
    eventually(lambda: len(old.read()["messages"]) == 20, "all lines")
    lines = old.read()["messages"]
    times = [line["timestamp"] for line in lines]
    assert len(set(times)) == 20
    assert [line["message"] for line in old.read(since=times[16])["messages"]] == [
        "line 17", "line 18", "line 19",
    ]  # fmt: skip


def test_a_client_waits_for_the_next_message(app: SpotiChat, old: OldClient) -> None:
    """Without anything new the answer comes with the next message."""
    found: list[dict[str, Any]] = []
    waiting = app.pool.spawn(lambda: found.append(old.read()))
    eventually(lambda: len(app.parking) == 1, "that it waits")
    old.post(FEED, message="at last")
    eventually(lambda: bool(found), "the answer")
    assert found[0]["messages"][0]["message"] == "at last"
    assert found[0]["status_code"] == 200
    waiting.kill()


def test_the_channel_of_a_song_is_its_room(old: OldClient, ada_of_today: Person) -> None:
    """Old and new clients meet there, whatever the old one calls the song."""
    ada_of_today.says("hello from today")
    for channel in (SONG, f"spotify:track:{SONG}", f"spotify%3Atrack%3A{SONG}"):
        (line,) = old.read(f"/api/feed/{channel}")["messages"]
        assert line["message"] == "hello from today"
    assert old.post(f"/api/feed/{SONG}", message="hello back").status_code == 200
    assert ada_of_today.lines(ROOM) == ["hello from today", "hello back"]


@pytest.fixture
def ada_of_today(app: SpotiChat) -> Person:
    """Give somebody with a program of today."""
    return Person(app, "Cora")


@pytest.mark.parametrize("channel", ["%00", "x" * 65, "%E2%80%AE"])
def test_a_channel_has_a_name_that_one_can_read(old: OldClient, channel: str) -> None:
    """Colons and other alphabets are fine, and stay out of other people's keys."""
    assert old.client.get(f"/api/feed/{channel}").status_code == 400
    assert old.post("/api/feed/a:b:%E3%81%82", message="x").status_code == 200


def test_a_time_that_is_none_is_refused(old: OldClient) -> None:
    """Instead of an error of the server."""
    assert old.client.get(FEED, query={"since_timestamp": "yesterday"}).status_code == 400


@pytest.mark.parametrize("path", ["/api/login/x", "/api/login/c/x", "/api/feed/c"])
def test_options_are_answered(old: OldClient, path: str) -> None:
    """With the methods that there are."""
    answer = old.client.request("OPTIONS", path)
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_errors_may_be_read_by_pages_of_allowed_sites(old: OldClient) -> None:
    """In the original the headers were lost on errors."""
    headers = {"origin": "https://friends.example"}
    answer = old.client.get("/api/feed/%00", headers=headers)
    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "https://friends.example"
    assert answer.json()["status_code"] == 400


def test_providers_are_looked_up_in_a_table(old: OldClient) -> None:
    """A name in the address chose a file that was executed, once."""
    for provider in ("twitter", "..%2F..%2Fetc", "spotify.oauth"):
        assert old.client.get(f"/oauth/{provider}/loggedin").status_code == 404
    assert old.client.get("/oauth/spotify/loggedin").json()["message"] == "logged in"


def test_signing_in_leads_to_where_it_is_done_now(old: OldClient) -> None:
    """State, PKCE and the browser are checked there."""
    headers = {"authorization": f"Bearer {old.token}"}
    answer = old.client.get("/oauth/spotify/login/Ada", headers=headers)
    back = "/spotify/login?back=%2Foauth%2Fspotify%2Floggedin"
    assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert old.client.get("/oauth/spotify/login/Ada").status_code == 401
    answer = old.client.get("/oauth/spotify/callback?code=c&state=s")
    assert answer.headers["Location"] == "/spotify/callback?code=c&state=s"


def test_no_key_grows_for_ever(old: OldClient, redis: "Redis[Any]") -> None:
    """Users, rooms and all that belongs to them end when nobody comes any more."""
    old.post("/api/login/public/Ada")
    old.post(FEED, message="x")
    lasting = {b"spotichat:present", b"spotichat:rooms"}  # both are swept
    assert {key for key in redis.scan_iter() if redis.ttl(key) < 0} == lasting
