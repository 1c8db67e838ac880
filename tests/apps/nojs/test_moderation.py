"""Keeping order: floods, strangers, and what operators may do."""

from dataclasses import replace

import pytest
from apps.nojs.conftest import OPERATOR_KEY, People
from apps.nojs.people import Person
from nojs import queries
from nojs.app import NoJs, create_app
from nojs.settings import Settings


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
