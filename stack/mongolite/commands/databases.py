"""Commands about collections, databases and indexes."""

import sqlite3
from collections.abc import Iterable

from mongolite.collection import Collection
from mongolite.commands.registry import Context, command
from mongolite.commands.request import Request
from mongolite.cursors import Cursor
from mongolite.errors import MongoError, RefusedError
from mongolite.filters import compile_filter
from mongolite.indexcreation import parse_index, same_index
from mongolite.indexspec import ID_INDEX, IndexSpec
from mongolite.values import Document, Value

NAMESPACE_NOT_FOUND = 26
NAMESPACE_EXISTS = 48
MOST_INDEXES = 64


def _reply(context: Context, request: Request, name: str, entries: Iterable[Document]) -> Document:
    """Return entries as the first batch of a cursor."""
    cursor = Cursor(f"{request.database}.{name}", iter(entries), session=request.session)
    size = Request("cursor", request.document("cursor")).size("batchSize")
    return context.cursors.first_reply(cursor, size)


def existing(context: Context, request: Request) -> Collection:
    """Return the collection that a request names; raises MongoError (26) if there is none."""
    collection = context.catalog.get(request.database, request.collection)
    if collection is None:
        raise MongoError(NAMESPACE_NOT_FOUND, f"ns does not exist: {request.namespace}")
    return collection


# --- collections ------------------------------------------------------------------------------


@command(
    "create",
    fields="capped size max validator validationLevel validationAction timeseries viewOn pipeline "
    "clusteredIndex changeStreamPreAndPostImages collation expireAfterSeconds encryptedFields "
    "storageEngine indexOptionDefaults autoIndexId",
)
def create(context: Context, request: Request) -> Document:
    """Create an empty collection without options."""
    allowed = {"storageEngine", "indexOptionDefaults", "autoIndexId"}
    for name in request.body:
        if name in _COLLECTION_OPTIONS - allowed and request.body[name] not in (None, False):
            raise RefusedError(f"a collection with the option {name}")
    with context.catalog.database(request.database).lock:
        if context.catalog.get(request.database, request.collection) is not None:
            raise MongoError(NAMESPACE_EXISTS, f"Collection {request.namespace} already exists.")
        context.catalog.create(request.database, request.collection)
    return {}


_COLLECTION_OPTIONS = frozenset(
    [
        "capped",
        "size",
        "max",
        "validator",
        "validationLevel",
        "validationAction",
        "timeseries",
        "viewOn",
        "pipeline",
        "clusteredIndex",
        "changeStreamPreAndPostImages",
        "expireAfterSeconds",
        "encryptedFields",
    ]
)


@command("drop")
def drop(context: Context, request: Request) -> Document:
    """Remove a collection; one that is not there is no error."""
    with context.catalog.database(request.database).lock:
        collection = context.catalog.get(request.database, request.collection)
        if collection is None:
            return {}
        context.catalog.drop(collection)
    return {"nIndexesWas": len(collection.indexes), "ns": collection.namespace}


@command("dropDatabase")
def drop_database(context: Context, request: Request) -> Document:
    """Remove all collections of a database."""
    database = context.catalog.database(request.database)
    with database.lock:
        for collection in list(database.collections.values()):
            context.catalog.drop(collection)
    return {"dropped": request.database}


@command("renameCollection", fields="to dropTarget")
def rename_collection(context: Context, request: Request) -> Document:
    """Give a collection another name in the same database."""
    base, _, name = request.collection.partition(".")
    to_base, _, to_name = request.text("to").partition(".")
    if base != to_base:
        raise RefusedError("renaming a collection into another database")
    with context.catalog.database(base).lock:
        collection = context.catalog.get(base, name)
        if collection is None:
            raise MongoError(NAMESPACE_NOT_FOUND, f"Source collection {base}.{name} does not exist")
        _make_way(context, collection, to_name, drop=request.flag("dropTarget"))
        context.catalog.rename(collection, to_name)
    return {}


def _make_way(context: Context, collection: Collection, name: str, *, drop: bool) -> None:
    target = context.catalog.get(collection.database, name)
    if target is collection:
        raise MongoError(20, "Can't rename a collection to itself")
    if target is not None:
        if not drop:
            raise MongoError(NAMESPACE_EXISTS, "target namespace exists")
        context.catalog.drop(target)


