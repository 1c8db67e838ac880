"""`brubeck run`: serve an application, in this process or in several."""

import argparse
from typing import Any

from brubeck.cli.dispatch import add_repeat
from brubeck.cli.errors import CommandError
from brubeck.cli.supervision import supervise
from brubeck.cli.targets import HELP
from brubeck.cli.worker import serve
from brubeck.cli.zmqaddresses import check, needed

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000


def add_parser(commands: Any) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "run",
        help="serve an application",
        description="Serve an application. Without transport options its own connection is used.",
    )
    parser.add_argument("target", metavar="MODULE:NAME", help=HELP)
    parser.add_argument("--transport", choices=("mongrel2", "wsgi"), help="how requests arrive")
    parser.add_argument("--pull", metavar="ADDRESS", help="Mongrel2's send_spec")
    parser.add_argument("--pub", metavar="ADDRESS", help="Mongrel2's recv_spec")
    parser.add_argument("--control", metavar="ADDRESS", help="Mongrel2's control_port")
    parser.add_argument("--dispatcher", metavar="ADDRESS", help="where `brubeck dispatch` listens")
    parser.add_argument(
        "--direct", action="store_true", help="have several workers pull from Mongrel2 themselves"
    )
    add_repeat(parser)
    parser.add_argument("--host", help=f"address to listen on (default: {DEFAULT_HOST})")
    parser.add_argument("--port", type=int, help=f"port to listen on (default: {DEFAULT_PORT})")
    parser.add_argument("--workers", type=_count, default=1, help="number of processes")
    parser.add_argument(
        "--reload", action="store_true", help="start again when a file of the program changes"
    )
    parser.add_argument(
        "--concurrency", choices=("gevent", "eventlet"), help="coroutine library to run on"
    )
    _add_worker_options(parser)
    parser.set_defaults(command=run)


def _add_worker_options(parser: argparse.ArgumentParser) -> None:
    """Add what the supervisor tells its workers."""
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--listing", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes. Give 1 or more.")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; returns the exit code."""
    choose_transport(options)
    is_worker = options.lifeline is not None
    if not is_worker and (options.workers > 1 or options.reload):
        return supervise(options)
    return serve(options)


def choose_transport(options: argparse.Namespace) -> None:
    """Fill in what the options imply; `transport` stays None for the application's own.

    Raises CommandError for options that contradict each other.
    """
    wanted = {options.transport} - {None}
    if options.pull or options.pub:
        wanted.add("mongrel2")
    if options.dispatcher and options.direct:
        raise CommandError("--direct means without a dispatcher. Leave out one of the two.")
    if options.host is not None or options.port is not None:
        wanted.add("wsgi")
    if len(wanted) > 1:
        raise CommandError(
            "--pull and --pub belong to the transport mongrel2, --host and --port to wsgi. "
            "Give those of one transport."
        )
    options.transport = wanted.pop() if wanted else None
    if options.dispatcher:
        check(options.dispatcher)
    if options.transport == "mongrel2":
        # Who is given requests by a dispatcher need not know where they come from.
        needed(options.pull or options.dispatcher, options.pub)
    if options.transport == "wsgi":
        options.host = DEFAULT_HOST if options.host is None else options.host
        options.port = DEFAULT_PORT if options.port is None else options.port
