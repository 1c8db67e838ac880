"""Who is in a room.

Notice that nobody is trusted to say good-bye. Each sign of life says until when it counts; who has
none left is swept out. Every process sweeps, and since Redis removes a name only once, only one of
them tells the room.
"""

from brubeck.timekeeping import curtime

from nojs.models import Line, Visitor
from nojs.queries.lines import WEEK, say
from nojs.queries.rooms import change_rooms
from nojs.queries.store import Store
from nojs.queries.visitors import keep

KICKED_FOR = 10 * 60  # seconds


def touch(store: Store, room: str, visitor: Visitor, seconds: int) -> None:
    """Note a sign of life that counts for so many seconds; a new face is announced."""
    people = store.keys.people(room)
    with store.redis.pipeline() as pipe:
        pipe.zadd(people, {visitor.name: curtime() + seconds * 1000})
        pipe.expire(people, WEEK)
        keep(store, pipe, visitor)
        is_new = pipe.execute()[0]
    if is_new:
        say(store, room, Line(text=f"{visitor.name} has joined the room."))
        change_rooms(store)


def leave_room(store: Store, room: str, name: str, how: str = "has left the room.") -> bool:
    """Take somebody out of a room and tell the others; say whether he was there."""
    was_there = bool(store.redis.zrem(store.keys.people(room), name))
    if was_there:
        say(store, room, Line(text=f"{name} {how}"))
        change_rooms(store)
    return was_there


def list_people(store: Store, room: str) -> list[str]:
    """Return the names of those who are in a room."""
    names = store.redis.zrangebyscore(store.keys.people(room), curtime(), "+inf")
    return sorted(names, key=str.casefold)


def sweep_people(store: Store) -> None:
    """Take everybody out of the rooms who has given no sign of life for long enough."""
    rooms = store.redis.zrange(store.keys.rooms, 0, -1)
    with store.redis.pipeline() as pipe:
        for room in rooms:
            pipe.zrangebyscore(store.keys.people(room), "-inf", curtime())
        silent = pipe.execute()
    for room, names in zip(rooms, silent, strict=True):
        for name in names:
            leave_room(store, room, name)


def leave_all_rooms(store: Store, name: str) -> None:
    """Take somebody out of all rooms where he is, and tell the others."""
    rooms = store.redis.zrange(store.keys.rooms, 0, -1)
    with store.redis.pipeline() as pipe:
        for room in rooms:
            pipe.zscore(store.keys.people(room), name)
        scores = pipe.execute()
    for room, score in zip(rooms, scores, strict=True):
        if score is not None:
            leave_room(store, room, name)


def kick(store: Store, room: str, name: str) -> None:
    """Take somebody out of a room, and keep him out for some minutes, whatever he calls himself."""
    if owner := store.names.owner_of(name):
        store.redis.set(store.keys.kicked(room, owner), 1, ex=KICKED_FOR)
    leave_room(store, room, name, "was sent out by an operator.")


def is_kicked(store: Store, room: str, visitor: Visitor) -> bool:
    """Say whether an operator keeps somebody out of a room."""
    return bool(store.redis.exists(store.keys.kicked(room, visitor.id)))
