"""Section 4 of the interface: numbers and truth."""

from decimal import Decimal
from typing import Any

import pytest
from dictshield.base import InvalidShield, ShieldException
from dictshield.document import Document
from dictshield.fields import (
    BooleanField,
    DecimalField,
    FloatField,
    IntField,
    LongField,
    NumberField,
)


class Numbers(Document):
    """One field of each kind."""

    int_ = IntField(min_value=-5, max_value=5)
    long_ = LongField(min_value=0, max_value=10)
    float_ = FloatField(min_value=0.5, max_value=1.5)
    decimal = DecimalField(Decimal("0.10"), 100)
    flag = BooleanField()


def reason(**values: Any) -> str | None:
    """Return the reason of a document's first error, or None."""
    errors = Numbers(**values).errors()
    return errors[0][1] if errors else None


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("int_", "3", 3),
        ("int_", 3.7, 3),
        ("int_", b"4", 4),
        ("int_", None, None),
        ("long_", "7", 7),
        ("float_", "1.25", 1.25),
        ("float_", 1, 1.0),
        ("int_", "three", "three"),
        ("int_", [1], [1]),
        ("float_", "1e999", "1e999"),
        ("int_", float("inf"), float("inf")),
        ("int_", "1_0", "1_0"),
    ],
)
def test_assignment_converts_numbers_and_keeps_the_rest(
    name: str, given: object, kept: object
) -> None:
    """`'3'` becomes 3, 3.7 becomes 3; what is no number waits for validation."""
    value = Numbers(**{name: given})[name]
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("int_", 5, None),
        ("int_", "x", "Not Int"),
        ("int_", {}, "Not Int"),
        ("int_", -6, "Int value below min_value: -5"),
        ("int_", 6, "Int value above max_value: 5"),
        ("int_", float("nan"), "Not Int"),
        ("int_", "9" * 5000, "Not Int"),
        ("int_", Decimal("1E+999999999"), "Not Int"),
        ("long_", "x", "Not Long"),
        ("long_", -1, "Long value below min_value: 0"),
        ("long_", 11, "Long value above max_value: 10"),
        ("float_", "x", "Not Float"),
        ("float_", float("nan"), "Not Float"),
        ("float_", float("inf"), "Not Float"),
        ("float_", 0.4, "Float value below min_value: 0.5"),
        ("float_", 1.6, "Float value above max_value: 1.5"),
        ("decimal", "12.50", None),
        ("decimal", 1, None),
        ("decimal", "twelve", "Could not convert to decimal"),
        ("decimal", [1], "Could not convert to decimal"),
        ("decimal", "NaN", "Could not convert to decimal"),
        ("decimal", "0.01", "Decimal value below min_value: 0.10"),
        ("decimal", 101, "Decimal value above max_value: 100"),
        ("flag", True, None),
        ("flag", False, None),
        ("flag", 1, "Not a boolean"),
        ("flag", "true", "Not a boolean"),
    ],
)
def test_numbers_have_their_reasons(name: str, value: object, expected: str | None) -> None:
    """Each field names its type and the limit."""
    assert reason(**{name: value}) == expected


def test_validate_returns_the_converted_number() -> None:
    """Reading through the class, `validate` converts."""
    assert Numbers.int_.validate("3") == 3
    assert Numbers.decimal.validate("1.5") == Decimal("1.5")


def test_numbers_are_written_in_their_class() -> None:
    """Int and float in both forms, Decimal as text in JSON."""
    numbers = Numbers(int_="3", float_="1.0", decimal="1.50")
    assert numbers.to_python()["int_"] == 3
    assert numbers.to_python()["decimal"] == Decimal("1.50")
    assert numbers.to_json(encode=False)["decimal"] == "1.50"
    assert Numbers(decimal="1.50").decimal == "1.50"


def test_a_number_that_is_none_cannot_be_written() -> None:
    """`to_python` of an invalid value raises ShieldException."""
    with pytest.raises(ShieldException, match="Not Int - int_:three"):
        Numbers(int_="three").to_python()
    with pytest.raises(ShieldException, match="Could not convert"):
        Numbers(decimal="three").to_json()


def test_truth_is_written_as_the_truth_of_the_value() -> None:
    """Anything not empty is True, also 'false'."""
    assert Numbers(flag="false").to_python()["flag"] is True


def test_a_number_field_may_have_any_class() -> None:
    """`NumberField(number_class, number_type)` is for programs too."""

    class Whole(Document):
        size = NumberField(int, "Size", 1, 3)

    assert Whole(size="2").size == 2
    assert Whole(size=4).errors() == [("size", "Size value above max_value: 3", 4)]


@pytest.mark.parametrize("kind", [IntField, LongField, FloatField, DecimalField])
def test_both_limits_belong_to_the_range(kind: type[NumberField[Any]]) -> None:
    """The smallest and the largest are taken; what is beyond is refused with the reason and the value."""
    field = kind(min_value=1, max_value=3)
    assert [field.validate(value) for value in (1, 2, 3)] == [1, 2, 3]
    for value, side in ((0, "below min_value: 1"), (4, "above max_value: 3")):
        with pytest.raises(ShieldException, match=side) as refused:
            field.validate(value)
        assert refused.value.field_value == value


@pytest.mark.parametrize(
    ("kind", "name"), [(IntField, "Int"), (LongField, "Long"), (FloatField, "Float")]
)
def test_what_is_no_number_is_refused_by_the_name_of_its_kind(
    kind: type[NumberField[Any]], name: str
) -> None:
    """So does a limit by position: the error writes down what to write."""
    with pytest.raises(ShieldException, match=f"Not {name}"):
        kind().validate("four")
    with pytest.raises(InvalidShield, match=rf"Write {kind.__name__}\(min_value="):
        kind(1)
