"""Operators on numbers, and the statistics that are accumulators, too."""

import math
import random
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from bson import Decimal128, Int64
from bson.datetime_ms import DatetimeMS

from mongolite import arithmetic
from mongolite.accumulators import REDUCERS
from mongolite.arithmetic import DECIMAL_CONTEXT, as_float, decimal128, integer
from mongolite.errors import MongoError
from mongolite.expressions.compiler import is_nan, is_nullish, operator
from mongolite.values import INTEGER_TYPES, MISSING, Value, as_decimal, is_number, type_name, whole

OnDecimal = Callable[[Decimal], Decimal]


def number(value: Value, name: str) -> Value:
    """Return a number; raises MongoError (28765) for anything else."""
    if not is_number(value):
        raise MongoError(28765, f"{name} only supports numeric types, not {type_name(value)}")
    return value


def _of_one(
    name: str, on_float: Callable[[float], float], on_decimal: OnDecimal | None = None
) -> None:
    """Register an operator of one number whose result is a double (or a decimal)."""

    def function(value: Value) -> Value:
        if is_nullish(value):
            return None
        if type(number(value, name)) is Decimal128:
            return _decimal_result(name, on_decimal, on_float, value)
        return on_float(float(value))

    operator(name)(function)


def _decimal_result(
    name: str,
    on_decimal: OnDecimal | None,
    on_float: Callable[[float], float],
    value: Value,
) -> Value:
    try:
        if on_decimal is None:
            return decimal128(Decimal(repr(on_float(as_float(value)))))
        return decimal128(on_decimal(value.to_decimal()))
    except InvalidOperation as error:
        raise MongoError(28766, f"{name}'s argument is out of range") from error


def _checked(
    name: str, code: int, test: Callable[[float], bool], function: Callable[[float], float]
) -> Callable[[float], float]:
    def run(value: float) -> float:
        if math.isnan(value):
            return value
        if not test(value):
            raise MongoError(code, f"{name}'s argument is out of range: {value}")
        return function(value)

    return run


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


_of_one("$exp", _exp, DECIMAL_CONTEXT.exp)
_of_one("$sqrt", _checked("$sqrt", 28714, lambda v: v >= 0, math.sqrt), DECIMAL_CONTEXT.sqrt)
_of_one("$ln", _checked("$ln", 28766, lambda v: v > 0, math.log), DECIMAL_CONTEXT.ln)
_of_one("$log10", _checked("$log10", 28761, lambda v: v > 0, math.log10), DECIMAL_CONTEXT.log10)
for _name, _function in {
    "$sin": math.sin,
    "$cos": math.cos,
    "$tan": math.tan,
    "$asin": math.asin,
    "$acos": math.acos,
    "$atan": math.atan,
    "$degreesToRadians": math.radians,
    "$radiansToDegrees": math.degrees,
}.items():
    _of_one(_name, _checked(_name, 50989, lambda _: True, _function))


@operator("$atan2", least=2, most=2)
def _atan2(y: Value, x: Value) -> Value:
    if is_nullish(y) or is_nullish(x):
        return None
    return math.atan2(as_float(number(y, "$atan2")), as_float(number(x, "$atan2")))


@operator("$abs")
def _abs(value: Value) -> Value:
    if is_nullish(value):
        return None
    if type(number(value, "$abs")) is Decimal128:
        return decimal128(abs(value.to_decimal()))
    return abs(value) if type(value) is float else integer(abs(int(value)), value)


@operator("$add", least=0, most=None)
def _add(*values: Value) -> Value:
    if any(map(is_nullish, values)):
        return None
    dates = [value for value in values if type(value) is DatetimeMS]
    if len(dates) > 1:
        raise MongoError(16612, "only one date allowed in an $add expression")
    numbers = [number(value, "$add") for value in values if type(value) is not DatetimeMS]
    result = arithmetic.total(numbers)
    return DatetimeMS(int(dates[0]) + round(as_float(result))) if dates else result


@operator("$subtract", least=2, most=2)
def _subtract(one: Value, other: Value) -> Value:
    if is_nullish(one) or is_nullish(other):
        return None
    if type(one) is DatetimeMS and type(other) is DatetimeMS:
        return Int64(int(one) - int(other))
    if type(one) is DatetimeMS and is_number(other):
        return DatetimeMS(int(one) - round(as_float(other)))
    if not is_number(one) or not is_number(other):
        raise MongoError(14, f"can't $subtract {type_name(other)} from {type_name(one)}")
    return arithmetic.subtract(one, other)


@operator("$multiply", least=0, most=None)
def _multiply(*values: Value) -> Value:
    result: Value = 1
    for value in values:
        if is_nullish(value):
            return None
        result = arithmetic.multiply(result, number(value, "$multiply"))
    return result


@operator("$divide", least=2, most=2)
def _divide(one: Value, other: Value) -> Value:
    if is_nullish(one) or is_nullish(other):
        return None
    number(one, "$divide"), number(other, "$divide")
    if as_float(other) == 0:
        raise MongoError(2, "can't $divide by zero")
    if Decimal128 in {type(one), type(other)}:
        return decimal128(DECIMAL_CONTEXT.divide(as_decimal(one), as_decimal(other)))
    return float(one) / float(other)


