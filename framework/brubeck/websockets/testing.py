"""The client's end of a WebSocket for tests, without a network: `TestClient.websocket(path)`."""

from collections import deque

from brubeck.concurrency import current
from brubeck.concurrency.change import Change
from brubeck.concurrency.outflow import Outflow
from brubeck.websockets import frames
from brubeck.websockets.frames import Close, Message, Reader
from brubeck.websockets.handshake import Upgrade
from brubeck.websockets.socket import WebSocket, converse

PATIENCE = 5.0
EVERYTHING = 1 << 30  # bytes; a test takes whatever it is sent
TEXT, BINARY, CLOSE = 0x81, 0x82, 0x88  # first bytes of frames


class TestWebSocket:
    """What a page has that has opened a WebSocket; the handler runs in a greenlet meanwhile.

    `close_code` and `close_reason` are what the handler's end has said, None as long as it is open.
    """

    __test__ = False  # its name makes pytest curious

    def __init__(self, upgrade: Upgrade, path: str) -> None:
        self.subprotocol = upgrade.subprotocol
        self.close_code: int | None = None
        self.close_reason = ""
        self._messages: deque[Message] = deque()
        self._changed = Change()
        self._reader = Reader(is_masked=False, max_size=EVERYTHING)
        outflow = Outflow(self._take)
        reader = Reader(is_masked=False, max_size=upgrade.max_size)
        self._server = WebSocket(outflow, reader, upgrade.subprotocol)
        current().spawn(converse, upgrade, self._server, path)

    def send(self, message: Message) -> None:
        """Send text or bytes."""
        if isinstance(message, str):
            self._server.feed_frame(TEXT, message.encode())
        else:
            self._server.feed_frame(BINARY, message)

    def receive(self, seconds: float = PATIENCE) -> Message | None:
        """Wait for the next message; None when the handler has closed the WebSocket.

        Raises TimeoutError when nothing comes within so many seconds.
        """
        while not self._messages and self.close_code is None:
            if not self._changed.wait(seconds):
                raise TimeoutError(f"Nothing came within {seconds} seconds. Look at the handler.")
        return self._messages.popleft() if self._messages else None

    def close(self, code: int = frames.NORMAL, reason: str = "") -> None:
        """Leave."""
        self._server.feed_frame(CLOSE, code.to_bytes(2) + reason.encode())

    def vanish(self) -> None:
        """Be gone without a word, as somebody whose network fails."""
        self._server.lose()

    def _take(self, data: bytes) -> None:
        for received in self._reader.read(data):
            if isinstance(received, str | bytes):
                self._messages.append(received)
            elif isinstance(received, Close):
                self.close_code, self.close_reason = received
        self._changed.announce()
