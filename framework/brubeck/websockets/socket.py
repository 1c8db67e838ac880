"""One open WebSocket, as its handler sees it and as its transport feeds it."""

import logging
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from brubeck.concurrency.change import Change
from brubeck.concurrency.outflow import Outflow
from brubeck.erroranswers import ENDS
from brubeck.websockets import frames
from brubeck.websockets.frames import Close, FrameError, Message, Ping, Pong, Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from brubeck.websockets.frames import Received
    from brubeck.websockets.handshake import Upgrade

# So much may wait for the handler before the client has to wait, where a transport can do that...
CROWD = 64
CROWD_SIZE = 1_048_576
# ... or is sent away, where it cannot.
FLOOD = 1024
FLOOD_SIZE = 8_388_608
FAREWELL = 2.0  # seconds that a client gets to answer our close frame

log = logging.getLogger(__name__)


class WebSocketClosed(ConnectionError):  # noqa: N818 - it says what has happened
    """Nothing can be sent: one of the two sides has closed the WebSocket."""


class WebSocket:
    """One open WebSocket.

        for message in socket:  # str or bytes; ends when the client goes
            socket.send(message)

    `subprotocol` is the one that was agreed on. `close_code` and `close_reason` say how it ended:
    1006 for a client who vanished, None while it is open.
    """

    def __init__(self, outflow: Outflow, reader: Reader, subprotocol: str | None = None) -> None:
        self.subprotocol = subprotocol
        self.close_code: int | None = None
        self.close_reason = ""
        self._outflow = outflow
        self._reader = reader
        self._inbox: deque[Message] = deque()
        self._size = 0
        self._changed = Change()
        self._has_said_close = False
        self._has_heard_close = False
        self.quiet_ticks = 0

    # -- for handlers --------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether something can be sent."""
        return self.close_code is None

    @property
    def is_lost(self) -> bool:
        """Whether the client has gone without a word."""
        return self.close_code == frames.LOST

    def __iter__(self) -> Iterator[Message]:
        """Yield what the client sends until the end."""
        while (message := self.receive()) is not None:
            yield message

    def receive(self, seconds: float | None = None) -> Message | None:
        """Wait for the next message: text is str, binary bytes; None when there will be none.

        Raises TimeoutError when nothing comes within so many seconds.
        """
        while not self._inbox and self.is_open:
            if not self._changed.wait(seconds):
                raise TimeoutError(
                    f"No message came within {seconds} seconds. Try again, or close."
                )
        if not self._inbox:
            return None
        message = self._inbox.popleft()
        self._size -= len(message)
        self._changed.announce()
        return message

    def send(self, message: Message) -> None:
        """Send text or bytes; waits while the client lags far behind.

        Raises WebSocketClosed when the WebSocket is not open any more.
        """
        if not isinstance(message, str | bytes):
            raise TypeError(f"{message!r:.99} is no message. Send text or bytes.")
        if not (self.is_open and self._outflow.write(frames.message(message))):
            raise WebSocketClosed("The WebSocket is closed.")

    def close(self, code: int = frames.NORMAL, reason: str = "") -> None:
        """End it; what the client has sent and nobody has received is dropped.

        Raises ValueError for a code that must not be sent (RFC 6455, 7.4).
        """
        if not frames.may_be_sent(code):
            raise ValueError(f"{code} closes no WebSocket. Use 1000, or one of 3000 to 4999.")
        self._end(code, reason)
        self._inbox.clear()

    # -- for transports ------------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Take bytes that came from the client, masked as they are."""
        self._take(self._reader.read(data))

    def feed_frame(self, flags: int, data: bytes) -> None:
        """Take one frame that Mongrel2 has unmasked; who sends too much is sent away."""
        try:
            self._take(self._reader.read_unmasked(flags, data))
        except FrameError as error:
            self._end(error.code, error.reason)
        if len(self._inbox) > FLOOD or self._size > FLOOD_SIZE:
            self.close(frames.POLICY, "You send faster than your messages can be handled.")

    def wait_for_room(self) -> None:
        """Wait until the handler has received some of what has come."""
        while self.is_open and (len(self._inbox) > CROWD or self._size > CROWD_SIZE):
            self._changed.wait()

    def go_away(self) -> None:
        """Tell the client that this process ends."""
        self.close(frames.GOING_AWAY, "The server is being restarted.")

    def lose(self) -> None:
        """Take note that the client has gone without a word."""
        if self.close_code is None:
            self.close_code = frames.LOST
        self._has_heard_close = self._has_said_close = True
        self._outflow.close()
        self._changed.announce()

    def tick(self) -> None:
        """Ask whether the client is still there; called every 30 seconds.

        Who has been silent for two of them in spite of being asked is gone.
        """
        self.quiet_ticks += 1
        if self.quiet_ticks > 2:
            self.lose()
        elif self.is_open:
            self._outflow.offer(frames.ping())

    def say_farewell(self) -> None:
        """Send what is left, and give the client a moment to say that he has got it."""
        self._outflow.drain(FAREWELL)
        if not self._has_heard_close:
            self._changed.wait(FAREWELL)

    def _take(self, received: "Iterable[Received]") -> None:
        self.quiet_ticks = 0
        try:
            for each in received:
                self._take_one(each)
        except FrameError as error:
            self._end(error.code, error.reason)

    def _take_one(self, received: "Received") -> None:
        match received:
            case Ping(data):
                self._outflow.offer(frames.pong(data))
            case Pong():
                pass
            case Close(code, reason):
                self._has_heard_close = True
                self._end(code, reason)
                self._changed.announce()
            case _ if self.is_open:
                self._inbox.append(received)
                self._size += len(received)
                self._changed.announce()

    def _end(self, code: int, reason: str) -> None:
        """Say that it is over, unless that has been said; to a close frame that is the answer."""
        if self.close_code is None:
            self.close_code, self.close_reason = code, reason
        if not self._has_said_close:
            self._has_said_close = True
            self._outflow.offer(frames.close(code, reason))
        self._changed.announce()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def converse(upgrade: "Upgrade", socket: WebSocket, path: str) -> None:
    """Have a handler talk with its client, and close the WebSocket when it has finished."""
    try:
        upgrade.connected(socket)
    except WebSocketClosed:
        log.debug("The client of %s has gone while he was sent something.", path)
    except ENDS:
        raise
    except BaseException:  # the time limits of both libraries are no Exceptions
        log.exception("The WebSocket at %s failed", path)
        socket.close(frames.INTERNAL, "Something went wrong on the server.")
    finally:
        socket.close()
