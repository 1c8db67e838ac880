"""MongoQueryset: documents in a MongoDB collection."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from brubeck.errors import FourOhFourException
from brubeck.jsontext import loads
from brubeck.queryset.base import NO_FILTERS, AbstractQueryset, Change, Status, Stored
from brubeck.queryset.places import Page, closed, opened


class MongoQueryset(AbstractQueryset):
    """Keep documents in `db_conn`, a pymongo collection, with their id as `_id`.

    An ObjectId stays one; any other id is stored as text, and so are UUIDs and decimals
    anywhere in a document, for which BSON has no form that all drivers agree on.
    """

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, UPDATED when it was there, FAILED if BSON cannot hold it."""
        from pymongo.errors import DuplicateKeyError

        document = self._stored_form(shield)
        try:
            result = self._replace({"_id": document["_id"]}, document)
        except DuplicateKeyError:
            # Somebody has created it between the server's two steps; now it can be replaced.
            result = self._replace({"_id": document["_id"]}, document)
        except _unstorable():
            return self.MSG_FAILED, shield
        return (self.MSG_UPDATED if result.matched_count else self.MSG_CREATED), shield

    def _replace(self, query: Stored, document: Stored) -> Any:
        return self.db_conn.replace_one(query, document, upsert=True)

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents."""
        return [self.create_one(shield) for shield in shields]

    def update_one(self, shield: Any) -> Status:
        """Store one document, there before or not."""
        message, _ = self.create_one(shield)
        return (message if message == self.MSG_FAILED else self.MSG_UPDATED), shield

    def update_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents, there before or not."""
        return [self.update_one(shield) for shield in shields]

    def read_all(self) -> list[Status]:
        """Return every document."""
        return [(self.MSG_OK, document) for document in self.db_conn.find().sort("_id", 1)]

    def read_one(self, iid: Any) -> Status:
        """Return one document, or FAILED and the id."""
        return self.read_many([iid])[0]

    def read_many(self, iids: Sequence[Any]) -> list[Status]:
        """Return many documents with one query."""
        found = self._found(iids)
        return [
            (self.MSG_OK, found[str(iid)]) if str(iid) in found else (self.MSG_FAILED, str(iid))
            for iid in iids
        ]

    def destroy_one(self, iid: Any) -> Status:
        """Remove one document: UPDATED and what it was, or NOTFOUND and the id."""
        document = self.db_conn.find_one_and_delete({"_id": {"$in": _possible_ids([iid])}})
        if document is None:
            return self.MSG_NOTFOUND, str(iid)
        return self.MSG_UPDATED, document

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents, or none and raise FourOhFourException when one is not there."""
        found = self._found(iids)
        missing = [str(iid) for iid in iids if str(iid) not in found]
        if missing:
            raise FourOhFourException(*missing)
        return [self.destroy_one(iid) for iid in iids]

    # -- pages and changes ---------------------------------------------------------------------

    def create_indexes(self) -> None:
        """Create the indexes that pages need; call it once, when the program starts."""
        order = [(name, 1) for name in (self.sort_key, "_id") if name]
        for keys in [order, *([(name, 1), *order] for name in self.filter_keys)]:
            if keys != [("_id", 1)]:
                self.db_conn.create_index(keys)

    def read_page(
        self, limit: int, after: str | None = None, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Page:
        """Return at most `limit` documents behind the cursor `after` that have these values."""
        wanted = {name: {"$eq": _storable(value)} for name, value in filters.items()}
        query = {"$and": [wanted, _behind(*self._position(after))]} if after else wanted
        order = [(name, 1) for name in (self.sort_key, "_id") if name]
        found = list(self.db_conn.find(query).sort(order).limit(limit + 1))
        items = [(self.MSG_OK, document) for document in found[:limit]]
        return Page(items, self.cursor_of(found[limit - 1]) if len(found) > limit else None)

    def cursor_of(self, document: Mapping[str, Any]) -> str:
        """Return the cursor of the page that begins behind a document that was read."""
        names = [name for name in (self.sort_key, "_id") if name]
        return closed(json.dumps([_as_json(document.get(name)) for name in names]))

    def _position(self, cursor: str) -> list[tuple[str, Any]]:
        """Return the names and values that a cursor stands for. Raises ValueError for others."""
        names = [name for name in (self.sort_key, "_id") if name]
        with suppress(ValueError):
            values = loads(opened(cursor))
            if isinstance(values, list) and len(values) == len(names):
                return [(name, _of_json(v)) for name, v in zip(names, values, strict=True)]
        raise ValueError(f"{cursor[:40]!r} is no cursor. Begin again without one.")

    def exchange(self, changes: Sequence[Change]) -> list[Status | None]:
        """Make each change whose key still holds what it held before; None for the others."""
        return [self._exchange_one(change) for change in changes]

    def _exchange_one(self, change: Change) -> Status | None:
        _, before, after = change
        if before is not None and after is None:
            removed = self.db_conn.delete_one(_same(before)).deleted_count
            return (self.MSG_UPDATED, before) if removed else None
        try:
            return self._insert(after) if before is None else self._replace_same(before, after)
        except _unstorable():
            return self.MSG_FAILED, after

    def _replace_same(self, before: Stored, shield: Any) -> Status | None:
        document = self._stored_form(shield) | {"_id": before["_id"]}
        replaced = self.db_conn.replace_one(_same(before), document).matched_count
        return (self.MSG_UPDATED, shield) if replaced else None

    def _insert(self, shield: Any) -> Status | None:
        from pymongo.errors import DuplicateKeyError

        try:
            self.db_conn.insert_one(self._stored_form(shield))
        except DuplicateKeyError:
            return None
        return self.MSG_CREATED, shield

    def _found(self, iids: Sequence[Any]) -> dict[str, Any]:
        documents = self.db_conn.find({"_id": {"$in": _possible_ids(iids)}})
        return {str(document["_id"]): document for document in documents}

    def _stored_form(self, shield: Any) -> dict[str, Any]:
        key = self.key_of(shield)
        value = getattr(shield, self.api_id)
        document: dict[str, Any] = _storable(shield.to_python())
        if (
            self.api_id == "id"
        ):  # `_id` says the same; any other name is a field that readers expect
            document.pop("id", None)
        document["_id"] = value if _is_object_id(value) else key
        return document


def _behind(first: tuple[str, Any], *rest: tuple[str, Any]) -> Stored:
    """Return a query for what is sorted behind these values of these keys."""
    name, value = first
    later: list[Stored] = [{name: {"$ne": None} if value is None else {"$gt": value}}]
    # Comparisons see only values of their own kind, and ObjectIds are sorted behind texts.
    if isinstance(value, str):
        later.append({name: {"$type": "objectId"}})
    if rest:
        later.append({"$and": [{name: {"$eq": value}}, _behind(*rest)]})
    return {"$or": later}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"date": value.isoformat()}
    return {"oid": str(value)} if _is_object_id(value) else value


def _of_json(value: Any) -> Any:
    """Return the value in a cursor. Raises ValueError for what could be more than a value."""
    from bson import ObjectId

    match value:
        case {"date": str(text)}:
            return datetime.fromisoformat(text)
        case {"oid": str(text)} if ObjectId.is_valid(text):
            return ObjectId(text)
        case int() if not -(2**63) <= value < 2**63:
            raise ValueError("BSON has no numbers of that size.")
        case None | bool() | int() | float() | str():
            return value
    raise ValueError("The cursor holds no value.")


def _same(document: Stored) -> Stored:
    return {name: {"$eq": value} for name, value in document.items()}


def _unstorable() -> tuple[type[Exception], ...]:
    """Return what pymongo raises for values that BSON has no form for."""
    from bson.errors import InvalidDocument

    return InvalidDocument, OverflowError, UnicodeEncodeError


def _possible_ids(iids: Iterable[Any]) -> list[Any]:
    """Return ids in every form they may be stored in: as text and as ObjectId."""
    from bson import ObjectId
    from bson.errors import InvalidId

    possible: list[Any] = []
    for iid in iids:
        possible.append(str(iid))
        with suppress(InvalidId):
            possible.append(ObjectId(str(iid)))
    return possible


def _is_object_id(value: Any) -> bool:
    from bson import ObjectId

    return isinstance(value, ObjectId)


def _storable(value: Any) -> Any:
    match value:
        case dict():
            return {key: _storable(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
        case UUID() | Decimal():
            return str(value)
    return value
