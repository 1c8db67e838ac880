"""Stages that make one document of many: `$group` and its relatives."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from mongolite.accumulators import COUNTED, REDUCERS
from mongolite.errors import MongoError, RefusedError
from mongolite.expressions import compile_expression, evaluate
from mongolite.expressions.arrays import positive
from mongolite.expressions.compiler import Constant, Run, named_arguments
from mongolite.sorting import parse_sort, sorted_documents
from mongolite.stages.pipeline import Environment, Stage, compile_pipeline, refuse_in_facet, stage
from mongolite.values import MISSING, Document, Key, Value, order_key

Accumulate = Callable[[list[Document]], Value]
_TOPS = {"$top": 1, "$bottom": -1, "$topN": 1, "$bottomN": -1}


def compile_accumulator(specification: Value, environment: Environment) -> Accumulate:
    """Return the function from a group's documents to the value of one field."""
    if type(specification) is not dict or len(specification) != 1:
        raise MongoError(40234, "The field of a group must be an accumulator object")
    name, argument = next(iter(specification.items()))
    if name == "$count":
        return len
    if name in REDUCERS:
        return _reduced(name, argument, environment)
    if name in COUNTED:
        return _counted(name, argument, environment)
    if name in _TOPS:
        return _topmost(name, argument, environment)
    if name in {"$accumulator", "$median", "$percentile", "$concatArrays", "$setUnion"}:
        raise RefusedError(f"the accumulator {name}")
    raise MongoError(15952, f"unknown group operator '{name}'")


def _values(run: Run, documents: list[Document], environment: Environment) -> list[Value]:
    if isinstance(run, Constant):
        return [run.value] * len(documents)
    return [evaluate(run, document, environment.variables) for document in documents]


def _reduced(name: str, argument: Value, environment: Environment) -> Accumulate:
    run = compile_expression(argument, environment.variables)
    return lambda documents: REDUCERS[name](_values(run, documents, environment))


def _counted(name: str, argument: Value, environment: Environment) -> Accumulate:
    fields = named_arguments(name, argument, ("input", "n"))
    run = compile_expression(fields["input"], environment.variables)
    count = _constant(name, fields["n"], environment)
    return lambda documents: COUNTED[name](_values(run, documents, environment), count)


def _constant(name: str, expression: Value, environment: Environment) -> int:
    run = compile_expression(expression, environment.variables)
    return positive(evaluate(run, {}, environment.variables), name)


def _topmost(name: str, argument: Value, environment: Environment) -> Accumulate:
    many = name.endswith("N")
    fields = named_arguments(name, argument, ("sortBy", "output", *(["n"] if many else [])))
    order = parse_sort(fields["sortBy"])
    run = compile_expression(fields["output"], environment.variables)
    count = _constant(name, fields["n"], environment) if many else 1

    def accumulate(documents: list[Document]) -> Value:
        ranked = sorted_documents(documents, order)
        chosen = ranked[:count] if _TOPS[name] > 0 else ranked[-count:]
        values = [None if v is MISSING else v for v in _values(run, chosen, environment)]
        return values if many else values[0]

    return accumulate


def _accumulators(fields: Document, environment: Environment) -> dict[str, Accumulate]:
    for name in fields:
        if "." in name or name.startswith("$"):
            raise MongoError(40235, f"The field name '{name}' cannot contain '.' or begin with '$'")
    return {name: compile_accumulator(one, environment) for name, one in fields.items()}


def grouped(
    documents: Iterable[Document], run: Run, environment: Environment
) -> Iterator[tuple[Value, list[Document]]]:
    """Yield each value of an expression with the documents that have it."""
    if isinstance(run, Constant):
        listed = list(documents)
        if listed:
            yield run.value, listed
        return
    groups: dict[Key, tuple[Value, list[Document]]] = {}
    for document in documents:
        value = _or_null(evaluate(run, document, environment.variables))
        key = order_key(value)
        if key not in groups:
            groups[key] = (value, [])
        groups[key][1].append(document)
    yield from groups.values()


@stage("$group")
def _group(argument: Value, environment: Environment) -> Stage:
    if type(argument) is not dict or "_id" not in argument:
        raise MongoError(15955, "a group specification must include an _id")
    run = compile_expression(argument["_id"], environment.variables)
    fields = {name: one for name, one in argument.items() if name != "_id"}
    accumulators = _accumulators(fields, environment)

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        for value, members in grouped(documents, run, environment):
            yield {"_id": value} | {name: one(members) for name, one in accumulators.items()}

    return run_all


