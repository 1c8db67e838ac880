"""The wire protocol as bytes: everything that is no message is refused, nothing else happens."""

import struct
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mongolite import wire


def op_msg(*sections: bytes, flags: int = 0) -> bytes:
    return struct.pack("<I", flags) + b"".join(sections)


def body(document: dict[str, Any]) -> bytes:
    return b"\0" + bson.encode(document)


def sequence(name: str, *documents: dict[str, Any]) -> bytes:
    data = name.encode() + b"\0" + b"".join(map(bson.encode, documents))
    return b"\1" + struct.pack("<i", len(data) + 4) + data


def parse(payload: bytes, opcode: int = wire.OP_MSG) -> wire.Message:
    return wire.parse(wire.Header(16 + len(payload), 7, 0, opcode), payload)


def test_a_command_is_read() -> None:
    """The body is the command; sequences become its fields; the flag asks for silence."""
    message = parse(
        op_msg(
            sequence("documents", {"_id": 1}, {"_id": 2}),
            body({"insert": "c", "$db": "d"}),
            flags=2,
        )
    )
    assert message.body == {"insert": "c", "$db": "d", "documents": [{"_id": 1}, {"_id": 2}]}
    assert (message.request, message.silent, message.legacy) == (7, True, False)


def test_a_checksum_is_no_section() -> None:
    """With the checksum flag the last four bytes are left alone."""
    assert parse(op_msg(body({"ping": 1}), b"abcd", flags=1)).body == {"ping": 1}


def test_the_old_greeting_is_read() -> None:
    """OP_QUERY to $cmd is a command, with the database of its collection."""
    head = struct.pack("<i", 0) + b"admin.$cmd\0" + struct.pack("<ii", 0, -1)
    message = parse(head + bson.encode({"isMaster": 1}), wire.OP_QUERY)
    assert message.body == {"isMaster": 1, "$db": "admin"}
    assert message.legacy


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        op_msg(),
        op_msg(body({})),
        op_msg(body({"ping": 1}), body({"ping": 1})),
        op_msg(body({"documents": 1}), sequence("documents")),
        op_msg(body({"ping": 1}), b"\x07" + bson.encode({})),
        op_msg(body({"ping": 1}), flags=1 << 5),
        op_msg(b"\0" + struct.pack("<i", 1_000_000) + b"\0"),
        op_msg(b"\0" + struct.pack("<i", -5) + b"\0"),
        op_msg(b"\1" + struct.pack("<i", 8) + b"abcd"),
        op_msg(b"\0" + b"\x0a\0\0\0\x02a\0\xff\xff\0"),
    ],
)
def test_no_message(payload: bytes) -> None:
    """Cut, doubled, oversized and unknown parts are refused."""
    with pytest.raises(wire.BadMessageError):
        parse(payload)


@pytest.mark.parametrize("length", [0, 15, 16, -1, wire.MAX_MESSAGE + 1, 2**31 - 1])
def test_no_length(length: int) -> None:
    """A length that no message can have is refused before anything is read."""
    with pytest.raises(wire.BadMessageError):
        wire.parse_header(struct.pack("<iiii", length, 1, 0, wire.OP_MSG))


@given(
    st.binary(max_size=300), st.sampled_from([wire.OP_MSG, wire.OP_QUERY, wire.OP_COMPRESSED, 0])
)
def test_any_bytes_are_a_message_or_refused(payload: bytes, opcode: int) -> None:
    """Whatever a stranger sends, the parser returns a command or raises BadMessageError."""
    try:
        message = parse(payload, opcode)
    except wire.BadMessageError:
        return
    assert isinstance(message.body, dict)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_damaged_messages_are_refused_or_read(place: int, damage: bytes) -> None:
    """A good message with some bytes replaced does no other harm."""
    good = op_msg(sequence("documents", {"_id": 1, "t": ["x", {"y": 2.5}]}), body({"insert": "c"}))
    place %= len(good)
    try:
        parse(good[:place] + damage + good[place + len(damage) :])
    except wire.BadMessageError:
        return


def test_an_answer_can_be_read() -> None:
    """A reply names the request it answers and holds the document."""
    data = wire.reply(wire.Message(7, {}), 3, {"ok": 1.0})
    header = wire.parse_header(data[:16])
    assert (header.length, header.request, header.response_to) == (len(data), 3, 7)
    assert parse(data[16:]).body == {"ok": 1.0}
