import json

import pytest
from brubeck import wire
from brubeck.wire import BadMessage, Message
from hypothesis import example, given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=80)

IDENTS = st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True)
CONNECTION_IDS = st.from_regex(r"[0-9]{1,10}", fullmatch=True)
PATHS = st.from_regex(r"/[a-z0-9%/._-]{0,30}", fullmatch=True)
# Whatever a client's bytes can become: everything but the halves of pairs that are no escapes.
TEXTS = st.binary(max_size=30).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
CLIENT_NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,15}", fullmatch=True)
HEADERS = st.dictionaries(CLIENT_NAMES, TEXTS | st.lists(TEXTS, min_size=2, max_size=4), max_size=6)

NOTICE = b'snd-1 2 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},'


def netstring(payload: bytes, kind: bytes = b",") -> bytes:
    return b"%d:%s%s" % (len(payload), payload, kind)


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def json_message(message: Message) -> bytes:
    """Build a message as Mongrel2 does: quotes and backslashes escaped, all other bytes raw."""
    text = json.dumps(message.headers, ensure_ascii=False)
    start = f"{message.sender} {message.conn_id} {message.path} ".encode()
    return start + netstring(as_bytes(text)) + netstring(message.body)


def tnetstring_message(message: Message) -> bytes:
    headers = b"".join(
        netstring(as_bytes(name)) + tnetstring_value(value)
        for name, value in message.headers.items()
    )
    start = f"{message.sender} {message.conn_id} {message.path} ".encode()
    return start + netstring(headers, b"}") + netstring(message.body)


def tnetstring_value(value: wire.HeaderValue) -> bytes:
    if isinstance(value, str):
        return netstring(as_bytes(value))
    return netstring(b"".join(netstring(as_bytes(item)) for item in value), b"]")


def with_headers(raw: bytes) -> bytes:
    return b"snd-1 3 /p " + netstring(raw) + b"0:,"


MESSAGES = st.builds(Message, IDENTS, CONNECTION_IDS, PATHS, HEADERS, st.binary(max_size=50))


@quick
@given(MESSAGES)
def test_a_message_with_json_headers_survives_the_way(message: Message) -> None:
    """What Mongrel2 writes as JSON is read back exactly, strange bytes included."""
    assert wire.parse(json_message(message)) == message


@quick
@given(MESSAGES)
def test_a_message_with_tnetstring_headers_survives_the_way(message: Message) -> None:
    """With protocol='tnetstring' the same message comes out."""
    assert wire.parse(tnetstring_message(message)) == message


def is_message(data: bytes) -> bool:
    try:
        return isinstance(wire.parse(data), Message)
    except BadMessage:
        return False


@quick
@given(st.binary(max_size=200))
@example(b"")
@example(b"a 1 / 5:{},0:,")
@example(b"a 1 / :,0:,")
@example(b"a 1 / -1:,0:,")
@example(b"a 1 / 99999999999:,")
@example(b"a 1 / \xc2\xb2:{},0:,")
def test_arbitrary_bytes_give_a_message_or_badmessage(data: bytes) -> None:
    """Nothing but BadMessage is ever raised."""
    assert is_message(data) in {True, False}


@quick
@given(
    st.binary(max_size=60) | st.sampled_from([b"null", b"[]", b'{"a":null}', b'{"a":{"b":1}}']),
    st.sampled_from([b",", b"}"]),
)
def test_arbitrary_headers_give_a_message_or_badmessage(raw: bytes, kind: bytes) -> None:
    """Also within a frame that is right, nothing but BadMessage is raised."""
    message = b"a 1 / " + netstring(raw, kind) + b"0:,"
    assert is_message(message) in {True, False}


@quick
@given(MESSAGES, st.data())
def test_a_damaged_message_gives_a_message_or_badmessage(
    message: Message, data: st.DataObject
) -> None:
    """A flipped byte anywhere is survived."""
    raw = bytearray(json_message(message))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert is_message(bytes(raw)) in {True, False}


def test_the_notice_of_a_disconnect_is_read() -> None:
    """Mongrel2's own messages have a path that is none."""
    assert wire.parse(NOTICE) == Message(
        "snd-1", "2", "@*", {"METHOD": "JSON"}, b'{"type":"disconnect"}'
    )


