"""What a supervisor and its workers share: command, listening socket, lifeline, files."""

import argparse
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from brubeck.cli.listing import Watch
from brubeck.cli.ports import bind
from brubeck.cli.supervisor import GRACE, Supervisor

METRICS = "PROMETHEUS_MULTIPROC_DIR"
QUICK = 2.0  # seconds of grace for workers whose program has changed
PASSED_ON = ("transport", "pull", "pub", "host", "port", "workers", "concurrency")


def supervise(options: argparse.Namespace) -> int:
    """Run workers until SIGTERM or Ctrl-C; returns the exit code."""
    logging.basicConfig(level=logging.INFO)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="brubeck-")))
        listener = _listener(options)
        descriptors = {"lifeline": stack.enter_context(lifeline())}
        if listener is not None:
            descriptors["listener"] = stack.enter_context(listener).fileno()
        listing = folder / "files"
        command = worker_command(options, descriptors, listing)
        environment = _environment(options, folder)

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  our own program with checked options
                command, env=environment, pass_fds=tuple(descriptors.values())
            )

        return Supervisor(
            start,
            options.workers,
            ended=lambda pid: forget_live_gauges(environment, pid),
            changed=Watch(listing).changed if options.reload else None,
            grace=QUICK if options.reload else GRACE,
        ).run()


def _listener(options: argparse.Namespace) -> socket.socket | None:
    """Open the port here, so that no request is lost while a worker is replaced."""
    return bind(options.host, options.port) if options.transport == "wsgi" else None


@contextmanager
def lifeline() -> Iterator[int]:
    """Give the read end of a pipe that closes when this process is no more."""
    reader, writer = os.pipe()
    try:
        yield reader
    finally:
        os.close(reader)
        os.close(writer)


def worker_command(
    options: argparse.Namespace, descriptors: dict[str, int], listing: Path
) -> list[str]:
    """Return the command line of a worker."""
    wishes = {name: getattr(options, name) for name in PASSED_ON} | descriptors
    return [
        *(sys.executable, "-m", "brubeck", "run", options.target),
        *(f"--{name}={value}" for name, value in wishes.items() if value is not None),
        f"--listing={listing}",
    ]


def _environment(options: argparse.Namespace, folder: Path) -> dict[str, str]:
    """Return the workers' environment; metrics of several processes need a place to meet."""
    environment = dict(os.environ)
    if options.workers > 1:
        environment.setdefault(METRICS, str(folder))
    return environment


def forget_live_gauges(environment: dict[str, str], pid: int) -> None:
    """Remove what a worker that is no more was doing from the metrics."""
    if METRICS in environment:
        for path in Path(environment[METRICS]).glob(f"gauge_live*_{pid}.db"):
            path.unlink(missing_ok=True)
