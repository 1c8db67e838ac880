"""JSON text: writing whatever a program puts into an answer, reading what a stranger sent.

Written text follows the library that programs of 2012 relied on: no blanks, ASCII only, times as
Unix seconds, foreign objects as their public attributes.
"""

import json
import math
import re
from calendar import timegm
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from uuid import UUID

import orjson

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]

MAX_DEPTH = 64
MAX_EXACT_DIGITS = 20
DELETE = "\x7f"  # the one character of ASCII that json escapes and orjson does not


def dumps(obj: object) -> str:
    """Return obj as JSON text. Raises ValueError for what contains itself.

    Dates become integer Unix seconds (naive ones are UTC), sets lists, a Decimal a number, UUID
    and ObjectId text, objects with `toDict()` what that returns, and all others an object of
    their public attributes. NaN and infinity, which JSON lacks, become null.
    """
    try:
        text = orjson.dumps(obj, _simplified_for_orjson, _ORJSON_OPTIONS).decode()
    except (TypeError, ValueError):
        # Keys that are no text, large numbers, deep nesting: rare enough to pay for a copy.
        return _encoder.encode(_plain(obj, MAX_DEPTH))
    return text if text.isascii() and DELETE not in text else _TO_ESCAPE.sub(_escaped, text)


def loads(text: str | bytes, *, max_depth: int = MAX_DEPTH) -> JSON:
    """Parse JSON text, UTF-8 when bytes. Raises ValueError when it is none or too deep."""
    if isinstance(text, bytes):
        text = text.decode()
    try:
        value: JSON = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise _too_deep(max_depth) from None
    # Counting brackets is fast, and nearly always enough.
    if text.count("[") + text.count("{") > max_depth and _is_deeper(value, max_depth):
        raise _too_deep(max_depth)
    return value


def _simplified_for_orjson(obj: object) -> object:
    return list(obj) if isinstance(obj, tuple) else _simplified(obj)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


@singledispatch
def _simplified(obj: object) -> object:
    """Return an object that JSON does not know in terms of those it knows, one level deep."""
    if hasattr(obj, "toDict"):
        return obj.toDict()
    if type(obj).__name__ == "ObjectId":  # not imported: only programs with Mongo have bson
        return str(obj)
    fields = getattr(type(obj), "_fields", None)
    if isinstance(fields, Mapping):  # a DictShield document: all fields, also private and unset
        return {name: getattr(obj, name, None) for name in fields}
    return dict(_public_attributes(obj))


@_simplified.register
def _(obj: Mapping) -> object:  # type: ignore[type-arg]  # singledispatch takes plain classes
    return dict(obj)


@_simplified.register
def _(obj: AbstractSet) -> object:  # type: ignore[type-arg]  # as above
    return list(obj)


@_simplified.register
def _(obj: Iterator) -> object:  # type: ignore[type-arg]  # as above
    raise TypeError(f"A {type(obj).__name__} cannot become JSON. Make it a list first.")


@_simplified.register
def _(obj: datetime) -> int:
    return timegm(obj.utctimetuple())


@_simplified.register
def _(obj: date) -> int:
    return timegm(obj.timetuple())


@_simplified.register
def _(obj: time) -> str:
    return obj.isoformat()


@_simplified.register
def _(obj: timedelta) -> float:
    return obj.total_seconds()


@_simplified.register
def _(obj: UUID) -> str:
    return str(obj)


@_simplified.register(bytes)
@_simplified.register(bytearray)
def _(obj: bytes | bytearray) -> str:
    return obj.decode("utf-8", "replace")


@_simplified.register
def _(obj: Enum) -> object:
    return obj.value


@_simplified.register
def _(obj: Decimal) -> int | float | None:
    if not obj.is_finite():
        return None
    # A Decimal like 1E+999999999 must not become an integer of that many digits.
    is_exact = obj.adjusted() < MAX_EXACT_DIGITS and obj == obj.to_integral_value()
    return int(obj) if is_exact else float(obj)


def _public_attributes(obj: object) -> Iterable[tuple[str, object]]:
    for name in dir(obj):
        if not name.startswith("_"):
            value = getattr(obj, name, None)
            if not callable(value):
                yield name, value


def _plain(obj: object, depth: int) -> object:
    """Return a copy that JSON can say: keys as text, null for numbers that are none."""
    if depth < 0:
        raise ValueError(
            f"An object nested deeper than {MAX_DEPTH} levels cannot become JSON. "
            "Leave out what leads back to itself."
        )
    if obj is None or isinstance(obj, str | int):
        return obj
    if isinstance(obj, float):
        return obj if math.isfinite(obj) else None
    if isinstance(obj, dict):
        return {_key(key): _plain(value, depth - 1) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        return [_plain(item, depth - 1) for item in obj]
    return _plain(_simplified(obj), depth - 1)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    simple = _plain(key, 1)
    return simple if isinstance(simple, str) else _encoder.encode(simple)


def _refuse_constant(name: str) -> JSON:
    raise ValueError(f"{name} is no JSON.")


def _too_deep(max_depth: int) -> ValueError:
    return ValueError(f"JSON is nested deeper than {max_depth} levels.")


def _is_deeper(value: JSON, max_depth: int) -> bool:
    level = [value]
    for _ in range(max_depth):
        level = [item for container in level for item in _items(container)]
    return any(isinstance(item, dict | list) for item in level)


def _items(value: JSON) -> Iterable[JSON]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


_ORJSON_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_TO_ESCAPE = re.compile(r"[^\x00-\x7e]+")
_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_simplified)
