"""The suite as a stack of Docker Swarm, on a swarm of one node."""

import http.client
import json
import os
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from containers.stack import FILES, ROOT
from gevent import sleep
from ports import free_port

PATIENCE = 600.0  # seconds, for machines that start twenty containers at a time
FRONTS = 2
NAME = "brubeck-swarm"
NEIGHBOURS = Path(__file__).with_name("neighbours.py")


class Swarm:
    """One stack, whose Mongrel2 servers are at ports of this machine."""

    def __init__(self, settings: Path) -> None:
        self.port = free_port()
        self.ports = [self.port + number for number in range(FRONTS)]
        self._environ = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": NAME,
            "COMPOSE_FILE": ":".join(FILES),
            "ENV_FILE": str(settings),
            "SITE_PORT": str(self.port),
        }

    def deploy(self, replicas: int = 1) -> None:
        """Build the images, translate the file of Compose, and start it all."""
        self.run("docker-compose", "build", "index", "mongrel2", "redis", seconds=1200)
        (node,) = self.run("docker", "node", "ls", "-q").split()
        self.run("docker", "node", "update", "--label-add", "data=here", node)
        whole = self.run("docker-compose", "config")
        options = ["--fronts", str(FRONTS), "--replicas", str(replicas)]
        stack = self.run("docker/swarm.py", *options, text=whole)
        # There is no registry whose newest image a name could be resolved to.
        self.run("docker", "stack", "deploy", "--resolve-image=never", "-c", "-", NAME, text=stack)
        self.wait_until_whole()

    def run(self, *command: str, text: str = "", seconds: float = PATIENCE) -> str:
        """Run a command; fail with what it says when it does."""
        done = subprocess.run(
            command, cwd=ROOT, env=self._environ, input=text, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def missing(self) -> list[str]:
        """Return the services of which not all containers are well."""
        lines = self.run("docker", "stack", "services", NAME, "--format", "{{json .}}").splitlines()
        counts = {one["Name"]: one["Replicas"].split("/") for one in map(json.loads, lines)}
        return [name for name, (running, wanted) in counts.items() if running != wanted]

    def wait_until_whole(self) -> None:
        """Return when everything is well; fail with what is not."""
        deadline = monotonic() + PATIENCE
        while missing := self.missing():
            assert monotonic() < deadline, self.tell_of(missing)
            sleep(1)

    def tell_of(self, services: Sequence[str]) -> str:
        """Return what has become of the containers of some services, and their last words."""
        tasks = self.run("docker", "service", "ps", "--no-trunc", *services)
        words = [self.run("docker", "service", "logs", "--tail", "20", one) for one in services]
        return "\n".join([tasks, *words])

    def renew(self, service: str) -> None:
        """Have all containers of a service replaced; this returns when they are."""
        self.run("docker", "service", "update", "--quiet", "--force", f"{NAME}_{service}")

    @contextmanager
    def neighbours(self, front: str) -> Iterator[dict[str, Any]]:
        """Have containers ask the Mongrel2 servers, while the block runs; gives their answers then.

        The answers are those that neighbours.py prints.
        """
        mine = f"label=com.docker.swarm.service.name={NAME}_index"
        (container,) = self.run("docker", "ps", "-q", "--filter", mine).split()
        command = ["docker", "exec", "-i", container, "python", "-c", NEIGHBOURS.read_text()]
        given = ["fronts", str(self.port), front]
        answers: dict[str, Any] = {}
        with subprocess.Popen(
            [*command, *given], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as asking:
            assert asking.stdin
            assert asking.stdout
            assert asking.stdout.readline() == "begun\n"
            yield answers
            asking.stdin.close()
            said = asking.stdout.read()
        assert said, f"It ended with {asking.returncode} before it said anything."
        answers.update(json.loads(said))

    def state_of_update(self, service: str) -> str:
        """Return how the last update of a service has ended."""
        asked = ["docker", "service", "inspect", f"{NAME}_{service}"]
        return self.run(*asked, "--format", "{{.UpdateStatus.State}}").strip()

    def get(self, host: str, path: str, first: int = 0, *, again: Collection[int] = ()) -> str:
        """Ask the Mongrel2 servers in turn until one answers, as browsers and proxies do.

        Also when one answers with a status of `again`. Returns the status, and what is said with
        any other than 200; raises OSError when none has answered.
        """
        for port in self.ports[first:] + self.ports[:first]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.request("GET", path, headers={"Host": f"{host}:{port}"})
                answer = connection.getresponse()
                text = answer.read().decode()
                if answer.status in again:
                    continue
                return "200" if answer.status == 200 else f"{answer.status} {text[:200]}"
            except (OSError, http.client.HTTPException):
                continue
            finally:
                connection.close()
        raise ConnectionError(f"No Mongrel2 server has answered for {host}{path}.")


def is_active() -> bool:
    """Say whether this Docker is part of a swarm."""
    asked = ["docker", "info", "--format", "{{.Swarm.LocalNodeState}}"]
    return subprocess.run(asked, capture_output=True, check=True).stdout.strip() == b"active"


@contextmanager
def a_swarm_of_one() -> Iterator[None]:
    """Make this machine a swarm until the end of the block, if it is none."""
    if is_active():
        yield
        return
    make = ["docker", "swarm", "init", "--advertise-addr", "127.0.0.1"]
    subprocess.run(make, check=True, capture_output=True)
    try:
        yield
    finally:
        leave = ["docker", "swarm", "leave", "--force"]
        subprocess.run(leave, check=True, capture_output=True)


def remove() -> None:
    """Remove the stack, and its data when the last container has gone."""
    subprocess.run(["docker", "stack", "rm", NAME], check=False, capture_output=True)
    mine = ["--filter", f"label=com.docker.stack.namespace={NAME}", "-q"]
    deadline = monotonic() + PATIENCE
    while subprocess.run(["docker", "ps", "-a", *mine], capture_output=True, check=True).stdout:
        assert monotonic() < deadline, "The containers of the stack do not end."
        sleep(1)
    volumes = subprocess.run(["docker", "volume", "ls", *mine], capture_output=True, check=True)
    for volume in volumes.stdout.decode().split():
        subprocess.run(["docker", "volume", "rm", volume], check=True, capture_output=True)
