"""Servers as child processes: Mongrel2, the conformance program, and who talks to them."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ports import free_port

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("program.py")
PATIENCE = 60.0  # seconds until a condition that never comes true fails a test

CONFIGURATION = """
app = Handler(send_spec='ipc://in', send_ident='{ident}', recv_spec='ipc://out', recv_ident='{ident}')
site = Host(name='localhost', routes={{'/': app, '*': app}})
main = Server(uuid='main', name='main', bind_addr='127.0.0.1', port={port}, default_host='localhost',
    access_log='/dev/null', error_log='{folder}/error.log', pid_file='{folder}/m2.pid',
    control_port='ipc://control', hosts=[site])
settings = {{"server.daemonize": 0, "zeromq.threads": 1, "disable.access_logging": 1,
    "superpoll.max_fd": {max_fd}, "superpoll.hot_dividend": 2, "limits.buffer_size": 65536,
    "limits.client_read_retries": 50, "limits.content_length": 400000,
    "upload.temp_store": "{folder}/up.XXXXXX", "request.relaxed": 1}}
servers = [main]
"""


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds; fail when it does not come true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


class Answer(NamedTuple):
    status: int
    reason: str
    headers: http.client.HTTPMessage
    body: bytes


def ask(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.reason, response.headers, response.read())
    finally:
        connection.close()


@contextmanager
def raw_connection(port: int, data: bytes) -> Iterator[socket.socket]:
    """Open a connection and send bytes as they are."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        yield connection


def read_to_end(connection: socket.socket) -> bytes:
    """Return everything until the server closes."""
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    return data


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_answering(port: int) -> bool:
    try:
        return ask(port, "GET", "/hello").status == 200
    except (OSError, http.client.HTTPException):
        return False


class Process:
    """A child process whose output goes to files in its folder."""

    def __init__(self, command: list[str], folder: Path, name: str, **environment: str) -> None:
        self.folder = folder
        self.output = folder / f"{name}.log"
        with self.output.open("wb") as output:
            self.child = subprocess.Popen(
                command,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | environment,
            )

    def signal(self, number: int) -> None:
        self.child.send_signal(number)

    def wait(self) -> int:
        """Return the exit code."""
        return self.child.wait(PATIENCE)

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def end(self) -> None:
        """Make sure that the process is gone."""
        if self.child.poll() is None:
            self.child.terminate()
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def start_mongrel2(folder: Path, port: int, *, max_fd: int = 1024) -> Process:
    """Start Mongrel2 with a fresh ident; the configuration that it really has is checked.

    It can have half as many connections as descriptors.
    """
    ident = uuid.uuid4()
    configuration = CONFIGURATION.format(ident=ident, port=port, folder=folder, max_fd=max_fd)
    (folder / "mongrel2.conf").write_text(configuration)
    (folder / "config.sqlite").unlink(missing_ok=True)
    (folder / "m2.pid").unlink(missing_ok=True)
    m2sh = ["m2sh", "load", "--config", "mongrel2.conf", "--db", "config.sqlite"]
    subprocess.run(m2sh, cwd=folder, check=True, capture_output=True)
    loaded = subprocess.run(
        ["m2sh", "servers", "--db", "config.sqlite"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert any(line.startswith("main ") for line in loaded.splitlines()), loaded
    return Process(["mongrel2", "config.sqlite", "main"], folder, "mongrel2")


def start_program(folder: Path, library: str, name: str = "program", **settings: str) -> Process:
    """Start the conformance program on a coroutine library."""
    return Process(
        [sys.executable, "-W", "ignore", str(PROGRAM)],
        folder,
        name,
        PYTHONPATH=str(ROOT / "framework"),
        CONFORMANCE_CONCURRENCY=library,
        CONFORMANCE_PULL_ADDRESS=f"ipc://{folder}/in",
        CONFORMANCE_PUB_ADDRESS=f"ipc://{folder}/out",
        CONFORMANCE_CONTROL_ADDRESS=f"ipc://{folder}/control",
        **{f"CONFORMANCE_{key.upper()}": value for key, value in settings.items()},
    )


class Server:
    """The conformance program behind a port."""

    def __init__(self, folder: Path, transport: str, library: str) -> None:
        self.folder = folder
        self.transport = transport
        self.concurrency = library
        self.port = free_port()
        self.processes: list[Process] = []
        if transport == "mongrel2":
            self.processes.append(start_mongrel2(folder, self.port))
        self.program = self.start()

    def start(self, name: str = "program") -> Process:
        program = start_program(
            self.folder, self.concurrency, name, transport=self.transport, port=str(self.port)
        )
        self.processes.append(program)
        return program

    def ask(self, method: str, path: str, **parts: object) -> Answer:
        return ask(self.port, method, path, **parts)  # type: ignore[arg-type]

    def wait_until_ready(self) -> None:
        eventually(lambda: is_answering(self.port), f"an answer from {self.transport}")

    def end(self) -> None:
        for process in reversed(self.processes):
            process.end()


@contextmanager
def running(folder: Path, transport: str, library: str) -> Iterator[Server]:
    """Run a server until the end of the block."""
    server = Server(folder, transport, library)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.end()


TERM = signal.SIGTERM
INT = signal.SIGINT
