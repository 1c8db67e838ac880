"""The command line of the launcher."""

import os
from collections.abc import Mapping, Sequence

from launcher.applications import APPLICATIONS, Application, select
from launcher.errors import LaunchError, Stopped
from launcher.options import read_options
from launcher.screen import say
from launcher.suite import Suite


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] = os.environ,
    table: Sequence[Application] = APPLICATIONS,
) -> int:
    """Run the suite until somebody stops it.

    Returns the exit code: 0 when it was asked to stop, 1 when it could not start or a server
    died. argparse exits with 2 on a wrong command line.
    """
    try:
        options = read_options(arguments, environ)
        suite = Suite(options, select(options.apps, table), environ)
        with suite.prepared():
            return _run(suite)
    except LaunchError as error:
        say(str(error))
        return 1


def _run(suite: Suite) -> int:
    """Run until the end and say what it was, before the others are stopped."""
    try:
        suite.start()
        suite.watch()
    except LaunchError as error:
        say(f"\n{error}")
        return 1
    except Stopped:
        say("\nStopping ...")
    return 0
