"""Requests that wait for news without a greenlet, and one answer for all of them at once.

A handler parks its request in a room (`return self.park("room")`) and is gone; some hundred bytes
stay. `application.broadcast("room", answer)` renders the answer once and sends it to everybody in
that room. Who has waited long enough gets the answer for that case, and who leaves is forgotten.

Rooms belong to one process. Processes that share a room tell each other, by Redis for example,
and each broadcasts to its own.
"""

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Protocol

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.memory import Crowd
from brubeck.response import Response

SECONDS = 30.0
LONGEST = 100.0  # Mongrel2 may close a connection on which nothing has happened for 120 s
TICK = 1.0
log = logging.getLogger(__name__)


class Carrier(Protocol):
    """The way back to those who wait."""

    def deliver(self, parked: "Sequence[Parked]", response: Response) -> None:
        """Send one answer to all of them."""


class Parked:
    """One request that waits: a handler's result like any other.

    `sender` and `conn_id` are those of the request; `version`, `is_head` and `keep_alive` say
    in which form it wants its answer. `response` is the answer if it came before anybody carries it.
    """

    __slots__ = (
        "_due",
        "carrier",
        "conn_id",
        "is_head",
        "keep_alive",
        "on_gone",
        "otherwise",
        "response",
        "room",
        "sender",
        "version",
    )

    carrier: Carrier | None
    response: Response | None
    sender: str
    conn_id: str
    version: str
    is_head: bool
    keep_alive: bool

    def __init__(
        self, room: str, due: int, otherwise: Response, on_gone: Callable[[], object] | None
    ) -> None:
        self.room = room
        self._due = due
        self.otherwise = otherwise
        self.on_gone = on_gone
        self.carrier = None
        self.response = None

    def wait(self) -> Response:
        """Wait for the answer in a greenlet, where the transport has one for each request anyway."""
        waiter = Waiter()
        self.carrier = waiter
        return self.response or waiter.wait()

    @property
    def due(self) -> int:
        """The tick at which the waiting ends."""
        return self._due


class Waiter:
    """Carries an answer to the greenlet that waits for it."""

    def __init__(self) -> None:
        self._arrived = current().event()
        self._response: Response | None = None

    def deliver(self, _parked: Sequence[Parked], response: Response) -> None:
        """Wake the greenlet."""
        self._response = response
        self._arrived.set()

    def wait(self) -> Response:
        """Return the answer when it is there."""
        while self._response is None:
            self._arrived.wait()
        return self._response


class Parking:
    """All rooms of one application.

    `no_news` is the answer when the time is up, unless a handler gives another.
    """

    def __init__(self, no_news: Response) -> None:
        self.no_news = no_news
        # In the order of arrival; sets have none.
        self._rooms: dict[str, dict[Parked, None]] = {}
        self._due: dict[int, set[Parked]] = {}
        self._clock: Task | None = None
        self._crowd = Crowd()
        self._has_ended = False

    def __len__(self) -> int:
        return self._crowd.size

    def count(self, room: str) -> int:
        """Return how many wait in a room."""
        return len(self._rooms.get(room, ()))

    def park(
        self,
        room: str,
        seconds: float,
        otherwise: Response,
        on_gone: Callable[[], object] | None = None,
    ) -> Parked:
        """Let a request wait in a room for at most so many seconds, 100 at the most.

        `otherwise` is its answer if there is no news until then. `on_gone` is called when the
        client goes before. A broadcast reaches the request from here on.
        """
        due = math.ceil((monotonic() + min(seconds, LONGEST)) / TICK)
        parked = Parked(room, due, otherwise, on_gone)
        if self._has_ended:
            parked.response = otherwise
            return parked
        self._rooms.setdefault(room, {})[parked] = None
        self._crowd.come()
        self._due.setdefault(due, set()).add(parked)
        if self._clock is None:
            self._clock = current().spawn(self._watch_the_clock)
        return parked

    def broadcast(self, room: str, response: Response) -> int:
        """Answer everybody in a room; returns how many that were."""
        present = list(self._rooms.get(room, ()))
        self._answer(present, response)
        return len(present)

    def leave(self, parked: Parked) -> None:
        """Forget one whose client has gone."""
        if self._remove(parked) and parked.on_gone is not None:
            try:
                parked.on_gone()
            except Exception:
                log.exception("on_gone of a request in %r failed", parked.room)

    def end(self) -> None:
        """Give everybody, also who comes later, the answer of those who have waited long enough."""
        self._has_ended = True
        self._answer_otherwise([parked for room in self._rooms.values() for parked in room])

    def _remove(self, parked: Parked) -> bool:
        room = self._rooms.get(parked.room, {})
        if parked not in room:
            return False
        del room[parked]
        self._crowd.go()
        if not room:
            del self._rooms[parked.room]
        together = self._due[parked.due]
        together.remove(parked)
        if not together:
            del self._due[parked.due]
        return True

    def _answer(self, present: Iterable[Parked], response: Response) -> None:
        carried: dict[Carrier, list[Parked]] = {}
        for parked in present:
            if not self._remove(parked):
                continue
            if parked.carrier is None:  # its handler has not returned yet
                parked.response = response
            else:
                carried.setdefault(parked.carrier, []).append(parked)
        for carrier, load in carried.items():
            carrier.deliver(load, response)

    def _answer_otherwise(self, present: Iterable[Parked]) -> None:
        alike: dict[Response, list[Parked]] = {}
        for parked in present:
            alike.setdefault(parked.otherwise, []).append(parked)
        for response, load in alike.items():
            self._answer(load, response)

    def _watch_the_clock(self) -> None:
        """Answer those whose time has come, as long as anybody waits or a crowd has just gone."""
        while self._due or self._crowd.was_here:
            current().sleep(TICK)
            self._crowd.look()
            now = monotonic() / TICK
            for due in [due for due in self._due if due <= now]:
                self._answer_otherwise(list(self._due.get(due, ())))
        self._clock = None