@command("listCollections", fields="filter nameOnly authorizedCollections cursor")
def list_collections(context: Context, request: Request) -> Document:
    """Return the collections of a database."""
    matches = compile_filter(request.document("filter"))
    database = context.catalog.database(request.database)
    with database.lock:
        entries = [_listed(one) for _, one in sorted(database.collections.items())]
    found = [entry for entry in entries if matches(entry)]
    if request.flag("nameOnly"):
        found = [{"name": entry["name"], "type": entry["type"]} for entry in found]
    return _reply(context, request, "$cmd.listCollections", found)


def _listed(collection: Collection) -> Document:
    return {
        "name": collection.name,
        "type": "collection",
        "options": {},
        "info": {"readOnly": False, "uuid": collection.uuid},
        "idIndex": collection.indexes[ID_INDEX].spec.listed(),
    }


@command("listDatabases", fields="filter nameOnly authorizedDatabases")
def list_databases(context: Context, request: Request) -> Document:
    """Return the databases."""
    matches = compile_filter(request.document("filter"))
    entries: list[Document] = [
        {
            "name": database.name,
            "sizeOnDisk": sum(one.size() for one in list(database.collections.values())),
            "empty": False,
        }
        for database in context.catalog.databases()
    ]
    found = [entry for entry in entries if matches(entry)]
    if request.flag("nameOnly"):
        return {"databases": [{"name": entry["name"]} for entry in found]}
    total = sum(entry["sizeOnDisk"] for entry in found)
    return {"databases": found, "totalSize": total, "totalSizeMb": total // 2**20}


# --- indexes ----------------------------------------------------------------------------------


@command("createIndexes", fields="indexes commitQuorum ignoreUnknownIndexOptions")
def create_indexes(context: Context, request: Request) -> Document:
    """Create the indexes that are not there yet: all or none."""
    specs = [parse_index(entry) for entry in request.array("indexes")]
    if not specs:
        raise MongoError(2, "Must specify at least one index to create")
    with context.catalog.database(request.database).lock:
        created = context.catalog.get(request.database, request.collection) is None
        collection = context.catalog.ensure(request.database, request.collection)
        before = len(collection.indexes)
        new = [spec for spec in specs if not same_index(spec, collection)]
        if before + len(new) > MOST_INDEXES:
            raise MongoError(67, f"add index fails, too many indexes for {collection.namespace}")
        _build(collection, new)
    reply: Document = {
        "numIndexesBefore": before,
        "numIndexesAfter": len(collection.indexes),
        "createdCollectionAutomatically": created,
    }
    return reply if new else reply | {"note": "all indexes already exist"}


def _build(collection: Collection, specs: Iterable[IndexSpec]) -> None:
    """Build and save indexes; when that fails the collection has those that it had."""
    before = dict(collection.indexes)
    try:
        for spec in specs:
            if not same_index(spec, collection):
                collection.build_index(spec)
        collection.save()
    except (MongoError, sqlite3.Error):
        collection.indexes = before
        raise


@command("listIndexes", fields="cursor includeBuildUUIDs includeIndexBuildInfo")
def list_indexes(context: Context, request: Request) -> Document:
    """Return the indexes of a collection."""
    collection = existing(context, request)
    entries = [index.spec.listed() for index in list(collection.indexes.values())]
    return _reply(context, request, collection.name, entries)


@command("dropIndexes", "deleteIndexes", fields="index")
def drop_indexes(context: Context, request: Request) -> Document:
    """Remove indexes by name, by key, or all but the one on `_id`."""
    with context.catalog.database(request.database).lock:
        collection = existing(context, request)
        before = dict(collection.indexes)
        for name in _doomed(collection, request.body.get("index")):
            collection.indexes.pop(name, None)
        collection.save()
    return {"nIndexesWas": len(before)}


def _doomed(collection: Collection, wanted: Value) -> list[str]:
    if wanted == "*":
        return [name for name in collection.indexes if name != ID_INDEX]
    names = []
    for one in wanted if type(wanted) is list else [wanted]:
        index = collection.index_for(one)
        if index is None:
            raise MongoError(27, f"index not found with name [{one}]")
        if index.spec.name == ID_INDEX:
            raise MongoError(72, "cannot drop _id index")
        names.append(index.spec.name)
    return names
