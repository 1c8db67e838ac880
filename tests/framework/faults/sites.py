"""A site of several processes: Mongrel2 servers, a dispatcher, workers, and clients."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from framework.conformance.servers import (
    PATIENCE,
    ROOT,
    Process,
    ask,
    eventually,
    is_listening,
    start_mongrel2,
)
from ports import free_port

HERE = Path(__file__).parent
BRUBECK = [sys.executable, "-W", "ignore", "-m", "brubeck"]


class Front:
    """A Mongrel2 that can be killed and started again."""

    def __init__(self, folder: Path, **settings: int) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.pull = f"ipc://{folder}/in"
        self.pub = f"ipc://{folder}/out"
        self._settings = settings
        self.start()

    def start(self) -> None:
        self.process = start_mongrel2(self.folder, self.port, **self._settings)
        eventually(lambda: is_listening(self.port), "Mongrel2 listens")

    def has_dispatcher(self) -> bool:
        """Say whether Mongrel2 has a connection for requests; it hears a little late of an end."""
        own = set(links_of(self.process.child.pid))
        rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
        connected = [row for row in rows if row[5] == "03" and row[-1] == "in"]
        return any(f"socket:[{row[6]}]" in own for row in connected)

    def kill(self) -> None:
        self.process.signal(signal.SIGKILL)
        self.process.wait()


def links_of(pid: int) -> Iterator[str]:
    """Yield what the descriptors of a process point to; they may close meanwhile."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(descriptor.readlink())


class Site:
    """What belongs together in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bind = f"ipc://{folder}/workers"
        self.fronts: list[Front] = []
        self.processes: list[Process] = []

    def add_front(self, name: str = "front", **settings: int) -> Front:
        self.fronts.append(Front(self.folder / name, **settings))
        return self.fronts[-1]

    @property
    def port(self) -> int:
        return self.fronts[0].port

    @property
    def addresses(self) -> list[str]:
        pull = ",".join(front.pull for front in self.fronts)
        return [f"--pull={pull}", f"--pub={','.join(front.pub for front in self.fronts)}"]

    def command(self, name: str, *arguments: str, **environment: str) -> Process:
        """Start a command of Brubeck."""
        path = os.pathsep.join([str(ROOT / "framework"), str(HERE)])
        started = Process([*BRUBECK, *arguments], self.folder, name, PYTHONPATH=path, **environment)
        self.processes.append(started)
        return started

    def dispatcher(self, name: str = "dispatcher") -> Process:
        ledger = f"--ledger={self.folder / 'ledger'}"
        return self.command(name, "dispatch", *self.addresses, f"--bind={self.bind}", ledger)

    def worker(
        self, name: str, *options: str, program: str = "faults_program", **environment: str
    ) -> Process:
        started = self.command(
            name, "run", f"{program}:app", f"--pub={self.addresses[1][6:]}",
            f"--dispatcher={self.bind}", *options, **environment,
        )  # fmt: skip
        eventually(lambda: str(started.child.pid) in self.workers(), f"{name} is known")
        return started

    def supervised(self, *options: str) -> Process:
        return self.command("supervisor", "run", "faults_program:app", *self.addresses, *options)

    def statistics(self, bind: str | None = None) -> dict[str, Any]:
        """Return what the dispatcher counts, nothing if there is none."""
        done = subprocess.run(
            [*BRUBECK, "dispatch", "--stats", f"--bind={bind or self.bind}"],
            capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "framework")},
        )  # fmt: skip
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def workers(self) -> dict[str, dict[str, Any]]:
        """Return the numbers of each worker by its process id."""
        known = self.statistics().get("workers", [])
        return {worker["name"].partition("@")[0]: worker for worker in known}

    def get(self, path: str, port: int | None = None) -> Any:
        """Return the JSON that is answered."""
        answer = ask(port or self.port, "GET", path)
        assert answer.status == 200, answer
        return json.loads(answer.body)

    def wait_until_answering(self) -> None:
        for front in self.fronts:
            eventually(lambda front=front: self._answers(front.port), "an answer")

    def _answers(self, port: int) -> bool:
        try:
            return ask(port, "GET", "/echo/x").status == 200
        except OSError:
            return False

    def end(self) -> None:
        for process in reversed(self.processes):
            process.end()
        for front in self.fronts:
            front.process.end()


@contextmanager
def site_in(folder: Path) -> Iterator[Site]:
    """Give a site, and end all of it after the block."""
    site = Site(folder)
    try:
        yield site
    finally:
        site.end()


class Load:
    """Clients in a process of their own."""

    def __init__(self, port: int, *, closed: int = 0, opened: int = 0, path: str = "echo") -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(HERE / "load.py"), *map(str, (port, closed, opened)), path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == "started\n"

    def end(self) -> dict[str, int]:
        """Return what the clients saw, by status or kind of failure."""
        output, _ = self._child.communicate(timeout=2 * PATIENCE)
        seen: dict[str, int] = json.loads(output)
        return seen


@contextmanager
def load(port: int, **kinds: Any) -> Iterator[Load]:
    """Have clients ask until `end` is called, or the block is left."""
    clients = Load(port, **kinds)
    try:
        yield clients
    finally:
        clients._child.kill()
        clients._child.communicate()


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def open_client(port: int, data: bytes) -> socket.socket:
    """Connect and send bytes as they are."""
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    client.sendall(data)
    return client
