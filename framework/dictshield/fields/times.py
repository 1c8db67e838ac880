"""Points in time as text: ISO 8601."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from dictshield.fields.field import BaseField

# Programs may assign a sentence that contains a time.
TIME_IN_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?")


class DateTimeField(BaseField[datetime]):
    """A point in time. Assignment reads ISO 8601, and the zone stays what it was."""

    settled_type = datetime

    def __init__(
        self,
        format: str | Callable[[datetime], Any] = datetime.isoformat,  # noqa: A002 - the interface's name
        **options: Any,
    ) -> None:
        """`format` makes the JSON form: text for `strftime`, or a callable."""
        self.format = format
        super().__init__(**options)

    def stored(self, value: Any) -> Any:
        """Return text as datetime if it is one."""
        if not isinstance(value, str):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return self.from_format(value) or time_within(value) or value

    def from_format(self, text: str) -> datetime | None:
        """Return what `for_json` wrote as `text`, if `format` is text itself."""
        if not isinstance(self.format, str):
            return None
        try:
            return datetime.strptime(text, self.format)  # noqa: DTZ007 - the format decides about the zone
        except ValueError:
            return None

    def for_json(self, value: Any) -> Any:
        """Return the time in the field's format."""
        time = self.validate(self.stored(value))
        return time.strftime(self.format) if isinstance(self.format, str) else self.format(time)

    def validate(self, value: Any) -> datetime:
        """Return `value` if it is a datetime."""
        if not isinstance(value, datetime):
            raise self.refuse("Not a datetime", value)
        return value

    def _jsonschema_type(self) -> str:
        return "string"

    def _jsonschema_format(self) -> str | None:
        return "date-time"

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("string",)

    @classmethod
    def _from_jsonschema_formats(cls) -> Iterable[str | None]:
        return ("date", "date-time", "time")


def time_within(text: str) -> datetime | None:
    """Return the first time in ISO 8601 that `text` contains; None if there is none."""
    found = TIME_IN_TEXT.search(text)
    try:
        return datetime.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
