"""What a site answers when Redis cannot do the work."""

from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as NoAnswerError
from redisstore import refusal_of

AWAY = "Nobody is there. Come back."
FULL_DISK = "MISCONF Errors writing to the AOF file: No space left on device"


def test_a_redis_that_is_away_is_503_with_a_time_to_come_back() -> None:
    """With the text of the site."""
    refusal = refusal_of(NoAnswerError("gone"), AWAY)
    assert (refusal.status_code, refusal.detail) == (503, AWAY)
    assert refusal.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    "text", [FULL_DISK, f"Command # 1 (INCR x) of pipeline caused error: {FULL_DISK}"]
)
def test_a_full_disk_is_507(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """No time says when it will be better; the operator gets a line."""
    refusal = refusal_of(ResponseError(text), AWAY)
    assert refusal.status_code == 507
    assert "Retry-After" not in refusal.headers
    assert "Make room for it" in caplog.text


def test_a_full_memory_is_507(redis: "Redis[Any]") -> None:
    """As Redis says it, in a command, in a transaction and in a script."""
    pipe = redis.pipeline().set("a", 1)
    asked = [
        lambda: redis.set("a", 1),
        pipe.execute,
        lambda: redis.eval("redis.call('set', 'a', 1)", 0),
    ]
    redis.config_set("maxmemory", "1")
    try:
        assert [_status_of(ask) for ask in asked] == [507, 507, 507]
    finally:
        redis.config_set("maxmemory", "0")


def _status_of(ask: Any) -> int:
    with pytest.raises(RedisError) as refused:
        ask()
    return refusal_of(refused.value, AWAY).status_code
