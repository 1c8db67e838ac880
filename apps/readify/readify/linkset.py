"""The links of one user as a queryset: what AutoAPI reads and writes.

Notice that nothing is stored here. Lists are those of the website, and every change is decided and
written by the one place that numbers changes (queries/changes.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import NO_FILTERS, Change, Changes, Status
from brubeck.queryset.places import Page
from brubeck.timekeeping import curtime
from bson import ObjectId
from weblinks.paging import Cursor

from readify import queries
from readify.models import Link, User
from readify.queries.changes import Write, commit, settled
from readify.queries.links import OUT_OF_THE_BIN, changing, insertion, link_of
from readify.wanted import Wanted

WRITABLE = ("url", "title", "tags", "liked", "archived", "deleted", "is_public", "place")
LATEST = "latest"
CURSOR = "c"
LONGEST_NUMBER = 15  # digits


class LinkQueryset(AbstractQueryset):
    """Keeps the links of a user in `db`."""

    def __init__(self, db: queries.Db, user: User) -> None:
        super().__init__(db_conn=db)
        self.db = db
        self.user = user

    # -- reading -------------------------------------------------------------------------------

    def read_one(self, iid: Any) -> Status:
        """Return one link of the user's, or FAILED and the id."""
        return self.read_many([iid])[0]

    def read_many(self, iids: Sequence[Any]) -> list[Status]:
        """Return those of some links that are the user's, FAILED and the id for the others."""
        found = {link.id: link for link in self._owned(iids)}
        return [
            (self.MSG_OK, found[iid].to_python()) if iid in found else (self.MSG_FAILED, str(iid))
            for iid in map(ObjectId, iids)
        ]

    def _owned(self, iids: Sequence[Any]) -> list[Link]:
        return queries.find_links(self.db, self.user.id, list(map(ObjectId, iids)))

    def read_page(
        self, limit: int, after: str | None = None, filters: Mapping[str, Any] = NO_FILTERS
    ) -> Page:
        """Return a page of the list that `filters["wanted"]` stands for."""
        wanted: Wanted = filters["wanted"]
        before = Cursor.parse(after, wanted.sorted_by) if after else None
        page = queries.list_links(self.db, self.user.id, wanted, before, limit)
        items = [(self.MSG_OK, link) for link in page.links]
        return Page(items, str(page.next) if page.next else None)

    def read_changes(
        self,
        limit: int,
        since: str,
        filters: Mapping[str, Any] = NO_FILTERS,  # noqa: ARG002  a filter would hide what leaves it
    ) -> Changes:
        """Return what has changed since a cursor, or since a time in milliseconds."""
        found = queries.changes_since(self.db, self.user.id, self._number(since), limit)
        items = [
            (self.MSG_OK, link_of(item)) if "owner_id" in item else (self.MSG_GONE, tombstone(item))
            for item in found.items
        ]
        return Changes(items, f"{CURSOR}{found.last}", found.is_all)

    def _number(self, since: str) -> int:
        """Return the number of the last change that a client knows; raise ValueError, LookupError."""
        last: int = settled(self.db, self.user.id)["seq"]
        if since == LATEST:
            return last
        digits = since.removeprefix(CURSOR)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
            raise ValueError(
                "it is neither a cursor nor a time. Take `since` of the answer before."
            )
        if not since.startswith(CURSOR):
            return queries.number_before(self.db, self.user.id, int(digits))
        if int(digits) > last:
            raise LookupError(since)
        return int(digits)

    # -- writing -------------------------------------------------------------------------------

    def exchange(self, changes: Sequence[Change]) -> list[Status | None]:
        """Make each change whose link is still as it was; None for the others."""
        decided: list[tuple[str | None, ObjectId | None, Write | None]] = []

        def decide() -> list[Write]:
            decided[:] = [self._decided(change) for change in changes]
            return [write for _, _, write in decided if write is not None]

        commit(self.db, self.user.id, decide)
        found = {link.id: link for link in self._owned([key for _, key, _ in decided if key])}
        return [
            None if message is None else (message, found.get(key, change.after))
            for (message, key, _), change in zip(decided, changes, strict=True)
        ]

    def _decided(self, change: Change) -> tuple[str | None, ObjectId | None, Write | None]:
        """Return what becomes of a change: its message, its link, and what is to be written."""
        if change.before is None:
            return self._new(change.after)
        stored = queries.find_link(self.db, self.user.id, change.before["_id"])
        if stored is None or stored.change != change.before["change"]:
            return None, None, None
        wanted = {"deleted": True} if change.after is None else writable(change.after)
        changes = {name: value for name, value in wanted.items() if stored[name] != value}
        if "url" in changes and self._is_known(str(changes["url"]), stored):
            return self.MSG_CONFLICT, stored.id, None
        if "deleted" in changes:
            changes["deleted_at"] = curtime() if changes["deleted"] else None
        write = changing(self.db, stored, **changes) if changes else None
        return self.MSG_UPDATED, stored.id, write

    def _new(self, link: Any) -> tuple[str | None, ObjectId | None, Write | None]:
        known = queries.find_link_to(self.db, self.user.id, link.url)
        if known is None:
            link.owner_username = self.user.username
            link.fetch_state = Link.WAITING
            return self.MSG_CREATED, link.id, insertion(link)
        if not known.deleted:
            return self.MSG_CONFLICT, known.id, None
        back = {**writable(link), **OUT_OF_THE_BIN}
        return self.MSG_UPDATED, known.id, changing(self.db, known, **back)

    def _is_known(self, url: str, link: Link) -> bool:
        other = queries.find_link_to(self.db, self.user.id, url)
        return other is not None and other.id != link.id


def writable(link: Any) -> dict[str, Any]:
    """Return what clients decide about a link."""
    return {name: link[name] for name in WRITABLE}


def tombstone(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is still known of a purged link."""
    return {name: item[name] for name in ("_id", "deleted", "change", "updated_at")}
