"""A running suite under attack: its sites, its logs, its processes."""

import http.client
import itertools
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
from e2e.sites import LocalStack
from framework.conformance.servers import PATIENCE, eventually, raw_connection, read_to_end

# The host of each site, and the log of the program that answers there.
SITES = {
    "index": "localhost",
    "listsurf": "listsurf.localhost",
    "readify": "readify.localhost",
    "readify_api": "api.readify.localhost",
    "readify_fetch": "fetch.readify.localhost",
    "nojs": "nojs.localhost",
    "spotichat": "spotichat.localhost",
}
STATUS = re.compile(rb"HTTP/1\.\d (\d{3}) ")


class Target:
    """What an attack goes to, and what shows whether it has come through."""

    def __init__(self, stack: LocalStack) -> None:
        self.port = stack.port
        self.logs = Path(stack.state["logs"])
        self._pids: dict[str, int] = stack.state["pids"]
        self._before = self._processes()
        self._numbers = itertools.count(1)

    def host(self, site: str) -> str:
        """Return the Host header of a site."""
        return f"{SITES[site]}:{self.port}"

    def number(self) -> str:
        """Return a word that no request has had."""
        return f"x{next(self._numbers)}x"

    def send(self, data: bytes) -> int | None:
        """Send bytes as they are; return the status of the first answer, None for none."""
        with raw_connection(self.port, data) as connection:
            received = b""
            while b"\r\n" not in received and (more := _received(connection.recv, 65536)):
                received += more
        found = STATUS.match(received)
        return int(found[1]) if found else None

    def receive(self, text: str) -> bytes:
        """Send a request as it is; return all that comes back."""
        with raw_connection(self.port, text.encode()) as connection:
            return read_to_end(connection)

    def send_and_leave(self, data: bytes) -> None:
        """Send bytes as they are, and close the connection."""
        with raw_connection(self.port, data):
            pass

    def get(self, site: str, path: str) -> int:
        """Return the status of a page."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as asks:
            asks.request("GET", path, headers={"Host": self.host(site)})
            return asks.getresponse().status

    def log(self, site: str) -> str:
        """Return what a program has written."""
        return (self.logs / f"{site}.log").read_text(errors="replace")

    def settle(self, site: str) -> None:
        """Wait until the program of a site has written of all that was sent before."""
        word = self.number()
        assert self.get(site, f"/control/{word}") < 500
        eventually(lambda: f"/control/{word} " in self.log(site), "the line of a request")

    def deaths(self) -> list[str]:
        """Return the processes that are no more."""
        return sorted(self._before[pid] for pid in self._before.keys() - self._processes().keys())

    def _processes(self) -> dict[int, str]:
        return {pid: name for name, root in self._pids.items() for pid in _family(root)}


def _family(pid: int) -> Iterator[int]:
    """Yield a process and its workers; those that read pages come and go."""
    root = psutil.Process(pid)
    yield pid
    for child in root.children(recursive=True):
        if "run" in child.cmdline():
            yield child.pid


def _received(receive: object, size: int) -> bytes:
    try:
        return receive(size)  # type: ignore[operator]
    except ConnectionResetError:
        return b""