def test_a_line_break_after_the_body_is_ignored() -> None:
    """Messages kept in text files end in one."""
    assert wire.parse(NOTICE + b"\n") == wire.parse(NOTICE)


def test_bytes_after_the_body_are_refused() -> None:
    """Whatever follows belongs to no message."""
    with pytest.raises(BadMessage, match="3 bytes follow"):
        wire.parse(NOTICE + b"abc")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"x-a":"caf\xe9"}', "caf\udce9"),
        (b'{"x-a":"a\tb\x01"}', "a\tb\x01"),
        (b'{"x-a":"\xc3\xa9"}', "\xe9"),
        (b'{"x-a":"\\ud800"}', "\ud800"),
        (b'{"x-a":["1","2"]}', ["1", "2"]),
        (b'{"x-a":12}', "12"),
    ],
)
def test_headers_that_are_no_strict_json_are_read(raw: bytes, value: wire.HeaderValue) -> None:
    """Latin-1, control characters, lone surrogates, numbers and repetitions never raise."""
    assert wire.parse(with_headers(raw)).headers == {"x-a": value}


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"{",
        b'"a"',
        b'{"x-a":null}',
        b'{"x-a":{"b":"c"}}',
        b'{"x-a":[1]}',
        b'{"x-a":[["b"]]}',
        b'{"METHOD":["GET","POST"]}',
        b'{"x-a":' + b"9" * 5000 + b"}",
    ],
)
def test_headers_of_another_shape_are_refused(raw: bytes) -> None:
    """Only texts and, for clients' names, lists of texts count as headers."""
    with pytest.raises(BadMessage):
        wire.parse(with_headers(raw))


@pytest.mark.parametrize("bomb", [b"[" * 100_000, b'{"a":' * 100_000])
def test_a_recursion_bomb_in_headers_is_a_bad_message(bomb: bytes) -> None:
    """Deeply nested JSON exhausts no stack."""
    with pytest.raises(BadMessage):
        wire.parse(with_headers(bomb))


def test_mongrel2s_own_names_cannot_be_repeated() -> None:
    """A second METHOD in a tnetstring would make a list of it, so the message is refused."""
    pair = netstring(b"METHOD") + netstring(b"GET")
    with pytest.raises(BadMessage, match="METHOD"):
        wire.parse(b"a 1 / " + netstring(pair * 2, b"}") + b"0:,")


def test_repeated_tnetstring_keys_become_a_list() -> None:
    """Duplicates are joined in the order of arrival, whatever form they come in."""
    raw = netstring(b"x-a") + netstring(b"1") + netstring(b"x-a")
    raw += netstring(netstring(b"2") + netstring(b"3"), b"]")
    message = wire.parse(b"a 1 / " + netstring(raw, b"}") + b"0:,")
    assert message.headers == {"x-a": ["1", "2", "3"]}


@pytest.mark.parametrize(
    "raw",
    [
        netstring(b"x-a"),
        netstring(b"x-a") + netstring(b"", b"~"),
        netstring(b"x-a") + netstring(netstring(b"", b"]"), b"]"),
        netstring(b"x-a", b"]"),
        b"1" * 20,
    ],
)
def test_tnetstrings_of_another_shape_are_refused(raw: bytes) -> None:
    """Neither deeper nesting nor other types nor endless lengths are followed."""
    with pytest.raises(BadMessage):
        wire.parse(b"a 1 / " + netstring(raw, b"}") + b"0:,")


@pytest.mark.parametrize("start", [b"a_b 1 /", b" 1 /", b"a\xff 1 /", b"a x /", b"a  /", b"a 1"])
def test_a_message_that_could_not_be_answered_is_refused(start: bytes) -> None:
    """A sender or id that Mongrel2 would not take back makes no message."""
    with pytest.raises(BadMessage):
        wire.parse(start + b" 2:{},0:,")


def test_parse_netstring_splits_bytes() -> None:
    """The length counts bytes; what follows the comma is returned too."""
    assert wire.parse_netstring(b"3:abc,rest") == (b"abc", b"rest")


def test_parse_netstring_splits_text() -> None:
    """Text gives text, and its length counts bytes as well."""
    assert wire.parse_netstring("5:caf\xe9,rest") == ("caf\xe9", "rest")


