"""DictQueryset: documents in a dict, for examples and tests."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from brubeck.errors import FourOhFourException
from brubeck.queryset.base import NO_FILTERS, AbstractQueryset, Status, Stored
from brubeck.queryset.places import Order, Page, fits, opened


class DictQueryset(AbstractQueryset):
    """Keep documents as dicts in `db_conn`, a dict."""

    def __init__(self, db_conn: dict[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__({} if db_conn is None else db_conn, *args, **kwargs)
        self._order = Order({})

    def create_one(self, shield: Any) -> Status:
        """Store one document: CREATED, or UPDATED when it was there."""
        key = self.key_of(shield)
        message = self.MSG_UPDATED if key in self.db_conn else self.MSG_CREATED
        self._put(key, shield.to_python())
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

    def read_page(
        self, limit: int, after: str | None = None, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Page:
        """Return at most `limit` documents behind the cursor `after` that have these values."""
        start = opened(after) if after else ""
        found = self._first_behind(start, filters, limit + 1)
        if len(self._order) != len(self.db_conn) or any(
            document is None or self._place(key, document) != at for at, key, document in found
        ):
            # The program has changed its dict by itself.
            self._order = Order({key: self._place(key, each) for key, each in self.db_conn.items()})
            found = self._first_behind(start, filters, limit + 1)
        return self._page([(at, document) for at, _, document in found], limit)

    def update_one(self, shield: Any) -> Status:
        """Store one document, there before or not."""
        self._put(self.key_of(shield), shield.to_python())
        return self.MSG_UPDATED, shield

    def update_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents, there before or not."""
        return [self.update_one(shield) for shield in shields]

    def destroy_one(self, iid: Any) -> Status:
        """Remove one document. Raises FourOhFourException when it is not there."""
        self._require([iid])
        self._order.drop(str(iid))
        return self.MSG_UPDATED, self.db_conn.pop(str(iid))

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents, or none and raise FourOhFourException when one is not there."""
        self._require(iids)
        return [self.destroy_one(iid) for iid in iids]

    def _put(self, key: str, document: Stored) -> None:
        self.db_conn[key] = document
        self._order.put(key, self._place(key, document))

    def _first_behind(self, start: str, filters: Mapping[str, Any], count: int) -> list[Any]:
        return list(islice(self._behind(start, filters), count))

    def _behind(self, start: str, filters: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
        """Yield place, key and document, which is None if the program has removed it by itself."""
        for at, key in self._order.beyond(start):
            document = self.db_conn.get(key)
            if document is None or fits(document, filters):
                yield at, key, document

    def _require(self, iids: Sequence[Any]) -> None:
        missing = [str(iid) for iid in iids if str(iid) not in self.db_conn]
        if missing:
            raise FourOhFourException(*missing)
