"""Who is in a room.

Notice that nobody is trusted to say good-bye. Each tab's sign of life says until when it counts, and
whoever has none left is taken out. Every process looks for those; since a script decides, each is
taken out, and told of, once.
"""

from spotichat.models import Person, Present
from spotichat.queries.messages import Outcome, Tariff, outcome, read_news
from spotichat.queries.store import Store

MOST_TABS = 20  # of one person in one room
AT_ONCE = 100  # who are taken out in one go
ENTRY = 3  # points that it costs to enter a room
ANY = "*"
TYPING_FOR = 8_000  # milliseconds that somebody is believed to be typing


def touch(
    store: Store,
    room: str,
    person: Person,
    tab: str,
    *,
    seconds: int,
    tariff: Tariff,
    connection: str = "",
    typing: bool | None = None,
    may_begin: bool = True,
) -> Outcome:
    """Note a sign of life that counts for so many seconds; a new face is announced.

    `connection` names the connection that the tab has from now on, for `gone`.
    """
    state = "" if typing is None else TYPING_FOR if typing else "no"
    args = (tab, connection, seconds * 1000, MOST_TABS, state, *tariff[:2], ENTRY, int(may_begin))
    return outcome(store.run("touch", room, person.id, person.nickname, *args))


def gone(store: Store, room: str, person: Person, tab: str, connection: str, grace: int) -> None:
    """Note that a connection has ended: without another its tab has left in `grace` seconds.

    `ANY` stands for whichever connection the tab has.
    """
    store.run("gone", room, person.id, person.nickname, tab, connection, grace * 1000)


def leave(store: Store, room: str, person: Person, tab: str = "") -> bool:
    """Close a tab, or all of them; say whether the person has left the room by that."""
    return bool(store.run("leave", room, person.id, person.nickname, tab))


def sweep(store: Store) -> int:
    """Take out some of those whose time is over; return how many those were."""
    expired = store.expired([store.keys.present], [AT_ONCE])
    for member in expired:
        room, _, person = member.rpartition(" ")
        store.run("settle", room, person, "")
    return len(expired)


def list_people(store: Store, room: str) -> Present:
    """Return who is in a room."""
    return read_news(store, room, after=2**53).present


def is_here(store: Store, room: str, person: Person) -> bool:
    """Say whether somebody is in a room."""
    return bool(store.redis.hexists(store.keys.people(room), person.id))
