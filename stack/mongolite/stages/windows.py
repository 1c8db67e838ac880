"""The stage `$setWindowFields`: values computed over the neighbours of a document."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mongolite.errors import MongoError, RefusedError
from mongolite.expressions import compile_expression, evaluate
from mongolite.expressions.compiler import named_arguments
from mongolite.keys import field_key
from mongolite.paths import lookup, split
from mongolite.sorting import Order, parse_sort, sorted_documents
from mongolite.stages.grouping import compile_accumulator, grouped
from mongolite.stages.joining import with_field
from mongolite.stages.pipeline import Environment, Stage, stage
from mongolite.values import MISSING, Document, Value, is_number, type_name, whole

Compute = Callable[[list[Document], int], Value]
_RANKS = {"$rank", "$denseRank", "$documentNumber"}
_REFUSED = frozenset(
    [
        "$covariancePop",
        "$covarianceSamp",
        "$derivative",
        "$expMovingAvg",
        "$integral",
        "$linearFill",
        "$locf",
        "$median",
        "$percentile",
        "$minMaxScaler",
    ]
)


class Output(NamedTuple):
    """One computed field: where it goes and how it is computed."""

    path: str
    compute: Compute


@stage("$setWindowFields")
def _set_window_fields(argument: Value, environment: Environment) -> Stage:
    optional = ("partitionBy", "sortBy")
    fields = named_arguments("$setWindowFields", argument, ("output",), optional)
    partition = compile_expression(fields.get("partitionBy"), environment.variables)
    order = parse_sort(fields.get("sortBy") or {})
    outputs = [
        Output(path, _compute(one, order, environment)) for path, one in fields["output"].items()
    ]

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        parts = grouped(documents, partition, environment)
        for _, members in sorted(parts, key=lambda part: field_key(part[0])):
            ranked = sorted_documents(members, order) if order else members
            for at, document in enumerate(ranked):
                result = document
                for path, compute in outputs:
                    result = with_field(result, path, compute(ranked, at))
                yield result

    return run


def _compute(specification: Value, order: Order, environment: Environment) -> Compute:
    if type(specification) is not dict:
        raise MongoError(9, "$setWindowFields: each output must be an object")
    names = [name for name in specification if name != "window"]
    if len(names) != 1:
        raise MongoError(9, "$setWindowFields: each output needs exactly one function")
    name, argument, window = names[0], specification[names[0]], specification.get("window")
    if name in _REFUSED:
        raise RefusedError(f"the window function {name}")
    if name in _RANKS:
        return _rank(name, order, window)
    if name == "$shift":
        return _shift(argument, order, environment)
    accumulate = compile_accumulator({name: argument}, environment)
    bounds = _bounds(window or {}, order)

    def compute(ranked: list[Document], at: int) -> Value:
        return accumulate(bounds(ranked, at))

    return compute


def _rank(name: str, order: Order, window: Value) -> Compute:
    if len(order) != 1 and name != "$documentNumber":
        raise MongoError(5371602, f"{name} must be specified with a sortBy of one field")
    if not order or window:
        raise MongoError(5371601, f"{name} needs a sortBy and takes no window")
    if name == "$documentNumber":
        return lambda _, at: at + 1
    path = split(next(iter(order)))
    dense = name == "$denseRank"

    def compute(ranked: list[Document], at: int) -> Value:
        keys = [field_key(lookup(one, path)) for one in ranked[: at + 1]]
        return len(set(keys)) if dense else keys.index(keys[-1]) + 1

    return compute


def _shift(argument: Value, order: Order, environment: Environment) -> Compute:
    fields = named_arguments("$shift", argument, ("output", "by"), ("default",))
    if not order:
        raise MongoError(9, "$shift needs a sortBy")
    output, default = (
        compile_expression(fields.get(one), environment.variables) for one in ("output", "default")
    )
    by = whole(fields["by"], "by")

    def compute(ranked: list[Document], at: int) -> Value:
        if not 0 <= at + by < len(ranked):
            return evaluate(default, {}, environment.variables)
        value = evaluate(output, ranked[at + by], environment.variables)
        return None if value is MISSING else value

    return compute


# --- windows ----------------------------------------------------------------------------------

Bounds = Callable[[list[Document], int], list[Document]]


def _bounds(window: Value, order: Order) -> Bounds:
    fields = named_arguments("window", window, (), ("documents", "range", "unit"))
    if "unit" in fields:
        raise RefusedError("a window with a time unit")
    if "documents" in fields and "range" in fields:
        raise MongoError(9, "Window bounds can be 'documents' or 'range', not both")
    if "range" in fields:
        return _range_bounds(_pair(fields["range"]), order)
    if "documents" in fields:
        return _document_bounds(_pair(fields["documents"]), order)
    return lambda ranked, _: ranked


def _pair(bounds: Value) -> tuple[Value, Value]:
    if type(bounds) is not list or len(bounds) != 2:
        raise MongoError(9, "Window bounds must be an array of two")
    return bounds[0], bounds[1]


def _document_bounds(bounds: tuple[Value, Value], order: Order) -> Bounds:
    if not order and bounds != ("unbounded", "unbounded"):
        raise MongoError(5339901, "Document-based bounds require a sortBy")
    lower, upper = (_offset(bound) for bound in bounds)

    def select(ranked: list[Document], at: int) -> list[Document]:
        first = 0 if lower is None else max(0, at + lower)
        last = len(ranked) if upper is None else max(0, at + upper + 1)
        return ranked[first:last]

    return select


def _offset(bound: Value) -> int | None:
    if bound == "unbounded":
        return None
    if bound == "current":
        return 0
    try:
        return whole(bound, "a window bound")
    except TypeError as error:
        raise MongoError(9, str(error)) from error


def _range_bounds(bounds: tuple[Value, Value], order: Order) -> Bounds:
    if len(order) != 1 or next(iter(order.values())) != 1:
        raise MongoError(5339902, "Range-based bounds require an ascending sortBy of one field")
    path = split(next(iter(order)))
    lower, upper = (0 if bound == "current" else bound for bound in bounds)
    for bound in (lower, upper):
        if bound != "unbounded" and not is_number(bound):
            raise MongoError(9, f"a range bound must be a number, found {type_name(bound)}")

    def select(ranked: list[Document], at: int) -> list[Document]:
        here = lookup(ranked[at], path)
        if not is_number(here):
            raise MongoError(5429414, "Invalid range: Expected the sortBy field to be a number")
        return [one for one in ranked if _within(lookup(one, path), here, lower, upper)]

    return select


def _within(value: Value, here: Value, lower: Value, upper: Value) -> bool:
    if not is_number(value):
        return False
    above = lower == "unbounded" or value >= here + lower
    below = upper == "unbounded" or value <= here + upper
    return bool(above and below)
