"""How imported bookmarks become links; how far an import is, `savedlinks.imports` knows.

Notice that a part may be stored twice, after an interruption. The index of addresses sees to it that
nothing is there twice.
"""

from bookmarks import Bookmark
from brubeck.timekeeping import curtime
from mongostore import Db, Filter
from pymongo.errors import BulkWriteError

from listsurf.models import Link
from listsurf.queries.links import document_of

DUPLICATE_KEY = 11000


def add_bookmarks(db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
    """Store those bookmarks that their owner does not have yet; return how many those were."""
    added = insert_bookmarks(db, job, bookmarks)
    if db.imports.find_one({"_id": job["_id"]}, {"_id": 1}) is None:
        # Its owner has deleted his account, and with it what was there before this part.
        db.listitems.delete_many({"owner": job["owner_id"]})
    return added


def insert_bookmarks(db: Db, job: Filter, bookmarks: list[Bookmark]) -> int:
    """Store bookmarks as links, but those whose address is there already."""
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
        owner=job["owner_id"],
        username=job["owner_username"],
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
