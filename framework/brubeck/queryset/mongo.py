"""MongoQueryset: documents in a MongoDB collection."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from brubeck.errors import FourOhFourException
from brubeck.queryset.base import AbstractQueryset, Status


class MongoQueryset(AbstractQueryset):
    """Keep documents in `db_conn`, a pymongo collection, with their id as `_id`.

    An ObjectId stays one; any other id is stored as text, and so are UUIDs and decimals
    anywhere in a document, for which BSON has no form that all drivers agree on.
    """

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, or UPDATED when it was there."""
        document = self._stored_form(shield)
        result = self.db_conn.replace_one({"_id": document["_id"]}, document, upsert=True)
        return (self.MSG_UPDATED if result.matched_count else self.MSG_CREATED), shield

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents."""
        return [self.create_one(shield) for shield in shields]

    def update_one(self, shield: Any) -> Status:
        """Store one document, there before or not."""
        self.create_one(shield)
        return self.MSG_UPDATED, shield

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

    def _found(self, iids: Sequence[Any]) -> dict[str, Any]:
        documents = self.db_conn.find({"_id": {"$in": _possible_ids(iids)}})
        return {str(document["_id"]): document for document in documents}

    def _stored_form(self, shield: Any) -> dict[str, Any]:
        key = self.key_of(shield)
        value = getattr(shield, self.api_id)
        document: dict[str, Any] = _storable(shield.to_python())
        document.pop(self.api_id, None)
        document["_id"] = value if _is_object_id(value) else key
        return document


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
