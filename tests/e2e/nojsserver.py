"""no.js for tests, with a Redis of its own that can be stopped, behind Mongrel2 or by itself.

Text browsers ask the system where a host is, and that knows nothing of nojs.localhost; so this one
is reached by an address with numbers.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from e2e.serverlogs import logs_in
from framework.conformance.servers import (
    ROOT,
    Answer,
    Process,
    ask,
    eventually,
    start_mongrel2,
)
from ports import free_port

PARTS = ("framework", "apps/shared/chatnames", "apps/shared/redisstore", "apps/nojs")
PROGRAM = Path(__file__).with_name("nojsprogram.py")
OPERATOR_KEY = "keeper of the order"
QUIET = {"NOJS_MESSAGES": "10000", "NOJS_ROOM_MESSAGES": "10000", "NOJS_NEW_NAMES": "10000"}
SERVE = (sys.executable, "-W", "ignore", str(PROGRAM))
SERVE_BY_TWO = (
    *(f"{Path(sys.executable).parent}/brubeck", "run", "nojs.site:site", "--workers", "2"),
    *("--pull", "ipc://in", "--pub", "ipc://out"),
)


class NoJsServer:
    """A running site. `redis_of` is another one, in whose Redis it keeps its rooms."""

    def __init__(
        self, folder: Path, transport: str, redis_of: "NoJsServer | None" = None,
        command: Sequence[str] = SERVE, *, has_redis: bool = True, **settings: str,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        self.redis_socket = (redis_of or self).folder / "redis.sock"
        self.redis: Process | None = redis_of.redis if redis_of else None
        if redis_of is None and has_redis:
            self.start_redis()
        self.front = (
            start_mongrel2(folder, self.port, max_fd=6000) if transport == "mongrel2" else None
        )
        self.program = self._start_program(transport, list(command), settings)

    def start_redis(self) -> None:
        """Start Redis on a socket; what it knew before its end is lost."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing. Install it with: apt-get install redis-server"
        command = [program, "--port", "0", "--unixsocket", "redis.sock", "--save", ""]
        self.redis = Process(command, self.folder, "redis")

    def _start_program(
        self, transport: str, command: list[str], settings: dict[str, str]
    ) -> Process:
        return Process(
            command,
            self.folder,
            "nojs",
            PYTHONPATH=os.pathsep.join(str(ROOT / part) for part in PARTS),
            REDIS_URL=f"unix://{self.redis_socket}",
            NOJS_TRANSPORT=transport,
            NOJS_PORT=str(self.port),
            NOJS_PULL_ADDRESS=f"ipc://{self.folder}/in",
            NOJS_PUB_ADDRESS=f"ipc://{self.folder}/out",
            NOJS_OTHER_HOSTS="127.0.0.1",
            NOJS_OPERATOR_KEY=OPERATOR_KEY,
            **(QUIET | settings),
        )

    def is_ready(self) -> bool:
        """Say whether the site and its Redis answer."""
        return self._answers("/readyz")

    def is_up(self) -> bool:
        """Say whether the site answers."""
        return self._answers("/healthz")

    def _answers(self, path: str) -> bool:
        try:
            return ask(self.port, "GET", path).status == 200
        except OSError:
            return False

    def get(self, path: str) -> Answer:
        """Open a page as a stranger."""
        return ask(self.port, "GET", path, {"Host": f"127.0.0.1:{self.port}"})

    def post(self, path: str, **form: str) -> Answer:
        """Send a form as somebody with a key in the address, who needs no token."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers["Host"] = f"127.0.0.1:{self.port}"
        return ask(self.port, "POST", path, headers, urlencode(form).encode())

    def has_said(self, room: str, text: str) -> bool:
        """Say whether a text is among the messages of a room."""
        return text in self.get(f"/r/{room}/still").body.decode()

    def end(self) -> None:
        """Stop everything."""
        for process in (self.program, self.front, self.redis):
            if process is not None:
                process.end()


@contextmanager
def running(folder: Path, transport: str, **settings: Any) -> Iterator[NoJsServer]:
    """Run a site until the end of the block."""
    server = NoJsServer(folder, transport, **settings)
    try:
        up = server.is_ready if settings.get("has_redis", True) else server.is_up
        with logs_in(folder):
            eventually(up, f"an answer of no.js; its log is {server.program.output}")
            yield server
    finally:
        server.end()


KILL = signal.SIGKILL
