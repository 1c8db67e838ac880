"""Section 3 of the interface: what all fields have in common, and how to make one."""

from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document
from dictshield.fields import (
    BaseField,
    DictField,
    InvalidShield,
    StringField,
    dictshield_fields,
)
from dictshield.fields.compound import ListField


def test_the_arguments_of_a_field_are_positional_in_their_order() -> None:
    """Nine arguments, kept under their names."""

    def always(_: object) -> bool:
        return True

    field: BaseField[Any] = BaseField("u", "f", True, "default", False, always, ["a"], "about", "m")
    expected = {
        "uniq_field": "u",
        "field_name": "f",
        "required": True,
        "default": "default",
        "id_field": False,
        "validation": always,
        "choices": ["a"],
        "description": "about",
        "minimized_field_name": "m",
    }
    assert {name: getattr(field, name) for name in expected} == expected


def test_the_arguments_of_a_string_field_begin_with_its_own() -> None:
    """regex, max_length, min_length by position."""
    field = StringField("a+", 5, 2)
    assert field.regex is not None
    assert (field.regex.pattern, field.max_length, field.min_length) == ("a+", 5, 2)


def test_a_field_gets_its_names_from_the_document() -> None:
    """The attribute's name is field_name, and uniq_field unless given."""

    class Movie(Document):
        title = StringField()
        year = StringField(uniq_field="y")

    assert (Movie.title.field_name, Movie.title.uniq_field) == ("title", "title")
    assert (Movie.year.field_name, Movie.year.uniq_field) == ("year", "y")


def test_an_id_field_is_written_as_mongo_wants_it() -> None:
    """id_field=True forces `_id`."""
    assert StringField(uniq_field="x", id_field=True).uniq_field == "_id"


def test_the_class_gives_the_field_and_the_document_its_value() -> None:
    """Fields are data descriptors."""

    class Movie(Document):
        title = StringField(max_length=3)

    movie = Movie(title="abc")
    assert isinstance(Movie.title, StringField)
    assert movie.title == "abc"
    with pytest.raises(ShieldException, match="too long"):
        Movie.title.validate("abcd")


def test_a_value_of_none_reads_as_the_default() -> None:
    """A callable default is called at every such read."""
    counter = iter(range(100))

    class Movie(Document):
        title = StringField(default="untitled")
        number = BaseField[int](default=lambda: next(counter))

    movie = Movie(title=None, number=None)
    assert movie.title == "untitled"
    assert movie.number != movie.number
    assert movie._data["title"] is None


def test_a_mutable_default_is_stored_on_its_first_read() -> None:
    """A DictField set to None gives one dictionary from then on, each document its own."""

    class Movie(Document):
        facts = DictField()
        tags = ListField(StringField(), default=["new"])

    first, second = Movie(facts=None, tags=None), Movie()
    first.facts["a"] = 1
    first.tags.append("x")
    second.tags.append("y")
    assert first.facts == {"a": 1}
    assert Movie().facts == {}
    assert (second.tags, Movie().tags) == (["new", "y"], ["new"])


def test_a_mutable_default_is_stored_even_if_it_was_none() -> None:
    """Reading a plain field whose value is None keeps a mutable default for the next read."""

    class Movie(Document):
        facts = BaseField[dict[str, int]](default={"a": 1})

    movie = Movie(facts=None)
    movie.facts["b"] = 2
    assert movie.facts == {"a": 1, "b": 2}
    assert Movie().facts == {"a": 1}


def test_choices_go_before_validation_before_the_field_itself() -> None:
    """`_validate` reports choices first, then the program's callable."""
    field = StringField(choices=["aa", "b"], validation=lambda v: v == "b", max_length=1)
    with pytest.raises(ShieldException, match=r"Value must be one of \['aa', 'b'\]\."):
        field._validate("ccc")
    with pytest.raises(ShieldException, match="does not match custom validation method"):
        field._validate("aa")
    assert field._validate("b") == "b"
    assert field.validate("c") == "c"


def test_a_validation_that_is_no_callable_is_a_value_error() -> None:
    """`_validate` raises ValueError for it."""
    with pytest.raises(ValueError, match="callable"):
        StringField(validation="x")._validate("a")  # type: ignore[arg-type]


def test_choices_and_validation_apply_in_lists_and_classes() -> None:
    """Not only Document.validate() looks at them."""

    class Movie(Document):
        genre = StringField(choices=["noir"])
        tags = ListField(StringField(validation=str.islower))

    assert Movie(genre="noir", tags=["a"]).validate() is True
    with pytest.raises(ShieldException, match="one of"):
        Movie.validate_class_fields({"genre": "pop"})
    with pytest.raises(ShieldException, match="Invalid ListField item"):
        Movie(tags=["A"]).validate()


