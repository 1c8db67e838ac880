"""Stages that bring in other collections."""

from collections.abc import Iterable, Iterator

from mongolite.errors import MongoError, RefusedError
from mongolite.expressions import compile_expression, evaluate
from mongolite.expressions.compiler import Run, named_arguments
from mongolite.expressions.conditions import check_name
from mongolite.filters import compile_filter
from mongolite.paths import candidates, split
from mongolite.placing import set_at
from mongolite.stages.pipeline import Environment, Stage, compile_pipeline, stage
from mongolite.values import MISSING, NULL_KEY, Document, Key, Value, copied, order_key, whole


def with_field(document: Document, path: str, value: Value) -> Document:
    """Return a document with a value at a path."""
    if "." not in path:
        return document | {path: value}
    result = copied(document)
    set_at(result, split(path), lambda _: value, creates=True)
    return result


# --- $lookup ----------------------------------------------------------------------------------


@stage("$lookup")
def _lookup(argument: Value, environment: Environment) -> Stage:
    optional = ("from", "localField", "foreignField", "let", "pipeline")
    fields = named_arguments("$lookup", argument, ("as",), optional)
    if "from" not in fields:
        raise RefusedError("$lookup without from")
    if type(fields["from"]) is not str:
        raise RefusedError("$lookup from another database")
    if ("localField" in fields) != ("foreignField" in fields):
        raise MongoError(9, "$lookup requires both or neither of localField and foreignField")
    if "localField" not in fields and "pipeline" not in fields:
        raise MongoError(9, "$lookup requires localField and foreignField, or a pipeline")
    join = Join(fields, environment)
    return join.run


class Join:
    """One `$lookup`: by equal fields, by a pipeline, or by both."""

    def __init__(self, fields: Document, environment: Environment) -> None:
        self._fields = fields
        self._environment = environment
        self._variables = {
            check_name(name): compile_expression(one, environment.variables)
            for name, one in (fields.get("let") or {}).items()
        }
        self._pipeline = fields.get("pipeline")
        inner = environment.with_variables(dict.fromkeys(self._variables))
        if self._pipeline is not None:
            compile_pipeline(self._pipeline, inner)

    def run(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield the documents with what belongs to them."""
        foreign = self._environment.documents(self._fields["from"])
        index = (
            _by_field(foreign, self._fields["foreignField"])
            if "foreignField" in self._fields
            else None
        )
        for document in documents:
            found = foreign if index is None else self._equal(document, index)
            yield with_field(document, self._fields["as"], self._piped(document, found))

    def _equal(self, document: Document, index: dict[Key, dict[int, Document]]) -> list[Document]:
        local = candidates(document, split(self._fields["localField"]), expand=False)
        found: dict[int, Document] = {}
        values = [item for one in local for item in (one if type(one) is list else [one])]
        for value in values:
            key = NULL_KEY if value is MISSING else order_key(value)
            found.update(index.get(key, {}))
        return [found[at] for at in sorted(found)]

    def _piped(self, document: Document, found: list[Document]) -> list[Document]:
        if self._pipeline is None:
            return found
        given = self._environment.variables
        values = {name: evaluate(run, document, given) for name, run in self._variables.items()}
        run = compile_pipeline(self._pipeline, self._environment.with_variables(values))
        return list(run(iter(found)))


def _by_field(documents: list[Document], path: str) -> dict[Key, dict[int, Document]]:
    """Return the documents by each value that an equality on the path would find."""
    parts = split(path)
    index: dict[Key, dict[int, Document]] = {}
    for at, document in enumerate(documents):
        for value in candidates(document, parts):
            key = NULL_KEY if value is MISSING else order_key(value)
            index.setdefault(key, {})[at] = document
    return index


# --- $unionWith -------------------------------------------------------------------------------


@stage("$unionWith")
def _union_with(argument: Value, environment: Environment) -> Stage:
    if type(argument) is str:
        argument = {"coll": argument}
    fields = named_arguments("$unionWith", argument, (), ("coll", "pipeline"))
    if "coll" not in fields and "pipeline" not in fields:
        raise MongoError(9, "$unionWith requires coll or pipeline")
    run = compile_pipeline(fields.get("pipeline", []), environment)

    def union(documents: Iterator[Document]) -> Iterator[Document]:
        yield from documents
        others = environment.documents(fields["coll"]) if "coll" in fields else []
        yield from run(iter(others))

    return union


# --- $graphLookup -----------------------------------------------------------------------------

_GRAPH = ("from", "startWith", "connectFromField", "connectToField", "as")


@stage("$graphLookup")
def _graph_lookup(argument: Value, environment: Environment) -> Stage:
    optional = ("maxDepth", "depthField", "restrictSearchWithMatch")
    fields = named_arguments("$graphLookup", argument, _GRAPH, optional)
    graph = Graph(fields, environment)
    return graph.run


class Graph:
    """One `$graphLookup`: breadth first from the start values."""

    def __init__(self, fields: Document, environment: Environment) -> None:
        self._fields = fields
        self._environment = environment
        self._start: Run = compile_expression(fields["startWith"], environment.variables)
        self._matches = compile_filter(fields.get("restrictSearchWithMatch") or {})
        depth = fields.get("maxDepth")
        self._most = None if depth is None else whole(depth, "maxDepth")

    def run(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield the documents with all that can be reached from them."""
        foreign = filter(self._matches, self._environment.documents(self._fields["from"]))
        index = _by_field(list(foreign), self._fields["connectToField"])
        for document in documents:
            start = evaluate(self._start, document, self._environment.variables)
            found = self._reached(start if type(start) is list else [start], index)
            yield with_field(document, self._fields["as"], found)

    def _reached(self, start: list[Value], index: dict[Key, dict[int, Document]]) -> list[Document]:
        found: dict[int, Document] = {}
        frontier, depth = start, 0
        while frontier and (self._most is None or depth <= self._most):
            fresh = [pair for pair in self._linked(frontier, index) if pair[0] not in found]
            found.update((at, self._with_depth(document, depth)) for at, document in fresh)
            frontier = [value for _, document in fresh for value in self._onward(document)]
            depth += 1
        return list(found.values())

    def _linked(
        self, values: list[Value], index: dict[Key, dict[int, Document]]
    ) -> list[tuple[int, Document]]:
        linked: dict[int, Document] = {}
        for value in values:
            if value is not MISSING:
                linked.update(index.get(order_key(value), {}))
        return sorted(linked.items(), key=lambda pair: pair[0])

    def _onward(self, document: Document) -> Iterable[Value]:
        for value in candidates(document, split(self._fields["connectFromField"]), expand=False):
            yield from value if type(value) is list else [value]

    def _with_depth(self, document: Document, depth: int) -> Document:
        name = self._fields.get("depthField")
        return document if name is None else with_field(document, name, depth)
