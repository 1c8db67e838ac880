"""The disk of Redis is full: programs are told, what was said is read, and it heals by itself."""

from typing import Any

from apps.spotichat.people import ROOM, Person
from fulldisks import full_for_redis
from redis import Redis


def test_what_is_said_is_refused_with_the_reason_and_can_be_said_again(
    ada: Person, redis: "Redis[Any]"
) -> None:
    """507 as a problem; with room again the same message is said, once (CWE-400)."""
    ada.says("before")
    with full_for_redis(redis):
        answer = ada.post(f"{ROOM}/messages", {"text": "after", "key": "1"})
        assert answer.status_code == 507
        assert "is full" in answer.json()["detail"]
        assert ada.lines() == ["before"]
    ada.says("after", "1")
    assert ada.lines() == ["before", "after"]
