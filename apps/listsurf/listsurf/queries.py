"""Everything that Listsurf asks its database, and nothing else: one function for each question.

Notice the signatures. Whatever touches links takes the user, and the query itself names the owner:
no handler can forget to check whose link it is, because there is no function that does not.
Uniqueness is left to the database's indexes. Asking first and writing later would let two requests
at the same moment both find nothing.
"""

from typing import Any

from brubeck.timekeeping import curtime
from bson import ObjectId
from bson.errors import InvalidId
from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout

from listsurf.models import Link, User
from listsurf.paging import PAGE_SIZE, Cursor, Page

Db = Database[dict[str, Any]]

DatabaseAway = (ConnectionFailure, ExecutionTimeout)
"""What is raised when the database does not answer, or not in time."""


class NameTakenError(Exception):
    """The user name belongs to somebody already."""


class AddressKnownError(Exception):
    """The user has saved this address before."""


def ensure_indexes(db: Db) -> None:
    """Make the indexes that uniqueness and speed rest on; called once, when the program starts."""
    db.users.create_index("username", unique=True)
    db.listitems.create_index([("owner", ASCENDING), ("url", ASCENDING)], unique=True)
    newest_first = [("owner", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]
    db.listitems.create_index(newest_first)


def insert_user(db: Db, user: User) -> User:
    """Store a new user and give him his id; raise NameTakenError if the name has an owner."""
    try:
        user.id = db.users.insert_one(user.to_python()).inserted_id
    except DuplicateKeyError as error:
        raise NameTakenError(user.username) from error
    return user


def find_user(db: Db, username: str) -> User | None:
    """Return the user of that name; capitals make no difference."""
    found = db.users.find_one({"username": username.lower()})
    return User(**found) if found else None


def find_user_by_id(db: Db, user_id: str) -> User | None:
    """Return the user with that id, None if there is none (any more)."""
    found = db.users.find_one({"_id": ObjectId(user_id)})
    return User(**found) if found else None


def update_login(db: Db, user: User) -> None:
    """Store what a successful check of the password has changed: its time, maybe a newer hash."""
    changes = {"last_login": user.last_login, "password": user.password}
    db.users.update_one({"_id": user.id}, {"$set": changes})


def list_links(db: Db, user: User, before: Cursor | None = None, count: int = PAGE_SIZE) -> Page:
    """Return one page of a user's links, newest first, those behind `before` if it is given."""
    wanted: dict[str, Any] = {"owner": user.id}
    if before:
        wanted["$or"] = [
            {"updated_at": {"$lt": before.updated_at}},
            {"updated_at": before.updated_at, "_id": {"$lt": before.link_id}},
        ]
    newest_first = [("updated_at", DESCENDING), ("_id", DESCENDING)]
    found = db.listitems.find(wanted).sort(newest_first).limit(count + 1)
    return Page.of([Link(**item) for item in found], count)


def count_links(db: Db, user: User) -> int:
    """Return how many links a user has."""
    return db.listitems.count_documents({"owner": user.id})


def find_link(db: Db, user: User, link_id: str) -> Link | None:
    """Return a user's link; None if it is somebody else's, does not exist, or the id is none."""
    try:
        found = db.listitems.find_one({"_id": ObjectId(link_id), "owner": user.id})
    except InvalidId:
        return None
    return Link(**found) if found else None


def find_link_to(db: Db, user: User, url: str) -> Link | None:
    """Return a user's link to that address."""
    found = db.listitems.find_one({"owner": user.id, "url": url})
    return Link(**found) if found else None


def insert_link(db: Db, link: Link) -> None:
    """Store a new link; raise AddressKnownError if its owner has that address already."""
    try:
        db.listitems.insert_one(link.to_python())
    except DuplicateKeyError as error:
        raise AddressKnownError(link.url) from error


def update_link(db: Db, user: User, link: Link) -> None:
    """Store a changed address and title; the link moves to the top of the list."""
    changes = {"url": link.url, "title": link.title, "updated_at": curtime()}
    try:
        db.listitems.update_one({"_id": link.id, "owner": user.id}, {"$set": changes})
    except DuplicateKeyError as error:
        raise AddressKnownError(link.url) from error


def delete_link(db: Db, user: User, link: Link) -> None:
    """Delete a user's link."""
    db.listitems.delete_one({"_id": link.id, "owner": user.id})
