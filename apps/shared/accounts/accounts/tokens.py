"""Tokens: what a program shows instead of a name and a password.

Notice what is stored: a hash. The token itself is shown once, when it is made; a copy of the
database opens nothing. A plain hash will do here, where passwords need a slow one, because nobody
can guess 256 random bits. When a token was used last is written down for changes only, and once an
hour at most: reading never writes.
"""

import hashlib
import secrets
from collections.abc import Iterable

from brubeck.timekeeping import MillisecondField, curtime
from bson import ObjectId
from bson.errors import InvalidId
from dictshield.document import Document
from dictshield.fields import ListField, LongField, StringField
from dictshield.fields.mongo import ObjectIdField
from mongostore import Db
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from accounts.models import User

NAME_LENGTH = 60  # characters
MOST = 20  # tokens of one user
READ, WRITE = "read", "write"
ALL_SCOPES = (READ, WRITE)
HOUR = 60 * 60 * 1000  # milliseconds


class TokenNameTakenError(Exception):
    """The user has a token of that name already."""


class TooManyTokensError(Exception):
    """The user has as many tokens as one may have."""


class Token(Document):
    """A token of a user, without the secret itself. Times are milliseconds since 1970, UTC."""

    class Meta:
        """The id is there before the token is stored."""

        id_field = ObjectIdField
        id_options = {"auto_fill": True}

    owner = ObjectIdField(required=True)
    name = StringField(required=True, max_length=NAME_LENGTH)
    hash = StringField(required=True, max_length=64)
    scopes = ListField(StringField(choices=ALL_SCOPES), default=lambda: list(ALL_SCOPES))
    created_at = MillisecondField(default=curtime)
    used_at = LongField()

    _private_fields = ["owner", "hash"]


def ensure_indexes(db: Db) -> None:
    """Make the indexes that uniqueness and speed rest on."""
    db.tokens.create_index("hash", unique=True)
    db.tokens.create_index([("owner", ASCENDING), ("name", ASCENDING)], unique=True)


def create_token(
    db: Db, user: User, name: str, scopes: Iterable[str] = ALL_SCOPES, prefix: str = ""
) -> str:
    """Store a new token and return its secret, which nobody can look up later.

    `prefix` begins it, so that people see what it is.
    Raises TokenNameTakenError and TooManyTokensError.
    """
    if db.tokens.count_documents({"owner": user.id}) >= MOST:
        raise TooManyTokensError
    secret = prefix + secrets.token_urlsafe(32)
    token = Token(owner=user.id, name=name, hash=hash_of(secret), scopes=list(scopes))
    try:
        db.tokens.insert_one(token.to_python())
    except DuplicateKeyError as error:
        raise TokenNameTakenError(name) from error
    return secret


def list_tokens(db: Db, user: User) -> list[Token]:
    """Return a user's tokens, the newest first."""
    found = db.tokens.find({"owner": user.id}).sort([("created_at", -1), ("_id", -1)])
    return [Token(**token) for token in found]


def find_token(db: Db, user: User, token_id: str) -> Token | None:
    """Return a user's token; None if it is somebody else's, does not exist, or the id is none."""
    try:
        found = db.tokens.find_one({"_id": ObjectId(token_id), "owner": user.id})
    except InvalidId:
        return None
    return Token(**found) if found else None


def find_by_secret(db: Db, secret: str) -> Token | None:
    """Return the token that a program has shown."""
    found = db.tokens.find_one({"hash": hash_of(secret)})
    return Token(**found) if found else None


def note_use(db: Db, token: Token) -> None:
    """Write down that a token has changed something, if the last note is an hour old."""
    now = curtime()
    if now - (token.used_at or 0) >= HOUR:
        db.tokens.update_one({"_id": token.id}, {"$set": {"used_at": now}})


def revoke_token(db: Db, user: User, token: Token) -> None:
    """Delete a user's token: whoever shows it is a stranger from now on."""
    db.tokens.delete_one({"_id": token.id, "owner": user.id})


def hash_of(secret: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
