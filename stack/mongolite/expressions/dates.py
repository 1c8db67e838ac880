"""Operators on dates."""

import calendar
import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from bson import ObjectId, Timestamp
from bson.datetime_ms import DatetimeMS

from mongolite.errors import MongoError, RefusedError
from mongolite.expressions.compiler import (
    Names,
    Run,
    Variables,
    compile_expression,
    is_nullish,
    named,
    named_arguments,
    special,
)
from mongolite.expressions.conversions import to_date
from mongolite.instants import in_zone, instant, parse_instant, zone
from mongolite.values import Value, type_name, whole

Calendar = Callable[[datetime], Value]
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_MILLISECONDS = {"hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1}
_DAY_COUNTS = {"day": 1, "week": 7}
_MONTH_COUNTS = {"month": 1, "quarter": 3, "year": 12}


def moment(value: Value, where: tzinfo) -> datetime:
    """Return what counts as a date, in a zone; raises MongoError (16006) for anything else."""
    if type(value) not in {DatetimeMS, ObjectId, Timestamp}:
        raise MongoError(16006, f"can't convert from BSON type {type_name(value)} to Date")
    return in_zone(to_date(value), where)


def _sunday_week(date: datetime) -> int:
    return int(date.strftime("%U"))


_PARTS: dict[str, Calendar] = {
    "$year": lambda date: date.year,
    "$month": lambda date: date.month,
    "$dayOfMonth": lambda date: date.day,
    "$hour": lambda date: date.hour,
    "$minute": lambda date: date.minute,
    "$second": lambda date: date.second,
    "$millisecond": lambda date: date.microsecond // 1000,
    "$dayOfYear": lambda date: date.timetuple().tm_yday,
    "$dayOfWeek": lambda date: date.isoweekday() % 7 + 1,
    "$week": _sunday_week,
    "$isoDayOfWeek": lambda date: date.isoweekday(),
    "$isoWeek": lambda date: date.isocalendar().week,
    "$isoWeekYear": lambda date: date.isocalendar().year,
}


def _part(name: str, part: Calendar) -> None:
    @special(name)
    def compile_(argument: Value, names: Names) -> Run:
        fields = {"date": argument}
        if type(argument) is dict and "date" in argument:
            fields = named_arguments(name, argument, ("date",), ("timezone",))
        elif type(argument) is list and len(argument) == 1:
            fields = {"date": argument[0]}
        date, where = (compile_expression(fields.get(one), names) for one in ("date", "timezone"))

        def run(variables: Variables) -> Value:
            value, place = date(variables), where(variables)
            if is_nullish(value) or ("timezone" in fields and is_nullish(place)):
                return None
            return part(moment(value, zone(place)))

        return run


for _name, _calendar in _PARTS.items():
    _part(_name, _calendar)


# --- text -------------------------------------------------------------------------------------


def _offset_minutes(date: datetime) -> int:
    return int((date.utcoffset() or timedelta()).total_seconds()) // 60


def _offset(date: datetime) -> str:
    minutes = _offset_minutes(date)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


_FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda date: f"{date.year:04d}",
    "m": lambda date: f"{date.month:02d}",
    "d": lambda date: f"{date.day:02d}",
    "H": lambda date: f"{date.hour:02d}",
    "M": lambda date: f"{date.minute:02d}",
    "S": lambda date: f"{date.second:02d}",
    "L": lambda date: f"{date.microsecond // 1000:03d}",
    "j": lambda date: f"{date.timetuple().tm_yday:03d}",
    "w": lambda date: str(date.isoweekday() % 7 + 1),
    "u": lambda date: str(date.isoweekday()),
    "U": lambda date: f"{_sunday_week(date):02d}",
    "V": lambda date: f"{date.isocalendar().week:02d}",
    "G": lambda date: f"{date.isocalendar().year:04d}",
    "b": lambda date: calendar.month_abbr[date.month],
    "B": lambda date: calendar.month_name[date.month],
    "z": _offset,
    "Z": lambda date: f"{_offset_minutes(date):+d}",
    "%": lambda _: "%",
}
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)


def formatted(date: datetime, pattern: str) -> str:
    """Return a date by a pattern of `$dateToString`; raises MongoError for unknown directives."""

    def replace(match: re.Match[str]) -> str:
        if match[1] not in _FORMATS:
            raise MongoError(18536, f"Invalid format character '%{match[1]}' in format string")
        return _FORMATS[match[1]](date)

    return _DIRECTIVE.sub(replace, pattern)


