"""The command line: start the server, say where it listens, end it cleanly on a signal."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from brubeck.jsonlogs import TEXT, announce, use_log_format
from brubeck.jsonlogs import VARIABLE as LOG_FORMAT

from mongolite.catalog import Catalog
from mongolite.commands import Context
from mongolite.expiry import Expiry
from mongolite.server import Server
from mongolite.storage import StorageError, open_storage

SWITCH_SECONDS = 0.001  # how long one thread computes before another gets its turn
DEEPEST_CALLS = 2_000  # a document nested as deeply as allowed is compared in some 900 calls


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options; ends the program with status 2 for unknown ones."""
    parser = argparse.ArgumentParser(
        prog="mongolite", description="A small MongoDB server for demos and tests."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=27017, help="port, 0 for any free one")
    parser.add_argument("--data", default=":memory:", help="data directory, or :memory:")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until SIGTERM or SIGINT; return the exit code."""
    options = parse_arguments(arguments)
    use_log_format(os.environ.get(LOG_FORMAT) or TEXT)
    logging.basicConfig(level=logging.INFO, format="mongolite: %(levelname)s %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    sys.setrecursionlimit(DEEPEST_CALLS)
    try:
        storage = open_storage(options.data)
    except StorageError as error:
        return _fail(str(error))
    try:
        server = Server(Context(Catalog(storage)), options.host, options.port)
    except (OSError, OverflowError) as error:
        storage.close()
        return _fail(f"cannot listen on {options.host}:{options.port}: {error}")
    _run(server, options.port_file)
    storage.close()
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"mongolite: {message}\n")
    return 1


def _run(server: Server, port_file: Path | None) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    expiry = Expiry(server.context)
    expiry.start()
    threading.Thread(target=server.serve, name="listener", daemon=True).start()
    if port_file:
        write_port(port_file, server.port)
    announce(f"mongolite ready on {server.host}:{server.port}")
    stopped.wait()
    expiry.stop()
    server.close()


def write_port(file: Path, port: int) -> None:
    """Write the port so that a reader sees the whole number or no file."""
    part = file.with_name(f"{file.name}.part")
    part.write_text(f"{port}\n")
    part.replace(file)
