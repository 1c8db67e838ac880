"""Small stores for values with an end: in memory or in Redis."""

import math
import os
import time
from typing import Any


def generate_session_id() -> str:
    """Return 32 random bytes as 64 hex characters."""
    return os.urandom(32).hex()


class BaseCacheStore:
    """Values by key in the memory of this process."""

    def __init__(self, **_options: Any) -> None:
        self._cache_store: dict[str, dict[str, Any]] = {}

    def save(self, key: str, data: Any, expire: float | None = None) -> None:
        """Store a value; `expire` is the Unix time (seconds) at which it becomes stale."""
        self._cache_store[key] = {"data": data, "expire": expire}

    def load(self, key: str) -> Any:
        """Return a value, or None when there is none or it is stale."""
        entry = self._cache_store.get(key)
        return None if entry is None or _is_stale(entry) else entry["data"]

    def delete(self, key: str) -> None:
        """Remove a value; one that is not there is gone already."""
        self._cache_store.pop(key, None)

    def delete_expired(self) -> None:
        """Remove all stale values."""
        for key in [key for key, entry in self._cache_store.items() if _is_stale(entry)]:
            self.delete(key)


def _is_stale(entry: dict[str, Any]) -> bool:
    return entry["expire"] is not None and entry["expire"] <= time.time()


class RedisCacheStore(BaseCacheStore):
    """Values by key in Redis, which removes stale ones by itself."""

    def __init__(self, redis_connection: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cache_store = redis_connection

    def save(self, key: str, data: Any, expire: float | None = None) -> None:
        """Store a value; `expire` is the Unix time (seconds) at which it becomes stale.

        Raises AssertionError when that time is not in the future.
        """
        seconds = None if expire is None else math.ceil(expire - time.time())
        if seconds is not None and seconds <= 0:
            raise AssertionError(
                f"expire={expire} is not in the future. Pass Unix time in seconds."
            )
        pipeline = self._redis.pipeline()
        pipeline.set(key, data)
        if seconds is not None:
            pipeline.expire(key, seconds)
        pipeline.execute()

    def load(self, key: str) -> Any:
        """Return the value as Redis gives it (bytes), or None."""
        return self._redis.get(key)

    def delete(self, key: str) -> None:
        """Remove a value; one that is not there is gone already."""
        self._redis.delete(key)

    def delete_expired(self) -> None:
        """Refuse: Redis does this by itself."""
        raise NotImplementedError("Redis removes stale values by itself. Leave this call out.")

    @property
    def _redis(self) -> Any:
        return self._cache_store
