"""A Redis that a test may kill, freeze and start again."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from framework.conformance.servers import Process, eventually
from redis import Redis
from redis.exceptions import RedisError


class Server:
    """A Redis on a socket of its own, which forgets everything when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/redis.sock"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing. Install it with: apt-get install redis-server"
        command = [program, "--port", "0", "--unixsocket", "redis.sock", "--save", ""]
        self.process = Process(command, self.folder, "redis")
        eventually(self.is_ready, "an answer of Redis")

    def is_ready(self) -> bool:
        """Say whether it answers."""
        with Redis.from_url(self.url) as redis:
            try:
                return bool(redis.ping())
            except RedisError:
                return False

    def kill(self) -> None:
        """End it without a good-bye."""
        self.process.signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        """Let it keep its connections and answer nothing."""
        self.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.signal(signal.SIGCONT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Give a Redis of one's own."""
    server = Server(tmp_path)
    yield server
    server.thaw()
    server.process.end()
