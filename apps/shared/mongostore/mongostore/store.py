"""The database itself: its type, its address, and what it raises when it is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from brubeck.settings import SettingsError
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError, ConnectionFailure, ExecutionTimeout

Db = Database[dict[str, Any]]
Filter = dict[str, Any]

LONGEST_QUERY = 5000  # milliseconds; a database that is away, or hangs, must not hang the site
BAD_MONGO_URL = (
    "MONGO_URL is no address of a MongoDB. Set it to one like mongodb://name:password@host:27017, "
    "with everything but letters and digits percent-encoded in name and password."
)

DatabaseAway = (ConnectionFailure, ExecutionTimeout)
"""What is raised when the database does not answer, or not in time."""


def connect(url: str, name: str) -> Db:
    """Return the database of that name. Nothing is sent yet: the client connects when it is used.

    A `timeoutMS` in the address counts more than our limit. Raises SettingsError for an address that
    is none; it does not show it, for the password's sake.
    """
    limit: dict[str, Any] = {} if "timeoutMS=" in url else {"timeoutMS": LONGEST_QUERY}
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(url, **limit)
    except (ConfigurationError, ValueError):
        raise SettingsError(BAD_MONGO_URL) from None
    return Database(client, name)


@contextmanager
def opened(url: str, name: str) -> Iterator[Db]:
    """Give the database of that name to a short piece of work, and hang up afterwards."""
    db = connect(url, name)
    try:
        yield db
    finally:
        db.client.close()
