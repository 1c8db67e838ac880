"""Aggregation pipelines: stages in a row, each a function from documents to documents.

Stages never change the documents they get: a reader elsewhere may hold the same ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from mongolite.catalog import Catalog
from mongolite.errors import MongoError, RefusedError
from mongolite.values import Document, Value

Stage = Callable[[Iterator[Document]], Iterator[Document]]
_ONLY_LAST = {"$out", "$merge"}
_NOT_IN_FACET = {"$out", "$merge", "$facet", "$indexStats", "$collStats", "$geoNear"}
_REFUSED = frozenset(
    [
        "$changeStream",
        "$changeStreamSplitLargeEvent",
        "$collStats",
        "$currentOp",
        "$densify",
        "$fill",
        "$geoNear",
        "$indexStats",
        "$listLocalSessions",
        "$listSearchIndexes",
        "$listSessions",
        "$planCacheStats",
        "$search",
        "$searchMeta",
        "$shardedDataDistribution",
        "$vectorSearch",
        "$listSampledQueries",
        "$queryStats",
    ]
)


@dataclass(frozen=True)
class Environment:
    """What a pipeline may refer to besides its documents."""

    catalog: Catalog | None
    database: str
    variables: dict[str, Value] = field(default_factory=dict)

    def with_variables(self, variables: dict[str, Value]) -> "Environment":
        """Return the environment with further variables."""
        return replace(self, variables={**self.variables, **variables})

    def documents(self, collection: str) -> list[Document]:
        """Return all documents of another collection of the database."""
        return self.catalog.snapshot(self.database, collection) if self.catalog else []


Compile = Callable[[Value, Environment], Stage]
_STAGES: dict[str, Compile] = {}


def stage(*names: str) -> Callable[[Compile], Compile]:
    """Register the function that compiles a stage."""

    def register(compile_: Compile) -> Compile:
        for name in names:
            _STAGES[name] = compile_
        return compile_

    return register


def compile_pipeline(stages: Value, environment: Environment) -> Stage:
    """Return the function of a whole pipeline; raises MongoError for what is no pipeline."""
    if type(stages) is not list:
        raise MongoError(14, "'pipeline' option must be specified as an array")
    compiled = [_compile(one, environment) for one in stages]
    for one in stages[:-1]:
        if one.keys() & _ONLY_LAST:
            raise MongoError(
                40601, f"{next(iter(one))} can only be the final stage in the pipeline"
            )

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        for one in compiled:
            documents = iter(one(documents))
        return documents

    return run


def _compile(one: Value, environment: Environment) -> Stage:
    if type(one) is not dict or len(one) != 1:
        raise MongoError(
            40323, "A pipeline stage specification object must contain exactly one field."
        )
    (name, argument) = next(iter(one.items()))
    if name in _STAGES:
        return _STAGES[name](argument, environment)
    if name in _REFUSED:
        raise RefusedError(f"the stage {name}")
    raise MongoError(40324, f"Unrecognized pipeline stage name: '{name}'")


def refuse_in_facet(stages: Value) -> None:
    """Raise MongoError for stages that may not stand inside `$facet`."""
    for one in stages if type(stages) is list else []:
        if type(one) is dict and one.keys() & _NOT_IN_FACET:
            raise MongoError(
                40600, f"{next(iter(one))} is not allowed to be used within a $facet stage"
            )


_DOCUMENT_STAGES = {"$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith"}


def compile_document_stages(
    stages: list[Value], variables: dict[str, Value]
) -> Callable[[Document], Document]:
    """Return the function of an update by pipeline, from one document to one document."""
    for one in stages:
        if type(one) is not dict or not one.keys() <= _DOCUMENT_STAGES:
            raise MongoError(
                72, f"{next(iter(one), one)} is not allowed to be used within an update"
            )
    run = compile_pipeline(stages, Environment(None, "", dict(variables)))
    return lambda document: next(run(iter([document])))
