"""Throttles: limits on how often something may be tried."""

from collections.abc import Callable
from typing import Any

import brubeck.throttle
import pytest
from brubeck.errors import TooManyRequests
from brubeck.throttle import (
    Counters,
    LoginThrottle,
    MemoryCounters,
    MongoCounters,
    RedisCounters,
    Throttle,
    network_of,
)
from brubeck.timekeeping import Interval
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

Clock = Callable[[float], None]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Clock:
    """Give a function that lets seconds pass, in Redis as well where a test uses it."""
    now = [1_700_000_000_000]

    def advance(seconds: float) -> None:
        now[0] += int(seconds * 1000)
        counters = request.node.funcargs.get("counters")
        if isinstance(counters, RedisCounters):
            age(counters.redis, int(seconds * 1000))

    monkeypatch.setattr(brubeck.throttle, "curtime", lambda: now[0])
    return advance


def age(redis: "Redis[Any]", millis: int) -> None:
    """Let all keys be so much older: the clock of Redis is its own."""
    for key in redis.scan_iter():
        left = redis.pttl(key)
        redis.pexpire(key, left - millis)  # what has no time left is deleted at once


@pytest.fixture(params=["memory", "mongo", "redis"])
def counters(request: pytest.FixtureRequest) -> Counters:
    """Give every kind of counters in turn."""
    if request.param == "memory":
        return MemoryCounters()
    if request.param == "redis":
        return RedisCounters(request.getfixturevalue("redis"), "test:count")
    mongo = MongoCounters(request.getfixturevalue("collection"))
    mongo.ensure_indexes()
    return mongo


def is_refused(action: Callable[..., object], *args: object) -> bool:
    try:
        action(*args)
    except TooManyRequests:
        return True
    return False


def test_tries_up_to_the_limit_pass(counters: Counters) -> None:
    """check() refuses once hit() has counted `limit` tries; other keys are untouched."""
    throttle = Throttle(counters, limit=2, period=60)
    throttle.check("key")
    assert throttle.hit("key") == 1
    throttle.check("key")
    assert throttle.hit("key") == 2
    assert is_refused(throttle.check, "key")
    assert not is_refused(throttle.check, "other")


def test_the_refusal_says_how_long_to_wait(counters: Counters, clock: Clock) -> None:
    """429, Retry-After in whole seconds, and words."""
    throttle = Throttle(counters, limit=1, period=600)
    throttle.hit("key")
    clock(0.5)
    with pytest.raises(TooManyRequests) as refusal:
        throttle.check("key")
    assert refusal.value.headers == {"Retry-After": "600"}
    assert refusal.value.detail == "Too many tries. Wait 10 minutes and try again."
    clock(599)
    with pytest.raises(TooManyRequests) as refusal:
        throttle.check("key")
    assert refusal.value.headers == {"Retry-After": "1"}
    assert "1 second " in refusal.value.detail


def test_nobody_is_locked_out_for_ever(counters: Counters, clock: Clock) -> None:
    """The window ends `period` seconds after its first try, however many follow."""
    throttle = Throttle(counters, limit=1, period=60)
    for _ in range(6):
        throttle.hit("key")
        clock(9)
    assert is_refused(throttle.check, "key")
    clock(6)
    throttle.check("key")
    assert throttle.hit("key") == 1


def test_take_counts_and_refuses_in_one_step(counters: Counters) -> None:
    """So that many tries at once cannot outrun it."""
    throttle = Throttle(counters, limit=2, period=60)
    assert [is_refused(throttle.take, "key") for _ in range(4)] == [False, False, True, True]


def test_tries_can_be_given_back_and_cleared(counters: Counters) -> None:
    """For tries that turned out to be in order."""
    throttle = Throttle(counters, limit=1, period=60)
    throttle.give_back("key")
    throttle.take("key")
    throttle.give_back("key")
    throttle.take("key")
    throttle.clear("key")
    throttle.clear("key")
    throttle.take("key")
    assert is_refused(throttle.take, "key")


def test_expired_counts_can_be_swept(collection: Any, clock: Clock) -> None:
    """Mongo keeps no counts for ever."""
    mongo = MongoCounters(collection)
    mongo.add("old", 1, 60)
    clock(60)
    mongo.add("new", 1, 60)
    mongo.delete_expired()
    assert collection.count_documents({}) == 1


def test_mongo_sweeps_itself(collection: Any, clock: Clock) -> None:
    """Now and then, when something is counted."""
    mongo = MongoCounters(collection)
    mongo.add("old", 1, 60)
    clock(60)
    mongo.sweeping = Interval(0)
    mongo.add("new", 1, 60)
    assert collection.count_documents({}) == 1


