"""The command `bulkWrite`: writes to several collections in one message (MongoDB 8.0)."""

from dataclasses import dataclass, field

from mongolite.commands.registry import Context, command
from mongolite.commands.request import Request, only
from mongolite.commands.writing import Target, Update, insert_one, run_delete, run_update, writing
from mongolite.cursors import Cursor
from mongolite.errors import BadValueError, MongoError
from mongolite.values import Document, Value


@dataclass
class Tally:
    """What the operations of a bulk have done so far."""

    inserted: int = 0
    matched: int = 0
    modified: int = 0
    upserted: int = 0
    deleted: int = 0
    errors: int = 0
    results: list[Document] = field(default_factory=list)

    def reply(self) -> Document:
        """Return the counters as the command answers them."""
        return {
            "nErrors": self.errors,
            "nInserted": self.inserted,
            "nMatched": self.matched,
            "nModified": self.modified,
            "nUpserted": self.upserted,
            "nDeleted": self.deleted,
        }


@command("bulkWrite", fields="ops nsInfo ordered errorsOnly bypassDocumentValidation let cursor")
def bulk_write(context: Context, request: Request) -> Document:
    """Run inserts, updates and deletes on any collections."""
    operations, namespaces = request.array("ops"), request.array("nsInfo")
    if not operations or not namespaces:
        raise BadValueError("bulkWrite needs ops and nsInfo")
    tally = Tally()
    for index, operation in enumerate(operations):
        result = _outcome(context, request, operation, namespaces, tally) | {"idx": index}
        tally.errors += not result["ok"]
        if not (result["ok"] and request.flag("errorsOnly")):
            tally.results.append(result)
        if not result["ok"] and request.flag("ordered", default=True):
            break
    cursor = Cursor("admin.$cmd.bulkWrite", iter(tally.results), session=request.session)
    return context.cursors.first_reply(cursor, len(tally.results) + 1) | tally.reply()


def _outcome(
    context: Context,
    request: Request,
    operation: Document,
    namespaces: list[Document],
    tally: Tally,
) -> Document:
    try:
        return {"ok": 1.0} | _run(context, request, operation, namespaces, tally)
    except MongoError as error:
        return {"ok": 0.0, "n": 0} | error.as_write_error(0)


def _run(
    context: Context,
    request: Request,
    operation: Document,
    namespaces: list[Document],
    tally: Tally,
) -> Document:
    kind = next(iter(operation))
    if kind not in _KINDS:
        raise BadValueError(f"unknown operation in bulkWrite: {kind}")
    database, _, name = _namespace(namespaces, operation[kind]).partition(".")
    with writing(context, database) as work:
        target = Target(context.catalog, database, name, work, request.document("let"))
        return _KINDS[kind](target, operation, tally)


def _namespace(namespaces: list[Document], number: Value) -> str:
    if type(number) is not int or not 0 <= number < len(namespaces):
        raise BadValueError("BulkWrite ops entry has an invalid nsInfo index")
    return str(namespaces[number]["ns"])


def _insert(target: Target, operation: Document, tally: Tally) -> Document:
    only(operation, {"insert", "document"}, "bulkWrite.ops")
    insert_one(target, operation["document"])
    tally.inserted += 1
    return {"n": 1}


_UPDATE_FIELDS = {"update", "filter", "updateMods", "multi", "upsert", "arrayFilters", "hint"}


def _update(target: Target, operation: Document, tally: Tally) -> Document:
    only(operation, _UPDATE_FIELDS | {"collation", "sort", "constants"}, "bulkWrite.ops")
    done = run_update(
        target,
        Update(
            operation["filter"],
            operation["updateMods"],
            multi=bool(operation.get("multi")),
            upsert=bool(operation.get("upsert")),
            array_filters=operation.get("arrayFilters") or (),
            hint=operation.get("hint"),
            sort=operation.get("sort"),
        ),
    )
    tally.matched += done.matched
    tally.modified += done.modified
    tally.upserted += done.inserted
    result: Document = {"n": done.matched + done.inserted, "nModified": done.modified}
    if done.inserted and done.after is not None:
        result["upserted"] = {"_id": done.after["_id"]}
    return result


def _delete(target: Target, operation: Document, tally: Tally) -> Document:
    only(operation, {"delete", "filter", "multi", "hint", "collation"}, "bulkWrite.ops")
    many = bool(operation.get("multi"))
    count = run_delete(target, operation["filter"], operation.get("hint"), many=many)
    tally.deleted += count
    return {"n": count}


_KINDS = {"insert": _insert, "update": _update, "delete": _delete}
