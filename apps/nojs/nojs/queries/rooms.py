"""Which rooms there are."""

import json
from typing import NamedTuple

from brubeck.timekeeping import curtime

from nojs.queries.lines import WEEK
from nojs.queries.store import Store

LISTED = 40  # rooms on a page at the most
MOST_ROOMS = 1000


def rooms_version(store: Store) -> str:
    """Return a number that changes whenever the list of rooms does."""
    return str(store.redis.get(store.keys.version) or 0)


def change_rooms(store: Store) -> None:
    """Note that the list of rooms has changed, and tell those who look at it.

    The counter begins at the present time: it never comes to a number that it had before, even
    when Redis has lost everything.
    """
    with store.redis.pipeline() as pipe:
        pipe.set(store.keys.version, curtime(), nx=True)
        pipe.incr(store.keys.version)
        pipe.publish(store.keys.changes, json.dumps({"room": ""}))
        pipe.execute()


def create_room(store: Store, room: str, title: str) -> None:
    """Put a room on the list; harmless when it is there."""
    with store.redis.pipeline() as pipe:
        pipe.zadd(store.keys.rooms, {room: curtime()})
        pipe.hsetnx(store.keys.titles, room, title)
        pipe.execute()
    change_rooms(store)


def find_title(store: Store, room: str) -> str:
    """Return the name of a room as it was first typed; nothing for a room that is not there."""
    return str(store.redis.hget(store.keys.titles, room) or "")


class Rooms(NamedTuple):
    """A part of the list of rooms: title and number of people; `total` is how many there are."""

    version: str
    total: int
    listed: list[tuple[str, int]]


def list_rooms(store: Store, start: int = 0) -> Rooms:
    """Return some rooms from number `start` on; where something was said last comes first."""
    keys, now = store.keys, curtime()
    with store.redis.pipeline() as pipe:
        pipe.get(keys.version).zcard(keys.rooms)
        pipe.zrevrange(keys.rooms, start, start + LISTED - 1)
        version, count, rooms = pipe.execute()
    with store.redis.pipeline() as pipe:
        for room in rooms:
            pipe.hget(keys.titles, room).zcount(keys.people(room), now, "+inf")
        found = pipe.execute()
    listed = [(title, people) for title, people in zip(*[iter(found)] * 2, strict=True) if title]
    return Rooms(str(version or 0), count, listed)


def sweep_rooms(store: Store) -> None:
    """Take rooms off the list in which nothing was said for a week, and those beyond the most."""
    keys, silent_since = store.keys, curtime() - WEEK * 1000
    silent = store.redis.zrangebyscore(keys.rooms, "-inf", silent_since)
    surplus = store.redis.zrange(keys.rooms, 0, -MOST_ROOMS - 1)
    gone = {*silent, *surplus}
    for room in gone:
        store.redis.zrem(keys.rooms, room)
        store.redis.hdel(keys.titles, room)
        store.redis.delete(keys.lines(room), keys.people(room))
    if gone:
        change_rooms(store)
