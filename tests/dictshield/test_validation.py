"""Sections 6.5 and 6.6 of the interface: validation of documents and of plain dictionaries."""

from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import BaseField, BooleanField, IntField, StringField, URLField
from dictshield.fields.compound import EmbeddedDocumentField


class Author(EmbeddedDocument):
    """A document inside."""

    name = StringField(required=True)


class Book(Document):
    """The document of these tests."""

    _private_fields = ["secret", "is_public"]

    title = StringField(required=True, max_length=5)
    year = IntField(required=True, default=2000)
    url = URLField()
    author = EmbeddedDocumentField(Author)
    secret = StringField(required=True)
    is_public = BooleanField(default=False)


def test_a_valid_document_is_true() -> None:
    """And nothing stored is changed."""
    book = Book(title="x", year="3", secret="s")
    before = dict(book._data)
    assert book.validate() is True
    assert book._data == before
    assert book.errors() == []


@pytest.mark.parametrize("value", [None, ""])
def test_none_and_blank_text_are_missing(value: object) -> None:
    """`Required field missing` for required fields; nothing for others."""
    book = Book(title=value, secret="s", url=value)
    with pytest.raises(ShieldException, match="Required field missing - title"):
        book.validate()
    assert book.errors() == [("title", "Required field missing", value)]


def test_a_default_is_a_value() -> None:
    """A required field set to None reads as its default."""
    book = Book(title="x", secret="s", year=None)
    assert book.validate() is True


def test_zero_and_false_are_values() -> None:
    """Only None and blank text are missing."""

    class Switch(Document):
        on = BooleanField(required=True)
        level = IntField(required=True)

    assert Switch(on=False, level=0).validate() is True


def test_the_first_error_is_raised_and_all_are_told() -> None:
    """`validate()` raises in the order of declaration, `errors()` lists."""
    book = Book(title="too long", year="x", url=5, author={})
    with pytest.raises(ShieldException, match="String value is too long - title:too long"):
        book.validate()
    assert book.errors() == [
        ("title", "String value is too long", "too long"),
        ("year", "Not Int", "x"),
        ("url", "Invalid value", 5),
        ("author.name", "Required field missing", None),
        ("secret", "Required field missing", None),
    ]


def test_a_form_can_show_errors_by_field() -> None:
    """The path of a plain field is its name."""
    by_field = {path: message for path, message, _ in Book(url="x").errors()}
    assert by_field["url"] == "Invalid URL"


def test_a_field_may_be_called_as_our_methods_are() -> None:
    """A program's field wins over a method that it never knew."""

    class Log(Document):
        errors = IntField(required=True)  # type: ignore[assignment]

    assert Log(errors=3).validate() is True
    assert Log(errors=3).to_python()["errors"] == 3


def test_the_class_checks_dictionaries() -> None:
    """True if all is well; required fields must be there."""
    assert Book.validate_class_fields({"title": "x", "year": 3}) is True
    with pytest.raises(ShieldException, match="Required field missing - title"):
        Book.validate_class_fields({"year": 3})
    with pytest.raises(ShieldException, match="too long"):
        Book.validate_class_fields({"title": "too long", "year": 3})


def test_a_part_may_lack_required_fields() -> None:
    """`validate_class_partial` checks only what is there."""
    assert Book.validate_class_partial({}) is True
    assert Book.validate_class_partial({"year": 3}) is True
    with pytest.raises(ShieldException, match="Not Int"):
        Book.validate_class_partial({"year": "x"})


@pytest.mark.parametrize("value", [None, "", " ", "\t\n"])
def test_blank_values_of_a_dictionary_are_skipped(value: object) -> None:
    """Missing means absent."""
    assert Book.validate_class_fields({"title": value, "year": value, "url": value}) is True


def test_wrong_types_in_a_dictionary_are_invalid_values() -> None:
    """A text field says so, an embedded document must be one already."""
    found = Book.validate_class_fields(
        {"title": 5, "year": [], "author": {"name": "x"}}, validate_all=True
    )
    assert [(e.field_name, e.reason) for e in found] == [
        ("title", "Invalid value"),
        ("year", "Not Int"),
        ("author", "Invalid embedded document instance provided to an EmbeddedDocumentField"),
    ]
    assert Book.validate_class_partial({"author": Author(name="x")}) is True


def test_all_errors_of_a_dictionary_are_a_list() -> None:
    """With `validate_all`; empty when all is well."""
    assert Book.validate_class_fields({"title": "x", "year": 1}, validate_all=True) == []
    found = Book.validate_class_fields({"_id": 5, "secret": "x", "is_public": 0}, True)
    assert [(e.reason, e.field_name, e.field_value) for e in found] == [
        ("Overwrite of internal fields attempted", "id", 5),
        ("Required field missing", "title", None),
        ("Required field missing", "year", None),
        ("Overwrite of internal fields attempted", "secret", "x"),
        ("Overwrite of internal fields attempted", "is_public", 0),
    ]


def test_internal_fields_may_keep_their_defaults() -> None:
    """Only another value is an overwrite."""
    assert Book.validate_class_partial({"_id": None, "is_public": False}) is True
    with pytest.raises(ShieldException, match="Overwrite of internal fields attempted"):
        Book.validate_class_partial({"is_public": True})


def test_unknown_keys_are_deleted_from_the_dictionary() -> None:
    """`id`, `_cls` and `_types` count as unknown, and keys that are no text."""
    values: dict[Any, Any] = {
        "title": "x",
        "id": 1,
        "_cls": "Book",
        "_types": [],
        "other": 1,
        5: 6,
    }
    assert Book.validate_class_partial(values) is True
    assert values == {"title": "x"}


def test_a_private_field_cannot_be_given_by_another_name() -> None:
    """The serialised name is the same field."""

    class User(Document):
        _private_fields = ["password"]
        password = StringField(uniq_field="pw", minimized_field_name="p")

    for key in ("password", "pw", "p"):
        with pytest.raises(ShieldException, match="Overwrite"):
            User.validate_class_fields({key: "x"})


@pytest.mark.parametrize("values", [None, 5, "x", [], [("title", "x")]])
def test_only_dictionaries_can_be_checked(values: Any) -> None:
    """Anything else is a ShieldException."""
    for check in (Book.validate_class_fields, Book.validate_class_partial):
        with pytest.raises(ShieldException, match="Only dictionaries may be validated"):
            check(values)
    assert len(Book.validate_class_fields(values, validate_all=True)) == 1


def test_an_id_of_ones_own_is_checked_like_a_field() -> None:
    """A field marked as id is refused as `_id` only."""

    class Page(Document):
        slug = StringField(id_field=True, max_length=3)

    assert Page.validate_class_fields({"slug": "abc"}) is True
    with pytest.raises(ShieldException, match="too long"):
        Page.validate_class_fields({"slug": "abcd"})
    with pytest.raises(ShieldException, match="Overwrite"):
        Page.validate_class_fields({"_id": "abc"})


def test_embedded_classes_check_dictionaries_too() -> None:
    """They have no id to protect."""
    assert Author.validate_class_fields({"name": "x", "_id": 1}) is True
    with pytest.raises(ShieldException, match="Required field missing"):
        Author.validate_class_fields({})


def test_errors_inside_a_check_are_invalid_values_for_the_class() -> None:
    """As for documents."""

    class Brittle(BaseField[Any]):
        def validate(self, value: Any) -> Any:
            raise ValueError

    class Vase(Document):
        content = Brittle()

    with pytest.raises(ShieldException, match="Invalid value - content:1"):
        Vase.validate_class_fields({"content": 1})
