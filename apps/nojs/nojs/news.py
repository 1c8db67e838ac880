"""How a message reaches everybody at once: one reader of Redis in each process.

Whoever waits for news costs neither a connection to Redis nor, behind Mongrel2, a greenlet: his
request is parked. This reader hears of a change, renders the page once, and has it broadcast.

Notice how nothing slips through. A request is parked *before* the version is looked at
(`handlers.polling`), so a change in between wakes it. And when the connection to Redis was lost,
nobody knows what was missed: then all are sent to look for themselves.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

from brubeck.concurrency import current
from brubeck.concurrency.base import Event
from brubeck.response import Response
from redisstore import Listener

from nojs.sharedpages import SharedPages

if TYPE_CHECKING:
    from nojs.app import NoJs

LOBBY = ""  # waits in no room
# Where a page is looked at again, from beside it.
MESSAGES, PAGE, ROOMS = "messages#bottom", "page", "rooms"


class Place(NamedTuple):
    """Where a request is parked: for which room, page and reader ("" for all who are not known).

    Who has a page of his own is not served with the one that is the same for everybody.
    """

    room: str
    path: str
    reader: str = ""
    is_own: bool = False


@cache
def look_again(path: str) -> Response:
    """Return the answer that makes a browser fetch a page beside the present one anew.

    It is shared by all who wait for that page; there are few different ones.
    """
    return Response(302, b"", [("Location", path), ("Cache-Control", "no-store")])


class News:
    """The reader, who waits for it, and how they are told."""

    def __init__(self, app: "NoJs", pages: SharedPages) -> None:
        self._app = app
        self._pages = pages
        store = app.store
        listener = Listener(store.redis, store.keys.changes, self._hear, self._tell_everybody)
        self.start, self.stop = listener.start, listener.stop
        self._places: dict[str, set[Place]] = {}
        # Whoever waits for a flag holds it; others are forgotten by themselves.
        self._flags: WeakValueDictionary[str, Event] = WeakValueDictionary()

    def expect(self, place: Place) -> str:
        """Note that somebody is about to wait at a place; return what to call it for parking."""
        self._places.setdefault(place.room, set()).add(place)
        return str(place)

    def next_change(self, room: str) -> Event:
        """Return a flag that goes up at the next change of a room: for pages that are streamed."""
        flag = self._flags.get(room)
        if flag is None:
            flag = self._flags[room] = current().event()
        return flag

    @property
    def number_of_places(self) -> int:
        """How many places are known; those where nobody waits are forgotten now and then."""
        return sum(map(len, self._places.values()))

    def forget_empty_places(self) -> None:
        """Forget places where nobody waits any more, whose time was over or who have gone."""
        self._places = {
            room: waited
            for room, places in self._places.items()
            if (waited := {place for place in places if self._app.parking.count(str(place))})
        }

    def _hear(self, text: str) -> None:
        self._tell(**json.loads(text))

    def _tell(self, room: str, only: "list[str] | None" = None) -> None:
        """Wake those whom a change concerns: all who wait for a room, or some of them."""
        is_public = room != LOBBY and only is None
        page: Any = self._pages.response(room) if is_public else None
        places = self._places.get(room, set())
        for place in list(places):
            if only is None or place.reader in only:
                places.discard(place)
                is_shared = page is not None and place.path == MESSAGES and not place.is_own
                self._app.broadcast(str(place), page if is_shared else look_again(place.path))
        self._raise_flag(room)

    def _tell_everybody(self) -> None:
        """Send everybody to look, who may have missed something."""
        for places in self._places.values():
            for place in places:
                self._app.broadcast(str(place), look_again(place.path))
        self._places.clear()
        for room in list(self._flags):
            self._raise_flag(room)

    def _raise_flag(self, room: str) -> None:
        if (flag := self._flags.pop(room, None)) is not None:
            flag.set()
