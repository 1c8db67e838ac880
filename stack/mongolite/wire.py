"""MongoDB's wire protocol as bytes in, values out: no sockets.

OP_MSG carries everything; OP_QUERY is answered for the greeting that old and new drivers send first.
Source: MongoDB manual, "MongoDB Wire Protocol".
"""

import struct
from typing import NamedTuple

import bson
from bson.errors import BSONError

from mongolite.values import OPTIONS, Document, encode, plain

HEADER = struct.Struct("<iiii")
OP_REPLY, OP_QUERY, OP_COMPRESSED, OP_MSG = 1, 2004, 2012, 2013
CHECKSUM_PRESENT, MORE_TO_COME, EXHAUST_ALLOWED = 1, 2, 1 << 16
_KNOWN_REQUIRED_BITS = CHECKSUM_PRESENT | MORE_TO_COME
_REQUIRED_BITS = 0xFFFF
MAX_MESSAGE = 48_000_000
MAX_DOCUMENT = 16 * 1024 * 1024


class BadMessageError(ValueError):
    """Bytes that are no message; the connection that sent them cannot be used any further."""


class Header(NamedTuple):
    """The first 16 bytes of a message: its length with them, its number, its kind."""

    length: int
    request: int
    response_to: int
    opcode: int


class Message(NamedTuple):
    """A command to run; `silent` wants no answer, `legacy` wants it as OP_REPLY."""

    request: int
    body: Document
    silent: bool = False
    legacy: bool = False


def parse_header(data: bytes) -> Header:
    """Return the header in 16 bytes; raises BadMessageError for an impossible length."""
    header = Header(*HEADER.unpack(data))
    if not HEADER.size < header.length <= MAX_MESSAGE:
        raise BadMessageError(f"a message of {header.length} bytes (at most {MAX_MESSAGE})")
    return header


def parse(header: Header, payload: bytes) -> Message:
    """Return the command in what follows the header; raises BadMessageError and nothing else."""
    try:
        if header.opcode == OP_MSG:
            return _op_msg(header.request, payload)
        if header.opcode == OP_QUERY:
            return _op_query(header.request, payload)
    except (BSONError, struct.error, ValueError, IndexError, RecursionError) as error:
        raise BadMessageError(str(error)) from error
    raise BadMessageError(f"operation {header.opcode} is not supported")


def _op_msg(request: int, payload: bytes) -> Message:
    (flags,) = struct.unpack_from("<I", payload)
    if flags & _REQUIRED_BITS & ~_KNOWN_REQUIRED_BITS:
        raise BadMessageError(f"unknown required flags {flags:#x}")
    end = len(payload) - (4 if flags & CHECKSUM_PRESENT else 0)
    body: Document | None = None
    sequences: dict[str, list[Document]] = {}
    position = 4
    while position < end:
        kind, size = payload[position], _size_at(payload, position + 1, end)
        section = payload[position + 1 : position + 1 + size]
        if kind == 0 and body is None:
            body = _documents(section)[0]
        elif kind == 1:
            name, documents = _sequence(section)
            sequences[name] = documents
        else:
            raise BadMessageError(f"unexpected section of kind {kind}")
        position += 1 + size
    if not body or body.keys() & sequences.keys():
        raise BadMessageError("a message needs one body, and no field twice")
    return Message(request, body | sequences, silent=bool(flags & MORE_TO_COME))


def _size_at(payload: bytes, position: int, end: int) -> int:
    (size,) = struct.unpack_from("<i", payload, position)
    if size < 5 or position + size > end:
        raise BadMessageError("a section reaches beyond its message")
    return int(size)


def _sequence(section: bytes) -> tuple[str, list[Document]]:
    stop = section.index(b"\0", 4)
    return section[4:stop].decode(), _documents(section[stop + 1 :])


def _documents(data: bytes) -> list[Document]:
    documents = bson.decode_all(data, OPTIONS)
    return plain(documents) if b"$ref\x00" in data else documents


def _op_query(request: int, payload: bytes) -> Message:
    stop = payload.index(b"\0", 4)
    database, _, collection = payload[4:stop].decode().partition(".")
    if collection != "$cmd":
        raise BadMessageError("OP_QUERY is answered for commands only")
    start = stop + 9
    body = _documents(payload[start : start + _size_at(payload, start, len(payload))])[0]
    body = body.get("$query", body)
    return Message(request, body | {"$db": database}, legacy=True)


def reply(message: Message, number: int, document: Document) -> bytes:
    """Return the bytes that answer a message with a document."""
    data = encode(document)
    if message.legacy:
        payload = struct.pack("<iqii", 8, 0, 0, 1) + data
        opcode = OP_REPLY
    else:
        payload = b"\0\0\0\0\0" + data
        opcode = OP_MSG
    return HEADER.pack(HEADER.size + len(payload), number, message.request, opcode) + payload
