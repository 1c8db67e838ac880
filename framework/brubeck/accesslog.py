"""One line for each answer, to the logger `brubeck.access`."""

import logging
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck.request import Request
    from brubeck.response import Response

LINE = "%s %s %s (%s) %.1fms %s"
BROADCAST_LINE = "%s BROADCAST %r to %d %.1fms"

log = logging.getLogger("brubeck.access")


is_on = partial(log.isEnabledFor, logging.INFO)
"""Tell whether anybody reads the lines; making them costs something."""


def note(request: "Request", response: "Response", seconds: float) -> None:
    """Write the line of an answer that took so long."""
    client, path = request.remote_addr, _printable(request.path)
    args = response.status_code, request.method, path, client, 1000 * seconds, request.id
    # Not info(), which looks for the line of code that calls it: it is always this one.
    log.handle(log.makeRecord(log.name, logging.INFO, __file__, 0, LINE, args, None))


def note_broadcast(room: str, response: "Response", count: int, seconds: float) -> None:
    """Write the line of an answer that went to so many at once."""
    log.info(BROADCAST_LINE, response.status_code, room, count, 1000 * seconds)


def _printable(path: str) -> str:
    """Return a path that cannot end a line of the log and forge the next (CWE-117)."""
    return path if path.isprintable() else ascii(path)[1:-1]
