"""Everything that is stored around a user's links: to be handed to him, or to be deleted."""

from typing import Any

from accounts.models import User
from mongostore import Db
from savedlinks import imports
from savedlinks.feeds import list_feeds

from listsurf.documents import link_document
from listsurf.queries.links import all_links
from listsurf.queries.trash import list_trash

# Imports come first: whoever stores a part of one just now looks afterwards whether it is still there.
OWNED = (
    *((name, "owner_id") for name in imports.OWNED),
    ("listitems", "owner"),
    ("trash", "owner"),
    ("feeds", "owner_id"),
)  # collections, and the field that holds the user's id


def everything_of(db: Db, user: User) -> dict[str, Any]:
    """Return all that there is, as lists that become JSON; secrets of feeds included."""
    return {
        "links": [link_document(link) for link in all_links(db, user)],
        "trash": [link_document(item.link) for item in list_trash(db, user)],
        "feeds": [
            {"secret": feed.secret, "tag": feed.tag, "created_at": feed.created_at}
            for feed in list_feeds(db, user)
        ],
        "imports": imports.imports_of(db, user),
    }


def delete_all_of(db: Db, user: User) -> None:
    """Delete everything that was stored about a user's links, for good."""
    for name, field in OWNED:
        db[name].delete_many({field: user.id})
