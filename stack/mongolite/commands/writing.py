"""Commands that write: insert, update, delete, findAndModify."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from mongolite.catalog import Catalog, check_collection_name
from mongolite.collection import Collection, UnitOfWork
from mongolite.commands.reading import scope_of, text_search
from mongolite.commands.registry import Context, command
from mongolite.commands.request import Request, only
from mongolite.documents import check_size, storable
from mongolite.errors import BadValueError, FailedToParseError, MongoError
from mongolite.filters import compile_filter
from mongolite.projections import compile_projection
from mongolite.sorting import parse_sort, sorted_documents
from mongolite.updates import Situation, compile_update, is_replacement
from mongolite.upserts import seed
from mongolite.values import Document, Value, identical

MOST_STATEMENTS = 100_000


class Target(NamedTuple):
    """The collection that a statement writes to, and the unit of work that it writes in."""

    catalog: Catalog
    database: str
    name: str
    work: UnitOfWork
    variables: Document

    def existing(self) -> Collection | None:
        """Return the collection if it is there."""
        return self.catalog.get(self.database, self.name)

    def made(self) -> Collection:
        """Return the collection, created if need be."""
        return self.catalog.ensure(self.database, self.name)

    def found(self, query: Document, hint: Value = None) -> list[tuple[int, Document]]:
        """Return record numbers and documents that match a filter."""
        collection = self.existing()
        text = text_search(collection, query)
        matches = compile_filter(query, scope_of(text, self.variables))
        pairs = collection.select(query, hint or None, text).pairs if collection else []
        return [pair for pair in pairs if matches(pair[1])]


# --- statements -------------------------------------------------------------------------------


def insert_one(target: Target, document: Value) -> Document:
    """Insert a document; return it as stored."""
    if type(document) is not dict:
        raise MongoError(14, "BSON field 'insert.documents' holds something that is no object")
    stored = storable(document)
    target.work.insert(target.made(), stored)
    return stored


class Update(NamedTuple):
    """One update statement."""

    query: Document
    update: Value
    multi: bool = False
    upsert: bool = False
    array_filters: Sequence[Document] = ()
    hint: Value = None
    sort: Value = None


class Updated(NamedTuple):
    """What an update statement did."""

    matched: int
    modified: int
    before: Document | None = None
    after: Document | None = None
    inserted: bool = False


def run_update(target: Target, statement: Update) -> Updated:
    """Run one update statement; raises MongoError."""
    apply = compile_update(statement.update, statement.array_filters, target.variables)
    if statement.multi and is_replacement(statement.update):
        raise FailedToParseError("multi update is not supported for replacement-style update")
    found = target.found(statement.query, statement.hint)
    if statement.sort:
        found = sorted_pairs(found, statement.sort)
    if not found and statement.upsert:
        return _insert_seeded(target, statement)
    modified, before, after = 0, None, None
    for record, document in found if statement.multi else found[:1]:
        before, after = document, apply(document, Situation(statement.query))
        if not identical(before, after):
            check_size(after)
            target.work.replace(target.made(), record, after)
            modified += 1
    return Updated(len(found) if statement.multi else min(1, len(found)), modified, before, after)


def sorted_pairs(pairs: list[tuple[int, Document]], sort: Document) -> list[tuple[int, Document]]:
    """Return pairs of record number and document in the order of their documents."""
    records = {id(document): record for record, document in pairs}
    documents = sorted_documents((document for _, document in pairs), parse_sort(sort))
    return [(records[id(document)], document) for document in documents]


def _insert_seeded(target: Target, statement: Update) -> Updated:
    start = seed(statement.query, only_id=is_replacement(statement.update))
    apply = compile_update(statement.update, statement.array_filters, target.variables)
    made = apply(start, Situation(statement.query, inserting=True))
    return Updated(0, 0, after=insert_one(target, made), inserted=True)


def run_delete(target: Target, query: Document, hint: Value = None, *, many: bool) -> int:
    """Delete the first or all documents that match; return how many."""
    found = target.found(query, hint)
    doomed = found if many else found[:1]
    for record, _ in doomed:
        target.work.delete(target.made(), record)
    return len(doomed)


# --- commands ---------------------------------------------------------------------------------


@contextmanager
def writing(context: Context, database: str) -> Iterator[UnitOfWork]:
    """Hold the lock of a database for a unit of work, which is stored at the end."""
    with context.catalog.database(database).lock, UnitOfWork(context.catalog.storage) as work:
        yield work


def _target(context: Context, request: Request, work: UnitOfWork) -> Target:
    variables = request.document("let")
    return Target(context.catalog, request.database, request.collection, work, variables)


def run_statements(
    context: Context,
    request: Request,
    statements: Sequence[Value],
    run: Callable[[Target, int, Value], None],
) -> Document:
    """Run statements one after the other and store them together; return the errors among them."""
    if not 0 < len(statements) <= MOST_STATEMENTS:
        raise MongoError(
            16 if not statements else 9,
            f"Write batch sizes must be between 1 and {MOST_STATEMENTS}. Got {len(statements)}",
        )
    check_collection_name(request.database, request.collection)
    errors: list[Document] = []
    with writing(context, request.database) as work:
        target = _target(context, request, work)
        for index, statement in enumerate(statements):
            try:
                run(target, index, statement)
            except MongoError as error:
                errors.append(error.as_write_error(index))
                if request.flag("ordered", default=True):
                    break
    return {"writeErrors": errors} if errors else {}


@command("insert", fields="documents ordered bypassDocumentValidation")
def insert(context: Context, request: Request) -> Document:
    """Insert documents."""
    count = 0

    def run(target: Target, _index: int, document: Value) -> None:
        nonlocal count
        insert_one(target, document)
        count += 1

    errors = run_statements(context, request, request.array("documents"), run)
    return {"n": count} | errors


_UPDATE_FIELDS = {"q", "u", "multi", "upsert", "collation", "arrayFilters", "hint", "sort", "c"}


@command("update", fields="updates ordered bypassDocumentValidation let")
def update(context: Context, request: Request) -> Document:
    """Update documents."""
    matched = modified = 0
    upserted: list[Document] = []

    def run(target: Target, index: int, statement: Update) -> None:
        nonlocal matched, modified
        done = run_update(target, statement)
        matched += done.matched
        modified += done.modified
        if done.inserted and done.after is not None:
            upserted.append({"index": index, "_id": done.after["_id"]})

    statements = list(map(update_statement, request.array("updates")))
    errors = run_statements(context, request, statements, run)
    reply: Document = {"n": matched + len(upserted), "nModified": modified}
    return reply | ({"upserted": upserted} if upserted else {}) | errors


def update_statement(fields: Value) -> Update:
    """Return the statement in an entry of `updates`; raises MongoError."""
    fields = only(fields, _UPDATE_FIELDS, "update.updates")
    if type(fields.get("q")) is not dict or "u" not in fields:
        raise BadValueError("an update needs q, a document, and u")
    if fields.get("c"):
        raise BadValueError("c is not supported")
    multi, sort = bool(fields.get("multi")), fields.get("sort")
    if multi and sort:
        raise FailedToParseError("Cannot specify sort with multi=true")
    return Update(
        fields["q"],
        fields["u"],
        multi,
        bool(fields.get("upsert")),
        fields.get("arrayFilters") or (),
        fields.get("hint"),
        sort,
    )


@command("delete", fields="deletes ordered let")
def delete(context: Context, request: Request) -> Document:
    """Delete documents."""
    count = 0

    def run(target: Target, _index: int, fields: Document) -> None:
        nonlocal count
        many = fields["limit"] == 0
        count += run_delete(target, fields["q"], fields.get("hint"), many=many)

    statements = list(map(delete_statement, request.array("deletes")))
    errors = run_statements(context, request, statements, run)
    return {"n": count} | errors


def delete_statement(fields: Value) -> Document:
    """Return an entry of `deletes` after making sure that it is one; raises MongoError."""
    statement = only(fields, {"q", "limit", "collation", "hint"}, "delete.deletes")
    if type(fields.get("q")) is not dict or fields.get("limit") not in {0, 1}:
        raise FailedToParseError("a delete needs q, a document, and limit, 0 or 1")
    return statement


@command(
    "findAndModify",
    "findandmodify",
    fields="query sort remove update new fields upsert arrayFilters hint collation let "
    "bypassDocumentValidation",
)
def find_and_modify(context: Context, request: Request) -> Document:
    """Update or delete one document; return it as it was or as it is."""
    remove, changes = request.flag("remove"), request.body.get("update")
    if remove == (changes is not None):
        raise FailedToParseError("Either an update or remove=true must be specified, not both")
    if remove and (request.flag("new") or request.flag("upsert")):
        raise FailedToParseError("Cannot specify new=true or upsert=true with remove=true")
    query = request.document("query")
    project = compile_projection(request.document("fields"), query, request.document("let"))
    with writing(context, request.database) as work:
        run = _find_and_remove if remove else _find_and_update
        reply = run(_target(context, request, work), request)
        value = reply["value"]
        reply["value"] = None if value is None else project(value)
    return reply


def _find_and_remove(target: Target, request: Request) -> Document:
    found = target.found(request.document("query"), request.body.get("hint"))
    found = sorted_pairs(found, request.document("sort"))[:1]
    for record, _ in found:
        target.work.delete(target.made(), record)
    return {
        "lastErrorObject": {"n": len(found)},
        "value": found[0][1] if found else None,
    }


def _find_and_update(target: Target, request: Request) -> Document:
    statement = Update(
        request.document("query"),
        request.body["update"],
        upsert=request.flag("upsert"),
        array_filters=request.array("arrayFilters"),
        hint=request.body.get("hint"),
        sort=request.document("sort"),
    )
    done = run_update(target, statement)
    value = done.after if request.flag("new") else done.before
    state: Document = {
        "n": done.matched + done.inserted,
        "updatedExisting": done.matched > 0,
    }
    if done.inserted and done.after is not None:
        state["upserted"] = done.after["_id"]
    return {"lastErrorObject": state, "value": value}