@stage("$count")
def _count(argument: Value, _environment: Environment) -> Stage:
    if type(argument) is not str or not argument or "." in argument or argument[0] == "$":
        raise MongoError(40156, "the count field must be a non-empty string without '.' and '$'")

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        number = sum(1 for _ in documents)
        if number:
            yield {argument: number}

    return run


@stage("$sortByCount")
def _sort_by_count(argument: Value, environment: Environment) -> Stage:
    if type(argument) not in {str, dict} or (type(argument) is str and argument[:1] != "$"):
        raise MongoError(40147, "the sortByCount field must be a path or an expression")
    run = compile_expression(argument, environment.variables)

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        counted = [
            {"_id": value, "count": len(members)}
            for value, members in grouped(documents, run, environment)
        ]
        return iter(sorted(counted, key=lambda one: -one["count"]))

    return run_all


@stage("$facet")
def _facet(argument: Value, environment: Environment) -> Stage:
    if type(argument) is not dict or not argument:
        raise MongoError(40169, "the $facet specification must be a non-empty object")
    runs = {}
    for name, stages in argument.items():
        refuse_in_facet(stages)
        runs[name] = compile_pipeline(stages, environment)

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        listed = list(documents)
        yield {name: list(run(iter(listed))) for name, run in runs.items()}

    return run_all


# --- buckets ----------------------------------------------------------------------------------


@stage("$bucket")
def _bucket(argument: Value, environment: Environment) -> Stage:
    fields = named_arguments("$bucket", argument, ("groupBy", "boundaries"), ("default", "output"))
    run = compile_expression(fields["groupBy"], environment.variables)
    boundaries = _boundaries(fields["boundaries"])
    keys = list(map(order_key, boundaries))
    output = _accumulators(fields.get("output") or {"count": {"$sum": 1}}, environment)

    def bucket_of(document: Document) -> Value:
        key = order_key(evaluate(run, document, environment.variables))
        at = bisect_right(keys, key)
        if 0 < at < len(keys):
            return boundaries[at - 1]
        if "default" not in fields:
            raise MongoError(
                40066, "$bucket could not find a matching branch for an input, and no default"
            )
        return fields["default"]

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        groups: dict[Key, tuple[Value, list[Document]]] = {}
        for document in documents:
            value = bucket_of(document)
            groups.setdefault(order_key(value), (value, []))[1].append(document)
        for key in sorted(groups):
            value, members = groups[key]
            yield {"_id": value} | {name: one(members) for name, one in output.items()}

    return run_all


def _boundaries(boundaries: Value) -> list[Value]:
    if type(boundaries) is not list or len(boundaries) < 2:
        raise MongoError(40192, "The $bucket 'boundaries' field must have at least 2 values")
    keys = list(map(order_key, boundaries))
    if any(one >= other for one, other in pairwise(keys)):
        raise MongoError(
            40194, "The 'boundaries' option to $bucket must be sorted, without repeats"
        )
    if len({key[0] for key in keys}) > 1:
        raise MongoError(40193, "All values in the 'boundaries' option must have the same type")
    return boundaries


@stage("$bucketAuto")
def _bucket_auto(argument: Value, environment: Environment) -> Stage:
    optional = ("output", "granularity")
    fields = named_arguments("$bucketAuto", argument, ("groupBy", "buckets"), optional)
    if "granularity" in fields:
        raise RefusedError("$bucketAuto with granularity")
    run = compile_expression(fields["groupBy"], environment.variables)
    count = positive(fields["buckets"], "$bucketAuto")
    output = _accumulators(fields.get("output") or {"count": {"$sum": 1}}, environment)

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        pairs = [(_or_null(evaluate(run, one, environment.variables)), one) for one in documents]
        pairs.sort(key=lambda pair: order_key(pair[0]))
        parts = list(_even_parts(pairs, count))
        for at, part in enumerate(parts):
            least = part[0][0]
            most = parts[at + 1][0][0] if at + 1 < len(parts) else part[-1][0]
            members = [document for _, document in part]
            yield {"_id": {"min": least, "max": most}} | {
                name: one(members) for name, one in output.items()
            }

    return run_all


def _or_null(value: Value) -> Value:
    return None if value is MISSING else value


def _even_parts(
    pairs: list[tuple[Value, Document]], count: int
) -> Iterator[list[tuple[Value, Document]]]:
    """Yield about equal parts of sorted pairs; equal values stay together."""
    size = max(1, round(len(pairs) / count))
    start = 0
    for number in range(count):
        if start >= len(pairs):
            return
        end = len(pairs) if number == count - 1 else min(start + size, len(pairs))
        while end < len(pairs) and order_key(pairs[end][0]) == order_key(pairs[end - 1][0]):
            end += 1
        yield pairs[start:end]
        start = end
