"""The embedded Mongo server as a child process, spoken to by the real driver."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

STACK = Path(__file__).parents[3] / "stack"
READY = "mongolite ready on "
Document = dict[str, Any]


class ServerProcess:
    """A `python -m mongolite` and where it listens."""

    def __init__(self, *arguments: str) -> None:
        """Start the server and wait for its first line; `line` stays empty if it refuses."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mongolite", "--port", "0", *arguments],
            cwd=STACK,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline().strip()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.line.removeprefix(READY).partition(":")
        return host, int(port)

    @property
    def url(self) -> str:
        """What a client connects to."""
        return "mongodb://{}:{}".format(*self.address)

    def client(self, **options: Any) -> MongoClient[Document]:
        """Return a client that gives up soon."""
        return MongoClient(self.url, serverSelectionTimeoutMS=5000, **options)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(number)
        return self.finished()

    def finished(self) -> int:
        """Wait for the end and return the exit code; `errors` holds what was logged."""
        _, self.errors = self.process.communicate(timeout=30)
        return self.process.returncode

    def close(self) -> None:
        """Make sure that the process is gone."""
        if self.process.poll() is None:
            self.end(signal.SIGKILL)


@pytest.fixture
def start() -> Iterator[Callable[..., ServerProcess]]:
    """Give a function that starts servers, which end with the test."""
    servers: list[ServerProcess] = []

    def start_one(*arguments: str) -> ServerProcess:
        servers.append(ServerProcess(*arguments))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Give one server with a data directory for all tests that leave it in peace."""
    one = ServerProcess("--data", str(tmp_path_factory.mktemp("mongolite")))
    yield one
    one.close()


@pytest.fixture(scope="session")
def client(server: ServerProcess) -> Iterator[MongoClient[Document]]:
    """Give a client of the shared server."""
    with server.client() as one:
        yield one


@pytest.fixture
def db(client: MongoClient[Document]) -> Iterator[Database[Document]]:
    """Give an empty database of the test's own."""
    database = client[f"t{uuid.uuid4().hex[:12]}"]
    yield database
    client.drop_database(database.name)


@pytest.fixture
def things(db: Database[Document]) -> Collection[Document]:
    """Give an empty collection."""
    return db.things
