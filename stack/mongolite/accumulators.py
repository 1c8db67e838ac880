"""What `$group` and windows make of many values: sums, extremes, lists.

A reducer gets the values in the order of their documents. Missing values are MISSING in it, except
from expressions, which give null for them.
"""

import math
from collections.abc import Callable
from decimal import Decimal

from bson import Decimal128

from mongolite import arithmetic
from mongolite.arithmetic import DECIMAL_CONTEXT, as_float, decimal128
from mongolite.errors import MongoError
from mongolite.values import MISSING, Value, as_decimal, is_number, order_key, type_name

Reducer = Callable[[list[Value]], Value]


def _numbers(values: list[Value]) -> list[Value]:
    return [value for value in values if is_number(value)]


def _present(values: list[Value]) -> list[Value]:
    return [value for value in values if value is not None and value is not MISSING]


def _sum(values: list[Value]) -> Value:
    return arithmetic.total(_numbers(values))


def _average(values: list[Value]) -> Value:
    numbers = _numbers(values)
    if not numbers:
        return None
    total = arithmetic.total(numbers)
    if type(total) is Decimal128:
        return decimal128(DECIMAL_CONTEXT.divide(as_decimal(total), Decimal(len(numbers))))
    return float(total) / len(numbers)


def _smallest(values: list[Value]) -> Value:
    return min(_present(values), key=order_key, default=None)


def _largest(values: list[Value]) -> Value:
    return max(_present(values), key=order_key, default=None)


def _first(values: list[Value]) -> Value:
    return _or_null(values[0]) if values else None


def _last(values: list[Value]) -> Value:
    return _or_null(values[-1]) if values else None


def _or_null(value: Value) -> Value:
    return None if value is MISSING else value


def _push(values: list[Value]) -> Value:
    return [value for value in values if value is not MISSING]


def _add_to_set(values: list[Value]) -> Value:
    return list({order_key(value): value for value in reversed(_push(values))}.values())[::-1]


def _merge_objects(values: list[Value]) -> Value:
    merged: dict[str, Value] = {}
    for value in _present(values):
        if type(value) is not dict:
            raise MongoError(
                40400,
                f"$mergeObjects requires object inputs, but input is of type {type_name(value)}",
            )
        merged |= value
    return merged


def _deviation(values: list[Value], lost: int) -> Value:
    numbers = [as_float(value) for value in _numbers(values)]
    if len(numbers) <= lost:
        return None
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in numbers) / (len(numbers) - lost))


REDUCERS: dict[str, Reducer] = {
    "$sum": _sum,
    "$avg": _average,
    "$min": _smallest,
    "$max": _largest,
    "$first": _first,
    "$last": _last,
    "$push": _push,
    "$addToSet": _add_to_set,
    "$mergeObjects": _merge_objects,
    "$stdDevPop": lambda values: _deviation(values, 0),
    "$stdDevSamp": lambda values: _deviation(values, 1),
}


def first_n(values: list[Value], count: int) -> Value:
    """Return the first values; missing ones are null."""
    return [_or_null(value) for value in values[:count]]


def last_n(values: list[Value], count: int) -> Value:
    """Return the last values; missing ones are null."""
    return [_or_null(value) for value in values[-count:]]


def min_n(values: list[Value], count: int) -> Value:
    """Return the smallest values, null and missing left out."""
    return sorted(_present(values), key=order_key)[:count]


def max_n(values: list[Value], count: int) -> Value:
    """Return the largest values, null and missing left out."""
    return sorted(_present(values), key=order_key, reverse=True)[:count]


COUNTED: dict[str, Callable[[list[Value], int], Value]] = {
    "$firstN": first_n,
    "$lastN": last_n,
    "$minN": min_n,
    "$maxN": max_n,
}
