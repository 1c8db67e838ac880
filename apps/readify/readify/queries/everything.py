"""Everything that is stored about a user's links: to be handed to him, or to be deleted."""

from typing import Any

from mongostore import Db
from savedlinks import imports
from savedlinks.feeds import list_feeds

from readify.documents import link_document
from readify.models import User
from readify.queries.changes import close
from readify.queries.comments import comments_by, delete_comments
from readify.queries.links import link_of
from readify.queries.readingsettings import reading_settings
from readify.queries.reports import reports_by

OWNED = (
    ("listitems", "feed"),
    ("articles", "owner_id"),
    ("undos", "owner_id"),
    ("feeds", "owner_id"),
    *((name, "owner_id") for name in imports.OWNED),
    ("reports", "author_id"),
    ("readingsettings", "_id"),
)  # collections, and the field that holds the user's id


def everything_of(db: Db, user: User) -> dict[str, Any]:
    """Return all of it as lists that become JSON: the bin and the secrets of feeds included."""
    return {
        "links": links_with_texts(db, user),
        "comments": [
            {
                "link": str(comment.link_id),
                "text": comment.text,
                "created_at": comment.created_at,
                "edited_at": comment.edited_at,
            }
            for comment in comments_by(db, user)
        ],
        "reports": [
            {"comment": report.text, "reason": report.reason, "at": report.at}
            for report in reports_by(db, user)
        ],
        "feeds": [
            {"secret": feed.secret, "shows": feed.shows, "created_at": feed.created_at}
            for feed in list_feeds(db, user)
        ],
        "imports": imports.imports_of(db, user),
        "reading": reading_settings(db, user)._asdict(),
    }


def links_with_texts(db: Db, user: User) -> list[dict[str, Any]]:
    """Return a user's links, each with the text that was kept, the oldest first."""
    texts = {
        item["_id"]: item["text"] for item in db.articles.find({"owner_id": user.id}, {"text": 1})
    }
    found = db.listitems.find({"owner_id": user.id}, {"words": 0, "text": 0}).sort("_id", 1)
    return [{**link_document(link_of(item)), "text": texts.get(item["_id"])} for item in found]


def delete_all_of(db: Db, user: User) -> None:
    """Delete everything that was stored about a user's links, for good."""
    close(db, user.id)
    shown = [item["_id"] for item in db.listitems.find({"feed": user.id}, {"_id": 1})]
    delete_comments(db, {"$or": [{"author_id": user.id}, {"link_id": {"$in": shown}}]})
    for name, field in OWNED:
        db[name].delete_many({field: user.id})
