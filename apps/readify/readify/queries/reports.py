"""What is asked about reports: which comments somebody finds wrong, and what was decided about them.

Notice that a decision ends the reports of a comment: whoever runs the site sees each of them once.
A comment that was hidden is kept, so that this can be taken back.
"""

from typing import Any, NamedTuple

from brubeck.timekeeping import curtime
from bson import ObjectId
from mongostore import Db, Filter
from pymongo import ASCENDING, DESCENDING

from readify.models import User
from readify.queries.comments import Comment, as_comment

MOST_REPORTS = 20  # that are kept of one comment
SHOWN = 50  # comments on a page


class Report(NamedTuple):
    """What somebody finds wrong with a comment, and how its text was then; `at` is in ms."""

    username: str
    reason: str
    text: str
    at: int


class Reported(NamedTuple):
    """A comment, and all that was reported about it, the first report first."""

    comment: Comment
    reports: list[Report]


def ensure_report_indexes(db: Db) -> None:
    """Make the indexes of the questions below."""
    db.reports.create_index([("comment_id", ASCENDING), ("author_id", ASCENDING)], unique=True)
    db.reports.create_index([("author_id", ASCENDING)])
    db.comments.create_index("hidden_at", sparse=True)


def insert_report(db: Db, user: User, comment: Comment, reason: str) -> None:
    """Keep what a user finds wrong with a comment; saying it again replaces what he said before."""
    if db.reports.count_documents({"comment_id": comment.id}) >= MOST_REPORTS:
        return
    said = Report(user.username, reason, comment.text, curtime())
    who = {"comment_id": comment.id, "author_id": user.id}
    db.reports.update_one(who, {"$set": said._asdict()}, upsert=True)


def count_reported(db: Db) -> int:
    """Return about how many comments somebody has to decide."""
    return len(db.reports.distinct("comment_id"))


def list_reported(db: Db) -> list[Reported]:
    """Return the comments that wait for a decision, the one that was reported first at the top."""
    grouped: list[dict[str, Any]] = [
        {"$group": {"_id": "$comment_id", "first": {"$min": "$at"}}},
        {"$sort": {"first": ASCENDING}},
        {"$limit": SHOWN},
    ]
    ids = [found["_id"] for found in db.reports.aggregate(grouped)]
    found = {item["_id"]: item for item in db.comments.find({"_id": {"$in": ids}})}
    return [Reported(as_comment(found[key]), reports_of(db, key)) for key in ids if key in found]


def reports_of(db: Db, comment_id: ObjectId) -> list[Report]:
    """Return what was reported about a comment."""
    return find_reports(db, {"comment_id": comment_id})


def reports_by(db: Db, user: User) -> list[Report]:
    """Return what a user has reported and nobody has decided yet."""
    return find_reports(db, {"author_id": user.id})


def find_reports(db: Db, wanted: Filter) -> list[Report]:
    """Return some reports, the first one first."""
    found = db.reports.find(wanted).sort("at", ASCENDING)
    return [Report(*(item[name] for name in Report._fields)) for item in found]


def list_hidden(db: Db) -> list[Comment]:
    """Return comments that were hidden, the latest decision first."""
    found = db.comments.find({"hidden_at": {"$gt": 0}}).sort("hidden_at", DESCENDING).limit(SHOWN)
    return [as_comment(item) for item in found]


def hide_comment(db: Db, comment: Comment) -> None:
    """Hide a comment from everybody but its author, and end what was reported about it."""
    db.comments.update_one({"_id": comment.id}, {"$set": {"hidden_at": curtime()}})
    dismiss_reports(db, comment)


def show_comment(db: Db, comment: Comment) -> None:
    """Show a comment that was hidden."""
    db.comments.update_one({"_id": comment.id}, {"$unset": {"hidden_at": ""}})


def dismiss_reports(db: Db, comment: Comment) -> None:
    """Forget what was reported about a comment."""
    db.reports.delete_many({"comment_id": comment.id})
