"""What is asked about secret feeds: which list an address shows, and whose.

Notice that the secret is the id, so that looking it up is one step. It is stored as it is, because
its owner wants to see the address again; it opens nothing but this one list, and can be changed.
"""

import secrets
from contextlib import suppress
from typing import NamedTuple

from accounts.models import User
from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

SECRET_BYTES = 24
ALL = "all"  # the view that a feed of a tag is taken from


class SecretFeed(NamedTuple):
    """A list behind an address that nobody guesses: one of the site's views, or all that has a tag."""

    secret: str
    owner_id: ObjectId
    view: str
    tag: str
    created_at: int

    @property
    def shows(self) -> str:
        """What the feed shows: a tag (`#cats`), or the view that it was made of (`Unread`)."""
        return f"#{self.tag}" if self.tag else self.view.capitalize()


def ensure_feed_indexes(db: Db) -> None:
    """Make the indexes of the questions below."""
    keys = [("owner_id", ASCENDING), ("tag", ASCENDING), ("view", ASCENDING)]
    db.feeds.create_index(keys, unique=True)


def insert_feed(db: Db, user: User, view: str, tag: str = "") -> None:
    """Give a list an address, unless it has one."""
    wanted = {"owner_id": user.id, "view": view, "tag": tag}
    made = {"_id": secrets.token_urlsafe(SECRET_BYTES), "created_at": curtime()}
    with suppress(DuplicateKeyError):  # two clicks at the same moment
        db.feeds.update_one(wanted, {"$setOnInsert": made}, upsert=True)


def rename_feed(db: Db, user: User, old: str, new: str) -> None:
    """Let the feed of a tag go on under its new name, unless that one has a feed."""
    with suppress(DuplicateKeyError):
        db.feeds.update_one({"owner_id": user.id, "tag": old}, {"$set": {"tag": new}})


def list_feeds(db: Db, user: User) -> list[SecretFeed]:
    """Return the feeds of a user, the oldest first."""
    return [as_feed(item) for item in db.feeds.find({"owner_id": user.id}).sort("created_at", 1)]


def find_feed(db: Db, secret: str) -> SecretFeed | None:
    """Return the feed with that secret; None if there is none, or not any more."""
    found = db.feeds.find_one({"_id": secret})
    return as_feed(found) if found else None


def delete_feed(db: Db, user: User, secret: str) -> bool:
    """Close the address of a feed; False if the user has no such feed."""
    return bool(db.feeds.delete_one({"_id": secret, "owner_id": user.id}).deleted_count)


def as_feed(item: Filter) -> SecretFeed:
    """Return what is stored about a feed as the application sees it."""
    return SecretFeed(item["_id"], *(item[name] for name in SecretFeed._fields[1:]))
