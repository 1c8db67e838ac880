"""The console command `brubeck`: run applications, dispatch to workers, list routes.

Nothing here may import what wants to be patched: the coroutine library is chosen by the
command that serves, just before it imports the application.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from brubeck import version
from brubeck.cli import dispatch, new, routes, run
from brubeck.cli.errors import CommandError

Command = Callable[[argparse.Namespace], int]

FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 2 when the command could not be done."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except CommandError as error:
        print(f"brubeck: {error}", file=sys.stderr)  # noqa: T201  a CLI's answer
        return FAILED


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each one adds its own options."""
    root = argparse.ArgumentParser(prog="brubeck", description="The Brubeck web framework.")
    root.add_argument("--version", action="version", version=f"brubeck {version}")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    for module in (run, dispatch, routes, new):
        module.add_parser(commands)
    return root
