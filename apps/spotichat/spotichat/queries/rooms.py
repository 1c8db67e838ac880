"""Which rooms there are."""

from dataclasses import dataclass

from brubeck.timekeeping import curtime

from spotichat.models import Person
from spotichat.queries.store import Store
from spotichat.rooms import is_channel, new_private_room

LISTED = 40
LOOKED_AT = 200  # of the rooms in which something was said lately
MOST_ROOMS = 10_000
WEEK = 7 * 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Listed:
    """A public room: how many people are there, and when something was last said, in ms."""

    room: str
    count: int
    at: int


def list_rooms(store: Store) -> list[Listed]:
    """Return the public rooms of songs, the busiest first."""
    lately = store.redis.zrevrange(store.keys.rooms, 0, LOOKED_AT - 1, withscores=True)
    with store.redis.pipeline(transaction=False) as pipe:
        for room, _ in lately:
            pipe.hlen(store.keys.people(room))
        counts = pipe.execute()
    found = [
        Listed(room, count, int(at))
        for (room, at), count in zip(lately, counts, strict=True)
        if not is_channel(room)
    ]
    return sorted(found, key=lambda listed: (-listed.count, -listed.at))[:LISTED]


def sweep_rooms(store: Store) -> None:
    """Take rooms off the list in which nothing was said for a week, and those beyond the most."""
    store.redis.zremrangebyscore(store.keys.rooms, "-inf", curtime() - WEEK * 1000)
    store.redis.zremrangebyrank(store.keys.rooms, 0, -MOST_ROOMS - 1)


def create_private_room(store: Store, song_id: str, owner: Person) -> str:
    """Make a room for a song that only those find who were told; return it."""
    room = new_private_room(song_id)
    store.redis.set(store.keys.owner(room), owner.id, ex=WEEK)
    return room


def owner_of(store: Store, room: str) -> str | None:
    """Return whose a private room is, None if there is no such room; it stays for another week."""
    found: str | None = store.redis.getex(store.keys.owner(room), ex=WEEK)
    return found


def close_room(store: Store, room: str) -> None:
    """Close a private room: nobody can enter it again."""
    keys = store.keys
    store.redis.delete(keys.owner(room), keys.messages(room), keys.people(room), keys.typing(room))
