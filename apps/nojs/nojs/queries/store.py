"""The connection to Redis, and the keys of this installation in it."""

from typing import Any, NamedTuple

import redisstore

from nojs.keys import Keys


class Store(NamedTuple):
    """What every question to Redis needs."""

    redis: Any
    keys: Keys


def connect(url: str, namespace: str) -> Store:
    """Return the store; nothing is sent yet. Raises SettingsError for an address that is none."""
    return Store(redisstore.connect(url), Keys(namespace))
