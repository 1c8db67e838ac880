"""What a site answers when its Redis cannot do the work: nobody's mistake, so no 500."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

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
    if _is_full(error):
        log.error("Redis keeps nothing more. Make room for it. It said: %s", error)
        return HTTPError(FULL, status_code=507)  # RFC 4918, 11.5
    return ServiceUnavailable(away, headers={"Retry-After": SECONDS})


@contextmanager
def if_there_is_room() -> Iterator[None]:
    """Leave undone what a full Redis does not keep, for work that nobody waits for; other errors count."""
    try:
        yield
    except RedisError as error:
        if not _is_full(error):
            raise


def _is_full(error: RedisError) -> bool:
    return isinstance(error, OutOfMemoryError) or bool(CANNOT_WRITE.search(str(error)))
