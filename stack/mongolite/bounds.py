"""Between which keys of an index the documents lie that can match a filter.

Keys are compared field by field. A bound is the beginning of a key, and comes before all keys that
begin with it; one that ends in `TOP` comes behind them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bson import Decimal128, Int64, ObjectId
from bson.datetime_ms import DatetimeMS

from mongolite.equalities import conjuncts, disjunctions, equalities_of
from mongolite.filters import is_operators
from mongolite.values import Document, Key, Value, order_key

TOP: Key = (128,)
_COMPARED = {int, Int64, float, Decimal128, str, bool, ObjectId, DatetimeMS}


class Bounds(NamedTuple):
    """Where to begin and where to end; the key at `high` itself is left out."""

    low: tuple[Key, ...] = ()
    high: tuple[Key, ...] = (TOP,)


class Limits(NamedTuple):
    """What a filter demands of one field: keys, and whether the limit itself is left out."""

    low: tuple[Key, bool] = ((), False)
    high: tuple[Key, bool] = (TOP, True)

    def narrowed(self, other: "Limits") -> "Limits":
        """Return what both demand."""
        low = max(self.low, other.low)
        return Limits(low, min(self.high, other.high, key=lambda limit: (limit[0], not limit[1])))


FREE = Limits()
Box = dict[str, Limits]


def bounds_of(query: Document, fields: Sequence[str]) -> Bounds:
    """Return bounds for keys of these fields that no matching document lies outside of."""
    box = _box(query, {})
    alternatives: list[list[Document]] = [[{}], *disjunctions(query)]
    found = [
        _hull(_around(_box(branch, box), fields) for branch in branches)
        for branches in alternatives
    ]
    return Bounds(max(one.low for one in found), min(one.high for one in found))


def _hull(found: Iterable[Bounds]) -> Bounds:
    lows, highs = zip(*found, strict=True)
    return Bounds(min(lows), max(highs))


def _box(query: Document, outer: Box) -> Box:
    box = dict(outer)
    for name, condition in conjuncts(query):
        if not name.startswith("$"):
            for limits in _limits(name, condition):
                box[name] = box.get(name, FREE).narrowed(limits)
    return box


def _limits(path: str, condition: Value) -> Iterable[Limits]:
    for name, keys in equalities_of(path, condition):
        if name == path:
            yield Limits((min(keys), False), (max(keys), False))
    if is_operators(condition):
        for operator, argument in condition.items():
            if operator in _SIDES and type(argument) in _COMPARED:
                yield _SIDES[operator](order_key(argument))


def _above(key: Key, *, without: bool) -> Limits:
    return Limits((key, without), ((key[0] + 1,), True))


def _below(key: Key, *, without: bool) -> Limits:
    return Limits(((key[0],), False), (key, without))


_SIDES: dict[str, Callable[[Key], Limits]] = {
    "$gt": lambda key: _above(key, without=True),
    "$gte": lambda key: _above(key, without=False),
    "$lt": lambda key: _below(key, without=True),
    "$lte": lambda key: _below(key, without=False),
}


def _around(box: Box, fields: Sequence[str]) -> Bounds:
    """Return the narrowest bounds around all keys whose fields are within their limits."""
    limits = [box.get(name, FREE) for name in fields]
    low, is_low_out = _edge(one.low for one in limits)
    high, is_high_out = _edge(one.high for one in limits)
    return Bounds((*low, TOP) if is_low_out else low, high if is_high_out else (*high, TOP))


def _edge(limits: Iterable[tuple[Key, bool]]) -> tuple[tuple[Key, ...], bool]:
    """Return the keys up to the first limit that is itself left out, and whether there is one."""
    keys: list[Key] = []
    for key, is_out in limits:
        keys.append(key)
        if is_out:
            return tuple(keys), True
    return tuple(keys), False
