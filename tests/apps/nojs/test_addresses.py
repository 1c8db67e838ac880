"""Pages and addresses: what is remembered, shown, and found."""

import gc
import html
import json
from urllib.parse import quote

import pytest
from apps.nojs.conftest import People
from apps.nojs.people import PAGES, Person, everything_in
from brubeck.testing import TestClient
from framework.conformance.servers import eventually
from nojs import demo, queries
from nojs.app import NoJs
from nojs.handlers import streams


def test_choices_are_remembered(ada: Person) -> None:
    """Face and rate are those that were chosen, and what is none changes nothing."""
    assert "<frameset" in ada.get("/r/den").text
    ada.sends("/settings", face="still", rate="30")
    assert str(ada.get("/r/den").headers["location"]).endswith("/r/den/still")
    assert 'content="30; url=page' in ada.get("/r/den/page").text
    ada.sends("/settings", face="nonsense", rate="1")
    assert 'value="still" checked' in ada.get("/settings").text
    ada.sends("/settings", rate="-1")
    assert "refresh" not in ada.get("/r/den/messages").text


def test_the_endless_page_grows_by_a_line(ada: Person, person: People) -> None:
    """The head comes first, then what was said, then each new line by itself."""
    ada.says("before")
    pieces = iter(person().get("/r/den/stream"))
    assert b"<title>den - no.js</title>" in next(pieces)
    assert b"before" in next(pieces)
    ada.says("after & beyond")
    line = next(pieces)
    assert b"after &amp; beyond" in line
    assert b"before" not in line


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/Take%20Five/", "/r/Take%20Five"),
        ("/den", "/r/den"),
        ("/den/users", "/r/den/side"),
        ("/den/messages", "/r/den/messages"),
        ("/den/messages?id=12&limit=7", "/r/den/messages?limit=7"),
        ("/buffer", "/enter"),
        ("/buffer?room=den", "/r/den/say"),
    ],
)
def test_old_addresses_lead_to_the_new_ones(old: str, new: str, person: People) -> None:
    """A bookmark of 2012 still leads there."""
    answer = person().get(old)
    assert answer.status_code == 301
    assert str(answer.headers["location"]).endswith(f"localhost:6767{new}")


@pytest.mark.parametrize(
    "path", ["/assets/img/logo.gif", "/assets/img/ie4.png", "/favicon.ico", "/apple-touch-icon.png"]
)
def test_pictures_are_where_browsers_look_for_them(path: str, person: People) -> None:
    """What the original called its pictures, and what browsers ask for unasked, is no room."""
    answer = person().get(path, follow=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"


def test_robots_are_asked_to_stay_out_of_rooms(person: People) -> None:
    """They would hold requests for nothing, and keep what people say."""
    answer = person().get("/robots.txt")
    assert str(answer.headers["content-type"]).startswith("text/plain")
    assert "Disallow: /r/\n" in answer.text


def test_fewer_messages_can_be_asked_for(ada: Person, person: People) -> None:
    """As in the original, `limit` says how many; the page stays so when it comes anew."""
    for number in range(5):
        ada.says(f"line {number}")
    page = person().get("/r/den/messages?limit=2")
    assert "line 2" not in page.text
    assert "line 3" in page.text
    waiting = person().waits_for("one more", "/r/den/messages?limit=2")
    eventually(waiting.is_parked, "a request that waits")
    ada.says("one more")
    eventually(lambda: waiting.has_come, "the message")
    assert "line 3" not in waiting.page
    for nonsense in ("0", "-1", "999", "x", "²"):
        assert person().get(f"/r/den/messages?limit={nonsense}").status_code == 200


@pytest.mark.parametrize("room", ["a%2Fb", "%2E%2E", "x" * 41, "%20"])
def test_what_is_no_room_says_why(room: str, person: People) -> None:
    """404, or 400 from the form, with the rule."""
    assert person().get(f"/r/{room}/still").status_code == 404


def test_a_room_has_one_history_whatever_its_spelling(ada: Person, person: People) -> None:
    """Case does not make another room, and the first spelling is shown."""
    ada.says("hello", "Caf%C3%89")
    assert "hello" in person().reads("caf%C3%A9")
    assert "CafÉ" in person().reads("cafe%CC%81")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("caf%E9", "café"),
        ("%F0%9F%98%80", "😀"),
        ("%D9%85%D8%B1", "مر"),
        ("100%25", "100%"),
        ("a+b", "a+b"),
    ],
)
def test_a_room_may_be_called_anything(path: str, name: str, ada: Person) -> None:
    """Emoji, right to left, percent signs, and what browsers of 1997 send for an accent."""
    ada.says("hello", path)
    assert f"<title>{name} - no.js</title>" in ada.reads(path)
    assert name in html.unescape(ada.get("/lobby").text)


