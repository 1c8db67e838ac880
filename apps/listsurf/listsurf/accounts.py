"""What happens to an account after it was made: another password, all that is known, the end.

Notice the order when an account is deleted. Its logins and tokens go first, so that nothing can be
added while the rest goes; the user goes last, so that a deletion that was interrupted can be sent
once more.
"""

from typing import TYPE_CHECKING, Any

from brubeck.passwords import hash_password
from brubeck.timekeeping import curtime

from listsurf import queries
from listsurf.documents import link_document
from listsurf.models import User
from listsurf.queries import Db
from listsurf.tokens import Token, list_tokens

if TYPE_CHECKING:
    from listsurf.app import Listsurf


def change_password(db: Db, user: User, password: str) -> None:
    """Store another password."""
    db.users.update_one({"_id": user.id}, {"$set": {"password": hash_password(password)}})


def change_origins(db: Db, user: User, origins: list[str]) -> None:
    """Store which other sites may use the API with the user's tokens."""
    db.users.update_one({"_id": user.id}, {"$set": {"origins": origins}})


def is_origin_of_anybody(db: Db, origin: str) -> bool:
    """Say whether any user allows a site: a browser asks before it shows whose token it has."""
    return db.users.find_one({"origins": origin}, {"_id": 1}) is not None


def takeout(app: "Listsurf", user: User) -> dict[str, Any]:
    """Return everything that is stored about a user, but for hashes of secrets."""
    db = app.db_conn
    return {
        "format": "Listsurf takeout 1; times are milliseconds since 1970, UTC",
        "made_at": curtime(),
        "account": account_document(user),
        "sessions": [
            {"since": login.created_at, "last_change": login.renewed_at, **login.data}
            for login in app.sessions.list_of(user.id)
        ],
        "tokens": [token_document(token) for token in list_tokens(db, user)],
        "links": [link_document(link) for link in queries.all_links(db, user)],
        **queries.everything_of(db, user),
    }


def account_document(user: User) -> dict[str, Any]:
    """Return what is stored about the user himself."""
    return {
        "username": user.username,
        "date_joined": user.date_joined,
        "last_login": user.last_login,
        "origins": user.origins,
    }


def token_document(token: Token) -> dict[str, Any]:
    """Return what the owner may know about a token."""
    return {"name": token.name, "created_at": token.created_at, "used_at": token.used_at}


def delete_account(app: "Listsurf", user: User) -> None:
    """Delete a user and everything that is his."""
    db = app.db_conn
    app.sessions.delete_of(user.id)
    db.tokens.delete_many({"owner": user.id})
    queries.delete_all_of(db, user)
    db.users.delete_one({"_id": user.id})
