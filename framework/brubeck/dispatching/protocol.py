"""What a dispatcher and its workers say to each other.

A worker's message is one frame of lines; the first byte of each line says what the rest is. A
dispatcher's message is one frame: a request exactly as Mongrel2 has sent it, or something that
begins with a control character, which no request does.
"""

# What workers say. A hello replaces everything that was known of the one who says it.
HELLO = b"H"  # and a name for the log
CREDITS = b"C"  # and how many more requests it asks for
DONE = b"D"  # and a connection: one message of it has been dealt with
KEPT = b"K"  # and a connection: in hand since before the hello
BEGUN = b"B"  # and a connection: part of its answer has been sent
BYE = b"X"
STATISTICS = b"S"

# What the dispatcher says.
END = b"\x00"  # the answer to a bye: nothing more will come
NOTICE = b"\x01"  # and a message of Mongrel2 that costs no credit
PROBE = b"\x02"  # are you there? ZeroMQ itself knows the answer
LAST_CONTROL = 0x1F

HEARTBEAT = 1000  # milliseconds between ZeroMQ's own questions whether the other side is there
HEARTBEAT_LIMIT = 3000


def key_of(message: bytes) -> bytes:
    """Return the connection that a message of Mongrel2 is about: `IDENT ID`.

    Raises ValueError for what is no message.
    """
    return message[: message.index(b" ", message.index(b" ") + 1)]


def is_notice(message: bytes, key: bytes) -> bool:
    """Say whether Mongrel2 tells that the client of a connection has gone."""
    return message.startswith(b"@* ", len(key) + 1)
