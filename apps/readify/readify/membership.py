"""What Readify says about the accounts of its people; the website and the API say the same."""

from typing import Any

from accounts import Membership, User
from accounts.members import CONTENT_SECURITY_POLICY
from mongostore import Db

from readify import profiles, queries

# As everywhere in the suite, and a service worker of our own.
POLICY = f"{CONTENT_SECURITY_POLICY}; worker-src 'self'"


def everything_of(db: Db, user: User) -> dict[str, Any]:
    """Return all that is stored around a user, as documents by name."""
    return {"profile": profiles.document_of(db, user), **queries.everything_of(db, user)}


def delete_all_of(db: Db, user: User) -> None:
    """Delete all of it, for good."""
    queries.delete_all_of(db, user)
    profiles.delete_profile(db, user)


MEMBERSHIP = Membership(
    name="Readify",
    everything_of=everything_of,
    delete_all_of=delete_all_of,
    belongings="Your articles, comments, profile, tokens and logins",
    scopes=True,
    policy=POLICY,
)
