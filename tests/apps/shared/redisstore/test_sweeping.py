"""What is done now and then."""

import logging

import pytest
from gevent.event import Event
from redisstore import StoreAway, Sweeper

PATIENCE = 10  # seconds


class Counting(Sweeper):
    period = 0.001

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.times = 0
        self.has_swept = Event()

    def sweep(self) -> None:
        self.times += 1
        if self.failures:
            raise self.failures.pop()
        self.has_swept.set()


@pytest.mark.parametrize(
    ("failure", "words"), [(StoreAway("gone"), "Redis is away"), (KeyError("x"), "has failed")]
)
def test_what_goes_wrong_is_told_and_tried_again(
    failure: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A sweeper outlives its store, and its own mistakes."""
    sweeper = Counting(failure)
    with caplog.at_level(logging.WARNING):
        sweeper.start()
        assert sweeper.has_swept.wait(PATIENCE)
    sweeper.stop()
    assert words in caplog.text


def test_after_its_end_nothing_is_swept() -> None:
    """The greenlet is gone; one that was never begun may be stopped as well."""
    sweeper = Counting()
    sweeper.stop()
    sweeper.start()
    assert sweeper.has_swept.wait(PATIENCE)
    sweeper.stop()
    assert sweeper._task is not None
    sweeper._task.join(PATIENCE)
    assert sweeper._task.ready()
