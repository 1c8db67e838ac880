"""Work in the background: taken up at once, never twice at a time, and given up in peace."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from chores import Chores
from gevent import sleep

PATIENCE = 10.0  # seconds


class Pile(Chores):
    """Does one piece after the other from a list that stands for a database."""

    def __init__(self, pieces: list[Callable[[], object]], workers: int = 1) -> None:
        super().__init__(pieces, workers)
        self.done = 0

    def step(self) -> bool:
        """Do the first piece."""
        if not self.db:
            return False
        self.db.pop(0)()
        self.done += 1
        return True


@pytest.fixture
def pile() -> Iterator[Pile]:
    """Give a worker that sleeps for a long time when there is nothing to do."""
    pile = Pile([])
    yield pile
    pile.stop()


def waits_until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        sleep(0.01)
    raise AssertionError("What was waited for has not come.")


def test_what_waits_is_done_from_the_start_on(pile: Pile) -> None:
    """A restart takes up what the time before has left."""
    pile.db += [int] * 5
    pile.start()
    waits_until(lambda: pile.done == 5)


def test_whoever_calls_is_heard_at_once(pile: Pile) -> None:
    """A nap of a minute ends when somebody says that there is work."""
    pile.start()
    sleep(0)
    pile.db.append(int)
    pile.wake()
    waits_until(lambda: pile.done == 1)


def test_what_another_process_has_left_is_found_after_a_nap(pile: Pile) -> None:
    """Nobody calls across processes: a worker looks by itself."""
    pile.nap = 0.02
    pile.start()
    sleep(0)
    pile.db.append(int)
    waits_until(lambda: pile.done == 1)


def test_a_step_that_fails_stops_nobody(pile: Pile, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and after a nap the next one is taken."""

    def fails() -> None:
        raise ValueError("on purpose")

    pile.nap = 0.02
    pile.db += [fails, int]
    with caplog.at_level(logging.ERROR):
        pile.start()
        waits_until(lambda: pile.done == 1)
    assert "Pile goes on in" in caplog.text


def test_stopping_lets_a_step_be_finished(pile: Pile) -> None:
    """What has begun is done; what has not waits for the next start."""
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        may_end.wait(PATIENCE)

    pile.db += [slow, int]
    pile.start()
    begun.wait(PATIENCE)
    threading.Timer(0.05, may_end.set).start()
    pile.stop()
    assert (pile.done, len(pile.db)) == (1, 1)


def test_a_step_that_hangs_is_given_up(pile: Pile) -> None:
    """The program ends all the same, after a moment."""
    begun = threading.Event()

    def hangs() -> None:
        begun.set()
        threading.Event().wait()

    pile.grace = 0.05
    pile.db.append(hangs)
    pile.start()
    begun.wait(PATIENCE)
    pile.stop()
    assert pile.done == 0


def test_several_workers_share_the_pieces() -> None:
    """Each piece is done once."""
    done: list[int] = []
    pile = Pile([lambda number=number: done.append(number) for number in range(50)], workers=4)  # type: ignore[misc]
    pile.start()
    waits_until(lambda: len(done) == 50)
    pile.stop()
    assert sorted(done) == list(range(50))
