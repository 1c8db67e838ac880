"""Operators on arrays."""

from collections.abc import Iterable

from mongolite.accumulators import COUNTED
from mongolite.errors import MongoError
from mongolite.expressions.compiler import (
    Names,
    Run,
    Variables,
    compile_expression,
    is_nullish,
    named,
    named_arguments,
    operator,
    special,
)
from mongolite.expressions.conditions import check_name
from mongolite.sorting import element_sort
from mongolite.values import MISSING, Value, is_number, order_key, truth, type_name, whole

LONGEST_RANGE = 5_000_000


def array(value: Value, name: str) -> list[Value]:
    """Return an array; raises MongoError for anything else."""
    if type(value) is not list:
        raise MongoError(28689, f"{name}'s argument must be an array, but is {type_name(value)}")
    return value


def index(value: Value, name: str) -> int:
    """Return a whole number; raises MongoError for anything else."""
    if not is_number(value):
        raise MongoError(28690, f"{name}'s argument must be a number, but is {type_name(value)}")
    try:
        return whole(value, name)
    except TypeError as error:
        raise MongoError(28691, str(error)) from error


@operator("$arrayElemAt", least=2, most=2)
def _array_elem_at(values: Value, at: Value) -> Value:
    if is_nullish(values) or is_nullish(at):
        return None
    return _element(array(values, "$arrayElemAt"), index(at, "$arrayElemAt"))


def _element(values: list[Value], at: int) -> Value:
    return values[at] if -len(values) <= at < len(values) else MISSING


@operator("$first")
def _first(values: Value) -> Value:
    return None if is_nullish(values) else _element(array(values, "$first"), 0)


@operator("$last")
def _last(values: Value) -> Value:
    return None if is_nullish(values) else _element(array(values, "$last"), -1)


def _counted(name: str) -> None:
    @named(name, "n", "input")
    def run(n: Value, input: Value) -> Value:  # noqa: A002  MongoDB's name
        return COUNTED[name](array(input, name), positive(n, name))


def positive(value: Value, name: str) -> int:
    """Return a whole number above 0; raises MongoError for anything else."""
    count = index(value, name)
    if count <= 0:
        raise MongoError(5787908, f"'n' must be greater than 0 in {name}, found {count}")
    return count


for _name in COUNTED:
    _counted(_name)


@operator("$concatArrays", least=0, most=None)
def _concat_arrays(*arrays: Value) -> Value:
    if any(map(is_nullish, arrays)):
        return None
    return [item for one in arrays for item in array(one, "$concatArrays")]


@operator("$isArray")
def _is_array(value: Value) -> Value:
    return type(value) is list


@operator("$size")
def _size(values: Value) -> Value:
    if type(values) is not list:
        raise MongoError(
            17124, f"The argument to $size must be an array, but was of type: {type_name(values)}"
        )
    return len(values)


@operator("$in", least=2, most=2)
def _in(value: Value, values: Value) -> Value:
    if type(values) is not list:
        raise MongoError(
            40081, f"$in requires an array as a second argument, found: {type_name(values)}"
        )
    key = order_key(value)
    return any(order_key(item) == key for item in values)


@operator("$indexOfArray", least=2, most=4)
def _index_of_array(values: Value, wanted: Value, start: Value = 0, end: Value = None) -> Value:
    if is_nullish(values):
        return None
    values = array(values, "$indexOfArray")
    first = index(start, "$indexOfArray")
    last = len(values) if end is None else index(end, "$indexOfArray")
    if first < 0 or last < 0:
        raise MongoError(40097, "$indexOfArray requires nonnegative indexes")
    key = order_key(wanted)
    places = (at for at in range(first, min(last, len(values))) if order_key(values[at]) == key)
    return next(places, -1)


@operator("$range", least=2, most=3)
def _range(start: Value, end: Value, step: Value = 1) -> Value:
    first, last, by = (index(one, "$range") for one in (start, end, step))
    if by == 0:
        raise MongoError(34449, "$range requires a non-zero step value")
    numbers = range(first, last, by)
    if len(numbers) > LONGEST_RANGE:
        raise MongoError(34450, "$range would make too long an array")
    return list(numbers)


@operator("$reverseArray")
def _reverse_array(values: Value) -> Value:
    return None if is_nullish(values) else array(values, "$reverseArray")[::-1]


