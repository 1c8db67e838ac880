"""Tests of one value: what the operators of a filter ask of it.

Each maker takes an operator's argument and returns a `Leaf`. How the values are found along a path
is the matter of `paths` and `filters`.
"""

import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from bson import Binary, Decimal128, ObjectId, Regex

from mongolite import regexes
from mongolite.errors import BadValueError, FailedToParseError, TypeMismatchError
from mongolite.values import (
    INTEGER_TYPES,
    MISSING,
    NULL_KEY,
    TYPE_NUMBERS,
    Key,
    Value,
    is_number,
    order_key,
    type_name,
    whole,
)

Test = Callable[[Value], bool]


class Leaf(NamedTuple):
    """A test of one value.

    `expand`: arrays are tested element by element too; `negate`: no value may pass.
    """

    test: Test
    expand: bool = True
    negate: bool = False


def equality(wanted: Value) -> Test:
    """Return the test for equality; null also means missing."""
    if wanted is None:
        return lambda value: value is None or value is MISSING
    key = order_key(wanted)
    kind = type(wanted)
    if kind is str or kind is ObjectId:
        return lambda value: type(value) is kind and value == wanted
    return lambda value: order_key(value) == key


def _eq(wanted: Value) -> Leaf:
    return Leaf(equality(wanted))


def _ne(wanted: Value) -> Leaf:
    if isinstance(wanted, Regex):
        raise BadValueError("Can't have regex as arg to $ne.")
    return Leaf(equality(wanted), negate=True)


def _ordered(compare: Callable[[Any, Any], bool], *, with_equal: bool) -> Callable[[Value], Leaf]:
    def make(bound: Value) -> Leaf:
        if isinstance(bound, Regex):
            raise BadValueError("Can't have RegEx as arg to predicate over field")
        if bound is None:
            return Leaf(equality(None) if with_equal else _never)
        key = order_key(bound)
        if key[0] in {-1, 127}:  # MinKey and MaxKey compare with every type
            return Leaf(lambda value: compare(order_key(value), key))
        return Leaf(_within_type(compare, bound, key))

    return make


def _within_type(compare: Callable[[Any, Any], bool], bound: Value, key: Key) -> Test:
    """Return the comparison with a bound for values of its type; numbers are of one type."""
    kind, rank = type(bound), key[0]
    native = kind is str or kind in _NATIVE_NUMBERS

    def test(value: Value) -> bool:
        if native and type(value) is kind:
            return compare(value, bound)  # for NaN this is false, as it should be
        own = order_key(value)
        return bool(own[0] == rank and compare(own, key))

    return test


_NATIVE_NUMBERS = INTEGER_TYPES | {float}


def _never(_value: Value) -> bool:
    return False


def _in(wanted: Value) -> Leaf:
    return Leaf(membership(wanted, "$in"))


def _nin(wanted: Value) -> Leaf:
    return Leaf(membership(wanted, "$nin"), negate=True)


def membership(wanted: Value, name: str) -> Test:
    """Return the test for `$in`: equal to one of the values or found by one of the expressions."""
    if type(wanted) is not list:
        raise BadValueError(f"{name} needs an array")
    if any(type(item) is dict and next(iter(item), "").startswith("$") for item in wanted):
        raise BadValueError(f"cannot nest $ under {name}")
    patterns = [regexes.from_value(item) for item in wanted if isinstance(item, Regex)]
    keys = {order_key(item) for item in wanted}
    if NULL_KEY in keys:
        keys.add(order_key(MISSING))
    if not patterns:
        return lambda value: order_key(value) in keys
    return lambda value: order_key(value) in keys or _found(patterns, value)


def _found(patterns: list[re.Pattern[str]], value: Value) -> bool:
    return type(value) is str and any(pattern.search(value) for pattern in patterns)


def expression(pattern: Value, options: Value = None) -> Leaf:
    """Return the test for a regular expression: a string it finds, or the expression itself."""
    if not isinstance(pattern, (str, Regex)) or not isinstance(options or "", str):
        raise BadValueError("$regex has to be a string")
    search = regexes.from_value(pattern, options).search
    own = order_key(pattern) if isinstance(pattern, Regex) else None

    def test(value: Value) -> bool:
        if type(value) is str:
            return search(value) is not None
        return isinstance(value, Regex) and order_key(value) == own

    return Leaf(test)


