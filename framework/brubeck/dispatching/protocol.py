"""What a dispatcher and its workers say to each other.

A worker's message is one frame of lines; the first byte of each line says what the rest is. A
dispatcher's message is one frame: a request exactly as Mongrel2 has sent it, several of them in a
batch, or something else that begins with a control character, which no request does.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

# What workers say. A hello replaces everything that was known of the one who says it.
HELLO = b"H"  # and a name for the log, perhaps a blank and the number of its place
CREDITS = b"C"  # and how many more requests it asks for, has begun since its hello, has in hand
ANSWERS = b"A"  # and connections with commas between them: an answer of each is about to go
SENT = b"D"  # all answers that were announced have gone
KEPT = b"K"  # and a connection: in hand since before the hello
BEGUN = b"B"  # and a connection: part of its answer has been sent
CLOSED = b"E"  # and a connection: it ends with its answer, what comes behind is no request
FORMER = b"F"  # and the words of a former welcome: so many requests came from that dispatcher
BYE = b"X"
STATISTICS = b"S"

# What the dispatcher says.
END = b"\x00"  # the answer to a bye: nothing more will come
NOTICE = b"\x01"  # and a message of Mongrel2 that costs no credit
PROBE = b"\x02"  # are you there? ZeroMQ itself knows the answer
BATCH = b"\x03"  # and several requests, see `pack`
WELCOME = b"\x04"  # and words that a worker repeats to the next dispatcher, see `ledger`
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


def pack(requests: Sequence[bytes]) -> bytes:
    """Return one frame for one or more requests; one that is alone stays as it is.

    A batch has the sizes in decimal with commas between them, a colon, and the requests.
    """
    if len(requests) == 1:
        return requests[0]
    return b"%b%b:%b" % (
        BATCH,
        b",".join([b"%d" % len(one) for one in requests]),
        b"".join(requests),
    )


def unpack(batch: bytes) -> Iterator[bytes]:
    """Yield the requests of a batch."""
    colon = batch.index(b":")
    sizes = map(int, batch[1:colon].split(b","))
    for start, end in pairwise(accumulate(sizes, initial=colon + 1)):
        yield batch[start:end]
