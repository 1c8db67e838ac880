"""Caches: contract section 15, line by line."""

import time
from typing import Any

import brubeck.caching
import pytest
from brubeck.caching import BaseCacheStore, RedisCacheStore, generate_session_id


def test_session_ids_are_64_hex_characters() -> None:
    """From 32 random bytes."""
    first, second = generate_session_id(), generate_session_id()
    assert first != second
    assert len(bytes.fromhex(first)) == 32


def test_values_come_back() -> None:
    """Until they are deleted; missing ones are None."""
    store = BaseCacheStore(any_keyword="is fine")
    store.save("key", {"a": 1})
    assert store.load("key") == {"a": 1}
    assert list(store._cache_store) == ["key"]
    store.delete("key")
    store.delete("key")
    assert store.load("key") is None


def test_stale_values_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """`expire` is absolute Unix time; delete_expired() removes them."""
    store = BaseCacheStore()
    store.save("short", 1, expire=time.time() + 10)
    store.save("long", 2, expire=time.time() + 1000)
    store.save("forever", 3)
    assert store.load("short") == 1
    later = time.time() + 100
    monkeypatch.setattr(brubeck.caching.time, "time", lambda: later)
    assert store.load("short") is None
    store.delete_expired()
    assert sorted(store._cache_store) == ["forever", "long"]


def test_redis_values_come_back_raw(redis: Any) -> None:
    """As Redis gives them."""
    store = RedisCacheStore(redis, any_keyword="is fine")
    store.save("key", "välue")
    assert store.load("key") == "välue".encode()
    assert redis.ttl("key") == -1
    store.delete("key")
    store.delete("key")
    assert store.load("key") is None


def test_redis_expires_values(redis: Any) -> None:
    """By its own clock."""
    store = RedisCacheStore(redis_connection=redis)
    store.save("key", "value", expire=time.time() + 100)
    assert 90 < redis.ttl("key") <= 100


def test_redis_refuses_the_past(redis: Any) -> None:
    """The end must lie ahead."""
    with pytest.raises(AssertionError, match="Unix time"):
        RedisCacheStore(redis).save("key", "value", expire=time.time() - 1)
    assert redis.get("key") is None


def test_redis_needs_no_sweeping(redis: Any) -> None:
    """delete_expired() is not implemented."""
    with pytest.raises(NotImplementedError):
        RedisCacheStore(redis).delete_expired()
