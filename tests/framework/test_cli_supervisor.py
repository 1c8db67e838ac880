"""Promises of the supervisor: a clock that the test turns, and workers that do as they are told."""

import logging
import os
import signal
from collections.abc import Callable
from itertools import count, pairwise

import pytest
from brubeck.cli.supervisor import GRACE, LONGEST_DELAY, LONGEST_START, STEADY, TICK, Supervisor


class FakeWorker:
    """A process that lives until somebody ends it."""

    def __init__(self, pid: int, *, stubborn: bool) -> None:
        self.pid = pid
        self.code: int | None = None
        self.stubborn = stubborn
        self.signals: list[str] = []

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.signals.append("TERM")
        if not self.stubborn:
            self.code = 0

    def kill(self) -> None:
        self.signals.append("KILL")
        self.code = -9


class World:
    """Time, processes and files as a supervisor sees them.

    `script` maps the number of a turn to what happens in it.
    """

    def __init__(self, workers: int = 1, *, reload: bool = False, stubborn: bool = False) -> None:
        self.now = 0.0
        self.turn = 0
        self.started: list[float] = []
        self.numbers: list[int] = []
        self.workers: list[FakeWorker] = []
        self.ended: list[int] = []
        self.changes: list[list[str]] = []
        self.script: dict[int, Callable[[], object]] = {}
        self.stubborn = stubborn
        self.unready: set[int] = set()
        self.dispatcher: FakeWorker | None = None
        self.log: list[str] = []
        self._pids = count(100)
        self.supervisor = Supervisor(
            self.start,
            workers,
            start_dispatcher=self.start_dispatcher,
            ended=self.ended.append,
            is_ready=lambda pid: pid not in self.unready,
            changed=(lambda: self.changes.pop() if self.changes else []) if reload else None,
            clock=lambda: self.now,
            pause=self.pause,
        )

    def start(self, number: int) -> FakeWorker:
        self.numbers.append(number)
        worker = FakeWorker(next(self._pids), stubborn=self.stubborn)
        self.workers.append(worker)
        self.started.append(self.now)
        return worker

    def start_dispatcher(self) -> FakeWorker | None:
        """Start nothing until a test has made one."""
        return self.dispatcher

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.turn += 1
        self.script.pop(self.turn, lambda: None)()

    def die(self, code: int, number: int = -1) -> Callable[[], None]:
        """Return what makes a worker end."""

        def end() -> None:
            self.workers[number].code = code

        return end

    def run(self) -> int:
        return self.supervisor.run()


def test_the_wanted_number_of_workers_runs_until_the_end() -> None:
    """A stop ends all of them, and the exit code is 0."""
    world = World(3)
    world.script[5] = world.supervisor.stop
    assert world.run() == 0
    assert len(world.workers) == 3
    assert all(worker.signals == ["TERM"] for worker in world.workers)
    assert sorted(world.ended) == [100, 101, 102]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_the_workers(number: int) -> None:
    """Workers get SIGTERM whatever it was, so that they finish what is in hand."""
    before = signal.getsignal(number)
    world = World(2)
    world.script[3] = lambda: os.kill(os.getpid(), number)
    assert world.run() == 0
    assert [worker.signals for worker in world.workers] == [["TERM"], ["TERM"]]
    assert signal.getsignal(number) is before


def test_a_worker_that_dies_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """The log says which one, how, and when the next one comes."""
    world = World(2)
    world.script[3] = world.die(-9, 0)
    world.script[30] = world.supervisor.stop
    with caplog.at_level(logging.WARNING):
        assert world.run() == 0
    assert len(world.workers) == 3
    assert world.workers[1].signals == ["TERM"]
    assert "Worker 100 was ended by SIGKILL. Another one starts in 0.5 s." in caplog.text
    assert 100 in world.ended
    assert world.numbers == [1, 2, 1]


@pytest.mark.parametrize(
    ("code", "said"),
    [(1, "exit code 1"), (0, "exit code 0"), (-11, "SIGSEGV"), (-99, "by signal 99")],
)
def test_the_log_says_how_a_worker_ended(
    caplog: pytest.LogCaptureFixture, code: int, said: str
) -> None:
    """Exit codes and signals are told apart."""
    world = World()
    world.script[3] = world.die(code)
    world.script[4] = world.supervisor.stop
    with caplog.at_level(logging.WARNING):
        world.run()
    assert said in caplog.text


def test_what_keeps_dying_is_started_ever_more_slowly() -> None:
    """The pause doubles from half a second, up to half a minute."""
    world = World()
    deaths = 9
    living = world.start

    def stillborn() -> FakeWorker:
        worker = living(1)
        worker.code = 1
        if len(world.workers) == deaths:
            world.script[world.turn + 1] = world.supervisor.stop
        return worker

    world.supervisor._workers[0].start = stillborn
    world.run()
    pauses = [after - before for before, after in pairwise(world.started)]
    expected = [0.5, 1, 2, 4, 8, 16, LONGEST_DELAY, LONGEST_DELAY]
    assert pauses == pytest.approx(expected, abs=2 * TICK + 0.01)


def test_what_worked_for_long_is_started_at_once() -> None:
    """One death in a while is no reason to be slow."""
    world = World()
    world.script[3] = world.die(1)
    steady = int(STEADY / TICK) + 20
    world.script[steady] = world.die(1)
    world.script[steady + 5] = world.supervisor.stop
    world.run()
    assert len(world.workers) == 3
    assert world.started[2] - steady * TICK == pytest.approx(TICK, abs=0.1)


