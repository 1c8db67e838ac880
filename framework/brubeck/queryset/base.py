"""What every queryset offers: create, read, update, destroy, for one document or for many."""

from collections.abc import Sequence
from typing import Any

Status = tuple[str, Any]
"""A message of the queryset, and the document, dict or id it is about."""


class AbstractQueryset:
    """Store documents by the text of their attribute `api_id`.

    `create`, `read`, `update` and `destroy` take a list for many and anything else for one;
    children implement the forms for one, for many and for all.
    """

    MSG_OK = "OK"
    MSG_UPDATED = "Updated"
    MSG_CREATED = "Created"
    MSG_NOTFOUND = "Not Found"
    MSG_FAILED = "Failed"

    def __init__(self, db_conn: Any = None, api_id: str = "id") -> None:
        self.db_conn = db_conn
        self.api_id = api_id

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

    def key_of(self, shield: Any) -> str:
        """Return the key of a document as text. Raises ValueError when it has none."""
        value = getattr(shield, self.api_id)
        if value is None:
            raise ValueError(
                f"{shield!r} cannot be stored without {self.api_id}. Set it, or let the model "
                "do that with id_options = {'auto_fill': True}."
            )
        return str(value)
