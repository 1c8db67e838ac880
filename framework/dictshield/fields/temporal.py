"""Points in time as numbers: Unix seconds."""

from calendar import timegm
from datetime import UTC, datetime
from typing import Any

from dictshield.fields.times import DateTimeField


class TimeStampField(DateTimeField):
    """A point in time whose JSON form is whole seconds since 1970, in UTC."""

    settled_type = datetime

    def stored(self, value: Any) -> Any:
        """Return seconds as aware datetime in UTC, text as DateTimeField does."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return super().stored(value)
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return value

    def for_json(self, value: Any) -> int:
        """Return whole seconds; a time without zone is taken for UTC."""
        return timegm(self.validate(self.stored(value)).utctimetuple())

    def _jsonschema_type(self) -> str:
        return "number"

    def _jsonschema_format(self) -> None:
        return None
