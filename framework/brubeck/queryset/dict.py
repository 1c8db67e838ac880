"""DictQueryset: documents in a dict, for examples and tests."""

from collections.abc import Sequence
from typing import Any

from brubeck.errors import FourOhFourException
from brubeck.queryset.base import AbstractQueryset, Status


class DictQueryset(AbstractQueryset):
    """Keep documents as dicts in `db_conn`, a dict."""

    def __init__(self, db_conn: dict[str, Any] | None = None, api_id: str = "id") -> None:
        super().__init__({} if db_conn is None else db_conn, api_id)

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, or UPDATED when it was there."""
        key = self.key_of(shield)
        message = self.MSG_UPDATED if key in self.db_conn else self.MSG_CREATED
        self.db_conn[key] = shield.to_python()
        return message, shield

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents."""
        return [self.create_one(shield) for shield in shields]

    def read_all(self) -> list[Status]:
        """Return every document."""
        return [(self.MSG_OK, document) for document in self.db_conn.values()]

    def read_one(self, iid: Any) -> Status:
        """Return one document, or FAILED and the id."""
        key = str(iid)
        if key not in self.db_conn:
            return self.MSG_FAILED, key
        return self.MSG_OK, self.db_conn[key]

    def read_many(self, iids: Sequence[Any]) -> list[Status]:
        """Return many documents."""
        return [self.read_one(iid) for iid in iids]

    def update_one(self, shield: Any) -> Status:
        """Store one document, there before or not."""
        self.db_conn[self.key_of(shield)] = shield.to_python()
        return self.MSG_UPDATED, shield

    def update_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents, there before or not."""
        return [self.update_one(shield) for shield in shields]

    def destroy_one(self, iid: Any) -> Status:
        """Remove one document. Raises FourOhFourException when it is not there."""
        self._require([iid])
        return self.MSG_UPDATED, self.db_conn.pop(str(iid))

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents, or none and raise FourOhFourException when one is not there."""
        self._require(iids)
        return [self.destroy_one(iid) for iid in iids]

    def _require(self, iids: Sequence[Any]) -> None:
        missing = [str(iid) for iid in iids if str(iid) not in self.db_conn]
        if missing:
            raise FourOhFourException(*missing)
