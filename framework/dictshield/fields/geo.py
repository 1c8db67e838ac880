"""Places."""

from math import isfinite
from typing import Any

from dictshield.fields.field import BaseField

SHAPES = "GeoPointField can only accept tuples, lists of (x, y), or dicts of {k1: v1, k2: v2}"


class GeoPointField(BaseField[Any]):
    """Two numbers: a list, a tuple, or a dictionary of two values."""

    def validate(self, value: Any) -> Any:
        """Return `value` if it is a point."""
        if not isinstance(value, list | tuple | dict):
            raise self.refuse(SHAPES, value)
        if len(value) != 2:
            raise self.refuse("Value must be a two-dimensional point", value)
        pair = value.values() if isinstance(value, dict) else value
        if not all(is_number(item) for item in pair):
            raise self.refuse("Both values in point must be float or int", value)
        return value

    def _jsonschema_type(self) -> str:
        return "array"

    def _jsonschema_items(self) -> list[dict[str, str]]:
        return [{"type": "number"}]

    def _jsonschema_minItems(self) -> int:  # noqa: N802 - named for JSON Schema's key
        return 2

    def _jsonschema_maxItems(self) -> int:  # noqa: N802 - named for JSON Schema's key
        return 2


def is_number(value: object) -> bool:
    """Say whether `value` is a number; True and False are not, nor is what JSON has no number for."""
    return (isinstance(value, int) and not isinstance(value, bool)) or is_finite(value)


def is_finite(value: object) -> bool:
    """Say whether `value` is a floating point number other than NaN and the infinities."""
    return isinstance(value, float) and isfinite(value)