@pytest.mark.parametrize("before", ["9" * 30 + "-0", "²-0", "1", "-", "0-" + "9" * 21])
def test_what_is_no_place_in_the_history_is_nobodys_outage(before: str, ada: Person) -> None:
    """400 and what to do, not the page for a Redis that is away."""
    answer = ada.get(f"/r/den/history?before={quote(before)}")
    assert answer.status_code == 400
    assert "Follow the link" in answer.text


def test_reading_ahead_is_no_sign_of_life(ada: Person, person: People) -> None:
    """Neither HEAD nor a browser that fetches a link in advance takes anybody into a room."""
    ada.get("/r/den/still", headers={"Sec-Purpose": "prefetch"})
    ada.browser.request("HEAD", "/r/den/still")
    assert "Ada" not in person().reads()
    assert "/r/den" not in person().get("/lobby").text
    ada.get("/r/den/still")
    assert "Ada has joined the room." in person().reads()


def test_reading_changes_nothing_that_belongs_to_somebody(
    ada: Person, app: NoJs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GET renews presence, which is what being there means; lines, names and choices stay."""
    monkeypatch.setattr(streams, "LONGEST", 0)
    ada.says("hello")
    store, before = app.store, everything_in(app.store)
    for path in PAGES:
        ada.get(path)
    after = everything_in(app.store)
    new_room = app.store.keys.room("empty <&>")  # one of the pages: coming in makes a room
    assert {key for key in after if key not in before and new_room not in key} == set()
    changed = {key for key in before if before[key] != after[key] and store.keys.counts not in key}
    lists = {store.keys.rooms, store.keys.titles, store.keys.version}
    assert changed <= {store.keys.people(store.keys.room("den"))} | lists


def test_lines_of_one_moment_are_all_streamed(app: NoJs) -> None:
    """A public and a private line may have the same number: each stream has a mark of its own."""
    store, room = app.store, app.store.keys.room("den")
    public, private = store.keys.lines(room), store.keys.private(room, "reader")
    for where, text in ((public, "one"), (private, "two")):
        store.redis.xadd(where, {"line": json.dumps({"text": text})}, id="1700000000000-0")
    version, _ = queries.read_lines(store, room, "reader", count=9)
    store.redis.xadd(public, {"line": json.dumps({"text": "three"})}, id="1700000000001-0")
    version, lines = queries.read_lines(store, room, "reader", count=9, after=version)
    assert [line.text for _, line in lines] == ["three"]
    store.redis.xadd(private, {"line": json.dumps({"text": "four"})}, id="1700000000001-0")
    _, lines = queries.read_lines(store, room, "reader", count=9, after=version)
    assert [line.text for _, line in lines] == ["four"]


def test_rooms_that_nobody_streams_any_more_are_forgotten(
    app: NoJs, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger who opens and leaves a thousand rooms costs nothing afterwards."""
    monkeypatch.setattr(streams, "LONGEST", 0.01)
    monkeypatch.setattr(streams, "SILENCE", 0.001)
    for number in range(20):
        person().get(f"/r/room{number}/stream")
    gc.collect()
    assert len(app.news._flags) == 0


def test_http_1_0_without_a_host_is_served(app: NoJs) -> None:
    """A client that names no host gets pages and relative addresses."""
    client = TestClient(app, host="")
    assert client.get("/lobby").status_code == 200


def test_demo_data_are_put_in_once(app: NoJs, person: People) -> None:
    """Running it again changes nothing, and nobody gets the name of the guide."""
    assert demo.fill(app.store) > 8
    assert demo.fill(app.store) == 0
    assert "Welcome." in person().reads("Take%20Five")
    assert person().takes("N0.JS").status_code == 400
