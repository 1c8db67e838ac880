"""Operators that take arrays for sets. Their results are in the order of first appearance."""

from collections.abc import Iterable

from mongolite.errors import MongoError
from mongolite.expressions.arrays import array
from mongolite.expressions.compiler import is_nullish, operator
from mongolite.values import Key, Value, order_key, truth


def _by_key(values: Iterable[Value]) -> dict[Key, Value]:
    found: dict[Key, Value] = {}
    for value in values:
        found.setdefault(order_key(value), value)
    return found


def _sorted_set(found: dict[Key, Value]) -> list[Value]:
    """Return the members in MongoDB's order, which is how its own sets come out."""
    return [found[key] for key in sorted(found)]


@operator("$setUnion", least=0, most=None)
def _set_union(*arrays: Value) -> Value:
    if any(map(is_nullish, arrays)):
        return None
    return _sorted_set(_by_key(item for one in arrays for item in array(one, "$setUnion")))


@operator("$setIntersection", least=0, most=None)
def _set_intersection(*arrays: Value) -> Value:
    if any(map(is_nullish, arrays)):
        return None
    sets = [_by_key(array(one, "$setIntersection")) for one in arrays]
    if not sets:
        return []
    common = set(sets[0])
    for other in sets[1:]:
        common &= other.keys()
    return _sorted_set({key: sets[0][key] for key in common})


@operator("$setDifference", least=2, most=2)
def _set_difference(one: Value, other: Value) -> Value:
    if is_nullish(one) or is_nullish(other):
        return None
    unwanted = _by_key(array(other, "$setDifference"))
    mine = _by_key(array(one, "$setDifference"))
    return [value for key, value in mine.items() if key not in unwanted]


@operator("$setEquals", least=2, most=None)
def _set_equals(*arrays: Value) -> Value:
    first, *others = (_by_key(array(one, "$setEquals")).keys() for one in arrays)
    return all(first == other for other in others)


@operator("$setIsSubset", least=2, most=2)
def _set_is_subset(one: Value, other: Value) -> Value:
    return (
        _by_key(array(one, "$setIsSubset")).keys() <= _by_key(array(other, "$setIsSubset")).keys()
    )


def _conditions(value: Value, name: str) -> list[bool]:
    if type(value) is not list:
        raise MongoError(17040, f"{name}'s argument must be an array")
    return [truth(item) for item in value]


@operator("$allElementsTrue")
def _all_elements_true(values: Value) -> Value:
    return all(_conditions(values, "$allElementsTrue"))


@operator("$anyElementTrue")
def _any_element_true(values: Value) -> Value:
    return any(_conditions(values, "$anyElementTrue"))
