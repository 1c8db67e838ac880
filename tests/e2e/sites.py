"""A stack of sites for a test run: the very launcher of `make demo`, on free ports."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from e2e.serverlogs import logs_in
from e2e.targets import Sites
from gevent import sleep
from ports import free_port

START_LIMIT = 100.0
"""Seconds until every site must answer; a loaded machine needs a few of them."""

STOP_LIMIT = 30.0
"""Seconds until the launcher must have stopped everything: its own grace period and some more."""


class LocalStack:
    """A running launcher; leaving the block stops it and all that it started."""

    def __init__(
        self,
        folder: Path,
        *,
        transport: str = "mongrel2",
        concurrency: str | None = None,
        demo_data: bool = False,
        applications: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.options = ["--transport", transport]
        if not demo_data:
            self.options.append("--no-demo-data")
        if concurrency:
            self.options += ["--concurrency", concurrency]
        if applications:
            self.options += ["--apps", ",".join(applications)]
        self.environment = environment or {}
        self._cleanup = ExitStack()

    def address(self, name: str) -> str:
        """Return the address at which the launcher says that a site answers."""
        addresses: dict[str, str] = self.state["addresses"]
        return addresses[name].rstrip("/")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def sites(self) -> Sites:
        """The addresses at which the launcher says that the sites answer."""
        addresses: dict[str, str] = self.state["addresses"]
        return Sites({name: address.rstrip("/") for name, address in addresses.items()})

    @property
    def pids(self) -> list[int]:
        """The launcher and the processes that it started."""
        return [self.state["launcher_pid"], *self.state["pids"].values()]

    def start(self) -> None:
        """Start the launcher and return when every site answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._cleanup.enter_context(logs_in(self.folder))
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        output = self._cleanup.enter_context((self.folder / "launcher.log").open("a"))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "--ready-file", str(ready), *self.options],
            env=self._environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_ready(ready)
        except AssertionError:
            self.stop()
            raise
        self.state = json.loads(ready.read_text())

    def stop(self) -> None:
        """End the launcher as Ctrl-C does; its exit code is kept in `exit_code`."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.exit_code = self.process.wait(STOP_LIMIT)
        self._cleanup.close()

    def _environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "MONGO_URL", "REDIS_URL")
            if name in os.environ
        }
        own = {"SITE_PORT": str(self.port), "VAR_DIR": str(self.folder / "var")}
        return {**kept, **self.environment, **own}

    def _wait_until_ready(self, ready: Path) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not ready.exists():
            log = (self.folder / "launcher.log").read_text()
            assert self.process.poll() is None, f"the launcher ended early:\n{log}"
            assert time.monotonic() < deadline, f"the sites did not answer in time:\n{log}"
            sleep(0.05)
