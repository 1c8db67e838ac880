"""What is asked about discussions: the comments on public links.

Notice that a discussion exists only as long as its link is public. Its owner takes it away by making
the link private, and it is there again when he changes his mind.
"""

from typing import NamedTuple

from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from readify.models import User

SHOWN = 50  # comments on a page
HIDDEN_TEXT = "Whoever runs this site has hidden this comment."


class Comment(NamedTuple):
    """What somebody has said about a link. Times are milliseconds since 1970; 0 where there is none.

    `hidden_at` is when whoever runs the site has hidden it from everybody but its author.
    """

    id: ObjectId
    link_id: ObjectId
    author_id: ObjectId
    username: str
    text: str
    created_at: int
    edited_at: int
    hidden_at: int

    def seen_by(self, user: User | None, *, is_operator: bool = False) -> "Comment":
        """Return it as somebody may see it, without its text if it is hidden from him."""
        may_see = is_operator or not self.hidden_at or (user and user.id == self.author_id)
        return self if may_see else self._replace(text=HIDDEN_TEXT)


def ensure_comment_indexes(db: Db) -> None:
    """Make the indexes of the questions below."""
    db.comments.create_index([("link_id", ASCENDING), ("_id", ASCENDING)])
    db.comments.create_index([("author_id", ASCENDING), ("once", ASCENDING)], unique=True)


def insert_comment(
    db: Db, user: User, link_id: ObjectId, text: str, once: ObjectId | None = None
) -> ObjectId:
    """Store what a user says about a link; return its id.

    `once` comes with the form: who sends the same form again has said nothing more.
    """
    item = {
        "_id": ObjectId(),
        "link_id": link_id,
        "author_id": user.id,
        "username": user.username,
        "text": text,
        "created_at": curtime(),
        "edited_at": 0,
        "once": once or ObjectId(),
    }
    try:
        db.comments.insert_one(item)
    except DuplicateKeyError:
        said = {name: item[name] for name in ("author_id", "once", "link_id", "text")}
        if before := db.comments.find_one(said, {"_id": 1}):
            return before["_id"]
        return insert_comment(db, user, link_id, text)  # something else, typed into an old form
    return item["_id"]


def list_comments(db: Db, link_id: ObjectId, after: ObjectId | None = None) -> list[Comment]:
    """Return the comments of a link, the oldest first: one more than a page shows if there are more."""
    wanted: Filter = {"link_id": link_id}
    if after:
        wanted["_id"] = {"$gt": after}
    found = db.comments.find(wanted).sort("_id", ASCENDING).limit(SHOWN + 1)
    return [as_comment(item) for item in found]


def count_comments(db: Db, link_id: ObjectId) -> int:
    """Return how many comments a link has."""
    return int(db.comments.count_documents({"link_id": link_id}))


def find_comment(db: Db, comment_id: ObjectId) -> Comment | None:
    """Return a comment, if it is there."""
    found = db.comments.find_one({"_id": comment_id})
    return as_comment(found) if found else None


def change_comment(db: Db, user: User, comment_id: ObjectId, text: str) -> bool:
    """Store what a user says now in a comment of his; False if it is none of his."""
    changes = {"text": text, "edited_at": curtime()}
    changed = db.comments.update_one({"_id": comment_id, "author_id": user.id}, {"$set": changes})
    return bool(changed.matched_count)


def delete_comment(db: Db, comment: Comment) -> None:
    """Remove a comment, and what was reported about it."""
    delete_comments(db, {"_id": comment.id})


def delete_comments(db: Db, wanted: Filter) -> None:
    """Remove some comments, and what was reported about them."""
    ids = [item["_id"] for item in db.comments.find(wanted, {"_id": 1})]
    db.comments.delete_many({"_id": {"$in": ids}})
    db.reports.delete_many({"comment_id": {"$in": ids}})


def comments_by(db: Db, user: User) -> list[Comment]:
    """Return all that a user has said."""
    return [as_comment(item) for item in db.comments.find({"author_id": user.id}).sort("_id", 1)]


def as_comment(item: Filter) -> Comment:
    """Return a comment as it is stored in the form that the application knows."""
    return Comment(item["_id"], *(item.get(name, 0) for name in Comment._fields[1:]))
