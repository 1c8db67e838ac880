"""The Mongrel2 servers of a dispatcher: requests from them, and a few words to their clients."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import zmq

from brubeck import wire

QUEUE = 100  # requests read ahead; what is more stays with Mongrel2
MAX_UNSAID = 10_000
SUBSCRIBE = 1
NOBLOCK = int(zmq.NOBLOCK)  # pyzmq's own is an enum, and converting it takes as long as to receive

BODY = b"The process that had this request is no more. Send it again."
BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
) % (len(BODY), BODY)
CLOSE = b""  # Mongrel2's sign to close

log = logging.getLogger(__name__)


class Fronts:
    """One PULL socket for the requests of all servers, one XPUB socket for words to their clients.

    `on_return` is called with an ident that has subscribed again, or no more: the connections of
    that server are others now.
    """

    def __init__(
        self,
        context: "zmq.Context[Any]",
        pull: Sequence[str],
        pub: Sequence[str],
        on_return: Callable[[bytes], object],
    ) -> None:
        self.publisher: zmq.Socket[bytes] = context.socket(zmq.XPUB)
        self.publisher.setsockopt(zmq.XPUB_VERBOSE, 1)
        self.publisher.setsockopt(zmq.SNDHWM, 0)
        for address in pub:
            self.publisher.connect(address)
        self.puller: zmq.Socket[bytes] = context.socket(zmq.PULL)
        self.puller.setsockopt(zmq.RCVHWM, QUEUE)
        self._pull = pull
        self._on_return = on_return
        self._topics: set[bytes] = set()
        self._unsaid: deque[tuple[bytes, bytes]] = deque(maxlen=MAX_UNSAID)

    def open(self) -> None:
        """Ask for requests from now on."""
        for address in self._pull:
            self.puller.connect(address)

    def receive(self, most: int) -> Iterator[bytes]:
        """Yield the requests that are here, no more than so many."""
        receive = self.puller.recv
        with suppress(zmq.Again):
            for _ in range(most):
                yield receive(NOBLOCK)

    def close_puller(self) -> None:
        """Take no more requests."""
        self.puller.close(0)

    def close(self, linger: int) -> None:
        """Close everything; ZeroMQ may take `linger` milliseconds for what is under way."""
        self.close_puller()
        self.publisher.close(linger)

    def apologize(self, key: bytes) -> None:
        """Answer 502 on a connection and close it."""
        self.say(key, BAD_GATEWAY)
        self.say(key, CLOSE)

    def hang_up(self, key: bytes) -> None:
        """Close a connection, where an answer has begun or nobody would understand one."""
        self.say(key, CLOSE)

    def say(self, key: bytes, payload: bytes) -> None:
        """Send a payload to a connection as soon as its Mongrel2 listens."""
        ident, _, conn_id = key.partition(b" ")
        try:
            message = wire.reply(ident.decode("latin-1"), conn_id.decode("latin-1"), payload)
        except wire.BadMessage as error:
            log.warning("A connection that makes no sense is not answered. %s", error)
            return
        if self._is_heard(ident):
            self.publisher.send(message, NOBLOCK)
        else:
            self._unsaid.append((ident, message))

    def listen(self) -> None:
        """Take in who listens, and say what was kept for them."""
        try:
            while True:
                self._note(self.publisher.recv(NOBLOCK))
        except zmq.Again:
            pass
        kept, self._unsaid = self._unsaid, deque(maxlen=MAX_UNSAID)
        for ident, message in kept:
            if self._is_heard(ident):
                self.publisher.send(message, NOBLOCK)
            else:
                self._unsaid.append((ident, message))

    @property
    def idents(self) -> list[str]:
        """The servers that listen, by what they have subscribed to."""
        return sorted(topic.decode("latin-1") for topic in self._topics)

    def _note(self, frame: bytes) -> None:
        topic = frame[1:]
        has_left = frame[:1] != bytes([SUBSCRIBE])
        if has_left or topic in self._topics:
            self._unsaid = deque(
                (each for each in self._unsaid if not each[0].startswith(topic)), MAX_UNSAID
            )
            self._on_return(topic)
        if has_left:
            self._topics.discard(topic)
        else:
            self._topics.add(topic)

    def _is_heard(self, ident: bytes) -> bool:
        return any(map(ident.startswith, self._topics))
