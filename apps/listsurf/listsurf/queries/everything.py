"""Everything that is stored around a user's links: to be handed to him, or to be deleted."""

from typing import Any

from accounts.models import User
from mongostore import Db

from listsurf.documents import link_document
from listsurf.queries.feeds import list_feeds
from listsurf.queries.imports import list_imports
from listsurf.queries.links import all_links
from listsurf.queries.trash import list_trash

OWNED = ("listitems", "trash", "feeds", "imports", "importbatches")

IMPORT = ("name", "created_at", "total", "added", "known", "remarks", "further_remarks")


def everything_of(db: Db, user: User) -> dict[str, Any]:
    """Return all that there is, as lists that become JSON; secrets of feeds included."""
    return {
        "links": [link_document(link) for link in all_links(db, user)],
        "trash": [link_document(item.link) for item in list_trash(db, user)],
        "feeds": [
            {"secret": feed.secret, "tag": feed.tag, "created_at": feed.created_at}
            for feed in list_feeds(db, user)
        ],
        "imports": [
            {name: getattr(job, name) for name in IMPORT} for job in list_imports(db, user, count=0)
        ],
    }


def delete_all_of(db: Db, user: User) -> None:
    """Delete everything that was stored about a user's links, for good."""
    for name in OWNED:
        db[name].delete_many({"owner": user.id})
