"""Memory goes back to the system when a crowd has gone."""

import ctypes
import subprocess
import sys

import pytest
from brubeck import memory
from brubeck.memory import CROWD, Crowd, give_back

FREED = """
import ctypes, re
from pathlib import Path
from brubeck.memory import give_back

def resident():
    return int(re.findall(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[0])

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
small = [libc.malloc(8_000) for _ in range(5_000)]
for each in small:
    ctypes.memset(each, 1, 8_000)
last = libc.malloc(8_000)  # the top of the heap stays in use, so nothing returns by itself
for each in small:
    libc.free(each)
before = resident()
print(give_back(), before - resident())
"""


def test_freed_memory_returns_to_the_system() -> None:
    """What glibc kept below a page in use is the system's again: most of 40 MB."""
    done = subprocess.run(
        [sys.executable, "-c", FREED], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(memory.__file__).rpartition("/brubeck/")[0]},
    )  # fmt: skip
    has_given, kilobytes = done.stdout.split()
    assert has_given == "True"
    assert int(kilobytes) > 30_000


def test_a_system_without_the_call_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere than on glibc nothing happens, and nothing fails."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert give_back() is False


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Give a list that grows whenever memory is given back."""
    given: list[bool] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(True) or True)
    return given


def look_at(crowd: Crowd, size: int) -> bool:
    """Let people come or go until there are so many, and look."""
    while crowd.size < size:
        crowd.come()
    while crowd.size > size:
        crowd.go()
    return crowd.look()


def test_a_crowd_that_leaves_is_noticed_once(given_back: list[bool]) -> None:
    """When three quarters have stayed away, and not again until another crowd has come."""
    crowd = Crowd()
    sizes = (0, CROWD, CROWD // 2, CROWD // 4, 10, 0, 0)
    assert [look_at(crowd, size) for size in sizes] == [*4 * [False], True, False, False]
    assert [look_at(crowd, size) for size in (2 * CROWD, 0, 0)] == [False, False, True]
    assert len(given_back) == 2
    assert not crowd.was_here


def test_a_crowd_that_comes_back_at_once_has_not_gone(given_back: list[bool]) -> None:
    """All of them were answered, and wait for more before anybody looks."""
    crowd = Crowd()
    look_at(crowd, CROWD)
    for _ in range(5):
        look_at(crowd, 0)
        assert look_at(crowd, CROWD) is False
    assert given_back == []


def test_a_crowd_that_nobody_saw_is_noticed_as_well(given_back: list[bool]) -> None:
    """It came and went between two looks."""
    crowd = Crowd()
    for _ in range(CROWD):
        crowd.come()
    for _ in range(CROWD):
        crowd.go()
    assert crowd.was_here
    assert [crowd.look(), crowd.look()] == [False, True]
    assert not crowd.was_here


def test_a_few_are_no_crowd(given_back: list[bool]) -> None:
    """A site with some visitors is not held up for their memory."""
    crowd = Crowd()
    for size in (CROWD - 1, 0, 30, 1, 0, 0):
        assert look_at(crowd, size) is False
    assert not crowd.was_here
    assert given_back == []
