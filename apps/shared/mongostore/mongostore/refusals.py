"""What a site answers when its database cannot do the work: nobody's mistake, so no 500."""

from collections.abc import Iterator

from brubeck.errors import HTTPError, ServiceUnavailable
from pymongo.errors import OperationFailure

from mongostore.store import DatabaseAway

AWAY = (
    "The database does not answer, so nothing was read or saved. "
    "Wait a moment, then go back and send your request again."
)
FULL = (
    "The database has no room for more, so this was not saved; what is there can be read. "
    "Keep what you typed, and send it again when the operator of this site has made room."
)
OUT_OF_DISK_SPACE = 14031  # src/mongo/base/error_codes.yml of MongoDB


def refusal_of(error: Exception) -> HTTPError | None:
    """Return 503 for a database that is away, 507 for a full one, None for any other error."""
    if isinstance(error, DatabaseAway):
        return ServiceUnavailable(AWAY)
    if isinstance(error, OperationFailure) and OUT_OF_DISK_SPACE in _codes_of(error):
        return HTTPError(FULL, status_code=507)  # RFC 4918, 11.5
    return None


def _codes_of(error: OperationFailure) -> Iterator[int | None]:
    """Yield the code of an error, and those of the statements that failed in a bulk of them."""
    yield error.code
    for each in (error.details or {}).get("writeErrors", ()):
        yield each.get("code")
