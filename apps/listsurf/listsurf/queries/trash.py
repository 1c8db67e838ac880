"""Deleted links, which can be brought back for a while.

Notice that a deleted link moves to a collection of its own. No other question has to leave it out,
its address can be saved again at once, and the database itself removes it when its time is over.
It is written there before it is removed here: whatever happens in between, it is not lost.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from accounts.models import User
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import DESCENDING, ReplaceOne
from pymongo.errors import DuplicateKeyError

from listsurf.models import Link
from listsurf.queries.links import link_of

KEPT_FOR = 7 * 24 * 60 * 60  # seconds


class Restored(NamedTuple):
    """How many links came back, and how many could not: their addresses were saved again."""

    links: int
    known: int


class Deleted(NamedTuple):
    """A link that is in the trash, and what brings it back."""

    link: Link
    batch: ObjectId
    deleted_at: datetime


def delete_links(db: Db, user: User, link_ids: list[ObjectId]) -> ObjectId | None:
    """Move some links of a user to the trash; return what they come back by, None if none are his."""
    found = list(db.listitems.find({"_id": {"$in": link_ids}, "owner": user.id}))
    if not found:
        return None
    batch, now = ObjectId(), datetime.now(UTC)
    db.trash.bulk_write(
        [
            ReplaceOne(
                {"_id": item["_id"]},
                {"owner": user.id, "batch": batch, "deleted_at": now, "link": item},
                upsert=True,
            )
            for item in found
        ]
    )
    db.listitems.delete_many({"_id": {"$in": [item["_id"] for item in found]}, "owner": user.id})
    return batch


def undo_delete(db: Db, user: User, batch: ObjectId) -> Restored:
    """Bring the links of one deletion back."""
    return restore(db, {"owner": user.id, "batch": batch})


def restore(db: Db, wanted: Filter) -> Restored:
    """Move links from the trash back to the list, but for those that were saved again."""
    back = [restore_one(db, item) for item in list(db.trash.find(wanted))]
    return Restored(sum(back), len(back) - sum(back))


def restore_one(db: Db, item: Filter) -> bool:
    """Move one link back; False, and it stays in the trash, if its address was saved again."""
    try:
        db.listitems.insert_one({**item["link"], "touched_at": curtime()})
    except DuplicateKeyError:
        # It is there itself where an earlier attempt ended in between.
        if not db.listitems.find_one({"_id": item["_id"]}, {"_id": 1}):
            return False
    db.trash.delete_one({"_id": item["_id"]})
    return True


def list_trash(db: Db, user: User, count: int = 0) -> list[Deleted]:
    """Return the links that a user has deleted last, so many at the most, all of them for 0."""
    found = db.trash.find({"owner": user.id}).sort([("batch", DESCENDING), ("_id", DESCENDING)])
    return [deleted(item) for item in found.limit(count)]


def deleted(item: Filter) -> Deleted:
    """Return what is stored in the trash as the application sees it."""
    return Deleted(link_of(item["link"]), item["batch"], item["deleted_at"])
