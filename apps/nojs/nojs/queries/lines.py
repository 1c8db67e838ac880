"""What was said in a room.

Notice three things. The id of the newest line is the version of the room: it only ever grows, while
a length would stand still when the oldest line goes as a new one comes. A line and the notice that
there is one are sent in one transaction, so nobody is woken for a line that cannot be read yet.
And the history is bounded by Redis itself, in the same command that adds to it.
"""

import json
from collections.abc import Sequence
from itertools import zip_longest

from brubeck.timekeeping import curtime

from nojs.models import Line
from nojs.queries.store import Store

KEPT = 200  # lines of a room
KEPT_PRIVATE = 30
WEEK = 7 * 24 * 60 * 60  # seconds
DAY = 24 * 60 * 60
NOTHING = "0"  # the version of a room in which nothing was said

StoredLine = tuple[str, Line]  # with its id: milliseconds, a dash, a number


def say(store: Store, room: str, line: Line) -> None:
    """Add a line to a room, and tell everybody who waits for one."""
    keys, where = store.keys, store.keys.lines(room)
    with store.redis.pipeline() as pipe:
        pipe.xadd(where, _fields(line), maxlen=KEPT, approximate=False)
        pipe.expire(where, WEEK)
        pipe.zadd(keys.rooms, {room: curtime()})
        pipe.publish(keys.changes, json.dumps({"room": room}))
        pipe.execute()


def say_privately(store: Store, room: str, line: Line, ids: Sequence[str]) -> None:
    """Give a line to some visitors alone, by their ids: who says it, and whom it is for.

    It lies with the visitors, not with their names: those may belong to others tomorrow.
    """
    with store.redis.pipeline() as pipe:
        for visitor_id in ids:
            where = store.keys.private(room, visitor_id)
            pipe.xadd(where, _fields(line), maxlen=KEPT_PRIVATE, approximate=False)
            pipe.expire(where, DAY)
        pipe.publish(store.keys.changes, json.dumps({"room": room, "only": ids}))
        pipe.execute()


def clean_room(store: Store, room: str) -> None:
    """Remove everything that was said in public.

    Trimming leaves the number of the last line in place, so that versions go on growing.
    """
    store.redis.xtrim(store.keys.lines(room), maxlen=0, approximate=False)
    say(store, room, Line(text="An operator has cleaned the room."))


def read_lines(
    store: Store, room: str, reader: str = "", *, count: int, before: str = "", after: str = ""
) -> tuple[str, list[StoredLine]]:
    """Return the version for a reader, by his id, and his newest lines, the oldest first.

    `before` is the id of a line: those older than that. `after` is a version: what is newer.
    """
    newest = f"({before}" if before else "+"
    streams = _streams(store, room, reader)
    with store.redis.pipeline() as pipe:
        for where in streams:
            pipe.xrevrange(where, count=1)
        for where, seen in zip_longest(streams, after.split("_")[: len(streams)]):
            pipe.xrevrange(where, newest, f"({seen}" if seen else "-", count=count)
        found = pipe.execute()
    half = len(found) // 2
    lines = [_stored(entry) for stream in found[half:] for entry in stream]
    return _version(found[:half]), sorted(lines, key=_order)[-count:]


def version_for(store: Store, room: str, reader: str = "") -> str:
    """Return the version of a room for a reader: it changes with what he may read."""
    with store.redis.pipeline() as pipe:
        for where in _streams(store, room, reader):
            pipe.xrevrange(where, count=1)
        return _version(pipe.execute())


def _streams(store: Store, room: str, reader: str) -> list[str]:
    private = [store.keys.private(room, reader)] if reader else []
    return [store.keys.lines(room), *private]


def _version(newest: Sequence[Sequence[tuple[str, object]]]) -> str:
    """Return the ids of the newest lines, public and private, as one text."""
    public, *private = [stream[0][0] if stream else NOTHING for stream in newest]
    return "_".join([public, *(one for one in private if one != NOTHING)])


def _fields(line: Line) -> dict[str, str]:
    return {"line": json.dumps(line.to_python())}


def _stored(entry: tuple[str, dict[str, str]]) -> StoredLine:
    line_id, fields = entry
    return line_id, Line(**json.loads(fields["line"]))


def _order(stored: StoredLine) -> tuple[int, int]:
    millis, _, number = stored[0].partition("-")
    return int(millis), int(number)
