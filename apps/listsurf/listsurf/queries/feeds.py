"""What is asked about feeds with a secret address.

Notice that the secret is the id, so that looking it up is one step. It is stored as it is, because
its owner wants to see the address again; it opens nothing but this one list, and can be changed.
"""

import secrets
from typing import NamedTuple

from accounts.models import User
from brubeck.timekeeping import curtime
from mongostore import Db, Filter
from pymongo.errors import DuplicateKeyError

ALL = ""  # in place of a tag: the feed of all links


class SecretFeed(NamedTuple):
    """A feed of all links of a user, or of those with a tag."""

    secret: str
    owner: object
    tag: str
    created_at: int


def insert_feed(db: Db, user: User, tag: str = ALL) -> None:
    """Make a feed with a new secret address, unless there is one for this tag already."""
    secret = secrets.token_urlsafe(24)
    feed = {"_id": secret, "owner": user.id, "tag": tag, "created_at": curtime()}
    try:
        db.feeds.insert_one(feed)
    except DuplicateKeyError:
        return


def list_feeds(db: Db, user: User) -> list[SecretFeed]:
    """Return the feeds of a user, the one of all links first."""
    return [as_feed(item) for item in db.feeds.find({"owner": user.id}).sort("tag")]


def find_feed(db: Db, secret: str) -> SecretFeed | None:
    """Return the feed with that secret; None if there is none, or not any more."""
    found = db.feeds.find_one({"_id": secret})
    return as_feed(found) if found else None


def delete_feed(db: Db, user: User, secret: str) -> bool:
    """Close the address of a feed; False if the user has no such feed."""
    return bool(db.feeds.delete_one({"_id": secret, "owner": user.id}).deleted_count)


def as_feed(item: Filter) -> SecretFeed:
    """Return what is stored about a feed as the application sees it."""
    return SecretFeed(item["_id"], item["owner"], item["tag"], item["created_at"])
