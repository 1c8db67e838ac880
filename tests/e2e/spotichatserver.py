"""SpotiChat for tests: a Redis of its own that can be stopped, and several processes around it.

Each process listens on a port of its own, so that a test knows which one a browser talks to.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.serverlogs import logs_in
from framework.conformance.servers import ROOT, Process, ask, eventually
from ports import free_port
from spotichat import demo
from spotichat.queries import connect

PARTS = ("framework", "apps/shared/chatnames", "apps/shared/redisstore", "apps/spotichat")
# What is acknowledged is on the disk: without the last two Redis may forget the last second.
LASTING = ("--save", "", "--appendonly", "yes", "--appendfsync", "always")
OPERATOR_KEY = "keeper of the order"
HOST = "spotichat.localhost"


class SpotiChatProcess:
    """One process of the site."""

    def __init__(self, folder: Path, name: str, **settings: str) -> None:
        self.folder = folder
        self.name = name
        self.port = free_port()
        self.site = f"http://{HOST}:{self.port}"
        self.settings = settings
        self.start()

    def start(self) -> None:
        """Start it, at the same port as before."""
        self.process = Process(
            [sys.executable, "-W", "ignore", "-m", "spotichat"],
            self.folder,
            self.name,
            PYTHONPATH=os.pathsep.join(str(ROOT / part) for part in PARTS),
            REDIS_URL=f"unix://{self.folder}/redis.sock",
            SPOTICHAT_TRANSPORT="wsgi",
            SPOTICHAT_PORT=str(self.port),
            SPOTICHAT_SECRET="one secret for all processes of this site",
            SPOTICHAT_OPERATOR_KEY=OPERATOR_KEY,
            **self.settings,
        )

    def status(self, path: str) -> int:
        """Return the status of a page, 0 while nobody answers."""
        try:
            return ask(self.port, "GET", path, {"Host": f"{HOST}:{self.port}"}).status
        except OSError:
            return 0

    def is_ready(self) -> bool:
        """Say whether it answers, and its Redis as well."""
        return self.status("/readyz") == 200

    def end(self) -> None:
        """Stop it, however it is."""
        self.process.signal(signal.SIGCONT)
        self.process.end()


class SpotiChatServer:
    """A site of several processes."""

    def __init__(self, folder: Path, processes: int = 2, **settings: str) -> None:
        self.folder = folder
        self.start_redis()
        self.processes = [
            SpotiChatProcess(folder, f"spotichat{number}", **settings)
            for number in range(processes)
        ]

    @property
    def sites(self) -> list[str]:
        """The address of each process."""
        return [process.site for process in self.processes]

    def start_redis(self) -> None:
        """Start Redis; what it knew is read from its disk."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing. Install it with: apt-get install redis-server"
        place = ("--port", "0", "--unixsocket", "redis.sock")
        self.redis = Process([program, *place, *LASTING], self.folder, "redis")

    def stop_redis(self) -> None:
        """End Redis in good order."""
        self.redis.end()

    def kill_redis(self) -> None:
        """End Redis without a word."""
        self.redis.signal(signal.SIGKILL)
        self.redis.wait()

    def freeze_redis(self) -> None:
        """Let Redis keep its connections and answer nothing."""
        self.redis.signal(signal.SIGSTOP)

    def thaw_redis(self) -> None:
        """Let Redis go on."""
        self.redis.signal(signal.SIGCONT)

    def is_ready(self) -> bool:
        """Say whether every process answers."""
        return all(process.is_ready() for process in self.processes)

    def fill(self) -> None:
        """Fill in the demo data."""
        store = connect(f"unix://{self.folder}/redis.sock", "spotichat")
        assert demo.fill_rooms(store) > 0
        store.redis.close()

    def end(self) -> None:
        """Stop everything."""
        for process in self.processes:
            process.end()
        self.thaw_redis()
        self.redis.end()


@contextmanager
def running(folder: Path, processes: int = 2, **settings: str) -> Iterator[SpotiChatServer]:
    """Run a site until the end of the block."""
    server = SpotiChatServer(folder, processes, **settings)
    try:
        with logs_in(folder):
            eventually(server.is_ready, f"an answer of SpotiChat, see the logs in {folder}")
            yield server
    finally:
        server.end()
