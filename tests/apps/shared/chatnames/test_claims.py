"""Whose a name is: one owner for all names that look alike, and all of them or none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chatnames import NameClaims
from framework.conformance.servers import eventually
from gevent import spawn
from redis import Redis

MONTH = 2_592_000


@pytest.fixture
def names(redis: "Redis[Any]", redis_socket: Path) -> Iterator[NameClaims]:
    """Give the names of an empty database."""
    with Redis(unix_socket_path=str(redis_socket), decode_responses=True) as connection:
        yield NameClaims(connection, "name", MONTH)


def test_a_name_has_one_owner(names: NameClaims) -> None:
    """Who has it may claim it again; others get neither it nor what looks like it."""
    assert names.claim("ada", "Ada")
    assert names.claim("ada", "ADA", "Ada")
    assert not names.claim("eve", "Ada")
    assert not names.claim("eve", "A d a")
    assert (names.owner_of("Ada"), names.owner_of("Eve")) == ("ada", "")


def test_a_claim_that_fails_takes_nothing(names: NameClaims, redis: "Redis[Any]") -> None:
    """INA looks like Ina, and Ina like lna: who has the last keeps the first from being taken."""
    names.claim("one", "lna")
    before = set(redis.keys())
    assert not names.claim("other", "Ina")
    assert set(redis.keys()) == before


def test_a_new_name_frees_the_former(names: NameClaims) -> None:
    """But only what is not part of the new one as well."""
    names.claim("ada", "Ada")
    names.claim("ada", "Grace", "Ada")
    assert names.claim("eve", "Ada")
    assert not names.claim("eve", "Grace")


def test_nobody_releases_what_is_not_his(names: NameClaims) -> None:
    """A name that was lost, and is somebody else's now, stays his."""
    names.claim("ada", "Ada")
    names.release("eve", "Ada")
    assert names.owner_of("Ada") == "ada"
    names.release("ada", "Ada")
    assert names.owner_of("Ada") == ""


def test_a_name_waits_for_its_owner_so_long_and_longer_when_he_is_heard_of(
    names: NameClaims, redis: "Redis[Any]"
) -> None:
    """Every key has an end, which is put off."""
    names.claim("ada", "Ada")
    for key in redis.scan_iter():
        assert 0 < redis.ttl(key) <= MONTH
        redis.expire(key, 5)
    names.keep("Ada")
    assert all(redis.ttl(key) > 5 for key in redis.scan_iter())


def test_of_many_who_claim_at_once_one_gets_it(names: NameClaims) -> None:
    """Different spellings, one winner, in whatever order they come."""
    spellings = ["Ina", "lna", "INA", "1na"] * 5
    answers: list[bool] = []
    for number, spelling in enumerate(spellings):
        spawn(lambda who=str(number), name=spelling: answers.append(names.claim(who, name)))
    eventually(lambda: len(answers) == len(spellings), "an answer for everybody")
    assert answers.count(True) == 1
