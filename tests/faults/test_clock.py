"""The time of day steps, as a clock does that somebody sets: forwards, and back."""

from pathlib import Path

import pytest
from faults.assembly import assembled
from faults.patches import patched
from faults.root import need
from faults.writers import WRITERS, write_more

pytestmark = pytest.mark.timeout(600)

# libfaketime 0.9.10 lets a sleep on the monotonic clock fail (EINVAL) when that clock is left alone, as
# here, for the one of this machine does not step. Python sleeps like that, select() does not. Eventlet
# takes its sleep past any patch, so Listsurf has gevent in this test.
SLEEP = """
import select, time

def sleep(seconds):
    select.select([], [], [], seconds)

time.sleep = sleep
"""


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Give the file that says how far the clock of all programs is off."""
    need("faketime")
    file = tmp_path / "clock"
    file.write_text("+0")
    return file


@pytest.fixture
def faked(clock: Path, tmp_path: Path) -> dict[str, str]:
    """Return the environment in which a program believes that file about the time of day."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        **patched(tmp_path / "patches", SLEEP),
        "LISTSURF_CONCURRENCY": "gevent",
    }


@pytest.mark.parametrize("step", ["+2d", "-2d"])
def test_a_clock_that_steps_takes_nothing_away(
    step: str, clock: Path, faked: dict[str, str], tmp_path: Path
) -> None:
    """Tokens, names and pages work two days on, two days back, and back again; nothing is there twice."""
    folder = tmp_path / "suite"
    folder.mkdir()
    with assembled(folder, extra=faked) as suite:
        writers = [kind(suite) for kind in WRITERS]
        for setting in ("+0", step, "+0"):
            clock.write_text(setting)
            write_more(writers)
        suite.wait_until_works()
        # Who sorts by time shows them in the order of the clock, whatever that did.
        assert [problem for w in writers for problem in w.problems(ordered=False)] == []
