"""`brubeck routes`: what an application answers, as a table."""

import argparse
import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from brubeck.cli.targets import HELP, load_application
from brubeck.methods import with_head

if TYPE_CHECKING:
    from brubeck.application import Brubeck

EVERY_METHOD = "any"


class Row(NamedTuple):
    """One rule of an application."""

    pattern: str
    methods: str
    handler: str
    name: str


def add_parser(commands: Any) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser("routes", help="list the routes of an application")
    parser.add_argument("target", metavar="MODULE:NAME", help=HELP)
    parser.set_defaults(command=show_routes)


def show_routes(options: argparse.Namespace) -> int:
    """Print the table; returns 0."""
    rows = list(rows_of(load_application(options.target)))
    lines = table(rows) if rows else ["This application has no routes. Add one with add_route."]
    print("\n".join(lines))  # noqa: T201  a CLI's answer
    return 0


def rows_of(app: "Brubeck") -> Iterator[Row]:
    """Yield the rules in the order in which they are tried."""
    names = {regex.pattern: name for name, regex in app.route_names.items()}
    for regex, target in getattr(app, "_routes", ()):
        methods = ", ".join(methods_of(target)) or EVERY_METHOD
        yield Row(regex.pattern, methods, _name(target), names.get(regex.pattern, ""))


def methods_of(target: Any) -> list[str]:
    """Return the methods that a target answers, in upper case; none when it does not tell."""
    if not isinstance(target, type) and (methods := getattr(target, "methods", ())):
        return list(methods)
    target = inspect.unwrap(target)
    return _members(target) if isinstance(target, type) else []


def _members(handler: type) -> list[str]:
    from brubeck.handlers import HTTP_METHODS

    allowed: Sequence[str] | None = getattr(handler, "SUPPORTED_METHODS", None)
    own = [name.upper() for name in HTTP_METHODS if callable(getattr(handler, name, None))]
    return with_head(name for name in own if allowed is None or name in allowed)


def _name(target: Any) -> str:
    target = inspect.unwrap(target)
    function = getattr(target, "func", target)  # of a functools.partial
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '?')}:{name}"


def table(rows: Sequence[Row]) -> list[str]:
    """Return rows as lines with aligned columns below a heading."""
    whole = [Row("PATTERN", "METHODS", "HANDLER", "NAME"), *rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in whole
    ]