@operator("$mod", least=2, most=2)
def _mod(one: Value, other: Value) -> Value:
    if is_nullish(one) or is_nullish(other):
        return None
    number(one, "$mod"), number(other, "$mod")
    if as_float(other) == 0:
        raise MongoError(16610, "can't $mod by zero")
    return arithmetic.combined(one, other, _remainder, DECIMAL_CONTEXT.remainder)


def _remainder(one: Value, other: Value) -> Value:
    if type(one) is float:
        return math.nan if math.isinf(one) else math.fmod(one, other)
    rest = abs(one) % abs(other)
    return -rest if one < 0 else rest


@operator("$pow", least=2, most=2)
def _pow(base: Value, exponent: Value) -> Value:
    if is_nullish(base) or is_nullish(exponent):
        return None
    number(base, "$pow"), number(exponent, "$pow")
    if as_float(base) == 0 and as_float(exponent) < 0:
        raise MongoError(28764, "$pow cannot take a base of 0 and a negative exponent")
    if Decimal128 in {type(base), type(exponent)}:
        return decimal128(DECIMAL_CONTEXT.power(as_decimal(base), as_decimal(exponent)))
    if type(base) in INTEGER_TYPES and type(exponent) in INTEGER_TYPES and exponent >= 0:
        return _whole_power(base, exponent)
    return _float_power(float(base), float(exponent))


def _whole_power(base: Value, exponent: Value) -> Value:
    if abs(base) > 1 and exponent > 64:
        return _float_power(float(base), float(exponent))
    return integer(int(base) ** int(exponent), base, exponent)


def _float_power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


@operator("$log", least=2, most=2)
def _log(value: Value, base: Value) -> Value:
    if is_nullish(value) or is_nullish(base):
        return None
    if as_float(number(value, "$log")) <= 0 or as_float(number(base, "$log")) <= 0 or base == 1:
        raise MongoError(28758, "$log's argument and base must be positive, the base not 1")
    return math.log(as_float(value)) / math.log(as_float(base))


def _rounding(name: str, on_float: Callable[[float], float], mode: str) -> None:
    def function(value: Value) -> Value:
        if is_nullish(value):
            return None
        if type(number(value, name)) is Decimal128:
            exact = value.to_decimal()
            return value if not exact.is_finite() else decimal128(exact.to_integral_value(mode))
        if type(value) is float and math.isfinite(value):
            return float(on_float(value))
        return value

    operator(name)(function)


_rounding("$ceil", math.ceil, "ROUND_CEILING")
_rounding("$floor", math.floor, "ROUND_FLOOR")


def _to_place(name: str, mode: str) -> None:
    def function(value: Value, place: Value = 0) -> Value:
        if is_nullish(value) or is_nullish(place):
            return None
        return _at_place(number(value, name), _place(place, name), mode)

    operator(name, least=1, most=2)(function)


def _place(value: Value, name: str) -> int:
    try:
        place = whole(value, name)
    except TypeError as error:
        raise MongoError(51082, str(error)) from error
    if not -20 <= place <= 100:
        raise MongoError(51083, f"cannot apply {name} with precision value {place}")
    return place


def _at_place(value: Value, place: int, mode: str) -> Value:
    if is_nan(value) or (type(value) is float and math.isinf(value)):
        return value
    exact = Decimal(value) if type(value) is float else as_decimal(value)
    if not exact.is_finite():
        return value
    context = Context(prec=400)
    rounded = exact.quantize(Decimal(1).scaleb(-place), rounding=mode, context=context)
    if type(value) is Decimal128:
        return decimal128(rounded)
    return float(rounded) if type(value) is float else integer(int(rounded), value)


_to_place("$round", ROUND_HALF_EVEN)
_to_place("$trunc", "ROUND_DOWN")


def _bitwise(name: str, neutral: int, combine: Callable[[int, int], int]) -> None:
    def function(*values: Value) -> Value:
        if any(map(is_nullish, values)):
            return None
        result: Value = neutral
        for value in values:
            if type(value) not in INTEGER_TYPES:
                raise MongoError(14, f"{name} only supports int and long operands")
            result = combine(int(result), int(value))
        return integer(result, *values)

    operator(name, least=0, most=None)(function)


_bitwise("$bitAnd", -1, lambda one, other: one & other)
_bitwise("$bitOr", 0, lambda one, other: one | other)
_bitwise("$bitXor", 0, lambda one, other: one ^ other)


@operator("$bitNot")
def _bit_not(value: Value) -> Value:
    if is_nullish(value):
        return None
    if type(value) not in INTEGER_TYPES:
        raise MongoError(14, "$bitNot only supports int and long operands")
    return integer(~int(value), value)


@operator("$rand", least=0, most=1)
def _rand(*_: Value) -> Value:
    return random.random()  # noqa: S311  sampling, not secrets


def _statistic(name: str) -> None:
    def function(*values: Value) -> Value:
        if len(values) == 1 and type(values[0]) is list:
            values = tuple(values[0])
        return REDUCERS[name]([None if value is MISSING else value for value in values])

    operator(name, least=0, most=None)(function)


for _name in ("$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp"):
    _statistic(_name)
