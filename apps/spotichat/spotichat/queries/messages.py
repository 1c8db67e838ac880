"""What was said in a room."""

from typing import Any, NamedTuple

from spotichat.models import Message, Person, Presence, Present
from spotichat.queries.store import Store

SHOWN_PEOPLE = 100  # of those in a room
REMEMBERED = 60 * 60  # seconds for which a message that is sent again is known again


class Tariff(NamedTuple):
    """What messages cost, and what people and rooms can spend."""

    points: int
    per_second: int
    room_points: int
    room_per_second: int


class Outcome(NamedTuple):
    """What has come of it: ("said", number), ("here", 0), or why not and for how many seconds.

    ("empty", 0) is for a room that would have to be begun.
    """

    what: str
    number: int


class News(NamedTuple):
    """What is new in a room; `last` is the number of its newest message, 0 for an empty room."""

    messages: list[Message]
    last: int
    present: Present


def say(
    store: Store,
    room: str,
    person: Person,
    text: str,
    *,
    key: str,
    cost: int,
    tariff: Tariff,
    may_begin: bool = True,
) -> Outcome:
    """Add a message, unless it costs too much or the person was sent out.

    With the `key` of an earlier one of the same person nothing is added, and the outcome is that
    one's number.
    """
    args = (text, key, cost, *tariff, REMEMBERED, int(may_begin))
    found = store.run("say", room, person.id, person.nickname, *args, said=key)
    return outcome(found)


def outcome(found: Any) -> Outcome:
    """Return what a script has answered."""
    what, number = found
    return Outcome(what, int(number))


def clean_room(store: Store, room: str, operator: Person) -> None:
    """Remove everything that was said."""
    store.run("clean", room, operator.id, operator.nickname)


def read_news(store: Store, room: str, after: int = 0) -> News:
    """Return the messages after a number, the oldest first, and who is there."""
    keys = store.keys
    with store.redis.pipeline(transaction=False) as pipe:
        pipe.xrange(keys.messages(room), f"({after}-0", "+")
        pipe.xrevrange(keys.messages(room), count=1)
        pipe.hlen(keys.people(room))
        pipe.hscan(keys.people(room), count=SHOWN_PEOPLE)
        pipe.zrange(keys.typing(room), 0, -1, withscores=True).time()
        messages, last, count, (_, people), typing, (seconds, _) = pipe.execute()
    typing = [person for person, until in typing if until > seconds * 1000]
    newest = number_of(last[0][0]) if last else 0
    return News([message_of(entry) for entry in messages], newest, present(count, people, typing))


def read_message(store: Store, room: str, seq: int) -> Message | None:
    """Return one message; None when it is gone."""
    found = store.redis.xrange(store.keys.messages(room), f"{seq}-0", f"{seq}-0")
    return message_of(found[0]) if found else None


def number_of(entry_id: str) -> int:
    """Return the number of a message."""
    return int(entry_id.partition("-")[0])


def message_of(entry: tuple[str, dict[str, str]]) -> Message:
    """Return a message as it lies in the stream."""
    entry_id, fields = entry
    return Message(**{**fields, "seq": number_of(entry_id), "at": int(fields["at"])})  # type: ignore[arg-type]  # texts but for these two


def present(count: int, people: dict[str, str], typing: list[str]) -> Present:
    """Return who is there, by name."""
    known = sorted(people.items(), key=lambda each: (each[1].casefold(), each[0]))[:SHOWN_PEOPLE]
    shown = tuple(Presence(person, name, person in typing) for person, name in known)
    return Present(count, shown)
