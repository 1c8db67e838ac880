"""The connection to Redis, and the keys of this installation in it.

Notice the settings of the client: its defaults would retry a command that may have been carried out
(and say something twice), and fail above a hundred connections instead of waiting for one.
"""

from typing import Any, NamedTuple

from brubeck.settings import SettingsError
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from nojs.keys import Keys

CONNECTIONS = 50
PATIENCE = 5  # seconds for an answer, and for a connection to become free
BAD_REDIS_URL = (
    "REDIS_URL is no address of a Redis. Set it to one like redis://:password@host:6379/0 or "
    "unix:///path/to/socket, with everything but letters and digits percent-encoded in the password."
)


class Store(NamedTuple):
    """What every question to Redis needs."""

    redis: Any  # for redis-py every answer may be bytes, text or nothing at once
    keys: Keys


def connect(url: str, namespace: str) -> Store:
    """Return the store. Nothing is sent yet: the client connects when it is first used.

    Raises SettingsError for an address that is none; it does not show it, for the password's sake.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS, timeout=PATIENCE, socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0), decode_responses=True,
        )  # fmt: skip
    except ValueError:
        raise SettingsError(BAD_REDIS_URL) from None
    return Store(Redis(connection_pool=pool), Keys(namespace))