def test_a_field_type_is_one_small_class_with_one_method() -> None:
    """`validate` is all that a new type needs."""

    class EvenField(BaseField[int]):
        def validate(self, value: Any) -> int:
            if value % 2:
                raise self.refuse("Not even", value)
            return int(value)

    class Shoes(Document):
        count = EvenField(required=True)
        counts = ListField(EvenField())

    assert Shoes(count=2, counts=[4]).validate() is True
    assert Shoes(count=3, counts=[4, 5]).errors() == [
        ("count", "Not even", 3),
        ("counts.1", "Invalid ListField item", "5"),
    ]


@pytest.mark.parametrize(
    "error", [ValueError, TypeError, AttributeError, AssertionError, KeyError, ZeroDivisionError]
)
def test_errors_inside_a_check_mean_an_invalid_value(error: type[Exception]) -> None:
    """Whatever a field's own code stumbles over, the document reports `Invalid value`."""

    class BrittleField(BaseField[Any]):
        def validate(self, value: Any) -> Any:
            raise error(value)

    class Vase(Document):
        content = BrittleField()

    assert Vase(content="x").errors() == [("content", "Invalid value", "x")]
    with pytest.raises(ShieldException, match="Invalid value - content:x"):
        Vase(content="x").validate()


def test_an_interrupt_inside_a_check_is_not_hidden() -> None:
    """Only errors become reasons."""

    class Stopping(BaseField[Any]):
        def validate(self, value: Any) -> Any:
            raise KeyboardInterrupt

    class Vase(Document):
        content = Stopping()

    with pytest.raises(KeyboardInterrupt):
        Vase(content=1).validate()


def test_a_custom_set_stores_into_the_data() -> None:
    """Fields of programs that override only `__set__` work, defaults included."""

    class MillisecondField(BaseField[int]):
        def __set__(self, instance: Any, value: Any) -> None:
            instance._data[self.field_name] = int(value) * 1000

    class Event(Document):
        at = MillisecondField(default=0)

    assert Event().at == 0
    assert Event(at=5).at == 5000
    assert Event(at=5).to_python()["at"] == 5000


def test_a_custom_get_is_used_everywhere() -> None:
    """Validation and output read through a field's own `__get__`."""

    class Shouted(StringField):
        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            return self if instance is None else instance._data[self.field_name].upper()

    class Sign(Document):
        text = Shouted(choices=["HO"])

    sign = Sign(text="ho")
    assert sign.validate() is True
    assert sign.to_python()["text"] == "HO"


def test_a_custom_validate_method_hook_is_used() -> None:
    """Fields may override `_validate` as well."""

    class Lax(StringField):
        def _validate(self, value: Any) -> Any:
            return value

    class Note(Document):
        text = Lax(max_length=1)

    assert Note(text="long").validate() is True


def test_a_custom_stored_wins_over_settled_types() -> None:
    """A subclass with its own conversion is asked for every value."""

    class Lower(StringField):
        def stored(self, value: Any) -> Any:
            return value.lower()

    class Name(Document):
        name = Lower(default="X")
        names = ListField(Lower())

    assert Name(name="ADA").name == "ada"
    assert Name(names=["A", None]).names == ["a", None]
    assert Name().name == "x"


def test_a_field_class_registers_the_schemas_that_it_reads() -> None:
    """`_from_jsonschema_types` and `_from_jsonschema_formats` fill the registry; subclasses without them do not."""

    class ColourField(StringField):
        @classmethod
        def _from_jsonschema_formats(cls) -> list[str | None]:
            return ["colour"]

    class ShadeField(ColourField):
        pass

    assert dictshield_fields["string", "colour"] is ColourField
    assert issubclass(ShadeField, ColourField)


def test_methods_named_for_schema_keys_add_them() -> None:
    """`_jsonschema_<key>()` puts `key` into the field's schema."""

    class ColourField(StringField):
        def _jsonschema_example(self) -> str:
            return "red"

    assert ColourField(field_name="c").for_jsonschema() == {
        "type": "string",
        "title": "c",
        "example": "red",
    }


def test_a_field_object_used_twice_becomes_two_fields() -> None:
    """One object assigned to two attributes has both names."""
    shared = StringField(max_length=3)

    class Pair(Document):
        first = shared
        second = shared

    assert (Pair.first.field_name, Pair.second.field_name) == ("first", "second")
    assert Pair(first="a", second="b").to_python()["second"] == "b"


def test_number_fields_by_position_say_what_to_write() -> None:
    """IntField(1, 5) is refused with a clear message."""
    from dictshield.fields import FloatField, IntField, LongField

    for field_class in (IntField, LongField, FloatField):
        with pytest.raises(InvalidShield, match="keywords only"):
            field_class(1, 5)
