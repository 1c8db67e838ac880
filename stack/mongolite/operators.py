"""Update operators: each takes its argument and returns how it changes one value.

A change gets the old value (MISSING when there is none) and returns the new one (MISSING to
remove it). Paths are the matter of `updates`.
"""

from collections.abc import Callable
from typing import NamedTuple

from bson import Regex

from mongolite import arithmetic, regexes
from mongolite.errors import BadValueError, FailedToParseError, TypeMismatchError
from mongolite.filters import compile_filter, is_operators
from mongolite.instants import now, timestamps
from mongolite.placing import Modify
from mongolite.sorting import element_sort
from mongolite.values import (
    INTEGER_TYPES,
    MISSING,
    Value,
    copied,
    equal,
    is_number,
    order_key,
    type_name,
    whole,
)


class Operator(NamedTuple):
    """How to make the change, and whether it makes a missing path come into being."""

    make: Callable[[Value], Modify]
    creates: bool = True


def _set(argument: Value) -> Modify:
    return lambda _: copied(argument)


def _unset(_argument: Value) -> Modify:
    return lambda _: MISSING


def _numeric(name: str, missing: Value, operation: Callable[[Value, Value], Value]) -> Operator:
    def make(argument: Value) -> Modify:
        if not is_number(argument):
            raise TypeMismatchError(f"Cannot {name[1:]} with non-numeric argument: {argument!r}")

        def modify(old: Value) -> Value:
            if old is MISSING:
                return operation(missing, argument)
            if not is_number(old):
                raise TypeMismatchError(
                    f"Cannot apply {name} to a value of non-numeric type {type_name(old)}"
                )
            return arithmetic.stored(operation(old, argument), (old, argument), name)

        return modify

    return Operator(make)


def _limit(*, keep_smaller: bool) -> Operator:
    def make(argument: Value) -> Modify:
        key = order_key(argument)

        def modify(old: Value) -> Value:
            if old is MISSING:
                return copied(argument)
            better = key < order_key(old) if keep_smaller else key > order_key(old)
            return copied(argument) if better else old

        return modify

    return Operator(make)


def _current_date(argument: Value) -> Modify:
    kind = argument.get("$type") if type(argument) is dict and len(argument) == 1 else argument
    if kind == "timestamp":
        return lambda _: timestamps.next()
    if kind == "date" or type(kind) is bool:
        return lambda _: now()
    raise BadValueError("$currentDate takes true, {$type: 'date'} or {$type: 'timestamp'}")


def _bit(argument: Value) -> Modify:
    if type(argument) is not dict or not argument:
        raise BadValueError("The $bit modifier takes a document like {and: 5}")
    for name, mask in argument.items():
        if name not in _BITS or type(mask) not in INTEGER_TYPES:
            raise BadValueError(
                f"The $bit modifier takes and, or, xor with an integer, found {name}"
            )

    def modify(old: Value) -> Value:
        value = 0 if old is MISSING else old
        if type(value) not in INTEGER_TYPES:
            raise BadValueError(
                f"Cannot apply $bit to a value of non-integral type {type_name(old)}"
            )
        for name, mask in argument.items():
            value = arithmetic.integer(_BITS[name](int(value), int(mask)), value, mask)
        return value

    return modify


_BITS: dict[str, Callable[[int, int], int]] = {
    "and": lambda one, other: one & other,
    "or": lambda one, other: one | other,
    "xor": lambda one, other: one ^ other,
}


# --- arrays -----------------------------------------------------------------------------------


def _array(old: Value, operator: str) -> list[Value]:
    if old is MISSING:
        return []
    if type(old) is not list:
        raise BadValueError(
            f"The field must be an array but is of type {type_name(old)} ({operator})"
        )
    return old


