"""Section 6.4 of the interface: what documents look like outside."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.encoding import dumps
from dictshield.fields import BaseField, DateTimeField, DictField, IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField, ListField


class Media(Document):
    """The root of a family."""

    _private_fields = ["secret"]

    title = StringField(uniq_field="t")
    secret = StringField(minimized_field_name="s")
    number = IntField(default=7)
    facts = DictField()


class Movie(Media):
    """A child."""

    made = DateTimeField()


def test_all_fields_that_have_a_value_are_written() -> None:
    """Under their serialised names, private ones too, with the class at the end."""
    movie = Movie(title="x", secret="y", made=datetime(2011, 1, 1, tzinfo=UTC), number=None)
    assert list(movie.to_python().items()) == [
        ("t", "x"),
        ("secret", "y"),
        ("number", 7),
        ("facts", {}),
        ("made", datetime(2011, 1, 1, tzinfo=UTC)),
        ("_cls", "Media.Movie"),
        ("_types", ["Media", "Media.Movie"]),
    ]


def test_json_is_text_with_ordinary_spacing_or_a_dict() -> None:
    """`encode=False` gives the dict, `sort_keys` sorts."""
    media = Media(title="ü", facts={"b": 1, "a": 2})
    assert media.to_json() == (
        '{"t": "\\u00fc", "number": 7, "facts": {"b": 1, "a": 2}, "_cls": "Media", "_types": ["Media"]}'
    )
    assert media.to_json(sort_keys=True).startswith('{"_cls": "Media", "_types"')
    assert media.to_json(True, True) == media.to_json(sort_keys=True)
    assert media.to_json(encode=False) == json.loads(media.to_json())


def test_what_is_written_can_be_read_back() -> None:
    """From Python values and from JSON."""
    movie = Movie(title="x", number="3", made="2011-01-01T10:00:00Z", facts={"a": [1]})
    assert Movie(**movie.to_python()) == movie
    assert Movie(**json.loads(movie.to_json())) == movie


def test_types_are_a_list_of_ones_own() -> None:
    """Changing what was written changes nothing else."""
    Media().to_python()["_types"].append("x")
    assert Media().to_python()["_types"] == ["Media"]


def test_anything_in_a_dictionary_field_has_a_text_in_json() -> None:
    """Times, UUIDs, Decimals, sets, documents."""

    class Inner(EmbeddedDocument):
        a = IntField()

    media = Media(
        facts={
            "at": datetime(2011, 1, 1, tzinfo=UTC),
            "on": date(2011, 1, 1),
            "id": UUID(int=1),
            "price": Decimal("1.5"),
            "set": {1},
            "doc": Inner(a=1),
        }
    )
    assert json.loads(media.to_json())["facts"] == {
        "at": "2011-01-01T00:00:00+00:00",
        "on": "2011-01-01",
        "id": "00000000-0000-0000-0000-000000000001",
        "price": "1.5",
        "set": [1],
        "doc": {"a": 1, "_cls": "Inner", "_types": ["Inner"]},
    }


@pytest.mark.parametrize("value", [object(), {(1, 2): 3}, b"x"])
def test_what_has_no_text_is_a_shield_exception(value: Any) -> None:
    """Not a traceback of the encoder."""
    with pytest.raises(ShieldException, match="Invalid value"):
        dumps(value)
    with pytest.raises(ShieldException, match="Invalid value"):
        Media(facts={"a": value}).to_json()


def test_a_field_that_cannot_write_its_value_says_which() -> None:
    """Errors of a field's own code name the field."""

    class Broken(BaseField[Any]):
        def for_python(self, value: Any) -> Any:
            return value.missing

    class Vase(Document):
        content = Broken()

    with pytest.raises(ShieldException, match="Invalid value - content:x"):
        Vase(content="x").to_python()


def test_blank_text_goes_out_as_it_came() -> None:
    """It is a missing value to every field, and stops no output."""
    movie = Movie(title="", number="", made="")
    assert movie.validate() is True
    assert movie.to_python()["number"] == ""
    assert Movie(**json.loads(movie.to_json())) == movie


def test_endless_nesting_is_a_shield_exception() -> None:
    """Of documents that contain themselves, too."""

    class Node(Document):
        child = EmbeddedDocumentField("self")

    node = Node()
    node.child = node
    for shape in (node.to_python, node.to_json, node.validate):
        with pytest.raises(ShieldException, match="Nested too deeply"):
            shape()
    assert [message for _, message, _ in node.errors()] == ["Nested too deeply"]


class Line(EmbeddedDocument):
    """One line of an order."""

    count = IntField()
    facts = DictField()


class Order(Document):
    """What cannot be written, in various places."""

    number = IntField()
    line = EmbeddedDocumentField(Line)
    lines = ListField(EmbeddedDocumentField(Line))
    numbers = ListField(IntField())
    rows = ListField(ListField(IntField()))
    mixed = ListField([IntField(), StringField()])


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (Order(number="x"), "number"),
        (Order(line=Line(count="x")), "line.count"),
        (Order(lines=[Line(), Line(count="x")]), "lines.1.count"),
        (Order(numbers=[1, "x"]), "numbers.1"),
        (Order(rows=[[], [1, 2, "x"]]), "rows.1.2"),
        (Order(mixed=[1, {}]), "mixed.1"),
    ],
)
def test_what_cannot_be_written_is_named_by_its_path(order: Order, path: str) -> None:
    """The exception of `to_python` and `to_json` has the way to the value."""
    for write in (order.to_python, order.to_json):
        with pytest.raises(ShieldException) as caught:
            write()
        assert caught.value.path == path


def test_what_has_no_json_is_named_by_its_key() -> None:
    """The key of the text's object whose value is to blame."""
    with pytest.raises(ShieldException, match="Invalid value - facts") as caught:
        Media(title="x", facts={"a": object()}).to_json()
    assert caught.value.path == "facts"
