"""Which requests may be answered twice: those that a worker had in hand who has died.

A gateway may repeat what is safe or idempotent (RFC 9110, 9.2.2). An application knows more: where
sending a form twice does no harm, every request may be repeated, and nobody notices that a worker
is gone.
"""

from collections.abc import Iterable

from brubeck import wire
from brubeck.dispatching import protocol

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
IDEMPOTENT = SAFE | {"PUT", "DELETE"}
PROMISES = {"idempotent": IDEMPOTENT, "all": IDEMPOTENT | {"POST", "PATCH"}}
REMEMBERED = 256  # requests that a worker has begun; with a promise it may be asked for them again
UPLOADED = "x-mongrel2-upload-done"  # the body is a file, which the dead worker may have taken away


def may_be_repeated(message: bytes, methods: frozenset[str]) -> bool:
    """Say whether a request is of one of the methods, and all of it is in the message."""
    try:
        headers = wire.parse(message).headers
    except wire.BadMessage:
        return False
    return headers.get("METHOD") in methods and UPLOADED not in headers


def latest(messages: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return the last message of each connection, by the connection's key."""
    return {protocol.key_of(message): message for message in messages}
