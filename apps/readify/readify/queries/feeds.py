"""What is asked about secret feeds: which list an address shows, and whose."""

import secrets
from typing import NamedTuple

from brubeck.timekeeping import curtime
from bson import ObjectId
from pymongo import ASCENDING

from readify.models import User
from readify.queries.database import Db, Filter

SECRET_BYTES = 24


class SecretFeed(NamedTuple):
    """A list behind an address that nobody guesses: a view, or all that has a tag."""

    secret: str
    owner_id: ObjectId
    view: str
    tag: str
    created_at: int

    @property
    def label(self) -> str:
        """What the feed shows."""
        return f"#{self.tag}" if self.tag else f"{self.view.capitalize()} articles"


def ensure_feed_indexes(db: Db) -> None:
    """Make the indexes of the questions below."""
    db.feeds.create_index([("owner_id", ASCENDING), ("view", ASCENDING), ("tag", ASCENDING)])


def insert_feed(db: Db, user: User, view: str, tag: str) -> None:
    """Give a list an address, unless it has one."""
    wanted = {"owner_id": user.id, "view": view, "tag": tag}
    made = {"_id": secrets.token_urlsafe(SECRET_BYTES), "created_at": curtime()}
    db.feeds.update_one(wanted, {"$setOnInsert": made}, upsert=True)


def list_feeds(db: Db, user: User) -> list[SecretFeed]:
    """Return the feeds of a user."""
    return [as_feed(item) for item in db.feeds.find({"owner_id": user.id}).sort("created_at", 1)]


def find_feed(db: Db, secret: str) -> SecretFeed | None:
    """Return what is behind an address."""
    found = db.feeds.find_one({"_id": secret})
    return as_feed(found) if found else None


def delete_feed(db: Db, user: User, secret: str) -> bool:
    """Close an address; False if the user has none like that."""
    return bool(db.feeds.delete_one({"_id": secret, "owner_id": user.id}).deleted_count)


def as_feed(item: Filter) -> SecretFeed:
    """Return a feed as it is stored in the form that the application knows."""
    return SecretFeed(item["_id"], *(item[name] for name in SecretFeed._fields[1:]))