def test_a_program_that_cannot_start_ends_everything() -> None:
    """A wrong name does not become right by trying again: exit code 2."""
    world = World(2)
    world.script[2] = world.die(2, 0)
    assert world.run() == 2
    assert len(world.workers) == 2
    assert world.workers[1].signals == ["TERM"]


def test_a_changed_file_replaces_the_workers(caplog: pytest.LogCaptureFixture) -> None:
    """Old ones end, new ones start at once; the log names the file."""
    world = World(2, reload=True)
    world.script[3] = lambda: world.changes.append(["shop.py"])
    world.script[6] = world.supervisor.stop
    with caplog.at_level(logging.INFO):
        assert world.run() == 0
    assert len(world.workers) == 4
    assert all(worker.signals == ["TERM"] for worker in world.workers)
    assert "shop.py changed" in caplog.text


def test_a_program_that_cannot_start_is_tried_again_when_it_changed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While developing, a typing error does not end the server."""
    world = World(reload=True)
    world.script[2] = world.die(2)
    world.script[50] = lambda: world.changes.append(["shop.py"])
    world.script[60] = world.supervisor.stop
    with caplog.at_level(logging.WARNING):
        assert world.run() == 0
    assert len(world.started) == 2
    assert world.started[1] > 4.9
    assert "when one of its files changes" in caplog.text


def test_a_worker_that_does_not_end_is_killed(caplog: pytest.LogCaptureFixture) -> None:
    """But not before it had its time."""
    world = World(stubborn=True)
    world.script[2] = world.supervisor.stop
    with caplog.at_level(logging.WARNING):
        assert world.run() == 0
    assert world.workers[0].signals == ["TERM", "KILL"]
    assert world.now >= GRACE
    assert "Worker 100 does not end and is killed." in caplog.text


def test_a_second_request_does_not_wait() -> None:
    """Whoever presses Ctrl-C twice is in a hurry."""
    world = World(stubborn=True)
    world.script[2] = world.supervisor.stop
    world.script[5] = world.supervisor.stop
    assert world.run() == 0
    assert world.workers[0].signals == ["TERM", "KILL"]
    assert world.now < GRACE


def test_the_dead_are_waited_for() -> None:
    """A killed process is gone only when the system says so."""
    world = World(stubborn=True)

    class Slow(FakeWorker):
        def kill(self) -> None:
            self.signals.append("KILL")
            world.script[world.turn + 3] = lambda: setattr(self, "code", -9)

    world.supervisor._workers[0].start = lambda: Slow(7, stubborn=True)
    world.script[2] = world.supervisor.stop
    assert world.run() == 0
    assert world.ended == [7]


# -- renewal ---------------------------------------------------------------------------------------


def test_workers_are_renewed_one_by_one() -> None:
    """SIGHUP: a new one serves before an old one is asked to end, and the next comes after that."""
    world = World(2)
    world.unready = {102}
    world.script[3] = lambda: os.kill(os.getpid(), signal.SIGHUP)
    seen: list[list[bool]] = []

    def look() -> None:
        seen.append([bool(worker.signals) for worker in world.workers])

    world.script[8] = look
    world.script[9] = world.unready.clear
    world.script[20] = look
    world.script[21] = world.supervisor.stop
    assert world.run() == 0
    assert seen == [[False, False, False], [True, True, False, False]]
    assert world.ended[:2] == [100, 101]


def test_a_new_worker_that_does_not_serve_replaces_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Whether it dies or takes too long; the old ones go on."""
    world = World(2)
    world.unready = {102, 103}
    world.script[3] = world.supervisor.renew
    world.script[6] = world.die(2)
    world.script[10] = world.supervisor.renew
    too_long = int(LONGEST_START / TICK) + 20
    world.script[too_long] = world.supervisor.stop
    assert world.run() == 0
    assert "New worker 102 ended with exit code 2." in caplog.text
    assert "New worker 103 takes too long to start." in caplog.text
    assert [worker.signals for worker in world.workers[:2]] == [["TERM"], ["TERM"]]
    assert world.now > LONGEST_START
    assert len(world.workers) == 4


def test_an_old_worker_that_does_not_end_is_killed(caplog: pytest.LogCaptureFixture) -> None:
    """The renewal goes on after its time."""
    world = World(stubborn=True)
    world.script[3] = world.supervisor.renew
    world.script[int(GRACE / TICK) + 20] = world.supervisor.stop
    assert world.run() == 0
    assert world.workers[0].signals == ["TERM", "KILL"]
    assert "Worker 100 does not end and is killed." in caplog.text


def test_the_dispatcher_ends_before_the_workers(caplog: pytest.LogCaptureFixture) -> None:
    """It starts when it is needed, is replaced when it dies, and is asked to end first."""
    world = World()
    first, second = FakeWorker(1, stubborn=False), FakeWorker(2, stubborn=True)
    world.script[3] = lambda: setattr(world, "dispatcher", first)

    def die() -> None:
        first.code = -9
        world.dispatcher = second

    world.script[6] = die
    world.script[20] = world.supervisor.stop
    world.script[22] = lambda: world.log.append(f"{second.signals} {world.workers[0].signals}")
    assert world.run() == 0
    assert "Dispatcher 1 was ended by SIGKILL." in caplog.text
    assert world.log == ["['TERM'] []"]
