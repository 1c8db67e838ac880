"""Section 4 of the interface: times."""

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document
from dictshield.fields import DateTimeField
from dictshield.fields.temporal import TimeStampField

NOON = datetime(2011, 2, 3, 12, 30, 15)  # noqa: DTZ001 - without zone, as programs assign it
IN_BERLIN = NOON.replace(tzinfo=timezone(timedelta(hours=1)))


class Event(Document):
    """One field of each kind."""

    at = DateTimeField()
    day = DateTimeField("%d.%m.%Y")
    year = DateTimeField(lambda value: value.year)
    stamp = TimeStampField()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-02-03T12:30:15", NOON),
        ("2011-02-03T12:30:15.000250", NOON.replace(microsecond=250)),
        ("2011-02-03T12:30:15.25", NOON.replace(microsecond=250_000)),
        ("2011-02-03 12:30:15", NOON),
        ("2011-02-03T12:30:15Z", NOON.replace(tzinfo=UTC)),
        ("2011-02-03T12:30:15+01:00", IN_BERLIN),
        ("it was 2011-02-03T12:30:15+01:00, I think", IN_BERLIN),
        ("20110203T123015", NOON),
        ("2011-02-03", NOON.replace(hour=0, minute=0, second=0)),
        ("soon", "soon"),
        ("2011-99-99T99:99:99", "2011-99-99T99:99:99"),
        ("", ""),
        (5, 5),
        (None, None),
        (NOON, NOON),
    ],
)
def test_assignment_reads_iso_8601(text: object, expected: object) -> None:
    """Text that is or contains a time becomes one, zone included; the rest stays."""
    assert Event(at=text).at == expected
    if isinstance(expected, datetime):
        assert Event(at=text).at.tzinfo == expected.tzinfo


@pytest.mark.parametrize("value", ["soon", 5, date(2011, 2, 3), [1]])
def test_only_a_datetime_is_valid(value: object) -> None:
    """Dates and text are `Not a datetime`."""
    assert Event(at=value).errors() == [("at", "Not a datetime", value)]
    with pytest.raises(ShieldException, match="Not a datetime"):
        Event.at.validate(value)


def test_text_is_no_datetime_for_the_class() -> None:
    """Dictionaries that are validated must hold datetimes already."""
    with pytest.raises(ShieldException, match="Not a datetime"):
        Event.validate_class_fields({"at": "2011-02-03T12:30:15"})
    assert Event.validate_class_fields({"at": NOON}) is True


def test_the_format_makes_the_json_form() -> None:
    """ISO 8601, a strftime format, or a callable."""
    event = Event(at=IN_BERLIN, day=NOON, year=NOON)
    assert event.to_json(encode=False) == {
        "at": "2011-02-03T12:30:15+01:00",
        "day": "03.02.2011",
        "year": 2011,
        "_cls": "Event",
        "_types": ["Event"],
    }
    assert event.to_python()["day"] is NOON


def test_a_strftime_format_is_read_back() -> None:
    """What was written in the field's format can be assigned again."""
    assert Event(day="03.02.2011").day == NOON.replace(hour=0, minute=0, second=0)
    assert Event(day="3rd of May").day == "3rd of May"


def test_a_time_that_is_none_has_no_json() -> None:
    """A ShieldException says so."""
    with pytest.raises(ShieldException, match="Not a datetime"):
        Event(at="soon").to_json()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1296736215, datetime(2011, 2, 3, 12, 30, 15, tzinfo=UTC)),
        (1296736215.5, datetime(2011, 2, 3, 12, 30, 15, 500_000, tzinfo=UTC)),
        (None, None),
        ("2011-02-03T12:30:15", NOON),
        (True, True),
        (1e30, 1e30),
        ("soon", "soon"),
    ],
)
def test_a_stamp_reads_seconds(value: object, expected: object) -> None:
    """Numbers become times in UTC, 0 the epoch, None clears; text is read as DateTimeField does."""
    event = Event(stamp=5)
    event.stamp = value  # type: ignore[assignment]
    assert event.stamp == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1296736215, 1296736215),
        (NOON, 1296736215),
        (IN_BERLIN, 1296736215 - 3600),
        (0, 0),
    ],
)
def test_a_stamp_is_written_as_seconds_in_utc(
    value: Any, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole seconds, whatever the machine's zone is; a time without zone is UTC."""
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    time.tzset()
    try:
        written = Event(stamp=value).to_json(encode=False)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert written["stamp"] == seconds


def test_a_stamp_validates_as_a_datetime() -> None:
    """Numbers too large for a time are reported."""
    assert Event(stamp=5).validate() is True
    assert Event(stamp=1e30).errors() == [("stamp", "Not a datetime", 1e30)]
