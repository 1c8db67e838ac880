"""Greenlets that make output, and those that send it."""

import time
from collections.abc import Iterator

import pytest
from brubeck.concurrency import current
from brubeck.concurrency.change import Change
from brubeck.concurrency.outflow import LIMIT, Outflow
from brubeck.concurrency.pump import FULL, Pump
from brubeck.connections.pacing import BURST, GAP, Pace
from framework.conformance.servers import eventually


class Source:
    """Makes pieces; notes how many, and whether it was closed."""

    def __init__(self, count: int, size: int = 1, error: BaseException | None = None) -> None:
        self.made = 0
        self.closed = 0
        self._pieces = self._make(count, size, error)

    def _make(self, count: int, size: int, error: BaseException | None) -> Iterator[bytes]:
        for _ in range(count):
            self.made += 1
            yield b"x" * size
        if error is not None:
            raise error

    def pump(self, largest: int = FULL) -> Pump:
        return Pump(self._pieces, self.close, largest)

    def close(self) -> None:
        self.closed += 1
        self._pieces.close()  # type: ignore[attr-defined]


def collected(pump: Pump) -> list[bytes]:
    return list(iter(pump.take, b""))


def test_small_pieces_come_together() -> None:
    """Whoever takes gets what was made in one turn as one."""
    taken = collected(Source(1000).pump())
    assert b"".join(taken) == b"x" * 1000
    assert len(taken) <= 20


def test_a_fast_iterator_waits_for_a_slow_taker() -> None:
    """Only so much is made ahead; it grows to what was allowed."""
    source = Source(1000, size=1024)
    pump = source.pump(4 * FULL)
    sizes = [len(piece or b"") for piece in (pump.take() for _ in range(2))]
    assert source.made <= 200
    sizes += map(len, collected(pump))
    assert sum(sizes) == 1_024_000
    assert max(sizes) <= 4 * FULL + 1024
    assert source.closed


def test_an_error_comes_after_what_was_made_before() -> None:
    """Also one that is no Exception, as the libraries' time limits are."""
    pump = Source(2, error=ValueError("broken")).pump()
    assert pump.take() == b"xx"
    with pytest.raises(ValueError, match="broken"):
        pump.take()
    with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
        collected(Source(0, error=KeyboardInterrupt()).pump())


def test_nothing_in_time_is_none() -> None:
    """So that a heartbeat can be sent."""

    def silent() -> Iterator[bytes]:
        current().sleep(1000)
        yield b""

    pieces = silent()
    pump = Pump(pieces, pieces.close)  # type: ignore[attr-defined]
    assert pump.take(0.01) is None
    pump.stop()
    assert pump.take() == b""


@pytest.mark.parametrize("begun", [True, False])
def test_stopping_runs_the_finally_blocks(begun: bool) -> None:
    """Wherever the iterator waits; one that was never begun is closed, too."""
    source = Source(1000, size=FULL)
    pump = source.pump()
    if begun:
        assert pump.take()
    pump.stop()
    pump.stop()
    eventually(lambda: source.closed, "the iterator is closed")
    assert pump.take(1) is not None


def test_a_change_wakes_all_who_wait() -> None:
    """Once each; who waits in vain is told so."""
    change, woken = Change(), []
    for _ in range(3):
        current().spawn(lambda: woken.append(change.wait(10)))
    assert not change.wait(0.01)
    change.announce()
    eventually(lambda: len(woken) == 3, "all are awake")
    assert woken == [True] * 3
    change.announce()


def test_what_is_written_in_one_turn_is_sent_as_one() -> None:
    """As soon as the writer waits for something."""
    sent: list[bytes] = []
    outflow = Outflow(sent.append)
    for _ in range(100):
        assert outflow.write(b"x")
    assert sent == []
    outflow.drain(10)
    assert sent == [b"x" * 100]


def test_a_writer_waits_for_a_slow_sender() -> None:
    """At the limit; an offer is refused there."""
    go = Change()
    sent: list[int] = []

    def send(data: bytes) -> None:
        go.wait()
        sent.append(len(data))

    outflow, written = Outflow(send), []
    current().spawn(lambda: [written.append(outflow.write(b"x" * LIMIT)) for _ in range(3)])
    eventually(lambda: len(written) == 2, "the third waits")
    assert not outflow.offer(b"x")
    go.announce()
    eventually(lambda: len(written) == 3, "there is room again")
    outflow.close()
    assert not outflow.write(b"x")


def test_a_sender_who_cannot_send_ends_it() -> None:
    """Writers hear of it."""

    def send(_data: bytes) -> None:
        raise ConnectionResetError

    outflow = Outflow(send)
    outflow.write(b"x")
    eventually(lambda: outflow.is_closed, "the failure is noticed")
    assert not outflow.write(b"x")


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give a clock that stands still until somebody changes it."""
    clock = [100.0]
    monkeypatch.setattr("brubeck.connections.pacing.monotonic", lambda: clock[0])
    return clock


def test_a_burst_is_free_and_then_there_is_a_gap(now: list[float]) -> None:
    """Eight small messages at once stay below the 16 that Mongrel2 keeps."""
    pace, free = Pace(), 0
    while pace.delay() == 0:
        pace.spend(1)
        free += 1
    assert 8 <= free <= 9
    now[0] += pace.delay() + 1e-9
    assert pace.delay() == 0
    pace.spend(1)
    assert 0 < pace.delay() <= GAP + 1e-6


def test_bytes_cost_time_as_well(now: list[float]) -> None:
    """At so many a second."""
    pace = Pace(rate=1000, gap=0)
    pace.spend(1000)
    assert pace.delay() == pytest.approx(1 - BURST)
    now[0] += time.get_clock_info("monotonic").resolution + 1
    assert pace.delay() == 0