def test_mongo_keys_are_hashed(collection: Any) -> None:
    """Names and addresses as strangers typed them, of any length, are not stored."""
    MongoCounters(collection).add("x" * 10_000, 1, 60)
    assert len(collection.find_one()["_id"]) == 64


def test_redis_keeps_no_count_for_ever_and_no_name(redis: "Redis[Any]") -> None:
    """Each key has an end, a given back try as well, and is as long as any other."""
    counters = RedisCounters(redis, "test:count")
    counters.add("x" * 10_000, 1, 60)
    counters.add("given back too late", -1, 60)
    keys = redis.keys()
    assert len(keys) == 2
    assert all(0 < redis.pttl(key) <= 60_000 for key in keys)
    assert {len(key) for key in keys} == {len("test:count:") + 64}


def test_memory_is_bounded(clock: Clock) -> None:
    """Expired counts go first, then the oldest."""
    memory = MemoryCounters(max_keys=2)
    memory.add("a", 1, 10)
    memory.add("b", 1, 60)
    clock(10)
    memory.add("c", 1, 60)
    assert [bool(memory.get(key)) for key in "abc"] == [False, True, True]
    memory.add("d", 1, 60)
    assert [bool(memory.get(key)) for key in "bcd"] == [False, True, True]


# -- logins ------------------------------------------------------------------------------------


def test_guessing_one_password_is_limited(counters: Counters) -> None:
    """So many tries for one name from one address, whatever the spelling of the name."""
    logins = LoginThrottle(counters, per_pair=5)
    for name in ("ada", "Ada ", "ADA", "ada", "ada"):
        logins.attempt(name, "192.0.2.1")
    assert is_refused(logins.attempt, "ada", "192.0.2.1")
    assert not is_refused(logins.attempt, "ada", "192.0.2.2")
    assert not is_refused(logins.attempt, "eve", "192.0.2.1")


def test_guessing_many_names_from_one_address_is_limited(counters: Counters) -> None:
    """The limit by address."""
    logins = LoginThrottle(counters, per_address=3)
    for name in "abc":
        logins.attempt(name, "192.0.2.1")
    assert is_refused(logins.attempt, "d", "192.0.2.1")


def test_guessing_from_many_addresses_is_limited(counters: Counters) -> None:
    """The limit by name."""
    logins = LoginThrottle(counters, per_name=3)
    for last in range(3):
        logins.attempt("ada", f"192.0.2.{last}")
    assert is_refused(logins.attempt, "ada", "192.0.2.9")


def test_strangers_cannot_lock_out_the_owner(counters: Counters, clock: Clock) -> None:
    """Who has logged in from an address lately is not met by the limit of the name."""
    logins = LoginThrottle(counters, per_name=3)
    logins.attempt("ada", "198.51.100.7")
    logins.succeeded("ada", "198.51.100.7")
    clock(24 * 60 * 60)
    for last in range(9):
        is_refused(logins.attempt, "ada", f"192.0.2.{last}")
    assert is_refused(logins.attempt, "ada", "192.0.2.10")
    assert not is_refused(logins.attempt, "ada", "198.51.100.7")


def test_success_forgives_the_tries(counters: Counters) -> None:
    """Logging in all day from one address is no attack."""
    logins = LoginThrottle(counters, per_pair=2, per_address=2, per_name=2)
    for _ in range(5):
        logins.attempt("ada", "192.0.2.1")
        logins.succeeded("ada", "192.0.2.1")
    logins.attempt("ada", "192.0.2.1")


def test_ipv6_customers_hold_whole_networks() -> None:
    """An attacker has 2**64 addresses, but one /64."""
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("not an address") == "not an address"


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_name_and_address_can_be_counted(name: str, address: str) -> None:
    """Strangers type what they like."""
    logins = LoginThrottle(MemoryCounters(), per_pair=1)
    logins.attempt(name, address)
    assert is_refused(logins.attempt, name, address)


def test_programs_of_the_owner_may_ask_several_times_at_once(counters: Counters) -> None:
    """From where the owner has logged in lately, more tries may be under way."""
    logins = LoginThrottle(counters, per_pair=2, per_known_pair=6)
    logins.attempt("ada", "192.0.2.1")
    logins.succeeded("ada", "192.0.2.1")
    for _ in range(6):
        logins.attempt("ada", "192.0.2.1")
    assert is_refused(logins.attempt, "ada", "192.0.2.1")


def test_refused_tries_for_one_name_leave_the_others_of_the_network_alone(
    counters: Counters,
) -> None:
    """A stubborn script does not use up what everybody behind the same address may try."""
    logins = LoginThrottle(counters, per_pair=1, per_address=2)
    logins.attempt("ada", "192.0.2.1")
    for _ in range(5):
        assert is_refused(logins.attempt, "ada", "192.0.2.1")
    logins.attempt("grace", "192.0.2.1")