def _exists(wanted: Value) -> Leaf:
    present = wanted is not None and wanted is not False and wanted != 0
    return Leaf(lambda value: value is not MISSING, expand=False, negate=not present)


def _type(wanted: Value) -> Leaf:
    names = {_type_alias(item) for item in (wanted if type(wanted) is list else [wanted])}
    if not names:
        raise FailedToParseError("$type must match at least one type")
    if "number" in names:
        names |= {"int", "long", "double", "decimal"}
    return Leaf(lambda value: value is not MISSING and type_name(value) in names)


def _type_alias(wanted: Value) -> str:
    if type(wanted) is str and (wanted == "number" or wanted in TYPE_NUMBERS.values()):
        return wanted
    if is_number(wanted) and wanted in TYPE_NUMBERS:
        return TYPE_NUMBERS[int(wanted)]
    raise BadValueError(f"Unknown type name alias or code: {wanted!r}")


def _size(wanted: Value) -> Leaf:
    try:
        size = whole(wanted, "$size")
    except TypeError as error:
        raise FailedToParseError(f"Failed to parse $size. {error}") from error
    if size < 0:
        raise FailedToParseError("Failed to parse $size. Expected a non-negative number")
    return Leaf(lambda value: type(value) is list and len(value) == size, expand=False)


def _mod(wanted: Value) -> Leaf:
    if type(wanted) is not list or len(wanted) != 2 or not all(map(is_number, wanted)):
        raise BadValueError("malformed mod, needs to be an array of two numbers")
    divisor, remainder = (_truncated(item) for item in wanted)
    if divisor is None or remainder is None:
        raise BadValueError("malformed mod, divisor and remainder must be finite")
    if divisor == 0:
        raise BadValueError("divisor cannot be 0")

    def test(value: Value) -> bool:
        number = _truncated(value) if is_number(value) else None
        return number is not None and _c_remainder(number, divisor) == remainder

    return Leaf(test)


def _truncated(value: Value) -> int | None:
    number = value.to_decimal() if isinstance(value, Decimal128) else value
    try:
        return int(number)
    except (ValueError, OverflowError):
        return None


def _c_remainder(number: int, divisor: int) -> int:
    """Return the remainder with the sign of the dividend, as C and MongoDB have it."""
    rest = abs(number) % abs(divisor)
    return -rest if number < 0 else rest


def _bits(judge: Callable[[int, int], bool]) -> Callable[[Value], Leaf]:
    def make(wanted: Value) -> Leaf:
        mask = _mask(wanted)

        def test(value: Value) -> bool:
            bits = _bit_pattern(value)
            return bits is not None and judge(bits, mask)

        return Leaf(test)

    return make


def _mask(wanted: Value) -> int:
    if type(wanted) is list:
        return sum(1 << place for place in {_bit_place(item) for item in wanted})
    if isinstance(wanted, bytes):
        return int.from_bytes(wanted, "little")
    if type(wanted) in INTEGER_TYPES and wanted >= 0:
        return int(wanted)
    raise TypeMismatchError("a bit mask must be a non-negative integer, binary data or an array")


def _bit_place(item: Value) -> int:
    if type(item) not in INTEGER_TYPES or item < 0:
        raise BadValueError("bit positions must be non-negative integers")
    return int(item)


def _bit_pattern(value: Value) -> int | None:
    """Return the bits of a value; a negative number has ones without end, as in Python."""
    if isinstance(value, (bytes, Binary)):
        return int.from_bytes(value, "little")
    if is_number(value):
        try:
            return whole(value, "value")
        except (TypeError, OverflowError, ValueError):
            return None
    return None


LEAVES: dict[str, Callable[[Value], Leaf]] = {
    "$eq": _eq,
    "$ne": _ne,
    "$lt": _ordered(operator.lt, with_equal=False),
    "$lte": _ordered(operator.le, with_equal=True),
    "$gt": _ordered(operator.gt, with_equal=False),
    "$gte": _ordered(operator.ge, with_equal=True),
    "$in": _in,
    "$nin": _nin,
    "$exists": _exists,
    "$type": _type,
    "$size": _size,
    "$mod": _mod,
    "$bitsAllSet": _bits(lambda bits, mask: bits & mask == mask),
    "$bitsAllClear": _bits(lambda bits, mask: bits & mask == 0),
    "$bitsAnySet": _bits(lambda bits, mask: bits & mask != 0),
    "$bitsAnyClear": _bits(lambda bits, mask: bits & mask != mask),
}
