"""Everything that Readify asks its database about links: one function for each question.

Notice the signatures. Whatever touches links takes the user, and the query itself names the owner:
no handler can forget to check whose link it is, because there is no function that does not.
All that changes a link goes through changes.py. Which index serves which question stands in
indexes.py.
"""

from mongostore import DatabaseAway, Db
from savedlinks.link import AddressKnownError

from readify.queries.articles import (
    article_of,
    fetch_failed,
    next_to_fetch,
    retry_fetch,
    save_article,
)
from readify.queries.changes import AccountGoneError, Changes, changes_since, number_before
from readify.queries.comments import (
    Comment,
    change_comment,
    comments_by,
    count_comments,
    delete_comment,
    find_comment,
    insert_comment,
    list_comments,
)
from readify.queries.everything import delete_all_of, everything_of
from readify.queries.flags import purge, set_flags, tag_links, undo, untag_links
from readify.queries.indexes import ensure_indexes
from readify.queries.links import (
    LinkGoneError,
    add_bookmarks,
    add_link,
    all_links,
    change_link,
    count_links,
    find_link,
    find_link_to,
    find_links,
    find_public_link,
    list_links,
    set_place,
    typed_fields,
    unread_since,
)
from readify.queries.readingsettings import keep_reading_settings, reading_settings
from readify.queries.reports import (
    count_reported,
    dismiss_reports,
    hide_comment,
    insert_report,
    list_hidden,
    list_reported,
    show_comment,
)
from readify.queries.tags import list_sites, list_tags

__all__ = [
    "AccountGoneError",
    "AddressKnownError",
    "Changes",
    "Comment",
    "DatabaseAway",
    "Db",
    "LinkGoneError",
    "add_bookmarks",
    "add_link",
    "all_links",
    "article_of",
    "change_comment",
    "change_link",
    "changes_since",
    "comments_by",
    "count_comments",
    "count_links",
    "count_reported",
    "delete_all_of",
    "delete_comment",
    "dismiss_reports",
    "ensure_indexes",
    "everything_of",
    "fetch_failed",
    "find_comment",
    "find_link",
    "find_link_to",
    "find_links",
    "find_public_link",
    "hide_comment",
    "insert_comment",
    "insert_report",
    "keep_reading_settings",
    "list_comments",
    "list_hidden",
    "list_links",
    "list_reported",
    "list_sites",
    "list_tags",
    "next_to_fetch",
    "number_before",
    "purge",
    "reading_settings",
    "retry_fetch",
    "save_article",
    "set_flags",
    "set_place",
    "show_comment",
    "tag_links",
    "typed_fields",
    "undo",
    "unread_since",
    "untag_links",
]
