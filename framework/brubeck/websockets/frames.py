"""Frames of the WebSocket protocol (RFC 6455, 5), by wsproto: bytes in, messages out, and back.

No sockets and no coroutines here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from wsproto.frame_protocol import FrameProtocol, Opcode, ParseFailed

Message = str | bytes

CONTROL = 0x08  # the bit that close, ping and pong have
FINAL = 0x80
NORMAL, GOING_AWAY, LOST, POLICY, TOO_BIG, INTERNAL = 1000, 1001, 1006, 1008, 1009, 1011


class FrameError(Exception):
    """What came is against the protocol; `code` is what the WebSocket must be closed with."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")


class Ping(NamedTuple):
    """A question whether somebody is there; the answer repeats its data."""

    data: bytes


class Pong(NamedTuple):
    """The answer to a ping."""

    data: bytes


class Close(NamedTuple):
    """The end, as the other side says it. The code is 1005 when none was given."""

    code: int
    reason: str


Received = Message | Ping | Pong | Close


class Reader:
    """Reads what one client sends.

    `is_masked` says whether the frames are as the client has sent them; those that a server has
    unmasked come through `read_unmasked`. Messages over `max_size` bytes are refused.
    """

    def __init__(self, *, is_masked: bool, max_size: int) -> None:
        # Only a client gets frames without a mask, so that is what wsproto has to take us for.
        self._protocol = FrameProtocol(client=not is_masked, extensions=[])
        self._max_size = max_size
        self._parts: list[str | bytes] = []
        self._size = 0

    def read(self, data: bytes) -> Iterator[Received]:
        """Yield what is complete now. Raises FrameError."""
        self._protocol.receive_bytes(data)
        try:
            for frame in self._protocol.received_frames():
                received = self._received(frame.opcode, frame.payload, frame.message_finished)
                if received is not None:
                    yield received
        except ParseFailed as error:
            raise FrameError(int(error.code), str(error)) from error

    def read_unmasked(self, flags: int, data: bytes) -> Iterator[Received]:
        """Yield what one frame means whose mask has been taken off. Raises FrameError.

        `flags` is its first byte. Mongrel2 has put the frames of a message together.
        """
        if len(data) > self._max_size:
            raise self._too_big()
        return self.read(_header(flags | FINAL, len(data)) + data)

    def _received(self, opcode: Opcode, payload: object, is_finished: bool) -> Received | None:  # noqa: FBT001
        if opcode is Opcode.PING:
            return Ping(bytes(payload))  # type: ignore[call-overload]
        if opcode is Opcode.PONG:
            return Pong(bytes(payload))  # type: ignore[call-overload]
        if opcode is Opcode.CLOSE:
            code, reason = payload  # type: ignore[misc]
            return Close(int(code), reason or "")  # type: ignore[has-type]
        return self._part(payload, is_finished)  # type: ignore[arg-type]

    def _part(self, payload: str | bytes, is_finished: bool) -> Message | None:  # noqa: FBT001
        self._size += len(payload) if isinstance(payload, bytes | bytearray) else _size(payload)
        if self._size > self._max_size:
            raise self._too_big()
        self._parts.append(payload)
        if not is_finished:
            return None
        parts, self._parts, self._size = self._parts, [], 0
        if isinstance(parts[0], str):
            return "".join(parts)  # type: ignore[arg-type]
        return b"".join(parts)  # type: ignore[arg-type]

    def _too_big(self) -> FrameError:
        return FrameError(TOO_BIG, f"Messages may have {self._max_size} bytes.")


_WRITER = FrameProtocol(client=False, extensions=[])


def message(content: Message) -> bytes:
    """Return one message as a frame."""
    return bytes(_WRITER.send_data(content))


def ping(data: bytes = b"") -> bytes:
    """Return a ping."""
    return bytes(_WRITER.ping(data))


def pong(data: bytes) -> bytes:
    """Return the answer to a ping."""
    return bytes(_WRITER.pong(data))


def close(code: int, reason: str = "") -> bytes:
    """Return a close frame. 1005 and 1006 mean that there is no code, and are not sent."""
    return bytes(_WRITER.close(None if code in {1005, LOST} else code, reason))


def may_be_sent(code: int) -> bool:
    """Tell whether a close frame may have this code: one that says something, and is given out."""
    return (1000 <= code <= 1013 and code not in {1004, 1005, LOST}) or 3000 <= code <= 4999


def _header(flags: int, size: int) -> bytes:
    if size < 126:
        return bytes([flags, size])
    if size < 65_536:
        return bytes([flags, 126]) + size.to_bytes(2)
    return bytes([flags, 127]) + size.to_bytes(8)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
