"""Talking: at once, in order, to all or to one, and within limits."""

from dataclasses import replace

import pytest
from apps.nojs.conftest import OPERATOR_KEY, People
from apps.nojs.people import Person, next_address
from brubeck.testing import TestClient
from brubeck.timekeeping import curtime
from framework.conformance.servers import eventually
from nojs import demo, queries
from nojs.app import NoJs, create_app
from nojs.queries.lines import KEPT
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
    reader, look = person(), queries.version_for
    ada.says("first")
    address = next_address(reader.get("/r/den/messages"), "/r/den/messages")
    was_said = []

    def look_slowly(*args: str) -> str:
        seen = look(*args)  # type: ignore[arg-type]  # whatever it takes
        if not was_said:
            was_said.append(True)
            ada.says("in between")
            eventually(lambda: not reader.app.parking, "the broadcast")
        return seen

    monkeypatch.setattr(queries, "version_for", look_slowly)
    answer = reader.get(address, follow=True)
    assert "in between" in answer.text


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
    """A stranger's message is refused with 403."""
    assert person().says("boo").status_code == 403


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
        ("/buffer", "/enter"),
        ("/buffer?room=den", "/r/den/say"),
    ],
)
def test_old_addresses_lead_to_the_new_ones(old: str, new: str, person: People) -> None:
    """A bookmark of 2012 still leads there."""
    answer = person().get(old)
    assert answer.status_code == 301
    assert str(answer.headers["location"]).endswith(f"localhost:6767{new}")


@pytest.mark.parametrize("room", ["a%2Fb", "%2E%2E", "x" * 41, "%20"])
def test_what_is_no_room_says_why(room: str, person: People) -> None:
    """404, or 400 from the form, with the rule."""
    assert person().get(f"/r/{room}/still").status_code == 404


def test_a_room_has_one_history_whatever_its_spelling(ada: Person, person: People) -> None:
    """Case does not make another room, and the first spelling is shown."""
    ada.says("hello", "Caf%C3%89")
    assert "hello" in person().reads("caf%C3%A9")
    assert "CafÉ" in person().reads("cafe%CC%81")


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