def _push(argument: Value) -> Modify:
    if type(argument) is not dict or "$each" not in argument:
        _refuse_stray_modifiers(argument)
        return lambda old: [*_array(old, "$push"), copied(argument)]
    unknown = argument.keys() - {"$each", "$position", "$slice", "$sort"}
    if unknown:
        raise BadValueError(f"Unrecognized clause in $push: {min(unknown)}")
    each = _each(argument, "$push")
    position = _integer(argument, "$position")
    limit = _integer(argument, "$slice")
    sort = element_sort(argument["$sort"]) if "$sort" in argument else None

    def modify(old: Value) -> Value:
        values = list(_array(old, "$push"))
        at = len(values) if position is None else position
        values[at:at] = copied(each)
        return _cut(sort(values) if sort else values, limit)

    return modify


def _refuse_stray_modifiers(argument: Value) -> None:
    if type(argument) is dict and argument.keys() & {"$position", "$slice", "$sort"}:
        raise BadValueError("$position, $slice and $sort need $each in $push")


def _each(argument: Value, operator: str) -> list[Value]:
    each = argument["$each"]
    if type(each) is not list:
        raise TypeMismatchError(f"The argument to $each in {operator} must be an array")
    return each


def _integer(argument: Value, name: str) -> int | None:
    if name not in argument:
        return None
    try:
        return whole(argument[name], f"The value for {name}")
    except TypeError as error:
        raise BadValueError(str(error)) from error


def _cut(values: list[Value], limit: int | None) -> list[Value]:
    if limit is None:
        return values
    if limit < 0:
        return values[limit:]
    return values[:limit]


def _add_to_set(argument: Value) -> Modify:
    if type(argument) is dict and "$each" in argument:
        if len(argument) > 1:
            raise BadValueError("Found unexpected fields after $each in $addToSet")
        each = _each(argument, "$addToSet")
    else:
        each = [argument]

    def modify(old: Value) -> Value:
        values = list(_array(old, "$addToSet"))
        known = {order_key(value) for value in values}
        for value in each:
            if order_key(value) not in known:
                known.add(order_key(value))
                values.append(copied(value))
        return values

    return modify


def _pull(argument: Value) -> Modify:
    wanted = pull_test(argument)
    return _without(wanted, "$pull")


def pull_test(argument: Value) -> Callable[[Value], bool]:
    """Return the test for the elements that `$pull` removes."""
    if isinstance(argument, Regex):
        pattern = regexes.from_value(argument)
        return lambda value: type(value) is str and pattern.search(value) is not None
    if is_operators(argument):
        matches = compile_filter({"v": argument})
        return lambda value: matches({"v": value})
    if type(argument) is dict:
        matches = compile_filter(argument)
        return lambda value: type(value) is dict and matches(value)
    return lambda value: equal(value, argument)


def _pull_all(argument: Value) -> Modify:
    if type(argument) is not list:
        raise BadValueError("$pullAll requires an array argument")
    keys = {order_key(value) for value in argument}
    return _without(lambda value: order_key(value) in keys, "$pullAll")


def _without(unwanted: Callable[[Value], bool], operator: str) -> Modify:
    def modify(old: Value) -> Value:
        if old is MISSING:
            return MISSING
        return [value for value in _array(old, operator) if not unwanted(value)]

    return modify


def _pop(argument: Value) -> Modify:
    if not is_number(argument) or argument not in {1, -1}:
        raise FailedToParseError(f"$pop expects 1 or -1, found: {argument!r}")

    def modify(old: Value) -> Value:
        if old is MISSING:
            return MISSING
        if type(old) is not list:
            raise TypeMismatchError(f"Path contains an element of non-array type {type_name(old)}")
        return old[:-1] if argument == 1 else old[1:]

    return modify


OPERATORS: dict[str, Operator] = {
    "$set": Operator(_set),
    "$setOnInsert": Operator(_set),
    "$unset": Operator(_unset, creates=False),
    "$inc": _numeric("$inc", 0, arithmetic.add),
    "$mul": _numeric("$mul", 0, arithmetic.multiply),
    "$min": _limit(keep_smaller=True),
    "$max": _limit(keep_smaller=False),
    "$currentDate": Operator(_current_date),
    "$bit": Operator(_bit),
    "$push": Operator(_push),
    "$addToSet": Operator(_add_to_set),
    "$pull": Operator(_pull, creates=False),
    "$pullAll": Operator(_pull_all, creates=False),
    "$pop": Operator(_pop, creates=False),
}