@pytest.mark.parametrize("data", [b"3:abcd,", b"3:abc", b"3:ab", b"abc", b":abc,", b"+3:abc,"])
def test_parse_netstring_without_its_comma_is_an_assertion_error(data: bytes) -> None:
    """Programs of 2012 catch AssertionError."""
    with pytest.raises(AssertionError):
        wire.parse_netstring(data)


@quick
@given(st.binary(max_size=40), st.binary(max_size=10))
def test_netstrings_survive_the_way(payload: bytes, rest: bytes) -> None:
    """What was framed comes out, and the rest untouched."""
    assert wire.parse_netstring(netstring(payload) + rest) == (payload, rest)


def test_a_reply_names_one_connection() -> None:
    """The form is: uuid, blank, netstring of the id, blank, payload."""
    assert wire.reply("snd-1", "12", b"HTTP/1.1 200 OK") == b"snd-1 2:12, HTTP/1.1 200 OK"


def test_an_empty_reply_keeps_its_last_blank() -> None:
    """Without it Mongrel2 would not close the connection but wait half a second."""
    assert wire.reply("snd-1", "2", b"") == b"snd-1 1:2, "


def test_replies_name_many_connections_in_one_message() -> None:
    """Ids are joined by blanks, and the length counts them all."""
    assert wire.replies("snd-1", ["2", "34"], b"x") == [b"snd-1 4:2 34, x"]


def test_replies_to_nobody_are_no_messages() -> None:
    """A message without ids would be malformed."""
    assert wire.replies("snd-1", [], b"x") == []


@quick
@given(st.lists(CONNECTION_IDS, max_size=300), st.integers(1, 128))
def test_replies_are_split_into_messages_that_mongrel2_takes(ids: list[str], limit: int) -> None:
    """No message names more than the limit, and nobody is lost or doubled."""
    seen = []
    for message in wire.replies("snd-1", ids, b"", limit):
        targets, _ = wire.parse_netstring(message.removeprefix(b"snd-1 "))
        assert len(targets.split(b" ")) <= limit
        seen += targets.decode().split(" ")
    assert seen == ids


@pytest.mark.parametrize("limit", [0, 129])
def test_replies_refuse_limits_that_mongrel2_does_not_know(limit: int) -> None:
    """More than 128 ids would make every reply malformed."""
    with pytest.raises(ValueError, match="1 to 128"):
        wire.replies("snd-1", ["1"], b"", limit)


@pytest.mark.parametrize(
    ("sender", "conn_id"),
    [("a_b", "1"), ("", "1"), ("a b", "1"), ("a", ""), ("a", "x"), ("a", "\u0663")],
)
def test_a_malformed_reply_is_never_made(sender: str, conn_id: str) -> None:
    """Mongrel2 would skip it and hold up everybody else's for half a second."""
    with pytest.raises(BadMessage):
        wire.reply(sender, conn_id, b"x")
    with pytest.raises(BadMessage):
        wire.replies(sender, ["1", conn_id], b"x")


def test_silent_connections_are_kept_alive_in_bulk() -> None:
    """An extended reply: X stands before the ids, and counts for the length."""
    tnetstring = b"27:3:ctl,17:10:keep-alive,0:,}]"
    assert wire.keep_alives("m2", ["7", "12", "9"], 2) == [
        b"m2 6:X 7 12, " + tnetstring,
        b"m2 3:X 9, " + tnetstring,
    ]
    with pytest.raises(wire.BadMessage):
        wire.keep_alives("m2", ["seven"])


def test_a_netstring_of_text_keeps_what_is_no_text() -> None:
    """LENGTH counts bytes, those that are not UTF-8 included."""
    assert wire.parse_netstring("3:\xe9\udcff,rest\udcfe") == ("\xe9\udcff", "rest\udcfe")


@pytest.mark.parametrize("end", "X]}; ")
def test_a_netstring_ends_in_a_comma_and_nothing_else(end: str) -> None:
    """The signs of tnetstrings' other kinds are no end either."""
    for data in (f"3:abc{end}", f"3:abc{end}".encode()):
        with pytest.raises(BadMessage):
            wire.parse_netstring(data)
