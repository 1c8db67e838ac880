"""Operators that turn a value into one of another type."""

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from bson import Decimal128, Int64, ObjectId, Timestamp
from bson.datetime_ms import DatetimeMS
from bson.errors import InvalidId

from mongolite.arithmetic import as_float, decimal128
from mongolite.errors import MongoError, RefusedError
from mongolite.expressions.compiler import (
    Names,
    Run,
    Variables,
    compile_expression,
    is_nan,
    is_nullish,
    named_arguments,
    operator,
    special,
)
from mongolite.instants import iso_text, parse_instant
from mongolite.values import (
    INT32_RANGE,
    INT64_RANGE,
    TYPE_NUMBERS,
    Value,
    as_decimal,
    is_number,
    truth,
    type_name,
)

CONVERSION_FAILURE = 241


def failure(value: Value, target: str, why: str = "") -> MongoError:
    """Return the error for a value that cannot be converted."""
    return MongoError(
        CONVERSION_FAILURE,
        f"Unsupported conversion from {type_name(value)} to {target} in $convert{why}",
    )


def to_text(value: Value) -> str:
    """Return a value as a string; raises MongoError for what has none."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float:
        return _float_text(value)
    if type(value) is DatetimeMS:
        return iso_text(value)
    if is_number(value) or type(value) is ObjectId:
        return str(value)
    raise failure(value, "string")


def _float_text(value: float) -> str:
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if math.isnan(value):
        return "NaN"
    text = repr(value)
    return text.removesuffix(".0")


def to_bool(value: Value) -> bool:
    """Return a value as bool: everything but 0 and false is true."""
    return truth(value)


def to_double(value: Value) -> float:
    """Return a value as double."""
    if type(value) is bool:
        return 1.0 if value else 0.0
    if is_number(value):
        return as_float(value)
    if type(value) is DatetimeMS:
        return float(int(value))
    return float(_parsed(value, "double"))


def to_decimal(value: Value) -> Decimal128:
    """Return a value as decimal; doubles keep 15 digits."""
    if type(value) is bool:
        return Decimal128("1" if value else "0")
    if type(value) is float:
        return decimal128(Decimal(f"{value:.15g}"))
    if is_number(value):
        return decimal128(as_decimal(value))
    if type(value) is DatetimeMS:
        return Decimal128(str(int(value)))
    return decimal128(_parsed(value, "decimal"))


def _parsed(value: Value, target: str) -> Decimal:
    if type(value) is not str:
        raise failure(value, target)
    try:
        if value != value.strip() or "_" in value:
            raise InvalidOperation
        return Decimal(value)
    except InvalidOperation as error:
        raise MongoError(
            CONVERSION_FAILURE,
            f"Failed to parse number '{value}' in $convert with no onError value",
        ) from error


def _to_integer(value: Value, target: str, bounds: range) -> int:
    if type(value) is bool:
        return int(value)
    if type(value) is DatetimeMS and target == "long":
        return int(value)
    if is_number(value):
        number = value
    elif type(value) is str:
        number = _whole_text(value)
    else:
        raise failure(value, target)
    if is_nan(number) or math.isinf(as_float(number)):
        raise failure(value, target, ": not finite")
    whole = int(as_decimal(number) if type(number) is Decimal128 else number)
    if whole not in bounds:
        raise MongoError(
            CONVERSION_FAILURE, "Conversion would overflow target type in $convert with no onError"
        )
    return whole


def _whole_text(value: str) -> int:
    try:
        if value != value.strip() or "_" in value:
            raise ValueError
        return int(value)
    except ValueError as error:
        raise MongoError(
            CONVERSION_FAILURE,
            f"Failed to parse number '{value}' in $convert with no onError value",
        ) from error


def to_int(value: Value) -> int:
    """Return a value as int, its fraction cut off."""
    return _to_integer(value, "int", INT32_RANGE)


def to_long(value: Value) -> Int64:
    """Return a value as long, its fraction cut off."""
    return Int64(_to_integer(value, "long", INT64_RANGE))


def to_date(value: Value) -> DatetimeMS:
    """Return a value as date: milliseconds, an ISO text, the time in an ObjectId."""
    if type(value) is DatetimeMS:
        return value
    if type(value) is str:
        return parse_instant(value)
    if type(value) is ObjectId:
        return DatetimeMS(int(value.generation_time.timestamp()) * 1000)
    if type(value) is Timestamp:
        return DatetimeMS(value.time * 1000)
    if type(value) is bool or type(value) is int or not is_number(value):
        if type(value) is int and value not in INT32_RANGE:
            return DatetimeMS(value)
        raise failure(value, "date")
    return DatetimeMS(_to_integer(value, "long", INT64_RANGE))


def to_object_id(value: Value) -> ObjectId:
    """Return a value as ObjectId: 24 hexadecimal digits."""
    if type(value) is ObjectId:
        return value
    if type(value) is not str:
        raise failure(value, "objectId")
    try:
        return ObjectId(value)
    except InvalidId as error:
        raise MongoError(
            CONVERSION_FAILURE, f"Failed to parse objectId '{value}' in $convert with no onError"
        ) from error


CONVERSIONS: dict[str, Callable[[Value], Value]] = {
    "double": to_double,
    "string": to_text,
    "objectId": to_object_id,
    "bool": to_bool,
    "date": to_date,
    "int": to_int,
    "long": to_long,
    "decimal": to_decimal,
}


def _shortcut(name: str, convert: Callable[[Value], Value]) -> None:
    operator(name)(lambda value: None if is_nullish(value) else convert(value))


for _type, _convert in CONVERSIONS.items():
    _shortcut(f"$to{_type[0].upper()}{_type[1:]}", _convert)


@special("$convert")
def _convert_to(argument: Value, names: Names) -> Run:
    fields = named_arguments("$convert", argument, ("input", "to"), ("onError", "onNull"))
    value, target, on_error, on_null = (
        compile_expression(fields.get(one), names) for one in ("input", "to", "onError", "onNull")
    )
    careful = "onError" in fields

    def run(variables: Variables) -> Value:
        source, kind = value(variables), target(variables)
        if is_nullish(source):
            return on_null(variables)
        if is_nullish(kind):
            return None
        try:
            return _conversion(kind)(source)
        except MongoError as error:
            if careful and error.code == CONVERSION_FAILURE:
                return on_error(variables)
            raise

    return run


def _conversion(kind: Value) -> Callable[[Value], Value]:
    name = TYPE_NUMBERS.get(int(kind)) if is_number(kind) else kind
    if name in CONVERSIONS:
        return CONVERSIONS[name]
    if name in TYPE_NUMBERS.values() or type(kind) is dict:
        raise RefusedError(f"$convert to {kind!r}")
    raise MongoError(2, f"Unknown type name: {kind!r}")


@operator("$type")
def _type_of(value: Value) -> Value:
    return type_name(value)


@operator("$isNumber")
def _is_number(value: Value) -> Value:
    return is_number(value)
