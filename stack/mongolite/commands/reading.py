"""Commands that read: find, count, distinct, aggregate, getMore, killCursors."""

import time
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from mongolite.collection import Collection, Selection
from mongolite.commands.counting import counted, known_count
from mongolite.commands.registry import Context, command
from mongolite.commands.request import Request
from mongolite.cursors import Cursor
from mongolite.distinct import distinct_values
from mongolite.errors import BadValueError, MongoError, RefusedError
from mongolite.expressions.conditions import TEXT_SCORE
from mongolite.filters import Matcher, Scope, compile_filter
from mongolite.planner import SCAN
from mongolite.projections import compile_projection
from mongolite.sorting import parse_sort, sorted_documents
from mongolite.stages import Environment, compile_pipeline
from mongolite.textsearch import TextSearch, text_argument
from mongolite.values import Document, Value

DEADLINE_EVERY = 256


class Search(NamedTuple):
    """What a filter selects from a collection: compiled, not yet run."""

    selection: Selection
    matches: Matcher
    deadline: float | None
    variables: Document

    def documents(self) -> Iterator[Document]:
        """Return the documents that match; raises MongoError (50) when the time is over."""
        if self.deadline is not None:
            return self._in_time(self.deadline)
        documents = map(itemgetter(1), self.selection.pairs)
        return documents if self.selection.is_answer else filter(self.matches, documents)

    def _in_time(self, deadline: float) -> Iterator[Document]:
        for count, (_, document) in enumerate(self.selection.pairs):
            if count % DEADLINE_EVERY == 0 and time.monotonic() > deadline:
                raise MongoError(50, "operation exceeded time limit")
            if self.matches(document):
                yield document

    def total(self) -> int:
        """Return how many documents match."""
        return sum(1 for _ in self.documents())


NOTHING = Selection([], SCAN)


def search(context: Context, request: Request, query: Document) -> Search:
    """Return the search for a filter in the request's collection; raises MongoError."""
    variables = request.document("let")
    hint = request.body.get("hint") or None
    with context.catalog.database(request.database).lock:
        collection = context.catalog.get(request.database, request.collection)
        text = text_search(collection, query)
        matches = compile_filter(query, scope_of(text, variables))
        walked = walk(collection, request, query, matches) if not (hint or text) else None
        found = walked or (collection.select(query, hint, text) if collection else NOTHING)
    if text:
        variables = {**variables, TEXT_SCORE: text.score}
    return Search(found, matches, request.deadline(), variables)


def walk(
    collection: Collection | None, request: Request, query: Document, matches: Matcher
) -> Selection | None:
    """Return the page that a find asks for, if an index has it in order; else None."""
    if collection is None or request.name != "find" or not request.size("limit"):
        return None
    order = parse_sort(request.document("sort"))
    wanted = (request.size("skip") or 0) + (request.size("limit") or 0)
    return collection.walk(query, matches, order, wanted)


def text_search(collection: Collection | None, query: Document) -> TextSearch | None:
    """Return the text search in a filter, if there is one; raises MongoError without an index."""
    argument = text_argument(query)
    if argument is None or collection is None:
        return None
    return TextSearch(argument, collection.text_index().spec)


def scope_of(text: TextSearch | None, variables: Document) -> Scope:
    """Return what the filter of a command may refer to; without a collection no text is found."""
    return Scope(variables, text.matches if text else lambda _: False)


@command(
    "find",
    fields="filter sort projection skip limit batchSize singleBatch hint let collation "
    "allowDiskUse noCursorTimeout tailable awaitData allowPartialResults oplogReplay "
    "returnKey showRecordId min max",
)
def find(context: Context, request: Request) -> Document:
    """Return the first batch of the documents that match."""
    _refuse(request, "returnKey", "showRecordId", "min", "max")
    if request.flag("tailable") or request.flag("awaitData"):
        raise BadValueError("tailable cursor requested on non capped collection")
    query = request.document("filter")
    found = search(context, request, query)
    project = compile_projection(request.document("projection"), query, found.variables)
    documents = ordered(found, request)
    cursor = Cursor(
        request.namespace,
        map(project, documents),
        session=request.session,
        immortal=request.flag("noCursorTimeout"),
    )
    single = request.flag("singleBatch")
    size = request.size("batchSize")
    limit = request.size("limit")
    first = min(size or limit, limit) if single and limit else size
    return context.cursors.first_reply(cursor, first, single=single)


