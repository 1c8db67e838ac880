"""Limits on how often something may be tried.

Counting is done in windows that begin with the first try and end `period` seconds later, whatever
happens meanwhile: who keeps trying waits no longer than who does not, and nobody is locked out
for ever.
"""

import hashlib
import ipaddress
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from brubeck.errors import TooManyRequests
from brubeck.timekeeping import Interval, curtime


class Count(NamedTuple):
    """How often a key was counted in its window, and when the window ends (ms)."""

    tries: int
    ends_at: int


class Counters(ABC):
    """Counts by key, each forgotten when its window ends."""

    @abstractmethod
    def add(self, key: str, amount: int, period: int) -> Count:
        """Add to a count, beginning a window of `period` seconds if there is none."""

    @abstractmethod
    def get(self, key: str) -> Count | None:
        """Return a count, or None when its window is over or never began."""

    @abstractmethod
    def clear(self, key: str) -> None:
        """Forget a count."""


class MemoryCounters(Counters):
    """Counters of one process. Beyond `max_keys` the oldest are forgotten first."""

    def __init__(self, max_keys: int = 100_000) -> None:
        self.max_keys = max_keys
        self._counts: dict[str, Count] = {}

    def add(self, key: str, amount: int, period: int) -> Count:
        """Add to a count, beginning a window of `period` seconds if there is none."""
        before = self.get(key) or self._begin(key, period)
        count = Count(before.tries + amount, before.ends_at)
        self._counts[key] = count
        return count

    def get(self, key: str) -> Count | None:
        """Return a count, or None when its window is over or never began."""
        count = self._counts.get(key)
        return count if count is not None and count.ends_at > curtime() else None

    def clear(self, key: str) -> None:
        """Forget a count."""
        self._counts.pop(key, None)

    def _begin(self, key: str, period: int) -> Count:
        now = curtime()
        self.clear(key)
        if len(self._counts) >= self.max_keys:
            self._make_room(now)
        return Count(0, now + period * 1000)

    def _make_room(self, now: int) -> None:
        self._counts = {key: count for key, count in self._counts.items() if count.ends_at > now}
        while len(self._counts) >= self.max_keys:
            del self._counts[next(iter(self._counts))]


class MongoCounters(Counters):
    """Counters in a pymongo collection, shared by all processes of an application."""

    def __init__(self, collection: Any) -> None:
        self.collection = collection
        self.sweeping = Interval(60 * 60)

    def ensure_indexes(self) -> None:
        """Create the index that sweeping needs."""
        self.collection.create_index("ends_at")

    def delete_expired(self) -> None:
        """Remove the counts whose window is over; happens now and then by itself."""
        self.collection.delete_many({"ends_at": {"$lte": curtime()}})

    def add(self, key: str, amount: int, period: int) -> Count:
        """Add to a count, beginning a window of `period` seconds if there is none."""
        if self.sweeping.is_over():
            self.delete_expired()
        now = curtime()
        this = {"_id": _hashed(key)}
        self.collection.delete_one({**this, "ends_at": {"$lte": now}})
        change = {"$inc": {"tries": amount}, "$setOnInsert": {"ends_at": now + period * 1000}}
        after = self.collection.find_one_and_update(this, change, upsert=True, return_document=True)
        return Count(after["tries"], after["ends_at"])

    def get(self, key: str) -> Count | None:
        """Return a count, or None when its window is over or never began."""
        found = self.collection.find_one({"_id": _hashed(key)})
        if found is None or found["ends_at"] <= curtime():
            return None
        return Count(found["tries"], found["ends_at"])

    def clear(self, key: str) -> None:
        """Forget a count."""
        self.collection.delete_one({"_id": _hashed(key)})


class RedisCounters(Counters):
    """Counters in Redis, shared by all processes, each gone when Redis forgets its key.

    `redis` is a redis-py connection; the keys begin with `prefix` and a colon.
    """

    def __init__(self, redis: Any, prefix: str) -> None:
        self.redis = redis
        self.prefix = prefix

    def add(self, key: str, amount: int, period: int) -> Count:
        """Add to a count, beginning a window of `period` seconds if there is none."""
        where = self._where(key)
        with self.redis.pipeline() as pipe:  # one transaction: a count without an end cannot be
            pipe.set(where, 0, ex=period, nx=True).incrby(where, amount).pttl(where)
            _, tries, left = pipe.execute()
        return Count(tries, curtime() + left)

    def get(self, key: str) -> Count | None:
        """Return a count, or None when its window is over or never began."""
        where = self._where(key)
        with self.redis.pipeline() as pipe:
            tries, left = pipe.get(where).pttl(where).execute()
        return None if tries is None else Count(int(tries), curtime() + left)

    def clear(self, key: str) -> None:
        """Forget a count."""
        self.redis.delete(self._where(key))

    def _where(self, key: str) -> str:
        return f"{self.prefix}:{_hashed(key)}"


