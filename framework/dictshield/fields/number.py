"""Numbers."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from dictshield.base import InvalidShield
from dictshield.fields.field import BaseField

N = TypeVar("N", bound=float)

# Python reads no longer text as a whole number either (sys.int_info.default_max_str_digits).
MAX_DIGITS = 4300


class JsonNumberMixin:
    """Gives a field the JSON Schema of a number with limits."""

    min_value: Any
    max_value: Any

    def _jsonschema_type(self) -> str:
        return "number"

    def _jsonschema_minimum(self) -> Any:
        return self.min_value

    def _jsonschema_maximum(self) -> Any:
        return self.max_value


class NumberField(JsonNumberMixin, BaseField[N]):
    """A number of one class, between limits. Assignment converts what it can: `"3"` to 3."""

    def __init__(
        self,
        number_class: Callable[[Any], N],
        number_type: str,
        min_value: N | float | None = None,
        max_value: N | float | None = None,
        **options: Any,
    ) -> None:
        """`number_type` is the name for messages; both limits belong to the allowed range."""
        self.number_class = number_class
        self.number_type = number_type
        self.min_value = min_value
        self.max_value = max_value
        super().__init__(**options)

    def number(self, value: Any) -> N:
        """Return `value` as a finite number; raise ValueError, TypeError or OverflowError."""
        if isinstance(value, str) and "_" in value:
            msg = "digits in groups are for programs, not for data"
            raise ValueError(msg)
        if isinstance(value, Decimal) and value.adjusted() > MAX_DIGITS:
            msg = "a few characters must not become a number that fills the memory"
            raise ValueError(msg)
        number = self.number_class(value)
        if number - number != 0:
            msg = "JSON has no infinity and no NaN"
            raise ValueError(msg)
        return number

    def stored(self, value: Any) -> Any:
        """Return `value` as a number if it is one."""
        if value is None:
            return None
        try:
            return self.number(value)
        except (ValueError, TypeError, OverflowError):
            return value

    def for_python(self, value: Any) -> N:
        """Return `value` as a number; raise ShieldException if it is none."""
        try:
            return self.number(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise self.refuse(f"Not {self.number_type}", value) from error

    def validate(self, value: Any) -> N:
        """Return `value` as a number if it keeps within the limits."""
        number = self.for_python(value)
        if self.min_value is not None and number < self.min_value:
            reason = f"{self.number_type} value below min_value: {self.min_value}"
            raise self.refuse(reason, value)
        if self.max_value is not None and number > self.max_value:
            reason = f"{self.number_type} value above max_value: {self.max_value}"
            raise self.refuse(reason, value)
        return number


def refuse_positional(field: BaseField[Any], arguments: tuple[object, ...]) -> None:
    """Raise InvalidShield if a number field was given limits by position."""
    if arguments:
        name = type(field).__name__
        msg = f"{name} takes keywords only. Write {name}(min_value=..., max_value=...)."
        raise InvalidShield(msg)


class WholeField(NumberField[int]):
    """What the fields of whole numbers share; fractions are cut off."""

    settled_type = int
    type_name = ""

    def __init__(self, *arguments: object, **options: Any) -> None:
        refuse_positional(self, arguments)
        super().__init__(int, self.type_name, **options)

    def for_python(self, value: Any) -> int:
        """Return `value` as a whole number; raise ShieldException if it is none."""
        return value if type(value) is int else super().for_python(value)


class IntField(WholeField):
    """A whole number."""

    type_name = "Int"

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("number", "integer")


class LongField(WholeField):
    """A whole number, as IntField: Python 3 knows one kind only."""

    type_name = "Long"


class FloatField(NumberField[float]):
    """A floating point number; infinities and NaN are refused, because JSON has none."""

    def __init__(self, *arguments: object, **options: Any) -> None:
        refuse_positional(self, arguments)
        super().__init__(float, "Float", **options)


class DecimalField(JsonNumberMixin, BaseField[Decimal]):
    """A decimal number, kept exactly; its JSON form is text."""

    def __init__(
        self,
        min_value: Decimal | float | None = None,
        max_value: Decimal | float | None = None,
        **options: Any,
    ) -> None:
        """Both limits belong to the allowed range."""
        self.min_value = min_value
        self.max_value = max_value
        super().__init__(**options)

    def for_python(self, value: Any) -> Decimal:
        """Return `value` as a finite Decimal; raise ShieldException if it is none."""
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except (InvalidOperation, ValueError) as error:
            raise self.refuse("Could not convert to decimal", value) from error
        if not number.is_finite():
            raise self.refuse("Could not convert to decimal", value)
        return number

    def for_json(self, value: Any) -> str:
        """Return the number as text."""
        return str(self.for_python(value))

    def validate(self, value: Any) -> Decimal:
        """Return `value` as a Decimal if it keeps within the limits."""
        number = self.for_python(value)
        if self.min_value is not None and number < self.min_value:
            raise self.refuse(f"Decimal value below min_value: {self.min_value}", value)
        if self.max_value is not None and number > self.max_value:
            raise self.refuse(f"Decimal value above max_value: {self.max_value}", value)
        return number