@special("$dateToString")
def _date_to_string(argument: Value, names: Names) -> Run:
    optional = ("format", "timezone", "onNull")
    fields = named_arguments("$dateToString", argument, ("date",), optional)
    date, pattern, where, on_null = (
        compile_expression(fields.get(one), names) for one in ("date", *optional)
    )

    def run(variables: Variables) -> Value:
        value, place, form = date(variables), where(variables), pattern(variables)
        if is_nullish(value):
            return on_null(variables)
        if ("timezone" in fields and is_nullish(place)) or (
            "format" in fields and is_nullish(form)
        ):
            return None
        default = "%Y-%m-%dT%H:%M:%S.%L" + ("" if "timezone" in fields else "Z")
        return formatted(moment(value, zone(place)), form or default)

    return run


@special("$dateFromString")
def _date_from_string(argument: Value, names: Names) -> Run:
    optional = ("format", "timezone", "onError", "onNull")
    fields = named_arguments("$dateFromString", argument, ("dateString",), optional)
    text, form, where, on_error, on_null = (
        compile_expression(fields.get(one), names) for one in ("dateString", *optional)
    )

    def run(variables: Variables) -> Value:
        value, place = text(variables), where(variables)
        if is_nullish(value):
            return on_null(variables)
        try:
            return _read(value, form(variables), place)
        except MongoError as error:
            if "onError" in fields and error.code == 241:
                return on_error(variables)
            raise

    return run


def _read(value: Value, form: Value, place: Value) -> DatetimeMS:
    if type(value) is not str:
        raise MongoError(241, f"$dateFromString requires a string, found: {type_name(value)}")
    if form is None:
        return parse_instant(value, zone(place), zoned=place is not None)
    if not set(re.findall("%(.)", form)) <= set("YmdHMSzjbB%"):
        raise RefusedError(f"$dateFromString with the format {form!r}")
    try:
        read = datetime.strptime(value, form)  # noqa: DTZ007  the zone follows
    except ValueError as error:
        raise MongoError(241, f"Error parsing date string '{value}': {error}") from error
    return instant(read if read.tzinfo else read.replace(tzinfo=zone(place)))


# --- parts ------------------------------------------------------------------------------------


@named(
    "$dateFromParts",
    "year",
    month=1,
    day=1,
    hour=0,
    minute=0,
    second=0,
    millisecond=0,
    timezone=None,
)
def _date_from_parts(year: Value, timezone: Value, **parts: Value) -> Value:
    if any(map(is_nullish, (year, *parts.values()))):
        return None
    numbers = {name: _whole(value, name) for name, value in {"year": year, **parts}.items()}
    months = numbers["year"] * 12 + numbers["month"] - 1
    if not 12 <= months < 120_000:
        raise MongoError(40523, "'year' must evaluate to an integer in the range 1 to 9999")
    start = datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001  local time of the zone
    local = start + timedelta(
        days=numbers["day"] - 1,
        hours=numbers["hour"],
        minutes=numbers["minute"],
        seconds=numbers["second"],
        milliseconds=numbers["millisecond"],
    )
    return instant(local.replace(tzinfo=zone(timezone)))


def _whole(value: Value, name: str) -> int:
    try:
        return whole(value, f"'{name}'")
    except TypeError as error:
        raise MongoError(40515, str(error)) from error


@named("$dateToParts", "date", timezone=None, iso8601=False)
def _date_to_parts(date: Value, timezone: Value, iso8601: Value) -> Value:
    if is_nullish(date):
        return None
    local = moment(date, zone(timezone))
    if iso8601:
        year, week, day = local.isocalendar()
        parts = {"isoWeekYear": year, "isoWeek": week, "isoDayOfWeek": day}
    else:
        parts = {"year": local.year, "month": local.month, "day": local.day}
    return parts | {
        "hour": local.hour,
        "minute": local.minute,
        "second": local.second,
        "millisecond": local.microsecond // 1000,
    }


# --- arithmetic -------------------------------------------------------------------------------


def _unit(unit: Value) -> str:
    if unit not in _MILLISECONDS and unit not in _DAY_COUNTS and unit not in _MONTH_COUNTS:
        raise MongoError(9, f"unknown time unit value: {unit}")
    return str(unit)


