"""A full disk, a bad network, a clock that steps, clients that dawdle: the suite goes on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from faults.assembly import Assembly, assembled
from faults.root import bad_network, need, run, small_disk
from faults.waiting import wait_for
from faults.writers import WRITERS, Ledger
from framework.faults.sites import open_client

pytestmark = pytest.mark.timeout(600)
DISK = 48  # megabytes
LEFT = 64 * 1024  # bytes


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk for both stores."""
    with small_disk(tmp_path / "disk", DISK) as disk:
        yield disk


def fill(disk: Path, keep: int) -> Path:
    """Leave no more than so many bytes on a disk; return the file that takes the rest."""
    file = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with file.open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, free - keep))
    return file


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(disk: Path, tmp_path: Path) -> None:
    """Writers get an error and readers go on; with space again all is as before (CWE-400)."""
    folder = tmp_path / "suite"
    folder.mkdir()
    with assembled(folder, data=disk) as suite:
        writers = [kind(suite) for kind in WRITERS]
        written(writers)
        ballast = fill(disk, LEFT)
        for writer in writers:
            writer.begin()
        wait_for(lambda: all(is_refused(writer) for writer in writers), lambda: told(writers))
        for writer in writers:
            writer.stop()
        assert suite.status("nojs", "/") == 200
        ballast.unlink()
        wait_for(suite.works, "that all sites work")
        written(writers)
        assert [problem for writer in writers for problem in writer.lost()] == []


def is_refused(writer: Ledger) -> bool:
    """Say whether a writer has been told that something cannot be kept."""
    return any(status >= 500 for status in writer.statuses)


def written(writers: list[Ledger]) -> None:
    """Have all writers write something more."""
    wanted = [len(writer.told) + 5 for writer in writers]
    for writer in writers:
        writer.begin()
    wait_for(
        lambda: all(len(w.told) >= n for w, n in zip(writers, wanted, strict=True)),
        lambda: told(writers),
    )
    for writer in writers:
        writer.stop()


def told(writers: list[Ledger]) -> str:
    """Return what the writers have heard."""
    return str([(writer.site, dict(writer.statuses)) for writer in writers])


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """Give the running suite, which each test leaves as whole as it was; also to the bad network."""
    with assembled(tmp_path_factory.mktemp("suite"), bind="0.0.0.0") as suite:  # noqa: S104  that of this test
        yield suite


FAR_AWAY = """
import http.client, json, sys
port, host, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = []
connection = http.client.HTTPConnection("10.213.7.1", port, timeout=60)
for number in range(count):
    connection.request("GET", "/healthz", headers={"Host": host})
    answer = connection.getresponse()
    seen.append([answer.status, len(answer.read())])
print(json.dumps(seen))
"""


def test_over_a_slow_network_that_loses_packets_every_answer_is_right(suite: Assembly) -> None:
    """Each of them, on every site, over connections that are kept."""
    with bad_network(f"bb{os.getpid() % 10**6}", "delay 40ms 10ms", "loss 5%") as name:
        for site in suite.sites:
            command = ("ip", "netns", "exec", name, sys.executable, "-c", FAR_AWAY)
            said = run(*command, suite.port, f"{site.host}:{suite.port}", 8)
            answers = json.loads(said)
            assert len(answers) == 8
            assert all(status == 200 for status, _ in answers)
            assert len({size for _, size in answers}) == 1


def test_slow_clients_hold_up_nobody(suite: Assembly) -> None:
    """Heads and bodies that come byte by byte, 200 at a time, and answers that nobody reads (CWE-400)."""
    need("slowhttptest")
    host = suite.hosts["nojs"].host
    with ExitStack() as stack:
        for kind in ("-H", "-B", "-X"):
            address = f"http://{host}:{suite.port}/"
            command = [
                "slowhttptest",
                kind,
                "-c",
                "200",
                "-r",
                "200",
                "-i",
                "5",
                "-l",
                "60",
                "-u",
                address,
            ]
            attack = stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            stack.callback(attack.kill)
        wait_for(
            lambda: connections(suite.port) > 300, lambda: f"{connections(suite.port)} connections"
        )
        for site in suite.sites:
            assert suite.status(site.name, site.application.health) == 200
    wait_for(suite.works, "that all sites work")


def connections(port: int) -> int:
    """Return how many connections a server on this machine has."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def test_a_request_that_never_ends_costs_no_more_than_its_connection(suite: Assembly) -> None:
    """A hundred of them wait for the rest of a body; the sites answer meanwhile (CWE-400)."""
    with ExitStack() as stack:
        for site in suite.sites:
            head = (
                f"POST / HTTP/1.1\r\nHost: {site.host}:{suite.port}\r\nContent-Length: 500\r\n\r\nx"
            )
            for _ in range(100):
                stack.enter_context(open_client(suite.port, head.encode()))
        for site in suite.sites:
            assert suite.status(site.name, site.application.health) == 200


CLOCK = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
PROGRAMS = ("listsurf", "readify", "readify_api", "nojs", "spotichat")


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Give the file that says how far the clock of all programs is off."""
    need("faketime")
    file = tmp_path / "clock"
    file.write_text("+0")
    return file


def faked(clock: Path) -> dict[str, str]:
    """Return the environment in which a program believes a file about the time of day."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


@pytest.mark.parametrize("step", ["+2d", "-2d"])
def test_a_clock_that_steps_takes_nothing_away(step: str, clock: Path, tmp_path: Path) -> None:
    """Sessions, names and cursors stay what they were: two days on, and two days back."""
    folder = tmp_path / "suite"
    folder.mkdir()
    with assembled(folder, extra=faked(clock)) as suite:
        writers = [kind(suite) for kind in WRITERS]
        written(writers)
        clock.write_text(step)
        written(writers)
        clock.write_text("+0")
        written(writers)
        assert suite.works()
        assert [problem for writer in writers for problem in writer.lost()] == []
