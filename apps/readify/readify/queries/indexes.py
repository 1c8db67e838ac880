"""The indexes, and which question each of them answers.

| Question | Index of `listitems` |
| --- | --- |
| a page of the unread or of the archive | owner_id, deleted, archived, created_at, _id |
| a page of what is liked, of what everybody may see | the same with liked, with is_public |
| a page of all or of the bin by time of saving, of change, of reading | owner_id, deleted, ..., _id |
| a page of a tag, of a site, of a search | owner_id, tags (site, words), created_at, _id |
| is this address known (`find_link_to`, `add_link`) | owner_id, address |
| what has changed since (`changes_since`), tombstones included | feed, change |
| what had changed at a time (`number_before`) | feed, updated_at |
| which page to fetch next (`next_to_fetch`) | fetch_at, of waiting links only |

Notice that no index has to see to it that an address is there once: all that changes a link is done
one after the other (changes.py), so that asking first is enough.
"""

from mongostore import Db
from pymongo import ASCENDING, DESCENDING
from savedlinks.feeds import ensure_feed_indexes
from savedlinks.imports import ensure_import_indexes

from readify.models import Link
from readify.queries.changes import CLOSED_FOR
from readify.queries.comments import ensure_comment_indexes
from readify.queries.flags import UNDO_FOR
from readify.queries.reports import ensure_report_indexes

OWNER = ("owner_id", ASCENDING)
VIEW = [OWNER, ("deleted", ASCENDING)]
NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]
PAGES = [
    [*VIEW, ("archived", ASCENDING), *NEWEST_FIRST],
    [*VIEW, ("liked", ASCENDING), *NEWEST_FIRST],
    [*VIEW, ("is_public", ASCENDING), *NEWEST_FIRST],
    [*VIEW, *NEWEST_FIRST],
    [*VIEW, ("updated_at", DESCENDING), ("_id", DESCENDING)],
    [*VIEW, ("reading_minutes", DESCENDING), ("_id", DESCENDING)],
    [OWNER, ("tags", ASCENDING), *NEWEST_FIRST],
    [OWNER, ("site", ASCENDING), *NEWEST_FIRST],
    [OWNER, ("words", ASCENDING), *NEWEST_FIRST],
    [OWNER, ("address", ASCENDING)],
    [("feed", ASCENDING), ("change", ASCENDING)],
    [("feed", ASCENDING), ("updated_at", DESCENDING)],
]


def ensure_indexes(db: Db) -> None:
    """Make all indexes; called once, when a program starts."""
    for keys in PAGES:
        db.listitems.create_index(keys)
    db.listitems.create_index("fetch_at", partialFilterExpression={"fetch_state": Link.WAITING})
    db.counters.create_index("ends_at", expireAfterSeconds=CLOSED_FOR)
    db.articles.create_index("owner_id")
    db.undos.create_index("owner_id")
    db.undos.create_index("created_at", expireAfterSeconds=UNDO_FOR)
    ensure_comment_indexes(db)
    ensure_report_indexes(db)
    ensure_feed_indexes(db)
    ensure_import_indexes(db)
