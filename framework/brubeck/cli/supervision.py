"""What a supervisor and its workers share: command, listening socket, lifeline, files."""

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from brubeck import workernumber
from brubeck.cli import reports
from brubeck.cli.listing import Watch
from brubeck.cli.logs import start_logging
from brubeck.cli.ports import bind
from brubeck.cli.supervisor import GRACE, Supervisor

LISTING = "files"
LEDGER = "ledger"
METRICS = "PROMETHEUS_MULTIPROC_DIR"
QUICK = 2.0  # seconds of grace for workers whose program has changed
PASSED_ON = (
    "transport",
    "pull",
    "pub",
    "control",
    "dispatcher",
    "host",
    "port",
    "workers",
    "concurrency",
)


def supervise(options: argparse.Namespace) -> int:
    """Run workers until SIGTERM or Ctrl-C; returns the exit code."""
    start_logging()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="brubeck-")))
        listener = _listener(options)
        descriptors = {"lifeline": stack.enter_context(lifeline())}
        if listener is not None:
            descriptors["listener"] = stack.enter_context(listener).fileno()
        has_dispatcher = needs_dispatcher(options)
        if has_dispatcher:
            options.dispatcher = f"ipc://{folder}/workers"
        environment = _environment(options, folder)

        def start(command: list[str], number: int = 0) -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  our own program with checked options
                command,
                env=environment | {workernumber.VARIABLE: str(number)},
                pass_fds=tuple(descriptors.values()),
            )

        def start_dispatcher() -> subprocess.Popen[bytes] | None:
            command = dispatcher_command(options, descriptors["lifeline"], folder)
            return start(command) if command else None

        def forget(pid: int) -> None:
            forget_live_gauges(environment, pid)
            reports.forget(folder, pid)

        return Supervisor(
            lambda number: start(worker_command(options, descriptors, folder), number),
            options.workers,
            start_dispatcher=start_dispatcher if has_dispatcher else None,
            ended=forget,
            is_ready=partial(reports.is_ready, folder),
            changed=Watch(folder / LISTING).changed if options.reload else None,
            grace=QUICK if options.reload else GRACE,
        ).run()


def needs_dispatcher(options: argparse.Namespace) -> bool:
    """Say whether workers need a dispatcher here, if it turns out that Mongrel2 sends requests."""
    is_wanted = options.workers > 1 and not options.direct and not options.dispatcher
    return is_wanted and options.transport != "wsgi"


def dispatcher_command(
    options: argparse.Namespace, lifeline: int, folder: Path
) -> list[str] | None:
    """Return the command line of a dispatcher; None while nobody has said for which Mongrel2."""
    pair = (options.pull, options.pub) if options.pull else reports.fronts(folder)
    if pair is None:
        return None
    return [
        *(sys.executable, "-m", "brubeck", "dispatch"),
        *(f"--pull={pair[0]}", f"--pub={pair[1]}"),
        *(f"--bind={options.dispatcher}", f"--lifeline={lifeline}"),
        f"--ledger={folder / LEDGER}",
        *([f"--repeat={options.repeat}"] if options.repeat else []),
    ]


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
    options: argparse.Namespace, descriptors: dict[str, int], folder: Path
) -> list[str]:
    """Return the command line of a worker."""
    wishes = {name: getattr(options, name) for name in PASSED_ON} | descriptors
    return [
        *(sys.executable, "-m", "brubeck", "run", options.target),
        *(f"--{name}={value}" for name, value in wishes.items() if value is not None),
        f"--listing={folder / LISTING}",
        f"--folder={folder}",
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
