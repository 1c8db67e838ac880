"""Requests from a dispatcher: this process asks for as many as it can begin soon.

The dispatcher is in `brubeck.dispatching`. What is said is in its `protocol`.
"""

import logging
import os
import socket
from collections import deque
from collections.abc import Callable
from itertools import starmap
from time import monotonic
from typing import Any

import zmq

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.leader import Crew
from brubeck.connections.conversations import Conversations
from brubeck.connections.sockets import Outbox
from brubeck.dispatching import protocol
from brubeck.workernumber import worker_number

MOST = 64  # requests asked for ahead
# A request that waits here could be begun by another worker at once; so only those are asked for
# that this one will begin within such a time, in seconds, as far as it knows itself.
SOON = 0.01
MEMORY = 16  # how many requests it takes to know oneself anew
CAUTIOUS = SOON / 8
BRISK = SOON / 50
RECONNECT = 50  # milliseconds
GOODBYE = 2.0  # seconds for a dispatcher to answer when this process leaves
LAST_CONTROL = bytes([protocol.LAST_CONTROL])
NOBLOCK = int(zmq.NOBLOCK)
READABLE = int(zmq.POLLIN)

log = logging.getLogger(__name__)


def _key(sender: str, conn_id: str) -> bytes:
    return f"{sender} {conn_id}".encode()


def _nothing(*_args: object) -> None:
    """Stand for a crew that need not be woken, and does not work yet."""


