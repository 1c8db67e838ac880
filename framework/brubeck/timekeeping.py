"""Points in time: milliseconds since the epoch, always UTC.

Naive datetimes are taken as UTC and `millis_to_datetime` gives naive UTC, so that the functions
agree with each other on every machine whatever its time zone; aware datetimes are honoured.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from dateutil.parser import parse as parse_date
from dictshield.fields import LongField

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def curtime() -> int:
    """Return the present as milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def datetime_to_millis(dt: datetime) -> int:
    """Return a datetime (naive means UTC) as milliseconds since the epoch."""
    return (_aware(dt) - _EPOCH) // _MILLISECOND


def datestring_to_millis(ds: str) -> int:
    """Return a date written as text as milliseconds since the epoch.

    Raises ValueError when the text is not a date.
    """
    return datetime_to_millis(parse_date(ds))


def millis_to_datetime(millis: float) -> datetime:
    """Return milliseconds since the epoch as a naive datetime in UTC."""
    return (_EPOCH + millis * _MILLISECOND).replace(tzinfo=None)


def prettydate(d: datetime) -> str:
    """Return how long ago a datetime (naive means UTC) was, in words.

    More than a week ago, or in the future, is a date: `03 Mar 24`.
    """
    age = datetime.now(UTC) - _aware(d)
    if age < timedelta(0) or age >= timedelta(days=8):
        return _aware(d).astimezone(UTC).strftime("%d %b %y")
    if age.days:
        return _ago(age.days, "day")
    return _ago_today(age.seconds)


def _ago_today(seconds: int) -> str:
    if seconds < 2:
        return "just now"
    if seconds < 60:
        return _ago(seconds, "second")
    if seconds < 3600:
        return _ago(seconds // 60, "minute")
    return _ago(seconds // 3600, "hour")


def _ago(count: int, unit: str) -> str:
    return f"1 {unit} ago" if count == 1 else f"{count} {unit}s ago"


def _aware(dt: datetime) -> datetime:
    return dt.replace(tzinfo=UTC) if dt.tzinfo is None else dt


class Interval:
    """A span of time that begins anew whenever somebody finds it over."""

    def __init__(self, seconds: float) -> None:
        self._millis = int(seconds * 1000)
        self._ends_at = curtime() + self._millis

    def is_over(self) -> bool:
        """Tell whether it is time again; the next call will say no."""
        now = curtime()
        if now < self._ends_at:
            return False
        self._ends_at = now + self._millis
        return True


class MillisecondField(LongField):
    """A point in time, stored as milliseconds since the epoch; text is read as a date."""

    def __set__(self, instance: object, value: object) -> None:
        if isinstance(value, str):
            # Text that is no date stays as it is: validate() reports it, a constructor does not.
            with suppress(ValueError, OverflowError):
                value = datestring_to_millis(value)
        instance._data[self.field_name] = value  # type: ignore[attr-defined]  # noqa: SLF001 - how fields store


MillisecondType = MillisecondField
