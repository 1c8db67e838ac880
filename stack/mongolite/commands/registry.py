"""Commands by name, and the one way to run them."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mongolite.catalog import Catalog
from mongolite.commands.request import Request
from mongolite.cursors import Cursors
from mongolite.errors import WAY_OUT, MongoError
from mongolite.values import Document

log = logging.getLogger("mongolite")


@dataclass
class Context:
    """What commands work on: one for a server."""

    catalog: Catalog
    cursors: Cursors = field(default_factory=Cursors)
    started: float = field(default_factory=time.time)
    connections: Callable[[], int] = lambda: 0


Run = Callable[[Context, Request], Document]


@dataclass(frozen=True)
class Command:
    """A function with the fields that its command knows."""

    run: Run
    fields: frozenset[str]


COMMANDS: dict[str, Command] = {}


def command(*names: str, fields: str = "") -> Callable[[Run], Run]:
    """Register a function under the names of a command; `fields` are separated by spaces."""

    def register(run: Run) -> Run:
        for name in names:
            COMMANDS[name] = Command(run, frozenset(fields.split()))
        return run

    return register


def run_command(context: Context, body: Document, connection: int = 0) -> Document:
    """Return the answer to a command; errors are answers, too, whatever their cause."""
    try:
        return dispatch(context, body, connection) | {"ok": 1.0}
    except MongoError as error:
        return error.as_reply()
    except sqlite3.Error as error:
        log.error("the disk refused %r: %s", next(iter(body), ""), error)
        return MongoError(14031, f"the data directory cannot be written: {error}").as_reply()
    except RecursionError:
        return MongoError(15, "the command is nested too deeply").as_reply()
    except Exception:
        name = next(iter(body), "")
        log.exception("the command %r failed", name)
        return MongoError(1, f"'{name}' failed in the server: its log says why").as_reply()


def dispatch(context: Context, body: Document, connection: int = 0) -> Document:
    """Run a command and return its result; raises MongoError."""
    name = next(iter(body))
    found = COMMANDS.get(name)
    if found is None:
        raise MongoError(59, f"no such command: '{name}'. {WAY_OUT}")
    request = Request(name, body, connection)
    request.check(found.fields)
    return found.run(context, request)


def names() -> Iterable[str]:
    """Return the names of all commands."""
    return sorted(COMMANDS)
