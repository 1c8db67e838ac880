"""What belongs to an account: all of it to be taken out, or to be deleted.

Notice the order when an account is deleted. Its logins and tokens go first, so that nothing can be
added while the rest goes; the user goes last, so that a deletion that was interrupted can be sent
once more.
"""

from typing import Any

from brubeck.timekeeping import curtime

from accounts.members import MembersApplication
from accounts.models import User
from accounts.tokens import Token, list_tokens


def takeout(app: MembersApplication, user: User) -> dict[str, Any]:
    """Return everything that is stored about a user, but for hashes of secrets."""
    db = app.db_conn
    return {
        "format": f"{app.membership.name} takeout 1; times are milliseconds since 1970, UTC",
        "made_at": curtime(),
        "account": account_document(user),
        "sessions": [
            {"since": login.created_at, "last_change": login.renewed_at, **login.data}
            for login in app.sessions.list_of(user.id)
        ],
        "tokens": [token_document(token) for token in list_tokens(db, user)],
        **app.membership.everything_of(db, user),
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
    return {
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "used_at": token.used_at,
    }


def delete_account(app: MembersApplication, user: User) -> None:
    """Delete a user and everything that is his."""
    db = app.db_conn
    app.sessions.delete_of(user.id)
    db.tokens.delete_many({"owner": user.id})
    app.membership.delete_all_of(db, user)
    db.users.delete_one({"_id": user.id})
