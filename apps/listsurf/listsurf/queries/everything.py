"""Everything that is stored around a user's links: to be handed to him, or to be deleted."""

from typing import Any

from listsurf.documents import link_document
from listsurf.models import User
from listsurf.queries.database import Db
from listsurf.queries.feeds import list_feeds
from listsurf.queries.imports import list_imports
from listsurf.queries.trash import list_trash

OWNED = ("listitems", "trash", "feeds", "imports", "importbatches")

IMPORT = ("name", "created_at", "total", "added", "known", "remarks", "further_remarks")


def everything_of(db: Db, user: User) -> dict[str, Any]:
    """Return what there is besides links, as lists that become JSON; secrets of feeds included."""
    return {
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
