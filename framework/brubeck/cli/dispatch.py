"""`brubeck dispatch`: stand between Mongrel2 and workers, here or on other machines."""

import argparse
import json
import signal
from pathlib import Path
from typing import Any

from brubeck.addresses import addresses
from brubeck.cli.errors import CommandError
from brubeck.cli.logs import start_logging
from brubeck.cli.zmqaddresses import check, needed
from brubeck.dispatching.ledger import Ledger
from brubeck.dispatching.repeating import PROMISES

PATIENCE = 5000  # milliseconds for an answer with numbers


def add_parser(commands: Any) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "dispatch",
        help="give Mongrel2's requests to workers",
        description=(
            "Give Mongrel2's requests to workers that were started with "
            "`brubeck run --dispatcher`. Several addresses are separated by commas."
        ),
    )
    parser.add_argument("--pull", metavar="ADDRESS", help="Mongrel2's send_spec")
    parser.add_argument("--pub", metavar="ADDRESS", help="Mongrel2's recv_spec")
    parser.add_argument("--bind", metavar="ADDRESS", help="where workers connect")
    parser.add_argument(
        "--stats", action="store_true", help="show the numbers of the dispatcher that is at --bind"
    )
    parser.add_argument(
        "--ledger",
        metavar="FILE",
        help="keep here what is in hand, so that the next one can say what was lost by a crash",
    )
    add_repeat(parser)
    parser.add_argument(
        "--metrics-port", metavar="PORT", type=int, default=0,
        help="show the numbers to Prometheus at /metrics of this port",
    )  # fmt: skip
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(command=dispatch)


def add_repeat(parser: argparse.ArgumentParser) -> None:
    """Add the option by which an application promises that requests may be answered twice."""
    parser.add_argument(
        "--repeat",
        choices=tuple(PROMISES),
        help="have others answer again what a worker had begun that has died",
    )


def dispatch(options: argparse.Namespace) -> int:
    """Dispatch until SIGTERM or Ctrl-C, or show numbers; returns the exit code."""
    if not options.bind:
        raise CommandError(
            "Workers need an address to connect to. Add --bind, for example ipc://run/workers."
        )
    check(options.bind)
    if options.stats:
        return _show(options.bind)
    needed(options.pull, options.pub)
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    import zmq

    from brubeck.dispatching.dispatcher import Dispatcher

    start_logging()
    pull, pub, bind = map(addresses, (options.pull, options.pub, options.bind))
    try:
        dispatcher = Dispatcher(pull, pub, bind, _ledger(options.ledger), options.repeat)
    except zmq.ZMQError as error:
        raise CommandError(
            f"{options.bind} cannot be listened on, or {options.pull} and {options.pub} not be "
            f"connected to: {error}. Give addresses whose directories exist and that are free."
        ) from error
    if options.metrics_port:
        _show_metrics(bind[0], options.metrics_port)
    signal.set_wakeup_fd(dispatcher.waker)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: dispatcher.stop())
    # The supervisor renews workers at this signal; a dispatcher has nothing that could be renewed.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    dispatcher.run(options.lifeline)
    return 0


def _ledger(path: str | None) -> Ledger:
    try:
        return Ledger(None if path is None else Path(path))
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror}. "
            "Give --ledger the path of a file whose directory exists."
        ) from error


def _show_metrics(address: str, port: int) -> None:
    from brubeck.dispatching import numbers

    try:
        numbers.serve(address, port)
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Port {port} cannot be listened on: {error}. Give --metrics-port one that is free."
        ) from error
    except ImportError as error:
        raise CommandError(
            "prometheus-client is not installed. Install it with: pip install brubeck[metrics]"
        ) from error


def _show(bind: str) -> int:
    """Print the numbers of a running dispatcher."""
    from brubeck.dispatching import numbers

    if (answer := numbers.ask(addresses(bind)[0], PATIENCE)) is None:
        raise CommandError(
            f"Nobody answers at {bind}. Start a dispatcher there with: brubeck dispatch"
        )
    print(json.dumps(answer, indent=2))  # noqa: T201  a CLI's answer
    return 0
