"""True and False."""

from collections.abc import Iterable
from typing import Any

from dictshield.fields.field import BaseField


class BooleanField(BaseField[bool]):
    """True or False and nothing else: 1 and "true" are refused."""

    def for_python(self, value: Any) -> bool:
        """Return the truth of `value`."""
        return bool(value)

    def validate(self, value: Any) -> bool:
        """Return `value` if it is True or False."""
        if value is True or value is False:
            return value
        raise self.refuse("Not a boolean", value)

    def _jsonschema_type(self) -> str:
        return "boolean"

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("boolean",)
