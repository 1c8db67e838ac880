"""The client of an application: one pool, and settings that say nothing twice.

Notice what the defaults of redis-py would do: retry a command that may have been carried out (and
say something twice), and fail above a hundred connections instead of waiting for one.
"""

from typing import Any

from brubeck.settings import SettingsError
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECTIONS = 50
PATIENCE = 5  # seconds for an answer, and for a connection to become free
BAD_REDIS_URL = (
    "REDIS_URL is no address of a Redis. Set it to one like redis://:password@host:6379/0 or "
    "unix:///path/to/socket, with everything but letters and digits percent-encoded in the password."
)


def connect(url: str, *, connections: int = CONNECTIONS, patience: float = PATIENCE) -> Any:
    """Return a `redis.Redis` that answers in text. Nothing is sent yet.

    At most so many `connections` are open; who finds all of them busy waits, like everybody for an
    answer, `patience` seconds. Its type is no more than that: for redis-py every answer may be
    bytes, text or nothing at once.

    Raises SettingsError for an address that is none; it does not show it, for the password's sake.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url, max_connections=connections, timeout=patience, socket_timeout=patience,
            socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0), decode_responses=True,
        )  # fmt: skip
    except ValueError:
        raise SettingsError(BAD_REDIS_URL) from None
    return Redis.from_pool(pool)  # closing the client closes its connections
