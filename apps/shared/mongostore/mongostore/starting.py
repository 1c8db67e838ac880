"""What happens around the database when a program starts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pymongo
from brubeck.settings import SettingsError
from pymongo.errors import OperationFailure

from mongostore.store import DatabaseAway, Db

LONGEST_START = 24 * 60 * 60  # seconds


def prepare(db: Db, *steps: Callable[[], object]) -> None:
    """Take the steps that make the indexes; those of a large collection may take their time.

    The ping fails soon where there is no database: in what follows that would be waited for.
    """
    db.command("ping")
    with pymongo.timeout(LONGEST_START):
        for step in steps:
            step()


@contextmanager
def explained(application: str) -> Iterator[None]:
    """End the program with a sentence if its settings or its database keep it from working.

    No sentence shows MONGO_URL, which may hold a password: pymongo names host and port only.
    """
    try:
        yield
    except SettingsError as error:
        sys.exit(str(error))
    except DatabaseAway as error:
        reason = str(error).partition(", Timeout:")[0]
        sys.exit(f"MongoDB does not answer. Start it, or set MONGO_URL. It said: {reason}")
    except OperationFailure as error:
        sys.exit(
            f"MongoDB refuses to work for {application}. Check the name and the password in "
            "MONGO_URL, and what that user may do. "
            f"It said: {(error.details or {}).get('errmsg', error)}"
        )