@operator("$slice", least=2, most=3)
def _slice(values: Value, *bounds: Value) -> Value:
    if is_nullish(values) or any(map(is_nullish, bounds)):
        return None
    numbers = [index(bound, "$slice") for bound in bounds]
    if len(numbers) == 2 and numbers[1] <= 0:
        raise MongoError(28729, "Third argument to $slice must be positive")
    return sliced(array(values, "$slice"), numbers)


def sliced(values: list[Value], bounds: list[int]) -> list[Value]:
    """Return the first (or last, if negative) elements, or a number of them from a position."""
    if len(bounds) == 1:
        return values[: bounds[0]] if bounds[0] >= 0 else values[bounds[0] :]
    start = max(0, len(values) + bounds[0]) if bounds[0] < 0 else bounds[0]
    return values[start : start + bounds[1]]


@special("$filter")
def _filter(argument: Value, names: Names) -> Run:
    fields = named_arguments("$filter", argument, ("input", "cond"), ("as", "limit"))
    name = check_name(fields.get("as", "this"))
    values, limit = (compile_expression(fields.get(one), names) for one in ("input", "limit"))
    test = compile_expression(fields["cond"], names | {name})

    def run(variables: Variables) -> Value:
        source, most = values(variables), limit(variables)
        if is_nullish(source):
            return None
        kept = [one for one in array(source, "$filter") if truth(test({**variables, name: one}))]
        return kept if is_nullish(most) else kept[: positive(most, "$filter")]

    return run


@special("$map")
def _map(argument: Value, names: Names) -> Run:
    fields = named_arguments("$map", argument, ("input", "in"), ("as",))
    name = check_name(fields.get("as", "this"))
    values = compile_expression(fields["input"], names)
    inner = compile_expression(fields["in"], names | {name})

    def run(variables: Variables) -> Value:
        source = values(variables)
        if is_nullish(source):
            return None
        results = (inner({**variables, name: one}) for one in array(source, "$map"))
        return [None if result is MISSING else result for result in results]

    return run


@special("$reduce")
def _reduce(argument: Value, names: Names) -> Run:
    fields = named_arguments("$reduce", argument, ("input", "initialValue", "in"))
    values, initial = (compile_expression(fields[one], names) for one in ("input", "initialValue"))
    inner = compile_expression(fields["in"], names | {"this", "value"})

    def run(variables: Variables) -> Value:
        source, value = values(variables), initial(variables)
        if is_nullish(source):
            return None
        for one in array(source, "$reduce"):
            value = inner({**variables, "this": one, "value": value})
        return value

    return run


@special("$sortArray")
def _sort_array(argument: Value, names: Names) -> Run:
    fields = named_arguments("$sortArray", argument, ("input", "sortBy"))
    values, sort = compile_expression(fields["input"], names), element_sort(fields["sortBy"])

    def run(variables: Variables) -> Value:
        source = values(variables)
        return None if is_nullish(source) else sort(array(source, "$sortArray"))

    return run


@special("$zip")
def _zip(argument: Value, names: Names) -> Run:
    fields = named_arguments("$zip", argument, ("inputs",), ("useLongestLength", "defaults"))
    if type(fields["inputs"]) is not list or not fields["inputs"]:
        raise MongoError(34461, "inputs must be a non-empty array in $zip")
    longest = fields.get("useLongestLength", False) is True
    if "defaults" in fields and not longest:
        raise MongoError(34466, "cannot specify defaults unless useLongestLength is true in $zip")
    runs = [compile_expression(one, names) for one in fields["inputs"]]
    defaults = compile_expression(fields.get("defaults"), names)

    def run(variables: Variables) -> Value:
        columns = [one(variables) for one in runs]
        if any(map(is_nullish, columns)):
            return None
        columns = [array(column, "$zip") for column in columns]
        fill = defaults(variables) or [None] * len(columns)
        size = (max if longest else min)(map(len, columns))
        return [list(_row(columns, fill, at)) for at in range(size)]

    return run


def _row(columns: list[list[Value]], fill: list[Value], at: int) -> Iterable[Value]:
    for column, default in zip(columns, fill, strict=True):
        yield column[at] if at < len(column) else default