class Throttle:
    """At most `limit` tries of one key in `period` seconds."""

    def __init__(self, store: Counters, limit: int, period: int) -> None:
        self.store = store
        self.limit = limit
        self.period = period

    def check(self, key: str) -> None:
        """Raise TooManyRequests, with Retry-After, when the key has no tries left."""
        count = self.store.get(key)
        if count is not None and count.tries >= self.limit:
            raise _too_many(count)

    def hit(self, key: str) -> int:
        """Count one try of the key and return how many there were."""
        return self.store.add(key, 1, self.period).tries

    def take(self, key: str) -> Count:
        """Count one try and return how many there were; raise TooManyRequests for one too many.

        Unlike `check` before and `hit` afterwards it cannot be outrun by many tries at once.
        """
        count = self.store.add(key, 1, self.period)
        if count.tries > self.limit:
            raise _too_many(count)
        return count

    def give_back(self, key: str) -> None:
        """Undo one try that turned out to be in order."""
        if self.store.get(key) is not None:
            self.store.add(key, -1, self.period)

    def clear(self, key: str) -> None:
        """Forget all tries of the key."""
        self.store.clear(key)


class LoginThrottle:
    """Limits for guessing passwords: by name and address, by address, and by name.

    The limit by name alone stops guessing from many addresses, and does not apply to addresses
    from which the owner has logged in lately: strangers cannot lock the owner out. From there
    more tries are free, too: programs of the owner ask several times at once.
    """

    KNOWN_FOR = 30 * 24 * 60 * 60

    def __init__(
        self,
        store: Counters,
        *,
        per_pair: int = 10,
        per_known_pair: int = 50,
        per_address: int = 50,
        per_name: int = 100,
        period: int = 900,
    ) -> None:
        self._pair = Throttle(store, per_pair, period)
        self._known_pair = Throttle(store, per_known_pair, period)
        self._address = Throttle(store, per_address, period)
        self._name = Throttle(store, per_name, period)
        self._store = store

    def attempt(self, name: str, address: str) -> None:
        """Count one login, before its password is looked at; raise TooManyRequests if too many."""
        keys = _LoginKeys.of(name, address)
        is_known = self._store.get(keys.known) is not None
        # Tries that are refused here do not count against the address, which many may share.
        (self._known_pair if is_known else self._pair).take(keys.pair)
        self._address.take(keys.address)
        if not is_known:
            self._name.take(keys.name)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries of someone who knew the password, and remember where from."""
        keys = _LoginKeys.of(name, address)
        self._pair.clear(keys.pair)
        self._address.give_back(keys.address)
        self._name.give_back(keys.name)
        self._store.clear(keys.known)
        self._store.add(keys.known, 1, self.KNOWN_FOR)


class _LoginKeys(NamedTuple):
    pair: str
    address: str
    name: str
    known: str

    @classmethod
    def of(cls, name: str, address: str) -> "_LoginKeys":
        name, address = name.strip().lower(), network_of(address)
        return cls(
            f"login:pair:{address}:{name}",
            f"login:address:{address}",
            f"login:name:{name}",
            f"login:known:{address}:{name}",
        )


def network_of(address: str) -> str:
    """Return what one customer controls: an IPv4 address, or the /64 around an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _too_many(count: Count) -> TooManyRequests:
    seconds = max(1, -(-(count.ends_at - curtime()) // 1000))
    return TooManyRequests(
        detail=f"Too many tries. Wait {_in_words(seconds)} and try again.",
        headers={"Retry-After": str(seconds)},
    )


def _in_words(seconds: int) -> str:
    if seconds < 120:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def _hashed(key: str) -> str:
    # Keys contain names and addresses as strangers typed them, of any length.
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