def _plus_months(local: datetime, months: int) -> datetime:
    total = local.year * 12 + local.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise MongoError(5166406, "the resulting date is out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def shifted(date: Value, unit: str, amount: int, where: tzinfo) -> DatetimeMS:
    """Return a date moved by a number of units; days and longer ones by the zone's calendar."""
    local = moment(date, where)
    try:
        if unit in _MONTH_COUNTS:
            return instant(_plus_months(local, amount * _MONTH_COUNTS[unit]))
        if unit in _DAY_COUNTS:
            return instant(local + timedelta(days=amount * _DAY_COUNTS[unit]))
    except OverflowError as error:
        raise MongoError(5166406, "the resulting date is out of range") from error
    return DatetimeMS(int(to_date(date)) + amount * _MILLISECONDS[unit])


def _shift(name: str, sign: int) -> None:
    @named(name, "startDate", "unit", "amount", timezone=None)
    def run(startDate: Value, unit: Value, amount: Value, timezone: Value) -> Value:  # noqa: N803  MongoDB's names
        if any(map(is_nullish, (startDate, unit, amount))):
            return None
        return shifted(startDate, _unit(unit), sign * _whole(amount, "amount"), zone(timezone))


_shift("$dateAdd", 1)
_shift("$dateSubtract", -1)


def _week_start(name: Value) -> int:
    key = str(name).lower()[:3]
    if key not in _DAYS:
        raise MongoError(9, f"unknown day of week value: {name}")
    return _DAYS[key]


def _ordinal(local: datetime, unit: str, first_day: int) -> int:
    """Return the number of the unit that a local time lies in, counted from some fixed start."""
    if unit in _MONTH_COUNTS:
        return (local.year * 12 + local.month - 1) // _MONTH_COUNTS[unit]
    days = local.toordinal()
    return days if unit == "day" else (days - first_day) // 7


@named("$dateDiff", "startDate", "endDate", "unit", timezone=None, startOfWeek="sunday")
def _date_diff(
    startDate: Value,  # noqa: N803  MongoDB's names
    endDate: Value,  # noqa: N803  MongoDB's name
    unit: Value,
    timezone: Value,
    startOfWeek: Value,  # noqa: N803  MongoDB's name
) -> Value:
    if any(map(is_nullish, (startDate, endDate, unit))):
        return None
    unit, where = _unit(unit), zone(timezone)
    if unit in _MILLISECONDS:
        size = _MILLISECONDS[unit]
        shift = int((moment(startDate, where).utcoffset() or timedelta()).total_seconds() * 1000)
        first, last = ((int(to_date(one)) + shift) // size for one in (startDate, endDate))
        return last - first
    first_day = _week_start(startOfWeek)
    first, last = (_ordinal(moment(one, where), unit, first_day) for one in (startDate, endDate))
    return last - first


_REFERENCE_DAY = datetime(2000, 1, 1).toordinal()  # noqa: DTZ001  a day, not an instant


@named("$dateTrunc", "date", "unit", binSize=1, timezone=None, startOfWeek="sunday")
def _date_trunc(
    date: Value,
    unit: Value,
    binSize: Value,  # noqa: N803  MongoDB's names
    timezone: Value,
    startOfWeek: Value,  # noqa: N803  MongoDB's name
) -> Value:
    if any(map(is_nullish, (date, unit, binSize))):
        return None
    size, where, unit = _whole(binSize, "binSize"), zone(timezone), _unit(unit)
    if size <= 0:
        raise MongoError(5439017, "$dateTrunc requires 'binSize' to be greater than 0")
    local = moment(date, where)
    if unit in _MILLISECONDS:
        start = int(instant(datetime(2000, 1, 1, tzinfo=where)))
        step = _MILLISECONDS[unit] * size
        return DatetimeMS(start + (int(to_date(date)) - start) // step * step)
    if unit in _MONTH_COUNTS:
        return _month_bin(local, size * _MONTH_COUNTS[unit])
    return _day_bin(local, unit, size, _week_start(startOfWeek))


def _month_bin(local: datetime, step: int) -> DatetimeMS:
    months = (local.year - 2000) * 12 + local.month - 1
    start = 2000 * 12 + months // step * step
    return instant(datetime(start // 12, start % 12 + 1, 1, tzinfo=local.tzinfo))


def _day_bin(local: datetime, unit: str, size: int, first_day: int) -> DatetimeMS:
    reference, step = _REFERENCE_DAY, size
    if unit == "week":
        reference += (first_day - _REFERENCE_DAY) % 7
        step *= 7
    day = reference + (local.toordinal() - reference) // step * step
    return instant(datetime.fromordinal(day).replace(tzinfo=local.tzinfo))
