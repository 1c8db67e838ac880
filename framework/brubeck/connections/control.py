"""Mongrel2's control port: how many bytes each connection has been sent so far."""

import logging
import re
from collections.abc import Sequence
from time import monotonic
from typing import Any

import zmq

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.change import Change

# As Mongrel2 does: every row of `status net` is id, fd, type, last ping, last read, last write,
# bytes read, bytes written; all of them numbers in tnetstrings.
QUESTION = (b"", b"26:6:status,13:4:what,3:net,}]")
_ROW = re.compile(rb"\d+:\d+:(\d+)#(?:\d+:\d+#){6}\d+:(\d+)#\]")
INTERVAL = 0.1  # seconds; Mongrel2 does nothing else while it writes a line for each connection
PATIENCE = 2.0  # seconds for an answer
SILENCE = 60.0  # seconds in which nobody is asked who has not answered
SOON = 0.005
NOBLOCK = int(zmq.NOBLOCK)

log = logging.getLogger(__name__)


class Control:
    """What the control ports of one or more Mongrel2 servers say, asked while somebody waits.

    A connection id that two servers have counts as the one that has been sent more.
    """

    def __init__(self, context: "zmq.Context[Any]", addresses: Sequence[str]) -> None:
        self._context = context
        self._addresses = addresses
        self._written: dict[str, int] = {}
        self._news = Change()
        self._task: Task | None = None
        self._asked_at = 0.0
        self._silent_until = 0.0

    def written(self, conn_id: str) -> int | None:
        """Return how many bytes a connection had been sent the last time; None for an unknown one."""
        return self._written.get(conn_id)

    def wait(self) -> None:
        """Wait for new figures; not for those of servers that do not answer."""
        if monotonic() < self._silent_until:
            return
        if self._task is None:
            self._task = current().spawn(self._ask)
        self._news.wait()

    def close(self) -> None:
        """Ask nothing any more."""
        if self._task is not None:
            self._task.kill()

    def _ask(self) -> None:
        try:
            current().sleep(max(0.0, self._asked_at + INTERVAL - monotonic()))
            self._asked_at = monotonic()
            self._written = self._collected()
        finally:
            self._task = None
            self._news.announce()

    def _collected(self) -> dict[str, int]:
        """Return what all servers say that are there."""
        written: dict[str, int] = {}
        for address in self._addresses:
            for conn_id, size in _ROW.findall(self._answer_of(address)):
                name = conn_id.decode()
                written[name] = max(int(size), written.get(name, 0))
        return written

    def _give_up(self, address: str) -> None:
        self._silent_until = monotonic() + SILENCE
        log.warning(
            "Mongrel2 does not answer at %s, so streams do not wait for slow readers. Compare the "
            "control_port of its Server.",
            address,
        )

    def _answer_of(self, address: str) -> bytes:
        """Return what one server says; nothing if it is not there."""
        # A new socket each time: it cannot get the answer to a former question.
        socket = self._context.socket(zmq.DEALER)
        try:
            socket.connect(address)
            socket.send_multipart(QUESTION, NOBLOCK)
            deadline = monotonic() + PATIENCE
            while monotonic() < deadline:
                try:
                    answer: list[bytes] = socket.recv_multipart(NOBLOCK)
                    return answer[-1]
                except zmq.Again:
                    current().sleep(SOON)
            self._give_up(address)
            return b""
        finally:
            socket.close(0)