def _refuse(request: Request, *names: str) -> None:
    for name in names:
        if request.body.get(name):
            raise RefusedError(f"{request.name} with {name}")


def ordered(found: Search, request: Request) -> Iterator[Document]:
    """Yield what was found in the order, and within the bounds, that the request asks for."""
    order = parse_sort(request.document("sort"), found.variables.get(TEXT_SCORE))
    documents = found.documents()
    if order and not found.selection.is_answer:
        documents = iter(sorted_documents(documents, order))
    skip, limit = request.size("skip") or 0, request.size("limit")
    return islice(documents, skip, skip + limit if limit else None)


@command("count", fields="query limit skip hint collation fields")
def count(context: Context, request: Request) -> Document:
    """Return how many documents match, within skip and limit."""
    query = request.document("query")
    number = known_count(context, request, query)
    if number is None:
        number = search(context, request, query).total()
    number = max(0, number - (request.size("skip") or 0))
    limit = abs(request.number("limit") or 0)
    return {"n": min(number, limit) if limit else number}


@command("distinct", fields="key query hint collation")
def distinct(context: Context, request: Request) -> Document:
    """Return the different values of a field."""
    found = search(context, request, request.document("query"))
    return {"values": distinct_values(found.documents(), request.text("key"))}


@command(
    "aggregate",
    fields="pipeline cursor explain allowDiskUse bypassDocumentValidation collation hint let "
    "isMapReduceCommand fromMongos",
)
def aggregate(context: Context, request: Request) -> Document:
    """Return the first batch of what a pipeline makes of a collection."""
    if request.flag("explain"):
        raise RefusedError("aggregate with explain (use the explain command)")
    if "cursor" not in request.body:
        raise MongoError(9, "The 'cursor' option is required, except for aggregate with explain")
    documents = aggregated(context, request)
    name = request.body["aggregate"]
    namespace = f"{request.database}.{name if type(name) is str else '$cmd.aggregate'}"
    cursor = Cursor(namespace, documents, session=request.session)
    size = Request("cursor", request.document("cursor")).size("batchSize")
    return context.cursors.first_reply(cursor, size)


def aggregated(context: Context, request: Request) -> Iterator[Document]:
    """Yield what the pipeline of a request makes; leading $match stages are searched for."""
    environment = Environment(context.catalog, request.database, request.document("let"))
    stages = request.array("pipeline")
    if type(request.body["aggregate"]) is not str:
        return compile_pipeline(stages, environment)(iter(()))
    query, rest = searched(stages)
    if (known := counted(context, request, query, rest)) is not None:
        compile_pipeline(rest, environment)  # for what it refuses
        return iter(known)
    found = search(context, request, query)
    return compile_pipeline(rest, environment.with_variables(found.variables))(found.documents())


def searched(stages: list[Value]) -> tuple[Value, list[Value]]:
    """Return the filter that a pipeline begins with, an empty one by default, and what is left."""
    if stages and stages[0].keys() == {"$match"}:
        return stages[0]["$match"], stages[1:]
    return {}, stages


@command("getMore", fields="collection batchSize")
def get_more(context: Context, request: Request) -> Document:
    """Return the next batch of a cursor."""
    number = request.number("getMore") or 0
    namespace = f"{request.database}.{request.text('collection')}"
    return context.cursors.next_reply(number, namespace, request.size("batchSize") or None)


@command("killCursors", fields="cursors")
def kill_cursors(context: Context, request: Request) -> Document:
    """Forget cursors."""
    killed, unknown = context.cursors.kill(request.array("cursors"))
    return {
        "cursorsKilled": killed,
        "cursorsNotFound": unknown,
        "cursorsAlive": [],
        "cursorsUnknown": [],
    }
