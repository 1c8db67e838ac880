"""Requests from a dispatcher: this process asks for as many as it can begin soon.

The dispatcher is in `brubeck.dispatching`. What is said is in its `protocol`.
"""

import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import zmq

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.leader import Crew
from brubeck.dispatching import protocol

MOST = 64  # requests asked for ahead
# A request that waits here could be begun by another worker at once; so only those are asked for
# that this one will begin within such a time, in seconds, as far as it knows itself.
SOON = 0.01
MEMORY = 16  # how many requests it takes to know oneself anew
CAUTIOUS = SOON / 8
RECONNECT = 50  # milliseconds
GOODBYE = 2.0  # seconds for a dispatcher to answer when this process leaves
LAST_CONTROL = bytes([protocol.LAST_CONTROL])
NOBLOCK = int(zmq.NOBLOCK)

log = logging.getLogger(__name__)


def _nobody() -> None:
    """Stand for a crew that need not be woken."""


class CreditInbox:
    """A DEALER socket: requests that a dispatcher has given to this process.

    `kept` gives the connections that wait for an answer, for a dispatcher that does not know yet.
    """

    def __init__(
        self,
        context: "zmq.Context[Any]",
        address: str,
        kept: Callable[[], Iterable[tuple[str, str]]],
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
        self._room: Callable[[], int] = lambda: MOST
        self._look_again: Callable[[], object] = _nobody
        self._kept = kept
        self._name = f"{os.getpid()}@{socket.gethostname()}"
        self._listener: Task | None = None
        self._lines: list[bytes] = []  # what is to be reported
        self._will_report = False  # the hub's callback is queued
        self._begun: set[bytes] = set()
        self._stash: deque[bytes] = deque()  # from a dispatcher that is no more
        self._granted = 0  # asked for, and not received yet
        self._few = 0  # so few that it is time to ask for more
        self._pace = CAUTIOUS  # seconds from one request to the next
        self._taken_at: float | None = None  # the latest request, unless there was a pause since
        self._is_connected = False
        self._is_leaving = False
        self._ended = current().event()

    def start(self) -> None:
        """Follow the dispatcher from now on, which may end and come back."""
        self._listener = current().spawn(self._follow)

    def attach(self, crew: Crew[bytes]) -> None:
        """Ask for no more than a crew has room for.

        It is woken, too: sending can swallow the sign that something has come.
        """
        self._room, self._look_again = crew.room, crew.look_again

    # -- receiving -----------------------------------------------------------------------------

    def receive(self) -> bytes | None:
        """Return the next request or notice, or None when there is none now."""
        while True:
            self._measure()
            message = self._next()
            if message is None:
                self._taken_at = None
                # What comes while a report is sent makes no sign any more, so look again then.
                if not self._report():
                    return None
                continue
            if message[:1] > LAST_CONTROL:
                self._granted -= 1
                if self._granted <= self._few:
                    self._report(taken=1)
                return message
            if message[:1] == protocol.NOTICE:
                return message[1:]
            if message == protocol.END:
                self._ended.set()

    def _next(self) -> bytes | None:
        if self._stash:
            return self._stash.popleft()
        return self._next_of_socket()

    def _measure(self) -> None:
        """Learn how long it takes from one request to the next while there is work."""
        now = monotonic()
        if self._taken_at is not None:
            self._pace += (now - self._taken_at - self._pace) / MEMORY
        self._taken_at = now

    # -- reporting -----------------------------------------------------------------------------

    def finished(self, sender: str, conn_id: str, messages: int) -> None:
        """Tell the dispatcher that so many messages of a connection have been dealt with."""
        key = f"{sender} {conn_id}".encode()
        self._lines += [protocol.DONE + key] * messages
        if self._begun:
            self._begun.discard(key)
        self._report_soon()

    def drop(self, message: bytes) -> None:
        """Tell the dispatcher that a message is not answered because it makes no sense."""
        self._lines.append(protocol.DONE + protocol.key_of(message))
        self._report_soon()

    def begun(self, sender: str, conn_id: str) -> None:
        """Tell the dispatcher that an answer has begun: nothing else may be sent instead."""
        key = f"{sender} {conn_id}".encode()
        if key not in self._begun:
            self._begun.add(key)
            self._lines.append(protocol.BEGUN + key)
            self._report_soon()

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
        if int(self.socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            self._look_again()

    def _report(self, taken: int = 0) -> bool:
        """Send what has been done, and ask for as much as could be begun soon.

        `taken` requests are received and not in hand yet. Returns whether there was anything.
        """
        wanted = self._wanted(taken) - self._granted
        if wanted > 0:
            self._lines.append(protocol.CREDITS + str(wanted).encode())
            self._granted += wanted
        self._few = self._granted // 2
        if not self._lines:
            return False
        lines, self._lines = self._lines, []
        self.socket.send(b"\n".join(lines), NOBLOCK)
        return True

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
        self._stash.extend(iter(self._next_of_socket, None))
        self._granted = sum(message[:1] > LAST_CONTROL for message in self._stash)
        self._is_connected = True
        keys = [f"{sender} {conn_id}".encode() for sender, conn_id in self._kept()]
        self._lines = [
            protocol.HELLO + self._name.encode(),
            *(protocol.KEPT + key for key in keys),
            *(protocol.BEGUN + key for key in self._begun),
        ]
        if self._is_leaving:
            self._lines.append(protocol.BYE)
        self._report()
        current().call_soon(self._look_again)

    def _next_of_socket(self) -> bytes | None:
        try:
            return self.socket.recv(NOBLOCK)
        except zmq.Again:
            return None

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
        if self._listener is not None:
            self._listener.kill()
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(linger)
