"""Numbers with the types that MongoDB gives to results: int, long, double, decimal.

An int result outgrows into a long, a long into a double (or an error where the caller says so);
one double makes a double, one decimal makes a decimal.
"""

import math
from collections.abc import Callable, Iterable
from decimal import Context, Decimal, Overflow
from functools import reduce

from bson import Decimal128, Int64
from bson.decimal128 import create_decimal128_context

from mongolite.errors import BadValueError
from mongolite.values import INT32_RANGE, INT64_RANGE, Value, as_decimal

DECIMAL_CONTEXT: Context = create_decimal128_context()


def decimal128(number: Decimal) -> Decimal128:
    """Return a number as Decimal128, rounded to its 34 digits."""
    return Decimal128(DECIMAL_CONTEXT.create_decimal(number))


def as_float(value: Value) -> float:
    """Return any number as a double."""
    return float(value.to_decimal()) if type(value) is Decimal128 else float(value)


def is_long(value: Value) -> bool:
    """Say whether an integer is a BSON long."""
    return type(value) is Int64 or value not in INT32_RANGE


def integer(number: int, *operands: Value) -> Value:
    """Return an integer result: a long when an operand or the size says so, a double beyond."""
    if number not in INT64_RANGE:
        return float(number)
    return Int64(number) if any(map(is_long, (number, *operands))) else number


def combined(
    one: Value,
    other: Value,
    on_numbers: Callable[[Value, Value], Value],
    on_decimals: Callable[[Decimal, Decimal], Decimal],
) -> Value:
    """Return the result of an operation in the wider type of two numbers."""
    if Decimal128 in {type(one), type(other)}:
        return _in_decimal(one, other, on_decimals)
    if float in {type(one), type(other)}:
        return float(on_numbers(float(one), float(other)))
    return integer(on_numbers(int(one), int(other)), one, other)


def _in_decimal(
    one: Value, other: Value, operation: Callable[[Decimal, Decimal], Decimal]
) -> Decimal128:
    try:
        return decimal128(operation(as_decimal(one), as_decimal(other)))
    except Overflow:
        return Decimal128("Infinity")


def add(one: Value, other: Value) -> Value:
    """Return the sum of two numbers."""
    return combined(one, other, lambda a, b: a + b, DECIMAL_CONTEXT.add)


def subtract(one: Value, other: Value) -> Value:
    """Return the difference of two numbers."""
    return combined(one, other, lambda a, b: a - b, DECIMAL_CONTEXT.subtract)


def multiply(one: Value, other: Value) -> Value:
    """Return the product of two numbers."""
    return combined(one, other, lambda a, b: a * b, DECIMAL_CONTEXT.multiply)


def stored(result: Value, operands: Iterable[Value], operator: str) -> Value:
    """Return a result for storing; raises BadValueError when integers outgrew 64 bits."""
    if type(result) is float and all(isinstance(item, int) for item in operands):
        raise BadValueError(f"Failed to apply {operator} operations to current value: overflow")
    return result


def total(values: Iterable[Value]) -> Value:
    """Return the sum of many numbers, doubles summed without losing digits on the way."""
    listed = list(values)
    kinds = set(map(type, listed))
    if Decimal128 in kinds:
        return decimal128(reduce(DECIMAL_CONTEXT.add, map(as_decimal, listed), Decimal(0)))
    if float in kinds:
        return _float_total(listed)
    result = sum(listed)
    return integer(result, Int64(0)) if Int64 in kinds else integer(result)


def _float_total(listed: list[Value]) -> float:
    try:
        return math.fsum(listed)
    except (OverflowError, ValueError):
        return float(sum(map(float, listed)))