class CreditInbox:
    """A DEALER socket: requests that a dispatcher has given to this process.

    It tells the dispatcher which connections are about to be answered, before `outbox` sends the
    answers, and that they have gone, after it. Who dies in between leaves a client who may have
    his answer, and whom nobody else must answer.
    """

    def __init__(
        self,
        context: "zmq.Context[Any]",
        address: str,
        conversations: Conversations,
        outbox: Outbox,
    ) -> None:
        self.socket: zmq.Socket[bytes] = context.socket(zmq.DEALER)
        for option in (zmq.SNDHWM, zmq.RCVHWM):
            self.socket.setsockopt(option, 0)
        self.socket.setsockopt(zmq.HEARTBEAT_IVL, protocol.HEARTBEAT)
        self.socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, protocol.HEARTBEAT_LIMIT)
        self.socket.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
        self._monitor = self.socket.get_monitor_socket(
            zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
        )
        self.socket.connect(address)
        self.watch = current().watch(int(self.socket.getsockopt(zmq.FD)))
        self._conversations = conversations
        self._outbox = outbox
        outbox.announce = self._announce
        self._room: Callable[[], int] = lambda: MOST
        self._look_again: Callable[[], object] = _nothing
        self._on_notice: Callable[[bytes], object] = _nothing
        self._name = f"{os.getpid()}@{socket.gethostname()} {worker_number()}"
        self._listener: Task | None = None
        self._attendant: Task | None = None
        self._queue: deque[bytes] = deque()  # requests that are here and not begun
        self._lines: list[bytes] = []  # what is to be reported
        self._answers: list[bytes] = []  # connections whose answers have not been announced
        self._is_announced = False  # and not confirmed
        self._will_report = False  # the hub's callback is queued
        self._begun: set[bytes] = set()
        self._came = 0  # requests since the latest hello
        self._taken = 0  # of these; below zero for those that came from a former dispatcher
        self._told = (0, 0)
        self._welcome: bytes | None = None
        self._granted = 0  # asked for, and not begun yet
        self._few = 0  # so few that it is time to ask for more
        self._pace = CAUTIOUS  # seconds from one request to the next
        self._taken_at: float | None = None  # the latest request, unless there was a pause since
        self._is_connected = False
        self._is_leaving = False
        self._ended = current().event()

    def start(self) -> None:
        """Follow the dispatcher from now on, which may end and come back."""
        self._listener = current().spawn(self._follow)

    def attach(self, crew: Crew[bytes], on_notice: Callable[[bytes], object]) -> None:
        """Ask for no more than a crew has room for.

        It is woken, too: sending can swallow the sign that something has come. `on_notice` is
        given notices that come while the crew has its hands full.
        """
        self._room, self._look_again = crew.room, crew.look_again
        self._on_notice = on_notice

    # -- receiving -----------------------------------------------------------------------------

    def receive(self) -> bytes | None:
        """Return the next request or notice, or None when there is none now."""
        if self._outbox.is_due:
            self._send_answers()
        while not self._queue:
            if self._has_more():
                notice = self._sort(self.socket.recv(NOBLOCK))
                if notice is not None:
                    return notice
            else:
                self._taken_at = None
                # What comes while a report is sent makes no sign any more, so look again then.
                if not self._report():
                    return None
        return self._take()

    def _take(self) -> bytes:
        self._measure()
        self._taken += 1
        self._granted -= 1
        if self._granted <= self._few:
            self._report(taken=1)
            if self._granted <= 0:
                self._attend()
        return self._queue.popleft()

    def _measure(self) -> None:
        """Learn how long it takes from one request to the next while there is work."""
        now = monotonic()
        if self._taken_at is not None:
            self._pace += (now - self._taken_at - self._pace) / MEMORY
        self._taken_at = now

    def _sort(self, data: bytes) -> bytes | None:
        """Put requests in the queue; returns what is a notice."""
        kind = data[:1]
        if kind == protocol.BATCH:
            before = len(self._queue)
            self._queue.extend(protocol.unpack(data))
            self._came += len(self._queue) - before
        elif kind > LAST_CONTROL:
            self._queue.append(data)
            self._came += 1
        elif kind == protocol.NOTICE:
            return data[1:]
        elif kind == protocol.WELCOME:
            self._welcome = data[1:]
        elif kind == protocol.END:
            self._ended.set()
        return None

    def _next_of_socket(self) -> bytes | None:
        try:
            return self.socket.recv(NOBLOCK)
        except zmq.Again:
            return None

    def _has_more(self) -> bool:
        return bool(int(self.socket.getsockopt(zmq.EVENTS)) & READABLE)

    # -- notices while the crew has its hands full ---------------------------------------------

    def _attend(self) -> None:
        """Have somebody hear notices when all members of the crew are about to be busy."""
        if self._attendant is None and self._room() <= 1:
            self._attendant = current().spawn(self._stand_in)

    def _stand_in(self) -> None:
        watch = current().watch(int(self.socket.getsockopt(zmq.FD)))
        try:
            while self._room() <= 0:
                self._hear_notices()
                watch.wait()
        finally:
            self._attendant = None
        self._look_again()

    def _hear_notices(self) -> None:
        for data in iter(self._next_of_socket, None):
            notice = self._sort(data)
            if notice is not None:
                self._forget_queued(protocol.key_of(notice))
                self._on_notice(notice)

    def _forget_queued(self, key: bytes) -> None:
        """Drop requests of a client who has left: nobody will say so again when they are begun."""
        left = deque(message for message in self._queue if protocol.key_of(message) != key)
        dropped = len(self._queue) - len(left)
        self._queue = left
        self._taken += dropped
        self._granted -= dropped

    # -- reporting -----------------------------------------------------------------------------

    def finished(self, sender: str, conn_id: str, messages: int) -> None:
        """Tell the dispatcher that so many messages of a connection have been dealt with."""
        key = _key(sender, conn_id)
        if messages == 1:
            self._answers.append(key)
        else:
            self._answers += [key] * messages
        if self._begun:
            self._begun.discard(key)
        if not self._will_report:
            self._report_soon()

    def drop(self, message: bytes) -> None:
        """Tell the dispatcher that a message is not answered because it makes no sense."""
        self._answers.append(protocol.key_of(message))
        self._report_soon()

    def begun(self, sender: str, conn_id: str) -> None:
        """Tell the dispatcher that an answer has begun: nothing else may be sent instead."""
        key = _key(sender, conn_id)
        if key not in self._begun:
            self._begun.add(key)
            self._lines.append(protocol.BEGUN + key)
            self._report_soon()

    def closed(self, sender: str, conn_id: str) -> None:
        """Tell the dispatcher that a connection is being closed: nobody gets what comes behind."""
        self._lines.append(protocol.CLOSED + _key(sender, conn_id))
        self._report_soon()

    def _announce(self) -> None:
        """Say what is about to be answered."""
        if self.socket.closed:
            return
        lines = self._gathered()
        if self._answers:
            self._add_answers(lines)
        if lines:
            self._say(lines)

    def _gathered(self) -> list[bytes]:
        """Return what is to be said anyway, first that the former answers have gone."""
        lines, self._lines = self._lines, []
        if self._is_announced:
            lines.append(protocol.SENT)
            self._is_announced = False
        return lines

    def _add_answers(self, lines: list[bytes]) -> None:
        lines.append(protocol.ANSWERS + b",".join(self._answers))
        self._answers = []
        self._is_announced = True

    def _send_answers(self) -> None:
        """Send what should not wait; if the next request may take long, nothing else waits either."""
        if self._pace < BRISK:
            self._outbox.flush()
        else:
            self._report()

    def _report_soon(self) -> None:
        """Report together with what else is done before the hub gets control."""
        if not self._will_report:
            self._will_report = True
            current().call_soon(self._report_from_hub)

    def _report_from_hub(self) -> None:
        self._will_report = False
        if self.socket.closed:
            return
        self._report()
        if self._has_more():
            self._look_again()
            if self._attendant is not None:
                current().spawn(self._hear_notices)

    def _report(self, taken: int = 0) -> bool:
        """Have answers sent, say what is done, and ask for as much as could be begun soon.

        `taken` requests are received and not in hand yet. Returns whether there was anything.
        """
        self._outbox.flush()
        lines = self._gathered()
        if self._answers:  # of those who have left, and will be sent nothing
            self._add_answers(lines)
            lines += self._gathered()
        wanted = max(0, self._wanted(taken) - self._granted)
        told = self._taken, len(self._conversations)
        if wanted or told != self._told:
            lines.append(b"%b%d %d %d" % (protocol.CREDITS, wanted, *told))
            self._granted += wanted
            self._told = told
        self._few = self._granted // 2
        if lines:
            self._say(lines)
        return bool(lines)

    def _say(self, lines: list[bytes]) -> None:
        self.socket.send(b"\n".join(lines), NOBLOCK)

    def _wanted(self, taken: int) -> int:
        if self._is_leaving or not self._is_connected:
            return 0
        return min(MOST, max(1, int(SOON / self._pace)), self._room() - taken)

    # -- the dispatcher comes and goes ---------------------------------------------------------

    def _follow(self) -> None:
        watch = current().watch(int(self._monitor.getsockopt(zmq.FD)))
        while True:
            while (event := self._event()) is not None:
                if event == zmq.EVENT_DISCONNECTED:
                    self._note_loss()
                else:
                    self._introduce()
            watch.wait()

    def _event(self) -> int | None:
        try:
            description, _address = self._monitor.recv_multipart(NOBLOCK)
        except zmq.Again:
            return None
        return int.from_bytes(description[:2], "little")

    def _note_loss(self) -> None:
        self._is_connected = False
        if self._is_leaving:
            self._ended.set()
        else:
            log.warning("The dispatcher is gone. Requests wait in Mongrel2 until it comes back.")

    def _introduce(self) -> None:
        """Say who this is, what is in hand, and how much more may come."""
        self._hear_notices()
        self._is_connected = True
        keys = [*starmap(_key, self._conversations.keys()), *map(protocol.key_of, self._queue)]
        self._lines = [
            protocol.HELLO + self._name.encode(),
            *([b"%b%b %d" % (protocol.FORMER, self._welcome, self._came)] if self._welcome else []),
            *(protocol.KEPT + key for key in keys),
            *(protocol.BEGUN + key for key in self._begun),
        ]
        self._granted = len(self._queue)
        self._came, self._taken = 0, -len(self._queue)
        self._told = (0, 0)
        if self._is_leaving:
            self._lines.append(protocol.BYE)
        self._report()
        current().call_soon(self._look_again)

    # -- the end -------------------------------------------------------------------------------

    def leave(self, crew: Crew[bytes], _outbox: object) -> deque[bytes]:
        """Ask for nothing more, and have the crew receive all that was given out.

        Returns what it could not receive, because it has its hands full.
        """
        self._is_leaving = True
        if self._is_connected:
            self._lines.append(protocol.BYE)
            self._report()
            current().call_soon(self._look_again)
            self._ended.wait(GOODBYE)
        crew.finish()
        return deque(iter(self.receive, None))

    def close(self, linger: int = 0) -> None:
        """Report for the last time, and close the socket."""
        if self.socket.closed:
            return
        self._is_leaving = True
        self._report()
        for task in (self._listener, self._attendant):
            if task is not None:
                task.kill()
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(linger)
