"""Talking: at once, in order, to all or to one."""

import re

import pytest
from apps.nojs.conftest import People
from apps.nojs.people import Person, next_address
from brubeck.timekeeping import curtime
from framework.conformance.servers import eventually
from nojs import queries
from nojs.app import NoJs
from nojs.handlers import streams
from nojs.queries.lines import KEPT


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
