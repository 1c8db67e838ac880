"""How far a stream is ahead of its reader, when somebody tells what has been written."""

import pytest
from brubeck.connections.window import Window
from hypothesis import given
from hypothesis import strategies as st

KEPT = 262_144  # bytes that the system keeps for a reader


class Mongrel2:
    """Writes what the system takes, until its reader reads; `before` it wrote something else."""

    def __init__(self, speed: int | None, before: int = 0) -> None:
        self.speed = speed  # bytes from one question to the next; None: it does not tell
        self.total = before
        self.kept = 0
        self.waiting: list[int] = []
        self.most_messages = self.most_bytes = self.questions = 0

    def take(self, size: int) -> None:
        self.waiting.append(size)
        self.write()
        self.most_messages = max(self.most_messages, len(self.waiting))
        self.most_bytes = max(self.most_bytes, sum(self.waiting))

    def wait(self) -> None:
        self.questions += 1
        left = self.speed or 0
        while left > 0 and self.kept:
            part = min(left, self.kept)
            left -= part
            self.kept -= part
            self.write()

    def write(self) -> None:
        while self.waiting and self.kept < KEPT:
            part = min(KEPT - self.kept, self.waiting[0])
            self.kept += part
            self.total += part
            self.waiting[0] -= part
            if not self.waiting[0]:
                self.waiting.pop(0)

    def written(self, _conn_id: str) -> int | None:
        return None if self.speed is None else self.total


def send(mongrel2: Mongrel2, sizes: list[int]) -> bool:
    """Send messages as a stream does; False when it gives up."""
    window = Window(mongrel2, "7")
    for size in sizes:
        if not window.wait(size):
            return False
        window.note(size)
        mongrel2.take(size)
    return True


@given(
    st.lists(st.integers(1, 2_097_152) | st.integers(1, 3000), max_size=100),
    st.integers(100_000, 4_000_000),
    st.integers(0, 10_000_000),
)
def test_there_is_never_more_than_mongrel2_keeps(sizes: list[int], speed: int, before: int) -> None:
    """Fewer than 16 messages wait, of a bounded size, and all are sent at last."""
    mongrel2 = Mongrel2(speed, before)
    assert send(mongrel2, sizes)
    assert mongrel2.most_messages < 16
    assert mongrel2.most_bytes <= Window.SIZE + 2_097_152


def test_most_streams_ask_nobody() -> None:
    """A few messages are no burden, so nobody is asked about them."""
    mongrel2 = Mongrel2(0)
    assert send(mongrel2, [Window.SMALL - 1] * Window.UNASKED)
    assert mongrel2.questions == 0


def test_where_nobody_can_tell_a_stream_goes_on() -> None:
    """At the pace that is right for most readers."""
    assert send(Mongrel2(None), [2_097_152] * 100)


def test_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, with few messages waiting for him."""
    monkeypatch.setattr(Window, "PATIENCE", 0)
    mongrel2 = Mongrel2(0)
    assert not send(mongrel2, [KEPT, *[1000] * 100])
    assert mongrel2.most_messages < 16
