"""Redis has no room for more: programs and pages say so, and it heals by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from apps.spotichat.people import ROOM, Person
from redis import Redis


@pytest.fixture
def full(redis: "Redis[Any]", ada: Person) -> Iterator[Person]:
    """Give somebody who has said something before the memory of Redis was full."""
    ada.says("before")
    redis.config_set("maxmemory", "1")
    yield ada
    redis.config_set("maxmemory", "0")


def test_what_is_said_is_refused_with_the_reason_and_can_be_said_again(
    full: Person, redis: "Redis[Any]"
) -> None:
    """507 as a problem; with room again the same message is said, once (CWE-400)."""
    answer = full.post(f"{ROOM}/messages", {"text": "after", "key": "1"})
    assert answer.status_code == 507
    assert "is full" in answer.json()["detail"]
    redis.config_set("maxmemory", "0")
    full.says("after", "1")
    assert full.lines() == ["before", "after"]
