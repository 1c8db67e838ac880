"""The two sockets between Mongrel2 and a handler process."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import zmq

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.leader import Crew

# How a handler leaves without losing requests, as far as that is possible without a dispatcher:
# collect until Mongrel2 has been silent for a while, go away, give it time to notice.
SILENCE = 0.06
LONGEST_COLLECTION = 1.0
NOTICE_TIME = 0.05

MAX_UNSENT = 100_000
# Waking ZeroMQ's thread for each reply costs as much as making one. So replies that follow each
# other this quickly (seconds) leave together; where handlers take longer, none has to wait.
QUICK = 0.0005
MAX_TOGETHER = 16
MAX_ANNOUNCED = 32  # where a dispatcher is told first, that costs as much again
SUBSCRIBE = b"\x01"
NOBLOCK = int(zmq.NOBLOCK)  # pyzmq's own is an enum, and converting it takes as long as to receive

log = logging.getLogger(__name__)


class Inbox:
    """A PULL socket: requests that wait for this process.

    It has no high-water mark: what has left Mongrel2 is safe only here.
    """

    def __init__(self, context: "zmq.Context[Any]", addresses: Sequence[str]) -> None:
        self.socket: zmq.Socket[bytes] = context.socket(zmq.PULL)
        self.socket.setsockopt(zmq.RCVHWM, 0)
        for address in addresses:
            self.socket.connect(address)
        self.watch = current().watch(int(self.socket.getsockopt(zmq.FD)))

    def receive(self) -> bytes | None:
        """Return the next message, or None when there is none now."""
        return _receive(self.socket)

    def start(self) -> None:
        """Do nothing: who is connected gets requests."""

    def attach(self, crew: Crew[bytes], on_notice: Callable[[bytes], object]) -> None:
        """Do nothing: whoever receives does so without being told."""

    def leave(self, crew: Crew[bytes], outbox: "Outbox") -> deque[bytes]:
        """Go in the order that loses least; return what was received and is to be answered."""
        outbox.pause()
        crew.finish()
        collected = self._collected()
        self.close()
        current().sleep(NOTICE_TIME)
        outbox.resume()
        return collected

    def _collected(self) -> deque[bytes]:
        """Return what still arrives until there is silence."""
        collected: deque[bytes] = deque()
        deadline = monotonic() + LONGEST_COLLECTION
        before = -1
        while len(collected) > before and monotonic() < deadline:
            before = len(collected)
            collected.extend(iter(self.receive, None))
            current().sleep(SILENCE)
        collected.extend(iter(self.receive, None))
        return collected

    def close(self, _linger: int = 0) -> None:
        """Close the socket, and drop what has not been read."""
        self.socket.close(0)


class Outbox:
    """Replies on their way, kept back as long as nobody would hear them.

    An XPUB socket sends a reply only when Mongrel2 has subscribed to its ident.
    A PUB socket would drop what it is given before the subscription arrives, which are the
    first replies of every process, and whatever is over its high-water mark.

    `on_departure` is called with an ident when its Mongrel2 unsubscribes or subscribes again. It
    has been restarted then, counts its connections from the beginning, and must not get
    answers to the requests of its former life: they would reach somebody else.

    With `announce` set, that is called each time before replies go, and they go only in the hub's
    next turn, or by `flush`, for which it `is_due` when they should not wait so long.
    """

    announce: Callable[[], object] | None = None
    is_due = False

    def __init__(
        self,
        context: "zmq.Context[Any]",
        addresses: Sequence[str],
        identity: str,
        on_departure: Callable[[str], object],
    ) -> None:
        self.socket: zmq.Socket[bytes] = context.socket(zmq.XPUB)
        self.socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        self.socket.setsockopt(zmq.IDENTITY, identity.encode())
        self.socket.setsockopt(zmq.SNDHWM, 0)
        for address in addresses:
            self.socket.connect(address)
        self._on_departure = on_departure
        self._together: list[bytes] = []
        self._latest = 0.0  # when the latest reply was made
        self._will_flush = False  # the hub's callback is queued
        self._unsent: deque[tuple[str, bytes]] = deque()
        self._topics: set[str] = set()
        self._heard: set[str] = set()  # idents that one of the topics is a prefix of
        self._paused = False
        self._listener: Task | None = None

    def start(self) -> None:
        """Listen for subscriptions from now on."""
        self._listener = current().spawn(self._listen)

    def send(self, ident: str, message: bytes) -> None:
        """Send a reply to the Mongrel2 of this ident, now or when it listens; never blocks."""
        if self._paused or not (ident in self._heard or self._is_heard(ident)):
            self._keep(ident, message)
            return
        self._together.append(message)
        if self._unsent:
            # Sending may swallow the descriptor's edge that announces a subscription.
            self.read_subscriptions()
        elif self.announce is not None:
            if not self._is_quick() or len(self._together) >= MAX_ANNOUNCED:
                self.is_due = True
            self._flush_soon()
        elif self._is_quick() and len(self._together) < MAX_TOGETHER:
            self._flush_soon()
        else:
            self.flush()

    def is_open_for(self, ident: str) -> bool:
        """Say whether a reply to the Mongrel2 of this ident would go out at once."""
        if not self._is_heard(ident):
            self.read_subscriptions()  # other replies may have swallowed the descriptor's edge
        return not self._paused and self._is_heard(ident)

    def _is_quick(self) -> bool:
        now = monotonic()
        quick = now - self._latest < QUICK
        self._latest = now
        return quick

    def _flush_soon(self) -> None:
        """Send at the latest when whoever runs now lets go of the processor."""
        if not self._will_flush:
            self._will_flush = True
            current().call_soon(self._flush_now)

    def _flush_now(self) -> None:
        self._will_flush = False
        if not self.socket.closed:
            self.flush()

    def flush(self) -> None:
        """Send what has been put together."""
        self.is_due = False
        if not self._together:
            return
        if self.announce is not None:
            self.announce()
        together, self._together = self._together, []
        for message in together:
            self.socket.send(message, NOBLOCK)

    def read_subscriptions(self) -> None:
        """Take in who listens now, and send what was kept for them."""
        self.flush()  # to those who listened until now
        changed = False
        while (frame := _receive(self.socket)) is not None:
            self._note(frame[:1] == SUBSCRIBE, frame[1:].decode("latin-1"))
            changed = True
        if changed:
            self._heard.clear()
            self._send_kept()

    def pause(self) -> None:
        """Keep every reply until `resume`."""
        self.flush()
        self._paused = True

    def resume(self) -> None:
        """Send what was kept, and keep no more than necessary."""
        self._paused = False
        self._send_kept()

    def close(self, linger: int) -> None:
        """Close the socket; ZeroMQ may take `linger` milliseconds for what is under way."""
        self.flush()
        if self._unsent:
            log.warning(
                "%d replies were never sent: no Mongrel2 listened. Compare the address of its "
                "recv_spec with that of this program.",
                len(self._unsent),
            )
        if self._listener is not None:
            self._listener.kill()
        self.socket.close(linger)

    def _is_heard(self, ident: str) -> bool:
        if ident in self._heard:
            return True
        if not any(ident.startswith(topic) for topic in self._topics):
            return False
        self._heard.add(ident)
        return True

    def _keep(self, ident: str, message: bytes) -> None:
        if len(self._unsent) >= MAX_UNSENT:
            log.error("A reply was dropped: %d wait for Mongrel2 to listen.", MAX_UNSENT)
        else:
            self._unsent.append((ident, message))
            self.read_subscriptions()

    def _send_kept(self) -> None:
        kept, self._unsent = self._unsent, deque()
        for ident, message in kept:
            if self._paused or not self._is_heard(ident):
                self._unsent.append((ident, message))
            else:
                self.socket.send(message, NOBLOCK)

    def _note(self, subscribed: bool, topic: str) -> None:  # noqa: FBT001  as on the wire
        if not subscribed:
            self._topics.discard(topic)
            self._forget(topic)
        elif topic in self._topics:
            log.warning(
                "Mongrel2 came back with the ident %r; what it asked before is not answered. "
                "Give it a new ident at every start, so that nothing can be mixed up.",
                topic,
            )
            self._forget(topic)
        else:
            self._topics.add(topic)

    def _forget(self, topic: str) -> None:
        self._unsent = deque(item for item in self._unsent if not item[0].startswith(topic))
        self._on_departure(topic)

    def _listen(self) -> None:
        watch = current().watch(int(self.socket.getsockopt(zmq.FD)))
        while True:
            self.read_subscriptions()
            watch.wait()


def unusable(pull: object, pub: object, error: "zmq.ZMQError") -> ValueError:
    """Return the error that says what is wrong with addresses."""
    return ValueError(
        f"ZeroMQ cannot connect to {pull!r} and {pub!r}: {error}. "
        "Use the send_spec and recv_spec of Mongrel2's Handler, "
        "for example ipc://run/app_in and ipc://run/app_out."
    )


def _receive(socket: "zmq.Socket[bytes]") -> bytes | None:
    try:
        return socket.recv(NOBLOCK)
    except zmq.Again:
        return None
