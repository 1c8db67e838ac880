"""Talking: at once, in order, to all or to one, and within limits."""

import gc
import html
import json
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from apps.nojs.conftest import OPERATOR_KEY, People
from apps.nojs.people import HOST, PAGES, Person, everything_in, next_address
from brubeck.testing import TestClient
from brubeck.timekeeping import curtime
from framework.conformance.servers import eventually
from nojs import demo, queries
from nojs.app import NoJs, create_app
from nojs.handlers import streams
from nojs.queries.lines import KEPT
from nojs.queries.store import MONTH
from nojs.settings import Settings


@pytest.mark.parametrize("page", ["messages", "page"])
def test_a_message_comes_at_once_to_whoever_waits(page: str, ada: Person, person: People) -> None:
    """The page is held while there is nothing new, and comes with the message."""
    waiting = person("Grace").waits_for("news & <more>", f"/r/den/{page}")
    eventually(waiting.is_parked, "a request that waits")
    ada.says("news & <more>")
    eventually(lambda: waiting.has_come, "the message")


def test_a_message_between_looking_and_waiting_is_not_missed(
    ada: Person, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who parks first and looks then is woken by what comes in between."""
    reader, look, parking = person(), queries.version_for, ada.app.parking
    ada.says("first")
    address = next_address(reader.get("/r/den/messages"), "/r/den/messages")
    were_parked = []

    def look_slowly(*args: str) -> str:
        seen = look(*args)  # type: ignore[arg-type]  # whatever it takes
        if not were_parked:
            were_parked.append(len(parking))
            ada.says("in between")
            eventually(lambda: not parking, "the broadcast")
        return seen

    monkeypatch.setattr(queries, "version_for", look_slowly)
    answer = reader.get(address, follow=True)
    assert were_parked == [1]
    while "in between" not in answer.text:  # news of the first message may have come late
        answer = reader.get(next_address(answer, "/r/den/messages"), follow=True)


def test_the_list_of_rooms_comes_anew_when_somebody_comes(ada: Person, person: People) -> None:
    """Somebody who comes while another goes would not change a number of rooms or people."""
    reader = person()
    ada.says("hello", "first")
    waiting = reader.waits_for("second", "/rooms")
    eventually(waiting.is_parked, "a request that waits")
    person("Grace").says("hello", "second")
    eventually(lambda: waiting.has_come, "the room")


def test_a_version_changes_although_the_history_stays_as_long(ada: Person, app: NoJs) -> None:
    """When the oldest line goes as a new one comes, the length is the same and the version is not."""
    room = app.store.keys.room("den")
    for number in range(KEPT + 3):
        queries.say(app.store, room, queries.lines.Line(text=f"line {number}"))
    before = queries.version_for(app.store, room)
    assert app.store.redis.xlen(app.store.keys.lines(room)) == KEPT
    ada.says("one more")
    assert app.store.redis.xlen(app.store.keys.lines(room)) == KEPT
    assert queries.version_for(app.store, room) != before


def test_a_private_message_is_read_by_two_people_alone(ada: Person, person: People) -> None:
    """In no face does a third one, or a stranger, see a word of it; the two see it at once."""
    grace, third = person("Grace"), person("Eve")
    for each in (grace, third):
        each.get("/r/den/still")
    waiting = grace.waits_for("between us", "/r/den/messages")
    eventually(waiting.is_parked, "a request that waits")
    ada.says("between us", to="Grace")
    eventually(lambda: waiting.has_come, "the message")
    for page in ("messages", "page", "still"):
        assert "between us" in grace.reads(page=page)
        assert "between us" in ada.reads(page=page)
        assert "between us" not in third.reads(page=page)
        assert "between us" not in person().reads(page=page)


def test_private_messages_stay_with_people_not_with_names(ada: Person, person: People) -> None:
    """Who gets a name that was given up gets nothing that was written to its former owner."""
    grace = person("Grace")
    grace.get("/r/den/still")
    ada.says("between us", to="Grace")
    grace.takes("Hopper")
    assert "between us" in grace.reads()
    other = person("Grace")
    assert "Grace has joined" in other.reads()
    assert "between us" not in other.reads()
    ada.says("for the new one", to="Grace")
    assert "for the new one" in other.reads()
    assert "for the new one" not in grace.reads()


def test_nobody_writes_to_himself_alone(ada: Person) -> None:
    """He would read it twice."""
    ada.says("hello")
    answer = ada.says("dear diary", to="Ada")
    assert answer.status_code == 400
    assert "yourself" in answer.text


def test_a_private_message_to_somebody_who_is_not_there_is_kept(ada: Person) -> None:
    """400, the reason, and the text is still in the field."""
    answer = ada.says("are you there", to="Nobody")
    assert answer.status_code == 400
    assert "not in this room" in answer.text
    assert "are you there" in answer.text


@pytest.mark.parametrize(
    ("text", "reason"), [("", "nothing to send"), ("x" * 401, "400 characters")]
)
def test_what_cannot_be_said_is_explained_and_kept(text: str, reason: str, ada: Person) -> None:
    """400, the reason, and what was typed."""
    answer = ada.says(text)
    assert answer.status_code == 400
    assert reason in answer.text
    assert f'value="{text}"' in answer.text


def test_nobody_writes_without_a_name(person: People) -> None:
    """A stranger's message is refused with 403, and is in the field when he has taken a name."""
    stranger = person()
    answer = stranger.says("boo & co")
    assert answer.status_code == 403
    assert 'name="text" value="boo &amp; co"' in answer.text
    answer = stranger.sends("/r/den/say", "/r/den/name", name="Boris", text="boo & co")
    assert answer.status_code == 200
    assert 'size="40" maxlength="1000" value="boo &amp; co"' in answer.text
    assert "boo" not in stranger.reads()


@pytest.mark.parametrize("face", ["page", "still", "stream"])
def test_what_was_sent_from_a_page_leads_back_to_it(
    face: str, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form knows where it stands, not only the one who sends it."""
    monkeypatch.setattr(streams, "LONGEST", 0)
    page = ada.get(f"/r/den/{face}").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = ada.browser.post("/r/den/say", form={**fields, "text": "hello"})
    assert f"/r/den/{face}?at=" in str(answer.headers["location"])


def test_who_gives_a_name_up_or_changes_it_leaves_the_rooms(ada: Person, person: People) -> None:
    """Nobody is listed under a name that is not his any more."""
    for room in ("den", "attic"):
        ada.says("hello", room)
    grace = person("Grace")
    grace.says("hello")
    ada.takes("Lovelace")
    assert "Ada has left the room." in person().reads()
    assert "Ada has left the room." in person().reads("attic")
    grace.sends("/me", "/forget")
    assert "Grace has left the room." in person().reads()
    assert "Nobody with a name." in person().reads()


def test_who_leaves_and_who_is_silent_are_announced(ada: Person, app: NoJs, person: People) -> None:
    """Leaving is told at once; silence is told when its time is over, and only once."""
    grace = person("Grace")
    grace.says("hello")
    ada.says("hello")
    ada.sends("/r/den/say", "/r/den/leave")
    assert "Ada has left the room." in grace.reads()
    people = app.store.keys.people(app.store.keys.room("den"))
    app.store.redis.zadd(people, {"Grace": curtime() - 1})
    app.sweeper.sweep()
    app.sweeper.sweep()
    assert person().reads().count("Grace has left the room.") == 1


def test_a_flood_is_stopped_and_its_last_message_kept(settings: Settings) -> None:
    """429 and how long to wait; another visitor from the same address writes on."""
    app = create_app(replace(settings, messages=2))
    ada, grace = Person(app), Person(app)
    ada.takes("Ada")
    grace.takes("Grace")
    assert [ada.says(f"{number}").status_code for number in range(2)] == [302, 302]
    answer = ada.says("the third")
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    assert "the third" in answer.text
    assert grace.says("hello").status_code == 302
    app.store.redis.close()


@pytest.mark.parametrize("limit", ["new_names", "new_rooms", "room_messages"])
def test_what_strangers_share_is_limited_as_a_whole(limit: str, settings: Settings) -> None:
    """Many visitors with a name each are stopped as well: by the site, and by the room."""
    app = create_app(replace(settings, **{limit: 2}))  # type: ignore[arg-type]  # all are numbers
    statuses = []
    for number in range(4):
        visitor = Person(app)
        statuses.append(visitor.takes(f"Visitor {number}").status_code)
        statuses.append(
            visitor.says("hi", f"r{number}" if limit == "new_rooms" else "den").status_code
        )
    assert 429 in statuses
    app.store.redis.close()


def test_operators_send_people_out_and_clean_rooms(ada: Person, person: People) -> None:
    """The key makes an operator; who is sent out reads but does not write; a clean room is empty."""
    grace = person("Grace")
    grace.says("something rude")
    assert ada.get("/r/den/order").status_code == 403
    assert ada.sends("/operator", key="a wrong key").status_code == 403
    assert ada.sends("/operator", key=OPERATOR_KEY).status_code == 302
    ada.sends("/r/den/order", "/r/den/kick", name="Grace")
    answer = grace.says("again")
    assert answer.status_code == 403
    assert "An operator keeps you out" in answer.text
    ada.sends("/r/den/order", "/r/den/clean")
    page = grace.reads()
    assert "something rude" not in page
    assert "An operator has cleaned the room." in page


def test_who_was_sent_out_is_known_under_another_name(ada: Person, person: People) -> None:
    """It is the visitor who is kept out, not a word."""
    grace = person("Grace")
    grace.says("something rude")
    ada.sends("/operator", key=OPERATOR_KEY)
    ada.sends("/r/den/order", "/r/den/kick", name="Grace")
    grace.takes("Somebody new")
    assert grace.says("again").status_code == 403
    assert "Somebody new" not in person().reads()
    assert person("Grace").says("I am another one").status_code == 302


def test_a_clean_room_is_newer_than_before(ada: Person, app: NoJs) -> None:
    """The number of its newest line goes on growing, even if the clock of Redis goes back."""
    room = app.store.keys.room("den")
    app.store.redis.xadd(
        app.store.keys.lines(room), {"line": '{"text": "ahead"}'}, id="9999999999999-0"
    )
    queries.clean_room(app.store, room)
    assert queries.version_for(app.store, room) > "9999999999999-0"


def test_guessing_the_operators_key_keeps_nobody_else_out(ada: Person, person: People) -> None:
    """Tries are counted by visitor; without a name there are none; coming back is not counted."""
    assert person().sends("/operator", key=OPERATOR_KEY).status_code == 403
    eve, key = person("Eve"), ada.key()
    tries = [eve.sends("/operator", key="a guess").status_code for _ in range(12)]
    assert tries[0] == 403
    assert tries[-1] == 429
    assert eve.sends("/operator", key=OPERATOR_KEY).status_code == 429
    assert ada.sends("/operator", key=OPERATOR_KEY).status_code == 302
    for _ in range(12):
        person().sends("/lobby", "/back", key="A" * 22)
    assert person().sends("/lobby", "/back", key=key).status_code == 302


def test_without_an_operator_key_there_are_no_operators(settings: Settings) -> None:
    """The page does not exist, and an empty key opens nothing."""
    app = create_app(replace(settings, operator_key=""))
    assert Person(app).get("/operator").status_code == 404
    app.store.redis.close()


def test_forms_of_other_sites_change_nothing(ada: Person) -> None:
    """A form without a token is refused, and comes back with what was typed."""
    ada.get("/lobby")
    answer = ada.browser.post("/r/den/say", form={"text": "forged"})
    assert answer.status_code == 403
    assert "forged" in answer.text
    assert "forged</span>" not in ada.reads()


def test_a_key_in_the_address_stands_for_cookies(app: NoJs) -> None:
    """Everything works without a cookie, no link leaves the site, and none lacks the key."""
    person = Person(app, home="/k/" + "x" * 22)
    person.takes("Cora")
    person.browser.clear_cookies()
    assert person.says("hello").status_code == 302
    for path in (
        "/lobby",
        "/me",
        "/r/den/still",
        "/r/den/page",
        "/r/den/say",
        "/r/den/side",
        "/trick",
    ):
        page = person.get(path)
        person.browser.clear_cookies()
        assert page.headers["referrer-policy"] == "no-referrer"
        assert 'href="http' not in page.text
    assert "Cora</b>" in person.reads()


def test_cookies_of_somebody_else_do_not_count_under_a_key(ada: Person, app: NoJs) -> None:
    """The key in the address says who it is, also in a browser that is known."""
    ada.home = "/k/" + "y" * 22
    ada.takes("Cora")
    assert "You are Cora" in ada.get("/me").text
    ada.home = ""
    assert "You are Ada" in ada.get("/me").text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_are_for_this_site_alone(scheme: str, app: NoJs) -> None:
    """No script reads them, no other site sends them, over TLS nobody overhears them, and they end."""
    visitor = Person(app)
    visitor.browser = TestClient(app, host=HOST, scheme=scheme)
    answer = visitor.takes("Cora")
    cookie = str(answer.headers["set-cookie"])
    assert cookie.startswith("visit=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == (scheme == "https")
    assert f"Max-Age={MONTH}" in cookie
    assert "Cora" not in cookie


def test_giving_the_name_up_ends_every_cookie_and_key_of_it(ada: Person, person: People) -> None:
    """What somebody else has copied is worth nothing afterwards."""
    copied = person()
    copied.home = f"/k/{ada.key()}"
    assert "You are Ada" in copied.get("/me").text
    ada.sends("/me", "/forget")
    assert copied.get("/me").status_code == 302
    assert copied.says("it was me").status_code == 403


@pytest.mark.parametrize("home", ["", "/k/" + "w" * 22])
def test_no_page_leads_to_another_site(
    home: str, app: NoJs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old browsers would tell it the key by their Referer: an address that was typed is only text."""
    monkeypatch.setattr(streams, "LONGEST", 0)
    visitor = Person(app, home)
    visitor.takes("http://a.example")
    visitor.says("see http://b.example/ and <a href='//c.example'>this</a>")
    visitor.says("hello", "http:%EF%BC%8F%EF%BC%8Fd.example")
    for path in PAGES:
        for address in re.findall(r'(?:href|src|action)="([^"]*)', visitor.get(path).text):
            assert re.match(r"[\w#?.%-]*(?:[/?#]|$)(?!/)", address), address


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
