"""What a site answers when its Redis cannot do the work: nobody's mistake, so no 500."""

import logging
import re

from brubeck.errors import HTTPError, ServiceUnavailable
from redis.exceptions import OutOfMemoryError, RedisError

FULL = (
    "The place where the messages lie is full, so this was not kept. "
    "Send it again when the operator of this site has made room."
)
SECONDS = "5"  # until one should ask again
CANNOT_WRITE = re.compile(r"\bMISCONF ")  # as Redis calls a full disk, also within a script

log = logging.getLogger(__name__)


def refusal_of(error: RedisError, away: str) -> HTTPError:
    """Return 507 for a Redis without room on its disk or in its memory, else 503 with a text."""
    if isinstance(error, OutOfMemoryError) or CANNOT_WRITE.search(str(error)):
        log.error("Redis keeps nothing more. Make room for it. It said: %s", error)
        return HTTPError(FULL, status_code=507)  # RFC 4918, 11.5
    return ServiceUnavailable(away, headers={"Retry-After": SECONDS})
