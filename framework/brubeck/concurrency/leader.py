"""Serving without a greenlet for each message: a leader works until a handler blocks.

One greenlet, the leader, receives messages and handles them itself. Before each one it
makes sure that one callback is queued at the hub. The hub gets control only when somebody
blocks; if the leader turns out to be inside a handler then, the callback promotes a
follower, which receives from there on. The old leader finishes its handler and becomes a
follower. Handlers that never block therefore never pay for a switch.

The pattern: Schmidt, O'Ryan, Pyarali, Kircher, Buschmann, "Leader/Followers" (2000).
"""

import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]  # it ships no types

from brubeck.concurrency.base import Concurrency, OutOfTime, Timer, Watch

MESSAGES_A_TURN = 50  # so many without a break, then timers and other sockets are asked
MAX_IDLE = 100  # followers kept for the next time that handlers block

log = logging.getLogger(__name__)
Message = TypeVar("Message")


class Crew(Generic[Message]):
    """Greenlets that share one source of messages; one of them at a time receives.

    `receive` returns the next message, or None when there is none now; it never blocks.
    `watch` tells when to ask again; without a watch the crew finishes at the first None.
    `handle` may block. With `limit` messages in hand nothing is received until one of
    them is finished. One that is still blocked `seconds` after it first was gets OutOfTime,
    and again after as long.
    """

    def __init__(
        self,
        concurrency: Concurrency,
        *,
        receive: Callable[[], Message | None],
        watch: Watch | None,
        handle: Callable[[Message], object],
        limit: int | None = None,
        seconds: float | None = None,
    ) -> None:
        self._concurrency = concurrency
        self._receive = receive
        self._watch = watch
        self._handle = handle
        self._limit = limit
        self._seconds = seconds
        self._timers: dict[greenlet, Timer] = {}  # of blocked members
        self._leader: object = None
        self._waiting: greenlet | None = None  # the leader, while it waits for the socket
        self._handling = False  # the leader is inside a handler
        self._looking = False  # the hub's callback is queued
        self._idle: list[greenlet] = []
        self._members = 0
        self._finishing = watch is None
        self._done = concurrency.event()
        self.in_hand = 0

    def start(self) -> None:
        """Begin to receive."""
        self._recruit()

    def finish(self) -> None:
        """Receive nothing any more; when this returns, nobody waits for the source's socket."""
        self._finishing = True
        self._receive = _nothing
        for member in self._idle:
            self._concurrency.call_soon(member.switch)
        self._idle.clear()
        if self._waiting:
            self._concurrency.call_soon(self._waiting.switch)
        while self._waiting:
            self._concurrency.yield_turn()

    def room(self) -> int:
        """Return how many more messages may be in hand."""
        return sys.maxsize if self._limit is None else self._limit - self.in_hand

    def look_again(self) -> None:
        """Have the leader ask for messages, if it waits for them; a callback for the hub."""
        if self._waiting is not None:
            self._waiting.switch()

    def join(self, seconds: float) -> bool:
        """Wait until all is handled; False when so many seconds were not enough."""
        return self._done.wait(seconds)

    def _recruit(self) -> None:
        self._members += 1
        self._leader = self._concurrency.spawn(self._work)

    def _work(self) -> None:
        me = getcurrent()
        try:
            self._lead(me)
            while self._rest(me):
                self._lead(me)
        finally:
            self._leave(me)

    def _lead(self, me: greenlet) -> None:
        turn = 0
        while self._leader is me:
            message = self._receive()
            if message is not None:
                self._run(message, me)
                turn += 1
                if turn >= MESSAGES_A_TURN:
                    turn = 0
                    self._concurrency.yield_turn()
            elif self._watch is None or self._finishing:
                self._leader = None
            else:
                turn = 0
                self._wait(me, self._watch)

    def _wait(self, me: greenlet, watch: Watch) -> None:
        self._waiting = me
        try:
            watch.wait()
        finally:
            self._waiting = None

    def _run(self, message: Message, me: greenlet) -> None:
        self.in_hand += 1
        self._handling = True
        if not self._looking:
            self._looking = True
            self._concurrency.call_soon(self._look)
        try:
            self._handle(message)
        except (Exception, OutOfTime):
            log.exception("A message could not be handled.")
        finally:
            self.in_hand -= 1
            if self._timers:
                self._stop_timer(me)
            if self._leader is me:
                self._handling = False
            elif self._leader is None:  # all hands were busy, so nobody receives
                self._leader = me

    def _look(self) -> None:
        """Run by the hub: the leader has let go of the processor, perhaps in a handler."""
        self._looking = False
        if self._handling:
            self._handling = False
            self._start_timer(self._leader)
            self._promote()

    def _start_timer(self, member: greenlet) -> None:
        """Watch the time of a handler that has blocked; others have ended, or cannot be ended."""
        if self._seconds is not None:
            self._timers[member] = self._concurrency.call_later(
                self._seconds, partial(self._out_of_time, member)
            )

    def _stop_timer(self, member: greenlet) -> None:
        timer = self._timers.pop(member, None)
        if timer is not None:
            timer.cancel()

    def _out_of_time(self, member: greenlet) -> None:
        self._stop_timer(member)
        self._start_timer(member)  # it may block once more while it cleans up
        member.throw(OutOfTime(f"It took longer than {self._seconds} s."))

    def _promote(self) -> None:
        if self._limit is not None and self.in_hand >= self._limit:
            self._leader = None
        elif self._idle:
            self._leader = follower = self._idle.pop()
            self._concurrency.call_soon(follower.switch)
        else:
            self._recruit()

    def _rest(self, me: greenlet) -> bool:
        """Wait to be promoted; False when this member is not needed any more."""
        if self._finishing or len(self._idle) >= MAX_IDLE:
            return False
        self._idle.append(me)
        self._concurrency.park()
        return self._leader is me

    def _leave(self, me: greenlet) -> None:
        self._members -= 1
        if self._leader is me:  # killed, or a handler raised what is not an Exception
            self._promote()
        if self._finishing and not self._members:
            self._done.set()


def _nothing() -> None:
    """Stand for a source that is closed."""
