"""Everything that Listsurf asks its database, and nothing else: one function for each question.

Notice the signatures. Whatever touches links takes the user, and the query itself names the owner:
no handler can forget to check whose link it is, because there is no function that does not.
Uniqueness is left to the database's indexes. Asking first and writing later would let two requests
at the same moment both find nothing. Which index serves which question stands in indexes.py.
"""

from mongostore import DatabaseAway, Db
from savedlinks.link import AddressKnownError

from listsurf.queries.everything import delete_all_of, everything_of
from listsurf.queries.fetching import claim_fetch, fetch_failed, fetch_succeeded, wait_for_fetch
from listsurf.queries.imports import add_bookmarks
from listsurf.queries.indexes import ensure_indexes
from listsurf.queries.links import (
    all_links,
    count_links,
    find_link,
    find_link_to,
    insert_link,
    list_links,
    update_link,
)
from listsurf.queries.tags import (
    count_tag,
    delete_tag,
    list_tags,
    rename_tag,
    tag_links,
    untag_links,
)
from listsurf.queries.trash import Restored, delete_links, list_trash, undo_delete

__all__ = [
    "AddressKnownError",
    "DatabaseAway",
    "Db",
    "Restored",
    "add_bookmarks",
    "all_links",
    "claim_fetch",
    "count_links",
    "count_tag",
    "delete_all_of",
    "delete_links",
    "delete_tag",
    "ensure_indexes",
    "everything_of",
    "fetch_failed",
    "fetch_succeeded",
    "find_link",
    "find_link_to",
    "insert_link",
    "list_links",
    "list_tags",
    "list_trash",
    "rename_tag",
    "tag_links",
    "undo_delete",
    "untag_links",
    "update_link",
    "wait_for_fetch",
]
