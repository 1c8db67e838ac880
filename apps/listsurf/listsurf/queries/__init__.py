"""Everything that Listsurf asks its database, and nothing else: one function for each question.

Notice the signatures. Whatever touches links takes the user, and the query itself names the owner:
no handler can forget to check whose link it is, because there is no function that does not.
Uniqueness is left to the database's indexes. Asking first and writing later would let two requests
at the same moment both find nothing. Which index serves which question stands in indexes.py.
"""

from listsurf.queries.database import DatabaseAway, Db
from listsurf.queries.fetching import claim_fetch, fetch_failed, fetch_succeeded, wait_for_fetch
from listsurf.queries.indexes import ensure_indexes, upgrade
from listsurf.queries.links import (
    AddressKnownError,
    all_links,
    count_links,
    delete_all_of,
    find_link,
    find_link_to,
    insert_link,
    list_links,
    update_link,
)
from listsurf.queries.tags import (
    TagCount,
    count_tag,
    delete_tag,
    list_tags,
    rename_tag,
    tag_links,
    untag_links,
)
from listsurf.queries.trash import Restored, delete_links, list_trash, undo_delete
from listsurf.queries.users import (
    NameTakenError,
    find_user,
    find_user_by_id,
    insert_user,
    update_login,
)

__all__ = [
    "AddressKnownError",
    "DatabaseAway",
    "Db",
    "NameTakenError",
    "Restored",
    "TagCount",
    "all_links",
    "claim_fetch",
    "count_links",
    "count_tag",
    "delete_all_of",
    "delete_links",
    "delete_tag",
    "ensure_indexes",
    "fetch_failed",
    "fetch_succeeded",
    "find_link",
    "find_link_to",
    "find_user",
    "find_user_by_id",
    "insert_link",
    "insert_user",
    "list_links",
    "list_tags",
    "list_trash",
    "rename_tag",
    "tag_links",
    "undo_delete",
    "untag_links",
    "update_link",
    "update_login",
    "upgrade",
    "wait_for_fetch",
]
