"""Server-Sent Events as text, read again by a small parser of the browsers' rules."""

from typing import Any

import pytest
from brubeck.eventstream import Event, event_of, write
from hypothesis import given
from hypothesis import strategies as st

# Surrogates cannot be encoded; nothing else is left out.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = TEXTS.filter(lambda text: not set(text) & set("\r\n\0"))


def read(stream: bytes) -> list[dict[str, str]]:
    """Return the events of a stream, by the rules of HTML, 9.2.6."""
    events: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    text = stream.decode().replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n"):
        if not line:
            if "data" in fields:
                events.append(fields | {"data": fields["data"].removesuffix("\n")})
            fields = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            fields["data"] = fields.get("data", "") + value + "\n"
        elif name:
            fields[name] = value
    return events


@given(st.lists(st.tuples(TEXTS, st.none() | NAMES, st.none() | NAMES)))
def test_what_is_written_is_read_again(given_events: list[tuple[str, Any, Any]]) -> None:
    """Any text in any number of events; its three kinds of line ends are one."""
    stream = b"".join(write(Event(*fields)) for fields in given_events)
    got = read(stream)
    assert [event["data"] for event in got] == [
        data.replace("\r\n", "\n").replace("\r", "\n") for data, _, _ in given_events
    ]
    for event, (_, name, ident) in zip(got, given_events, strict=True):
        assert event.get("event") == name
        assert event.get("id") == ident


@pytest.mark.parametrize("sign", "\r\n\0")
@pytest.mark.parametrize("field", ["event", "id"])
def test_names_that_would_end_their_line_are_refused(field: str, sign: str) -> None:
    """Somebody could make further events with them."""
    with pytest.raises(ValueError, match="line break or NUL"):
        Event("data", **{field: f"a{sign}b"})


def test_retry_is_a_time() -> None:
    """Milliseconds, and not before now."""
    assert b"retry: 250\n" in write(Event("x", retry=250))
    with pytest.raises(ValueError, match="milliseconds"):
        Event("x", retry=-1)


@pytest.mark.parametrize(
    ("result", "event"),
    [
        ("text", Event("text")),
        (("text", "name", 7), Event("text", "name", 7)),
        ({"data": "text", "event": "name"}, Event("text", "name")),
        ({"no": "fields"}, Event({"no": "fields"})),
        (Event("text"), Event("text")),
    ],
)
def test_handlers_may_say_it_shortly(result: object, event: Event) -> None:
    """Text, a tuple, a dict of fields, or a dict that is data."""
    assert event_of(result) == event


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"a": 1}, b'data: {"a":1}\n'),
        ([1, None], b"data: [1,null]\n"),
        (b"b", b"data: b\n"),
        ("", b"data: \n"),
    ],
)
def test_data_that_is_no_text_is_json(data: object, line: bytes) -> None:
    """Bytes are text in UTF-8, and an empty event is one that browsers notice."""
    assert write(Event(data)) == line + b"\n"
