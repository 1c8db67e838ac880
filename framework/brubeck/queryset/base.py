"""What every queryset offers: create, read, update, destroy, for one document or for many."""

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import Any, NamedTuple

from brubeck.queryset.places import Page, closed, fits, opened, place

Status = tuple[str, Any]
"""A message of the queryset, and the document, dict or id it is about."""

Stored = dict[str, Any]

NO_FILTERS: Mapping[str, Any] = {}


class Change(NamedTuple):
    """What is stored under a key now (None: nothing), and the document to be there instead."""

    key: str
    before: Stored | None
    after: Any | None


class Changes(NamedTuple):
    """What has changed, as (message, dict) pairs in the order of the changes, each document once.

    A document that is gone has MSG_GONE, and what is still known of it. `since` is the cursor from
    which on to ask next time, also if there is nothing new; `is_all` is False where there is more
    to be had at once.
    """

    items: list[tuple[str, Any]]
    since: str
    is_all: bool


class AbstractQueryset:
    """Store documents by the text of their attribute `api_id`.

    `create`, `read`, `update` and `destroy` take a list for many and anything else for one;
    children implement the forms for one, for many and for all.

    `read_page` goes through the collection in the order of `sort_key`, then of the ids. Stores
    with indexes have one for each of `filter_keys`. Both name keys of the stored dicts.
    """

    MSG_OK = "OK"
    MSG_UPDATED = "Updated"
    MSG_CREATED = "Created"
    MSG_NOTFOUND = "Not Found"
    MSG_FAILED = "Failed"
    MSG_CONFLICT = "Conflict"
    MSG_GONE = "Gone"
    MSG_INVALID = "Invalid"

    sort_key: str | None = None
    filter_keys: Sequence[str] = ()

    def __init__(
        self,
        db_conn: Any = None,
        api_id: str = "id",
        sort_key: str | None = None,
        filter_keys: Sequence[str] = (),
    ) -> None:
        self.db_conn = db_conn
        self.api_id = api_id
        self.sort_key = sort_key
        self.filter_keys = tuple(filter_keys)

    def __init_subclass__(cls, **options: Any) -> None:
        """Let a child that reads everything in a way of its own be paged in that way, too."""
        super().__init_subclass__(**options)
        if {"read", "read_all"} & vars(cls).keys() and "read_page" not in vars(cls):
            cls.read_page = AbstractQueryset.read_page  # type: ignore[method-assign]

    def create(self, shields: Any) -> Status | list[Status]:
        """Store documents; CREATED for new ones, UPDATED for those that were there."""
        return self.create_many(shields) if isinstance(shields, list) else self.create_one(shields)

    def read(self, iids: Any) -> Status | list[Status]:
        """Return the documents with these ids as dicts; all of them when there is no id."""
        if not iids:
            return self.read_all()
        return self.read_many(iids) if isinstance(iids, list) else self.read_one(iids)

    def update(self, shields: Any) -> Status | list[Status]:
        """Store documents that are there already."""
        return self.update_many(shields) if isinstance(shields, list) else self.update_one(shields)

    def destroy(self, item_ids: Any) -> Status | list[Status]:
        """Remove the documents with these ids and return them as dicts."""
        if isinstance(item_ids, list):
            return self.destroy_many(item_ids)
        return self.destroy_one(item_ids)

    def create_one(self, shield: Any) -> Status:
        """Store one document."""
        raise NotImplementedError

    def create_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents."""
        raise NotImplementedError

    def read_all(self) -> list[Status]:
        """Return every document."""
        raise NotImplementedError

    def read_one(self, iid: Any) -> Status:
        """Return one document."""
        raise NotImplementedError

    def read_many(self, iids: Sequence[Any]) -> list[Status]:
        """Return many documents."""
        raise NotImplementedError

    def update_one(self, shield: Any) -> Status:
        """Store one document that is there already."""
        raise NotImplementedError

    def update_many(self, shields: Sequence[Any]) -> list[Status]:
        """Store many documents that are there already."""
        raise NotImplementedError

    def destroy_one(self, iid: Any) -> Status:
        """Remove one document."""
        raise NotImplementedError

    def destroy_many(self, iids: Sequence[Any]) -> list[Status]:
        """Remove many documents."""
        raise NotImplementedError

    # -- pages ---------------------------------------------------------------------------------

    def read_page(
        self, limit: int, after: str | None = None, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Page:
        """Return at most `limit` documents behind the cursor `after` that have these values.

        Raises ValueError for a cursor that is none. This form reads everything; the stores of
        this package have forms whose cost does not grow with the collection.
        """
        start = opened(after) if after else ""
        documents = (_as_dict(item) for _, item in self.read_everything())
        placed = ((self.place_of(each), each) for each in documents if fits(each, filters))
        behind = (pair for pair in placed if pair[0] > start)
        return self._page(nsmallest(limit + 1, behind, key=lambda pair: pair[0]), limit)

    def read_changes(
        self, limit: int, since: str, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Changes:
        """Return at most `limit` documents that have changed since a cursor, `"0"` for ever.

        For stores that number their changes; those of this package do not. Raises ValueError for a
        cursor that is none, LookupError for one that is ahead of the last change.
        """
        raise NotImplementedError

    def read_everything(self) -> list[Status]:
        """Return what `read` returns without ids."""
        everything: Any = self.read(None)
        return list(everything)

    def cursor_of(self, document: Mapping[str, Any]) -> str:
        """Return the cursor of the page that begins behind a document that was read."""
        return closed(self.place_of(document))

    def place_of(self, document: Mapping[str, Any]) -> str:
        """Return where a stored dict stands in the order."""
        # The id of a model is called `_id` in stored dicts.
        key = str(document[self.api_id if self.api_id in document else "_id"])
        return self._place(key, document)

    def _place(self, key: str, document: Mapping[str, Any]) -> str:
        return place(key, document.get(self.sort_key)) if self.sort_key else key

    def _page(self, found: Sequence[tuple[str, Stored]], limit: int) -> Page:
        """Return a page of places and dicts; one more than fits says that there is another."""
        items = [(self.MSG_OK, document) for _, document in found[:limit]]
        return Page(items, closed(found[limit - 1][0]) if len(found) > limit else None)

    # -- changes that must not overwrite those of others ---------------------------------------

    def exchange(self, changes: Sequence[Change]) -> list[Status | None]:
        """Make each change whose key still holds what it held before; None for the others.

        Nobody can come between the comparison and the change in the stores of this package. This
        form, for children without one, has only the gap between two calls of theirs.
        """
        return [self._exchange_one(change) for change in changes]

    def _exchange_one(self, change: Change) -> Status | None:
        message, found = self.read_one(change.key)
        if (_as_dict(found) if message == self.MSG_OK else None) != change.before:
            return None
        if change.after is None:
            return self.destroy_one(change.key)
        return self.create_one(change.after)

    def key_of(self, shield: Any) -> str:
        """Return the key of a document as text. Raises ValueError when it has none."""
        value = getattr(shield, self.api_id)
        if value is None:
            raise ValueError(
                f"{shield!r} cannot be stored without {self.api_id}. Set it, or let the model "
                "do that with id_options = {'auto_fill': True}."
            )
        return str(value)


def _as_dict(item: Any) -> Stored:
    return item if isinstance(item, dict) else item.to_python()
