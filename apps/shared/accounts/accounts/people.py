"""What is asked about people."""

from brubeck.passwords import hash_password
from bson import ObjectId
from mongostore import Db
from pymongo.errors import DuplicateKeyError

from accounts.models import User


class NameTakenError(Exception):
    """The user name belongs to somebody already."""


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


def change_password(db: Db, user: User, password: str) -> None:
    """Store another password."""
    db.users.update_one({"_id": user.id}, {"$set": {"password": hash_password(password)}})


def change_origins(db: Db, user: User, origins: list[str]) -> None:
    """Store which other sites may use the API with the user's tokens."""
    db.users.update_one({"_id": user.id}, {"$set": {"origins": origins}})


def is_origin_of_anybody(db: Db, origin: str) -> bool:
    """Say whether any user allows a site: a browser asks before it shows whose token it has."""
    return db.users.find_one({"origins": origin}, {"_id": 1}) is not None


def ensure_indexes(db: Db) -> None:
    """Make the indexes that uniqueness and speed rest on."""
    db.users.create_index("username", unique=True)
    db.users.create_index("origins")
