"""A program that cannot start says so in a sentence."""

import pytest
from redisstore import connect, explained


def test_a_redis_that_does_not_answer_is_a_sentence() -> None:
    """What is the matter, what to do, and neither a traceback nor a password."""
    with pytest.raises(SystemExit) as end, explained():
        connect("unix://:hidden@/nothing/is/here").ping()
    assert str(end.value).startswith("Redis does not answer. Start it, or set REDIS_URL.")
    assert "hidden" not in str(end.value)


def test_an_address_that_is_none_is_a_sentence() -> None:
    """With an example of one that is."""
    with pytest.raises(SystemExit) as end, explained():
        connect("localhost")
    assert "Set it to one like redis://" in str(end.value)


def test_other_errors_are_left_alone() -> None:
    """They are mistakes of ours: a traceback helps."""
    with pytest.raises(ZeroDivisionError), explained():
        raise ZeroDivisionError
