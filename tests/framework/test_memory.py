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


def test_a_crowd_that_leaves_is_noticed_once(given_back: list[bool]) -> None:
    """When three quarters have gone, and not again until another crowd has come."""
    crowd = Crowd()
    noticed = [crowd.note(count) for count in (0, CROWD, CROWD // 2, CROWD // 4, 10, 0, 0)]
    assert noticed == [False, False, False, True, False, False, False]
    assert [crowd.note(count) for count in (2 * CROWD, 0)] == [False, True]
    assert len(given_back) == 2


def test_a_few_are_no_crowd(given_back: list[bool]) -> None:
    """A site with some visitors is not held up for their memory."""
    crowd = Crowd()
    for count in (CROWD - 1, 0, 30, 1, 0):
        assert crowd.note(count) is False
    assert not crowd
    assert given_back == []
