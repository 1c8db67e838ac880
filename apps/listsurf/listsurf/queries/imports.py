"""What is asked about imports: files of bookmarks on their way into the list.

Notice that a file is cut into parts, and that a part is deleted after its links were stored. Whoever
is interrupted in between stores it again, and the index of addresses sees to it that nothing is
there twice.
"""

from typing import Any, NamedTuple

from accounts.models import User
from bookmarks.bookmark import Bookmark, Reading
from brubeck.timekeeping import curtime
from bson import ObjectId
from bson.errors import InvalidId
from mongostore import Db, Filter
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import BulkWriteError

from listsurf.models import Link
from listsurf.queries.links import document_of

PART = 200  # bookmarks
LEASE = 30_000  # milliseconds; longer than one part takes
MOST_REMARKS = 1000  # that are kept of one file
SHOWN = 10  # imports
DUPLICATE_KEY = 11000


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
    is_done: bool

    @property
    def handled(self) -> int:
        """How many bookmarks have been dealt with; a part that was stored twice counts once."""
        return self.total if self.is_done else min(self.added + self.known, self.total)


def insert_import(
    db: Db, user: User, name: str, reading: Reading, *, fetch: bool, keep_public: bool
) -> ObjectId:
    """Store what was read from a file, to be saved in the background; return the import's id."""
    job = {
        "_id": ObjectId(),
        "owner": user.id,
        "username": user.username,
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
    parts = [
        {"owner": user.id, "job": job["_id"], "number": number, "bookmarks": list(map(list, part))}
        for number, part in enumerate(in_parts(reading.bookmarks))
    ]
    if parts:
        db.importbatches.insert_many(parts)
    # The parts come first: an import that can be seen is complete.
    db.imports.insert_one(job)
    return job["_id"]


def in_parts(bookmarks: list[Bookmark]) -> list[list[Bookmark]]:
    """Return a list cut into parts."""
    return [bookmarks[start : start + PART] for start in range(0, len(bookmarks), PART)]


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


def store_next_part(db: Db, job: Filter) -> bool:
    """Store the links of the next part of an import; False, and it is finished, if there is none."""
    part = db.importbatches.find_one({"job": job["_id"]}, sort=[("number", ASCENDING)])
    if part is None:
        db.imports.update_one({"_id": job["_id"]}, {"$set": {"is_done": True}})
        return False
    bookmarks = [Bookmark(*fields) for fields in part["bookmarks"]]
    added = insert_bookmarks(db, job, bookmarks)
    counted = {"added": added, "known": len(bookmarks) - added}
    lease = {"lease_until": curtime() + LEASE}
    change = {"$inc": counted, "$set": lease}
    if not db.imports.update_one({"_id": job["_id"]}, change).matched_count:
        # Its owner has deleted his account, and with it what was there before this part.
        db.listitems.delete_many({"owner": job["owner"]})
        return False
    db.importbatches.delete_one({"_id": part["_id"]})
    return True


def insert_bookmarks(db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
    """Store those bookmarks that their owner does not have yet; return how many those were."""
    documents = [document_of(link_of(job, bookmark)) for bookmark in bookmarks]
    try:
        return len(db.listitems.insert_many(documents, ordered=False).inserted_ids)
    except BulkWriteError as error:
        if any(each["code"] != DUPLICATE_KEY for each in error.details["writeErrors"]):
            raise
        return int(error.details["nInserted"])


def link_of(job: Filter, bookmark: Bookmark) -> Link:
    """Return a bookmark as a link of whoever imports it; no time is in the future."""
    now = curtime()
    created = min(bookmark.created_at or now, now)
    return Link(
        owner=job["owner"],
        username=job["username"],
        url=bookmark.url,
        title=bookmark.title or None,
        description=bookmark.description or None,
        notes=bookmark.notes or None,
        tags=list(bookmark.tags),
        is_public=bookmark.is_public and job["keep_public"],
        created_at=created,
        updated_at=min(bookmark.updated_at or created, now),
        fetch_state=Link.WAITING if job["fetch"] and not bookmark.title else "",
    )


def find_import(db: Db, user: User, job_id: str) -> Import | None:
    """Return a user's import, None if he has none of that id."""
    try:
        found = db.imports.find_one({"_id": ObjectId(job_id), "owner": user.id})
    except InvalidId:
        return None
    return as_import(found) if found else None


def list_imports(db: Db, user: User, count: int = SHOWN) -> list[Import]:
    """Return the latest imports of a user, so many at the most, all of them for 0."""
    found = db.imports.find({"owner": user.id}).sort("_id", DESCENDING).limit(count)
    return [as_import(item) for item in found]


def as_import(item: dict[str, Any]) -> Import:
    """Return what is stored about an import as the application sees it."""
    return Import(item["_id"], *(item[name] for name in Import._fields[1:]))
