"""Clients that dawdle: requests that come byte by byte, or never end, and answers that nobody reads."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from faults.assembly import Assembly, assembled
from faults.root import need
from faults.waiting import wait_for
from framework.faults.sites import open_client

pytestmark = pytest.mark.timeout(600)

SLOW = {"heads": "-H", "bodies": "-B", "readers": "-X"}
CROWD = 200  # of them at a time
HELD = "01"  # an established connection, as /proc/net/tcp has it


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """Give the running suite, which each test leaves as whole as it was."""
    with assembled(tmp_path_factory.mktemp("suite")) as suite:
        yield suite


@contextmanager
def dawdling(kind: str, port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Give slowhttptest at work on the index: of our names it is the one that every machine resolves."""
    options = ["-c", str(CROWD), "-r", str(CROWD), "-i", "5", "-l", "240", "-p", "30"]
    command = ["slowhttptest", SLOW[kind], *options, "-u", f"http://localhost:{port}/"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as attack:
        try:
            yield attack
        finally:
            attack.kill()


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_hold_up_nobody(kind: str, suite: Assembly, tmp_path: Path) -> None:
    """Every site answers while 200 of them dawdle, and nothing is left of them (CWE-400)."""
    need("slowhttptest")
    log = tmp_path / "slowhttptest.log"
    with dawdling(kind, suite.port, log) as attack:
        wait_for(
            lambda: attack.poll() is not None or connections(suite.port) >= CROWD,
            lambda: f"{connections(suite.port)} connections",
        )
        assert attack.poll() is None, log.read_text()
        for site in suite.sites:
            assert suite.site_works(site.name), site.name
    wait_for(lambda: connections(suite.port) == 0, "that they are gone")
    suite.wait_until_works()


def connections(port: int) -> int:
    """Return how many connections a server on this machine has."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == HELD for row in rows)


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
