import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple
from uuid import UUID

import pytest
from brubeck.jsontext import JSON, MAX_DEPTH, dumps, loads
from dictshield.document import Document as DictShieldDocument
from dictshield.fields import StringField
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=80)


def values(*leaves: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
    """Return values of JSON with such leaves."""
    return st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(), *leaves),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    )


WITHOUT_FRACTIONS = values()
VALUES = values(st.floats(allow_nan=False, allow_infinity=False))


class Colour(Enum):
    RED = "red"


class Visible:
    kind = "class attribute"

    def __init__(self) -> None:
        self.name = "jd"
        self._secret = "hidden"

    def method(self) -> None:
        """Be callable, and therefore no part of the text."""


class Point(NamedTuple):
    x: int
    y: int


class HalfBuilt:
    name = "jd"

    @property
    def owner(self) -> str:
        raise AttributeError


class WithToDict:
    def toDict(self) -> dict[str, int]:
        return {"a": 1}


class Document:
    _fields = MappingProxyType({"id": object(), "title": object(), "secret": object()})
    helper = "not a field"

    def __init__(self) -> None:
        self.id = 7
        self.title = "t"


class ObjectId:
    def __str__(self) -> str:
        return "4f0"


@quick
@given(VALUES)
def test_json_values_survive_the_way(value: JSON) -> None:
    """What is written is read back."""
    assert loads(dumps(value)) == value


@quick
@given(WITHOUT_FRACTIONS)
def test_text_is_ascii_and_without_blanks(value: JSON) -> None:
    """Non-ASCII is escaped, and nothing is spent on layout."""
    assert dumps(value).isascii()
    assert dumps(value) == json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, "\xe9"]}, '{"a":[1,"\\u00e9"]}'),
        (datetime(1970, 1, 2), "86400"),  # noqa: DTZ001 - naive counts as UTC
        (datetime(1970, 1, 1, 1, 0, 1, tzinfo=timezone(timedelta(hours=1))), "1"),
        (datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC), "1"),
        (date(1970, 1, 2), "86400"),
        (time(1, 2), '"01:02:00"'),
        (timedelta(minutes=1), "60.0"),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (ObjectId(), '"4f0"'),
        (Decimal("1.50"), "1.5"),
        (Decimal(12), "12"),
        (Decimal("1E+30"), "1e+30"),
        (Decimal("NaN"), "null"),
        (frozenset({1}), "[1]"),
        ((1, 2), "[1,2]"),
        (Point(1, 2), "[1,2]"),
        ("a\x7f", '"a\\u007f"'),
        (HalfBuilt(), '{"name":"jd","owner":null}'),
        (b"caf\xc3\xa9", '"caf\\u00e9"'),
        (bytearray(b"\xff"), '"\\ufffd"'),
        (Colour.RED, '"red"'),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        (WithToDict(), '{"a":1}'),
        (Visible(), '{"kind":"class attribute","name":"jd"}'),
        (SimpleNamespace(b=[UUID(int=0)]), '{"b":["00000000-0000-0000-0000-000000000000"]}'),
        (Document(), '{"id":7,"title":"t","secret":null}'),
        (float("inf"), "null"),
    ],
)
def test_everything_a_program_puts_into_a_payload_is_written(value: object, text: str) -> None:
    """Times are Unix seconds, objects their public attributes, documents all of their fields."""
    assert dumps(value) == text


def test_a_document_is_written_with_all_its_fields() -> None:
    """DictShield documents go straight into payloads: null for what is unset, private ones too."""

    class Note(DictShieldDocument):
        title = StringField()
        secret = StringField()
        _private_fields = ["secret"]

    assert json.loads(dumps(Note(title="t"))) == {"id": None, "title": "t", "secret": None}


def test_keys_may_be_of_any_kind() -> None:
    """Keys that are no text become text, as do the values beside them."""
    value = {
        1: "a",
        2.5: 1.5,
        None: "b",
        (1, 2): "c",
        UUID(int=0): {date(1970, 1, 1): float("nan")},
    }
    assert json.loads(dumps(value)) == {
        "1": "a",
        "2.5": 1.5,
        "null": "b",
        "[1,2]": "c",
        "00000000-0000-0000-0000-000000000000": {"0": None},
    }


def test_a_decimal_with_a_huge_exponent_stays_small() -> None:
    """A few characters must not become a gigabyte of digits."""
    assert dumps([Decimal("1E+999999999")]) == "[null]"


def test_iterators_are_refused() -> None:
    """They can be read only once; the error says what to do."""
    with pytest.raises(TypeError, match="Make it a list"):
        dumps({"a": map(str, [1])})


def test_what_contains_itself_is_refused() -> None:
    """A loop is an error that says so, not an endless answer: through lists, objects and attributes."""
    items: list[object] = []
    items.append(items)
    names: dict[str, object] = {}
    names["self"] = names
    thing = SimpleNamespace()
    thing.other = thing
    for loop in (items, names, thing):
        with pytest.raises(ValueError, match=r"nested deeper .* Leave out what leads back"):
            dumps(loop)


def test_deep_objects_with_odd_keys_are_written() -> None:
    """What is no loop is written to the depth that is read."""
    value: object = 0
    for _ in range(MAX_DEPTH):
        value = {1: value}
    assert loads(dumps(value))


@quick
@given(st.text() | st.binary())
def test_arbitrary_text_gives_a_value_or_valueerror(text: str | bytes) -> None:
    """Nothing else is ever raised."""
    try:
        value = loads(text)
    except ValueError:
        return
    assert value is None or isinstance(value, bool | int | float | str | list | dict)


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "-Infinity", "[1,]", b"\xff", "\ufeff1", "9" * 5000]
)
def test_text_that_is_no_json_is_refused(text: str | bytes) -> None:
    """Neither extensions of the standard nor endless numbers are read."""
    with pytest.raises(ValueError, match=r"\w"):
        loads(text)


@pytest.mark.parametrize(
    "text", ["[" * 5 + "]" * 5, '{"a":' * 5 + "1" + "}" * 5, "[" * 100_000, "[1,[2,[3,[[]]]]]"]
)
def test_json_that_is_too_deep_is_refused(text: str) -> None:
    """Depth is limited, however it is reached."""
    with pytest.raises(ValueError, match="nested deeper than 4"):
        loads(text, max_depth=4)


@pytest.mark.parametrize(
    "text", ["[[[[]]]]", "[" + "[]," * 50 + "[]]", '"[[[[[["', '{"a":{"b":[{}]}}']
)
def test_json_within_the_depth_is_read(text: str) -> None:
    """Only what is inside each other counts, not how many brackets there are."""
    assert loads(text, max_depth=4) == json.loads(text)


def test_bytes_are_utf8() -> None:
    """Bodies come as bytes."""
    assert loads(b'"\xc3\xa9"') == "\xe9"
