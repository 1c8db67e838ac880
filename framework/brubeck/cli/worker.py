"""One serving process: the only one, or one of several below a supervisor."""

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from brubeck.addresses import addresses
from brubeck.cli import listing, reports
from brubeck.cli.errors import CommandError
from brubeck.cli.logs import choose_log_format
from brubeck.cli.targets import load_application
from brubeck.concurrency import VARIABLE, current, use

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.connections import Connection


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM, Ctrl-C or the end of the supervisor; returns the exit code."""
    _choose_library(options.concurrency)
    choose_log_format()
    app = _load(options)
    from brubeck.cli.transports import connection_for  # imports what the library has to patch

    app.msg_conn = app.m2conn = connection = connection_for(options, app.msg_conn)
    if options.folder is not None:
        _report_to(Path(options.folder), connection)
    if options.lifeline is not None:
        app.on_start.append(lambda: current().spawn(_end_with_parent, app, options.lifeline))
    app.run()
    return 0


def _choose_library(name: str | None) -> None:
    """Patch the standard library before the application is imported, if there is a wish.

    Without one the application's module may choose for itself.
    """
    if name or os.environ.get(VARIABLE):
        try:
            use(name)
        except OSError as error:
            raise CommandError(str(error)) from error


def _load(options: argparse.Namespace) -> "Brubeck":
    """Return the application, and tell the supervisor which files it was made of."""
    if options.listing is None:
        return load_application(options.target)
    write = partial(listing.write, Path(options.listing))
    try:
        app = load_application(options.target)
    except CommandError as error:
        write(error)
        raise
    write()
    return app


def _report_to(folder: Path, connection: "Connection") -> None:
    """Tell the supervisor when requests can be served, and for whom it has to dispatch."""
    connection.on_ready = partial(reports.tell_ready, folder)
    pull, pub = (getattr(connection, name, None) for name in ("in_addr", "out_addr"))
    if pull and pub:
        reports.tell_fronts(folder, *(",".join(addresses(given)) for given in (pull, pub)))


def _end_with_parent(app: "Brubeck", lifeline: int) -> None:
    """Stop when the pipe from the supervisor closes: it has gone without saying goodbye."""
    current().watch(lifeline).wait()
    app.stop()
