"""The suite in containers, as docker-compose starts it, under a name of its own."""

import http.client
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from gevent import sleep
from ports import free_port

ROOT = Path(__file__).parents[2]
FILES = ("docker-compose.yml", "docker-compose.without-registry.yml")
DEADLINE = 180.0  # seconds
HEALTHY = "healthy"


class Containers:
    """One project of docker-compose."""

    def __init__(self, project: str, settings: Path) -> None:
        self.port = free_port()
        self.project = project
        self._environ = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": project,
            "COMPOSE_FILE": ":".join(FILES),
            "SITE_PORT": str(self.port),
            "ENV_FILE": str(settings),
            "LOG_FORMAT": "json",
            "HEALTH_INTERVAL": "5s",
        }

    def compose(self, *arguments: str, seconds: float = DEADLINE) -> str:
        """Run docker-compose; fail with what it says when it does."""
        return self._run("docker-compose", *arguments, seconds=seconds)

    def make(self, target: str, **variables: str) -> str:
        """Run a target of the Makefile."""
        given = [f"{name}={value}" for name, value in variables.items()]
        return self._run("make", "--no-print-directory", target, *given, seconds=2 * DEADLINE)

    def docker(self, *arguments: str) -> str:
        """Run docker."""
        return self._run("docker", *arguments, seconds=DEADLINE)

    def _run(self, *command: str, seconds: float) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self._environ, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def ids(self, *services: str) -> list[str]:
        """Return the containers of some services, or of all."""
        return self.compose("ps", "-q", *services).split()

    def health(self, *services: str) -> dict[str, str]:
        """Return how containers are by their names."""
        ids = self.ids(*services)
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", *ids)) if ids else []
        return {one["Name"]: one["State"].get("Health", {}).get("Status", "") for one in found}

    def wait_until_healthy(self, *services: str) -> None:
        """Return when all containers say that they are well; fail with their logs otherwise."""
        deadline = monotonic() + DEADLINE
        while set((states := self.health(*services)).values()) != {HEALTHY}:
            assert monotonic() < deadline, f"{states}\n{self.compose('logs', '--tail', '30')}"
            sleep(1)

    def get(self, host: str, path: str) -> tuple[int, str]:
        """Ask a site for a page; returns status and text."""
        status, _, text = self.ask("GET", host, path)
        return status, text

    def ask(
        self, method: str, host: str, path: str, headers: Mapping[str, str] = {}, body: str = ""
    ) -> tuple[int, Mapping[str, str], str]:
        """Send one request; returns status, headers and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"{host}:{self.port}", **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()
