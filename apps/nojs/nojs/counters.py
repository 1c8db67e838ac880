"""Counters in Redis for the framework's throttles: shared by all processes, gone by themselves."""

from brubeck.throttle import Count, Counters
from brubeck.timekeeping import curtime

from nojs.queries.store import Store


class RedisCounters(Counters):
    """Counts whose windows are the times that Redis keeps them."""

    def __init__(self, store: Store) -> None:
        self._redis, self._keys = store

    def add(self, key: str, amount: int, period: int) -> Count:
        """Add to a count, beginning a window of `period` seconds if there is none."""
        where = self._keys.count(key)
        with self._redis.pipeline() as pipe:
            pipe.set(where, 0, ex=period, nx=True).incrby(where, amount).pttl(where)
            _, tries, left = pipe.execute()
        return Count(tries, curtime() + left)

    def get(self, key: str) -> Count | None:
        """Return a count, or None when its window is over or never began."""
        where = self._keys.count(key)
        with self._redis.pipeline() as pipe:
            tries, left = pipe.get(where).pttl(where).execute()
        return None if tries is None else Count(int(tries), curtime() + left)

    def clear(self, key: str) -> None:
        """Forget a count."""
        self._redis.delete(self._keys.count(key))
