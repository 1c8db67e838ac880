"""The connection to Redis, and the keys of this installation in it."""

from typing import Any, NamedTuple

import redisstore
from chatnames import NameClaims

from nojs.keys import Keys

MONTH = 30 * 24 * 60 * 60  # seconds that a name waits for its owner


class Store(NamedTuple):
    """What every question to Redis needs; `names` knows whose a name is."""

    redis: Any
    keys: Keys
    names: NameClaims


def connect(url: str, namespace: str) -> Store:
    """Return the store; nothing is sent yet. Raises SettingsError for an address that is none."""
    redis, keys = redisstore.connect(url), Keys(namespace)
    return Store(redis, keys, NameClaims(redis, keys.shapes, MONTH))
