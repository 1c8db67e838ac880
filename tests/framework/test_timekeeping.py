# ruff: noqa: DTZ001 - naive times are what is tested
"""Time: contract section 13, line by line."""

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import brubeck.timekeeping
import pytest
from brubeck.timekeeping import (
    Interval,
    MillisecondField,
    MillisecondType,
    curtime,
    datestring_to_millis,
    datetime_to_millis,
    millis_to_datetime,
    prettydate,
)
from dictshield.base import ShieldException
from dictshield.document import Document
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2024, 3, 10, 12, 0, 0, tzinfo=UTC)

naive_times = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))


class Event(Document):
    when = MillisecondField(default=0)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return NOW.astimezone(tz)

    monkeypatch.setattr(brubeck.timekeeping, "datetime", Clock)


def test_curtime_is_integer_milliseconds() -> None:
    """Since the epoch."""
    before, now, after = time.time(), curtime(), time.time()
    assert isinstance(now, int)
    assert int(before * 1000) <= now <= after * 1000


def test_naive_times_are_utc() -> None:
    """Whatever the zone of the machine (fix 28)."""
    assert datetime_to_millis(datetime(1970, 1, 2)) == 86_400_000
    assert datestring_to_millis("1970-01-02") == 86_400_000
    assert millis_to_datetime(86_400_000) == datetime(1970, 1, 2)


def test_aware_times_are_honoured() -> None:
    """Zones in values and in texts."""
    zone = timezone(timedelta(hours=2))
    assert datetime_to_millis(datetime(1970, 1, 1, 2, tzinfo=zone)) == 0
    assert datestring_to_millis("1970-01-01T02:00:00+02:00") == 0


def test_milliseconds_are_kept() -> None:
    """Integers, with sub-seconds."""
    millis = datetime_to_millis(datetime(1970, 1, 1, 0, 0, 1, 234_567))
    assert millis == 1234
    assert isinstance(millis, int)
    assert millis_to_datetime(1234) == datetime(1970, 1, 1, 0, 0, 1, 234_000)


@given(naive_times)
def test_times_survive_the_way_there_and_back(when: datetime) -> None:
    """To the millisecond, before and after the epoch."""
    back = millis_to_datetime(datetime_to_millis(when))
    assert timedelta(0) <= when - back < timedelta(milliseconds=1)


@given(naive_times)
def test_text_and_datetime_agree(when: datetime) -> None:
    """Both conversions give the same number."""
    assert datestring_to_millis(when.isoformat()) == datetime_to_millis(when)


def test_text_that_is_no_date_is_refused() -> None:
    """With a ValueError."""
    with pytest.raises(ValueError, match="date"):
        datestring_to_millis("not a date")


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=1.9), "just now"),
        (timedelta(seconds=2), "2 seconds ago"),
        (timedelta(seconds=59), "59 seconds ago"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(seconds=119), "1 minute ago"),
        (timedelta(seconds=120), "2 minutes ago"),
        (timedelta(seconds=3599), "59 minutes ago"),
        (timedelta(seconds=3600), "1 hour ago"),
        (timedelta(seconds=7199), "1 hour ago"),
        (timedelta(seconds=7200), "2 hours ago"),
        (timedelta(hours=23.9), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=7.9), "7 days ago"),
        (timedelta(days=8), "02 Mar 24"),
        (timedelta(days=-1), "11 Mar 24"),
    ],
)
def test_prettydate_words(age: timedelta, words: str) -> None:
    """Naive UTC and aware times alike."""
    then = NOW - age
    assert prettydate(then) == words
    assert prettydate(then.replace(tzinfo=None)) == words
    assert prettydate(then.astimezone(timezone(timedelta(hours=11)))) == words


@pytest.mark.usefixtures("frozen")
def test_prettydate_agrees_with_millis_to_datetime() -> None:
    """Both are UTC (fix 28)."""
    millis = datetime_to_millis(NOW) - 5 * 60_000
    assert prettydate(millis_to_datetime(millis)) == "5 minutes ago"


def test_intervals_are_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And begin anew when somebody notices."""
    now = [1000]
    monkeypatch.setattr(brubeck.timekeeping, "curtime", lambda: now[0])
    interval = Interval(2)
    assert interval.is_over() is False
    now[0] = 3000
    assert [interval.is_over(), interval.is_over()] == [True, False]


def test_millisecond_field_reads_dates() -> None:
    """Strings are parsed on assignment, other values become integers in to_python()."""
    event = Event(when="1970-01-02")
    assert event.when == 86_400_000
    event.when = 12.7
    assert event.when == 12.7
    assert event.to_python()["when"] == 12


def test_millisecond_field_reports_what_is_no_date() -> None:
    """The constructor keeps it, validate() complains."""
    event = Event(when="not a date")
    assert event.when == "not a date"
    with pytest.raises(ShieldException):
        event.validate()


def test_millisecond_type_is_the_later_name() -> None:
    """Programs of 2013 use it."""
    assert MillisecondType is MillisecondField
