"""The containers that these tests judge: built, started and removed by docker-compose."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from containers.judging import settings
from containers.stack import Containers

NO_DOCKER = (
    "DOCKER IS MISSING, SO NO CONTAINER WAS TESTED. Install docker.io and docker-compose, start "
    "dockerd, and make the base image with docker/base-image.sh if it cannot be pulled."
)
BASE_IMAGE = "debian:12-slim"


def succeeds(*command: str) -> bool:
    """Tell whether a command exists and succeeds."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def is_docker_ready() -> bool:
    """Tell whether there is a Docker to start containers with, and something to build them of."""
    return (
        succeeds("docker-compose", "version")
        and succeeds("docker", "info")
        and (succeeds("docker", "inspect", BASE_IMAGE) or succeeds("docker", "pull", BASE_IMAGE))
    )


@pytest.fixture(scope="session")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """Give the running suite, with demo data, and remove it all at the end."""
    if not is_docker_ready():
        pytest.skip(NO_DOCKER)
    running = Containers("brubeck-test", settings(tmp_path_factory.mktemp("containers")))
    try:
        running.compose("--profile", "load", "--profile", "metrics", "build", seconds=1200)
        running.compose("up", "-d", "--no-build")
        running.wait_until_healthy()
        running.compose("run", "--rm", "demo-data")
        yield running
    finally:
        running.compose("--profile", "metrics", "down", "--volumes", "--timeout", "10")
