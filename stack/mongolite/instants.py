"""Instants as text and in time zones. An instant is a `DatetimeMS`, milliseconds since 1970 UTC."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bson import Timestamp
from bson.datetime_ms import DatetimeMS

from mongolite.errors import MongoError
from mongolite.values import Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)?$")
_INSTANT = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d\d(?::?\d\d)?)?$"
)


def zone(name: Value) -> tzinfo:
    """Return a time zone by its Olson name or its offset; raises MongoError for neither."""
    if name is None:
        return UTC
    offset = _OFFSET.match(name) if type(name) is str else None
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return UTC if name in {"Z", "UTC", "GMT"} else ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise MongoError(40485, f'unrecognized time zone identifier: "{name}"') from error


def in_zone(instant: DatetimeMS, where: tzinfo = UTC) -> datetime:
    """Return an instant on the calendar of a zone; raises MongoError outside years 1 to 9999."""
    try:
        return (EPOCH + timedelta(milliseconds=int(instant))).astimezone(where)
    except OverflowError as error:
        raise MongoError(18537, f"the date {int(instant)} ms is outside of years 1-9999") from error


def instant(moment: datetime) -> DatetimeMS:
    """Return a moment that knows its zone as an instant."""
    return DatetimeMS((moment - EPOCH) // MILLISECOND)


def iso_text(value: DatetimeMS) -> str:
    """Return an instant like 2024-02-29T23:59:59.999Z."""
    moment = in_zone(value)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z".rjust(24, "0")


def parse_instant(text: str, where: tzinfo = UTC, *, zoned: bool = False) -> DatetimeMS:
    """Return the instant that an ISO 8601 text names; raises MongoError (241) otherwise.

    `zoned`: a zone was given apart from the text, which may then have none of its own.
    """
    match = _INSTANT.match(text)
    if match is None:
        raise MongoError(241, f"Error parsing date string '{text}'")
    *numbers, fraction, suffix = match.groups()
    if suffix and zoned:
        raise MongoError(241, "you cannot pass in a date/time string with time zone information")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in numbers)
        micro = int((fraction or "0").ljust(6, "0")[:6])
        own = zone(suffix) if suffix else where
        return instant(datetime(year, month, day, hour, minute, second, micro, tzinfo=own))
    except (ValueError, OverflowError) as error:
        raise MongoError(241, f"Error parsing date string '{text}': {error}") from error


def now() -> DatetimeMS:
    """Return the present instant."""
    return DatetimeMS(int(time.time() * 1000))


class _Clock:
    """Timestamps that never repeat within a second."""

    def __init__(self) -> None:
        self._last = (0, 0)

    def next(self) -> Timestamp:
        seconds = int(time.time())
        count = self._last[1] + 1 if self._last[0] == seconds else 1
        self._last = (seconds, count)
        return Timestamp(seconds, count)


timestamps = _Clock()
