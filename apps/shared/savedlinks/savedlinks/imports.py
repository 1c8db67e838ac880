"""What is asked about imports: files of bookmarks on their way into a list.

Notice that a file is cut into parts, and that a part is deleted after its links were stored. Whoever
is interrupted in between stores it again; therefore `Save` leaves alone what its owner has already.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from accounts.models import User
from bookmarks import Bookmark, Reading
from brubeck.timekeeping import curtime
from bson import ObjectId
from bson.errors import InvalidId
from mongostore import Db, Filter
from pymongo import ASCENDING, DESCENDING

PART = 100  # bookmarks
LEASE = 30_000  # milliseconds; longer than one part takes
MOST_REMARKS = 1000  # that are kept of one file
SHOWN = 10  # imports
OWNED = ("imports", "importparts")  # collections whose field `owner_id` holds the user's id
TOLD = ("name", "created_at", "total", "added", "known", "remarks", "further_remarks")

# Saves the bookmarks of a part of the import that is given, and returns how many of them were new.
Save = Callable[[Db, Filter, list[Bookmark]], int]


class Import(NamedTuple):
    """One import: how many bookmarks the file had, what has become of them, what there is to say."""

    id: ObjectId
    name: str
    created_at: int
    total: int
    added: int
    known: int
    remarks: list[list[str]]
    further_remarks: int
    fetch: bool
    is_done: bool

    @property
    def handled(self) -> int:
        """How many bookmarks have been dealt with; a part that was stored twice counts once."""
        return self.total if self.is_done else min(self.added + self.known, self.total)


def ensure_import_indexes(db: Db) -> None:
    """Make the indexes of the questions below."""
    db.imports.create_index([("is_done", ASCENDING), ("lease_until", ASCENDING)])
    db.imports.create_index([("owner_id", ASCENDING), ("_id", DESCENDING)])
    db.importparts.create_index([("job", ASCENDING), ("number", ASCENDING)])
    db.importparts.create_index([("owner_id", ASCENDING)])


def insert_import(
    db: Db, user: User, name: str, reading: Reading, *, fetch: bool, keep_public: bool
) -> ObjectId:
    """Store what was read from a file, to be saved in the background; return the import's id."""
    job = {
        "_id": ObjectId(),
        "owner_id": user.id,
        "owner_username": user.username,
        "name": name,
        "fetch": fetch,
        "keep_public": keep_public,
        "created_at": curtime(),
        "total": len(reading.bookmarks),
        "added": 0,
        "known": 0,
        "remarks": [list(remark) for remark in reading.remarks[:MOST_REMARKS]],
        "further_remarks": max(0, len(reading.remarks) - MOST_REMARKS),
        "lease_until": 0,
        "is_done": False,
    }
    # The parts come first: an import that can be seen is complete.
    if parts := parts_of(job, reading.bookmarks):
        db.importparts.insert_many(parts)
    db.imports.insert_one(job)
    return ObjectId(job["_id"])


def parts_of(job: Filter, bookmarks: list[Bookmark]) -> list[dict[str, Any]]:
    """Return the bookmarks of an import cut into parts, as they are stored."""
    return [
        {
            "owner_id": job["owner_id"],
            "job": job["_id"],
            "number": start // PART,
            "bookmarks": [bookmark._asdict() for bookmark in bookmarks[start : start + PART]],
        }
        for start in range(0, len(bookmarks), PART)
    ]


def claim_import(db: Db) -> Filter | None:
    """Take the oldest import that is not finished and that nobody works at."""
    now = curtime()
    return db.imports.find_one_and_update(
        {"is_done": False, "lease_until": {"$lte": now}},
        {"$set": {"lease_until": now + LEASE}},
        sort=[("_id", ASCENDING)],
    )


def release_import(db: Db, job: Filter) -> None:
    """Leave an import to whoever takes it next."""
    db.imports.update_one({"_id": job["_id"]}, {"$set": {"lease_until": 0}})


def store_next_part(db: Db, job: Filter, save: Save) -> bool:
    """Save the next part of an import; False, and it is finished, if there is none."""
    part = db.importparts.find_one({"job": job["_id"]}, sort=[("number", ASCENDING)])
    if part is None:
        db.imports.update_one({"_id": job["_id"]}, {"$set": {"is_done": True}})
        return False
    bookmarks = [Bookmark(**fields) for fields in part["bookmarks"]]
    added = save(db, job, bookmarks)
    counted = {"added": added, "known": len(bookmarks) - added}
    change = {"$inc": counted, "$set": {"lease_until": curtime() + LEASE}}
    if not db.imports.update_one({"_id": job["_id"]}, change).matched_count:
        return False  # its owner has deleted his account meanwhile
    db.importparts.delete_one({"_id": part["_id"]})
    return True


def find_import(db: Db, user: User, job_id: str) -> Import | None:
    """Return a user's import, None if he has none of that id."""
    try:
        found = db.imports.find_one({"_id": ObjectId(job_id), "owner_id": user.id})
    except InvalidId:
        return None
    return as_import(found) if found else None


def list_imports(db: Db, user: User, count: int = SHOWN) -> list[Import]:
    """Return the latest imports of a user, so many at the most, all of them for 0."""
    found = db.imports.find({"owner_id": user.id}).sort("_id", DESCENDING).limit(count)
    return [as_import(item) for item in found]


def as_import(item: Filter) -> Import:
    """Return what is stored about an import as the application sees it."""
    return Import(item["_id"], *(item[name] for name in Import._fields[1:]))


def imports_of(db: Db, user: User) -> list[dict[str, Any]]:
    """Return what a user takes along of his imports, as documents that become JSON."""
    return [{name: getattr(job, name) for name in TOLD} for job in list_imports(db, user, count=0)]
