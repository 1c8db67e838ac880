"""BSON values in Python: how they are read, compared and named.

Documents are decoded so that each BSON type has one exact Python type: dates are `DatetimeMS`,
sub-documents `dict`, 64-bit integers `Int64`. Everything here depends on that.
The order of types is MongoDB's "comparison/sort order" (manual: BSON types comparison order).
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import bson
from bson import (
    Binary,
    Code,
    DBRef,
    Decimal128,
    Int64,
    MaxKey,
    MinKey,
    ObjectId,
    Regex,
    Timestamp,
)
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS

Value = Any
Document = dict[str, Any]
Key = tuple[Any, ...]

OPTIONS: Final[CodecOptions[Document]] = CodecOptions(
    document_class=dict, datetime_conversion=DatetimeConversion.DATETIME_MS
)


class Missing:
    """The type of `MISSING`, which stands for a field that is not there."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def decode(data: bytes) -> Document:
    """Return the document in `data`; DBRefs stay the documents that they are in BSON."""
    document = bson.decode(data, OPTIONS)
    return plain(document) if b"$ref\x00" in data else document


def encode(document: Document) -> bytes:
    """Return `document` as BSON."""
    return bson.encode(document, codec_options=OPTIONS)


def plain(value: Value) -> Value:
    """Return `value` with every DBRef in it turned into its document."""
    if isinstance(value, DBRef):
        return plain(dict(value.as_doc()))
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def copied(value: Value) -> Value:
    """Return `value` with its own sub-documents and arrays; leaves are never changed in place."""
    if type(value) is dict:
        return {name: copied(item) for name, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return value


def identical(one: Value, other: Value) -> bool:
    """Say whether two values are the same to the byte: 1 and 1.0 are equal but not identical."""
    return encode({"v": one}) == encode({"v": other})


# --- order and equality -----------------------------------------------------------------------

NULL_RANK = 5
NUMBER_RANK = 10
STRING_RANK = 15
NAN_KEY: Key = (9,)
NULL_KEY: Key = (NULL_RANK,)
EMPTY_ARRAY_KEY: Key = (0, 0)  # sorts as `undefined`: before null, after MinKey


def _decimal_key(value: Decimal128) -> Key:
    number = value.to_decimal()
    return NAN_KEY if number.is_nan() else (NUMBER_RANK, number)


def _float_key(value: float) -> Key:
    return NAN_KEY if math.isnan(value) else (NUMBER_RANK, value)


def _document_key(value: Document) -> Key:
    return (20, tuple((key[0], name, key) for name, key in _named_keys(value)))


def _named_keys(value: Document) -> list[tuple[str, Key]]:
    return [(name, order_key(item)) for name, item in value.items()]


def _binary_key(value: bytes) -> Key:
    return (30, len(value), getattr(value, "subtype", 0), bytes(value))


def _code_key(value: Code) -> Key:
    if value.scope is None:
        return (60, str(value))
    return (65, str(value), order_key(plain(dict(value.scope))))


_KEYS: dict[type, Callable[[Any], Key]] = {
    MinKey: lambda _: (-1,),
    Missing: lambda _: (0,),
    type(None): lambda _: NULL_KEY,
    int: lambda value: (NUMBER_RANK, value),
    Int64: lambda value: (NUMBER_RANK, int(value)),
    float: _float_key,
    Decimal128: _decimal_key,
    str: lambda value: (STRING_RANK, value),
    dict: _document_key,
    list: lambda value: (25, tuple(map(order_key, value))),
    bytes: _binary_key,
    Binary: _binary_key,
    ObjectId: lambda value: (35, value.binary),
    bool: lambda value: (40, value),
    DatetimeMS: lambda value: (45, int(value)),
    Timestamp: lambda value: (47, value.time, value.inc),
    Regex: lambda value: (50, value.pattern, value.flags),
    Code: _code_key,
    MaxKey: lambda _: (127,),
}


def order_key(value: Value) -> Key:
    """Return a hashable tuple that compares as MongoDB compares `value`, across all types."""
    return _KEYS[type(value)](value)


def equal(one: Value, other: Value) -> bool:
    """Say whether MongoDB takes two values for equal (1 and 1.0 are, 1 and true are not)."""
    return order_key(one) == order_key(other)


# --- kinds of values --------------------------------------------------------------------------

NUMBER_TYPES = frozenset({int, Int64, float, Decimal128})
INTEGER_TYPES = frozenset({int, Int64})
INT32_RANGE = range(-(2**31), 2**31)
INT64_RANGE = range(-(2**63), 2**63)


def is_number(value: Value) -> bool:
    """Say whether `value` is of one of the four numeric types (a bool is not)."""
    return type(value) in NUMBER_TYPES


def whole(value: Value, what: str) -> int:
    """Return a number without fraction as int; raises TypeError with `what` in it otherwise."""
    if type(value) in INTEGER_TYPES:
        return int(value)
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is Decimal128 and value.to_decimal() == value.to_decimal().to_integral_value():
        return int(value.to_decimal())
    raise TypeError(f"{what} must be a whole number, found {value!r}")


def truth(value: Value) -> bool:
    """Return what `value` means as a condition: null, missing, false and 0 are false."""
    if value is None or value is MISSING or value is False:
        return False
    if is_number(value):
        return order_key(value) != (NUMBER_RANK, 0)
    return True


_TYPE_NAMES: dict[type, str] = {
    MinKey: "minKey",
    Missing: "missing",
    type(None): "null",
    Int64: "long",
    float: "double",
    Decimal128: "decimal",
    str: "string",
    dict: "object",
    list: "array",
    bytes: "binData",
    Binary: "binData",
    ObjectId: "objectId",
    bool: "bool",
    DatetimeMS: "date",
    Timestamp: "timestamp",
    Regex: "regex",
    MaxKey: "maxKey",
}

TYPE_NUMBERS = {
    1: "double",
    2: "string",
    3: "object",
    4: "array",
    5: "binData",
    6: "undefined",
    7: "objectId",
    8: "bool",
    9: "date",
    10: "null",
    11: "regex",
    12: "dbPointer",
    13: "javascript",
    14: "symbol",
    15: "javascriptWithScope",
    16: "int",
    17: "timestamp",
    18: "long",
    19: "decimal",
    -1: "minKey",
    127: "maxKey",
}


def type_name(value: Value) -> str:
    """Return MongoDB's alias of the type of `value`, as `$type` gives it."""
    if type(value) is int:
        return "int" if value in INT32_RANGE else "long"
    if type(value) is Code:
        return "javascript" if value.scope is None else "javascriptWithScope"
    return _TYPE_NAMES[type(value)]


def as_decimal(value: Value) -> Decimal:
    """Return a number as Decimal; a double is taken by its shortest text (15 digits or more)."""
    if type(value) is Decimal128:
        return value.to_decimal()
    return Decimal(repr(value)) if type(value) is float else Decimal(int(value))
