"""Single programs: how they start, how they end, and what they leave behind."""

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from launcher import processes
from launcher.bell import Bell
from launcher.logs import Log, Screen
from launcher.processes import Program

SECONDS = 30.0


@pytest.fixture
def bell():
    with closing(Bell()) as bell:
        yield bell


@pytest.fixture
def started(tmp_path, bell):
    """Give a function that starts a command; the log is closed and the rest killed at the end."""
    programs = []

    def start(*command):
        log = Log(tmp_path / "program.log")
        program = Program(
            "program",
            command,
            environ=os.environ,
            cwd=tmp_path,
            log=log,
            screen=Screen(shown=False),
            bell=bell,
        )
        programs.append(program)
        program.start()
        return program

    yield start
    processes.stop(programs, 0.0, bell, lambda: True)
    for program in programs:
        program.log.close()


def group_lives(program):
    """Say whether a process of the program's group does anything but wait to be collected."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it ended meanwhile
        if int(group) == program.pid and state != "Z":
            return True
    return False


def wait_for_empty_group(program, bell):
    """Wait until those that SIGKILL has hit are gone, which takes the system a moment."""
    deadline = time.monotonic() + SECONDS
    while group_lives(program):
        assert time.monotonic() < deadline
        bell.wait(0.05)


def wait_for_end(program, bell):
    assert processes._all_end([program], SECONDS, bell, lambda: False)


def test_output_and_exit_code_are_kept(started, bell):
    """What a program wrote is in its log, with the time, and in the tail."""
    program = started(sys.executable, "-c", "print('grüße'); raise SystemExit(3)")
    wait_for_end(program, bell)
    assert program.returncode == 3
    assert program.how_it_ended == "exit code 3"
    assert list(program.log.tail) == ["grüße"]
    assert program.log.path.read_text(encoding="utf-8").endswith(" grüße\n")


def test_a_command_that_does_not_exist_says_so(started, bell):
    """A missing program ends like one that failed, with the reason in its log."""
    program = started("no-such-program-anywhere")
    wait_for_end(program, bell)
    assert program.returncode == 127
    assert "Cannot start no-such-program-anywhere" in program.log.tail[-1]


def test_arguments_reach_the_program_as_they_are(started, bell):
    """No shell reads them: blanks, quotes and dollars stay."""
    odd = """it's "$HOME"; `id` \\ *"""
    program = started(sys.executable, "-c", "import sys; print(sys.argv[1])", odd)
    wait_for_end(program, bell)
    assert list(program.log.tail) == [odd]


def test_control_characters_do_not_reach_the_screen(started, bell):
    """Strangers choose parts of what is logged; a terminal must not obey them."""
    program = started(sys.executable, "-c", r"print('a\x1b[2Jb\x07c')")
    wait_for_end(program, bell)
    assert list(program.log.tail) == ["a\ufffd[2Jb\ufffdc"]


def test_children_left_behind_end_with_their_program(started, bell):
    """A child that keeps the output open hides the end of its parent from nobody."""
    program = started("sh", "-c", "sleep 1000 & exit 4")
    wait_for_end(program, bell)
    assert program.returncode == 4
    wait_for_empty_group(program, bell)


def test_who_ignores_sigterm_is_killed_after_the_grace_period(started, bell):
    """SIGTERM first, SIGKILL when the time is over, for the children as well."""
    ignore = "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); "
    fork = "import os; os.fork(); signal.pause()"
    program = started(sys.executable, "-c", ignore + fork)
    while not program.log.tail:
        bell.wait(0.05)
    processes.stop([program], 0.1, bell, lambda: False)
    assert program.how_it_ended == "killed by SIGKILL"
    wait_for_empty_group(program, bell)


def test_who_listens_ends_by_sigterm(started, bell):
    """Nobody is killed who ends in time."""
    program = started(sys.executable, "-c", "import signal; signal.pause()")
    processes.stop([program], SECONDS, bell, lambda: False)
    assert program.how_it_ended == "killed by SIGTERM"


def test_old_logs_are_rotated_and_few(tmp_path):
    """Every start begins a new file; three old ones stay."""
    for start in range(6):
        with closing(Log(tmp_path / "x.log")) as log:
            log.write(f"start {start}")
    kept = {path.name: path.read_text(encoding="utf-8")[-8:] for path in tmp_path.iterdir()}
    assert kept == {
        "x.log": "start 5\n",
        "x.log.1": "start 4\n",
        "x.log.2": "start 3\n",
        "x.log.3": "start 2\n",
    }
