"""Stages that choose, order and reshape documents one by one."""

import random
from collections.abc import Iterator
from itertools import islice

from bson import Int64

from mongolite.errors import MongoError
from mongolite.expressions import compile_expression, evaluate
from mongolite.expressions.compiler import Run, named_arguments
from mongolite.expressions.conditions import TEXT_SCORE
from mongolite.filters import Scope, compile_filter
from mongolite.paths import lookup
from mongolite.placing import set_at
from mongolite.projections import compile_assignments, compile_project_stage, compile_removal
from mongolite.sorting import parse_sort, sorted_documents
from mongolite.stages.pipeline import Environment, Stage, stage
from mongolite.values import MISSING, Document, Value, copied, is_number, type_name, whole


@stage("$match")
def _match(argument: Value, environment: Environment) -> Stage:
    matches = compile_filter(argument, Scope(environment.variables))
    return lambda documents: filter(matches, documents)


@stage("$project")
def _project(argument: Value, environment: Environment) -> Stage:
    project = compile_project_stage(argument, environment.variables)
    return lambda documents: map(project, documents)


@stage("$addFields", "$set")
def _add_fields(argument: Value, environment: Environment) -> Stage:
    assign = compile_assignments(argument, environment.variables)
    return lambda documents: map(assign, documents)


@stage("$unset")
def _unset(argument: Value, _environment: Environment) -> Stage:
    remove = compile_removal(argument)
    return lambda documents: map(remove, documents)


@stage("$sort")
def _sort(argument: Value, environment: Environment) -> Stage:
    order = parse_sort(argument, environment.variables.get(TEXT_SCORE))
    if not order:
        raise MongoError(15976, "$sort stage must have at least one sort key")
    return lambda documents: iter(sorted_documents(documents, order))


@stage("$limit")
def _limit(argument: Value, _environment: Environment) -> Stage:
    count = bound(argument, "$limit", 1)
    return lambda documents: islice(documents, count)


@stage("$skip")
def _skip(argument: Value, _environment: Environment) -> Stage:
    count = bound(argument, "$skip", 0)
    return lambda documents: islice(documents, count, None)


def bound(argument: Value, name: str, least: int) -> int:
    """Return a whole number of at least `least`; raises MongoError for anything else."""
    try:
        count = whole(argument, name)
    except TypeError as error:
        raise MongoError(5107201, f"invalid argument to {name} stage: {error}") from error
    if count < least:
        raise MongoError(15958, f"the argument to {name} must be at least {least}, not {count}")
    return count


@stage("$sample")
def _sample(argument: Value, _environment: Environment) -> Stage:
    fields = named_arguments("$sample", argument, ("size",))
    if not is_number(fields["size"]) or fields["size"] < 0:
        raise MongoError(28747, "size argument to $sample must not be negative")
    size = int(fields["size"])

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        listed = list(documents)
        return iter(random.sample(listed, min(size, len(listed))))

    return run


@stage("$replaceRoot")
def _replace_root(argument: Value, environment: Environment) -> Stage:
    return _new_root(
        named_arguments("$replaceRoot", argument, ("newRoot",))["newRoot"], environment
    )


@stage("$replaceWith")
def _replace_with(argument: Value, environment: Environment) -> Stage:
    return _new_root(argument, environment)


def _new_root(expression: Value, environment: Environment) -> Stage:
    run = compile_expression(expression, environment.variables)

    def root(document: Document) -> Document:
        value = evaluate(run, document, environment.variables)
        if type(value) is not dict:
            raise MongoError(
                40228, f"'newRoot' expression must evaluate to an object, not {type_name(value)}"
            )
        return value

    return lambda documents: map(root, documents)


@stage("$documents")
def _documents(argument: Value, environment: Environment) -> Stage:
    value = evaluate(compile_expression(argument, environment.variables), {}, environment.variables)
    if type(value) is not list or any(type(one) is not dict for one in value):
        raise MongoError(40228, "$documents takes an array of objects")
    return lambda _: iter(value)


# --- $unwind ----------------------------------------------------------------------------------


@stage("$unwind")
def _unwind(argument: Value, _environment: Environment) -> Stage:
    fields = {"path": argument}
    if type(argument) is dict:
        optional = ("includeArrayIndex", "preserveNullAndEmptyArrays")
        fields = named_arguments("$unwind", argument, ("path",), optional)
    path = fields["path"]
    if type(path) is not str or len(path) < 2 or path[0] != "$" or path[1] == "$":
        raise MongoError(28818, f"path option to $unwind stage should be prefixed with '$': {path}")
    parts = tuple(path[1:].split("."))
    keep = fields.get("preserveNullAndEmptyArrays", False) is True
    index = fields.get("includeArrayIndex")
    if index is not None and (type(index) is not str or not index or index[0] == "$"):
        raise MongoError(28822, f"includeArrayIndex option to $unwind is not a field name: {index}")

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        for document in documents:
            for at, value in _elements(lookup(document, parts), keep=keep):
                unwound = _with_value(document, parts, value)
                yield unwound if index is None else _with_index(unwound, index, at)

    return run


def _elements(value: Value, *, keep: bool) -> Iterator[tuple[int | None, Value]]:
    if type(value) is list and value:
        yield from enumerate(value)
    elif value is MISSING or value is None or value == []:
        if keep:
            yield None, MISSING if value == [] else value
    else:
        yield None, value


def _with_index(document: Document, name: str, at: int | None) -> Document:
    return _with_value(document, name.split("."), None if at is None else Int64(at))


def _with_value(document: Document, parts: tuple[str, ...] | list[str], value: Value) -> Document:
    """Return a copy of a document with a value at a path, MISSING for none."""
    if len(parts) == 1 and value is not MISSING:
        return document | {parts[0]: value}
    result = copied(document)
    set_at(result, parts, lambda _: value, creates=value is not MISSING)
    return result


# --- $redact ----------------------------------------------------------------------------------


@stage("$redact")
def _redact(argument: Value, environment: Environment) -> Stage:
    run = compile_expression(argument, environment.variables)
    words = {"DESCEND": "descend", "PRUNE": "prune", "KEEP": "keep"}
    variables = {**environment.variables, **words}

    def run_all(documents: Iterator[Document]) -> Iterator[Document]:
        for document in documents:
            kept = _redacted(document, document, run, variables)
            if kept is not MISSING:
                yield kept

    return run_all


def _redacted(node: Value, root: Document, run: Run, variables: Document) -> Value:
    if type(node) is list:
        items = (_redacted(item, root, run, variables) for item in node)
        return [item for item in items if item is not MISSING]
    if type(node) is not dict:
        return node
    word = evaluate(run, node, {**variables, "ROOT": root, "CURRENT": node})
    if word == "prune":
        return MISSING
    if word == "keep":
        return node
    if word != "descend":
        raise MongoError(17053, "$redact must evaluate to $$DESCEND, $$PRUNE or $$KEEP")
    parts = {name: _redacted(item, root, run, variables) for name, item in node.items()}
    return {name: part for name, part in parts.items() if part is not MISSING}
