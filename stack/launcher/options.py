"""The launcher's own settings: command line first, then environment variables, then defaults."""

import argparse
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from launcher.errors import LaunchError

_HOST_NAME = re.compile(
    r"(?=.{1,200}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)

_VARIABLES = """\
environment variables:
  SITE_DOMAIN  the domain under which every site has its host name (localhost)
  SITE_PORT    the port on which browsers reach all sites; 0 takes any free one (6767)
  SITE_BIND    the numeric address to listen on; 0.0.0.0 opens the sites to the network (127.0.0.1)
  VAR_DIR      where databases, logs, sockets and the cookie secret live (var)
  MONGO_URL    a MongoDB to use in place of a local server, such as mongodb://127.0.0.1:27017
  REDIS_URL    a Redis to use in place of a local server, such as redis://127.0.0.1:6379
  LOGS         "screen" shows all logs, as --verbose does

An application's own variables (LISTSURF_SECRET, LISTSURF_CONCURRENCY, ...) are handed on to it.
"""


@dataclass(frozen=True)
class Options:
    """Everything that a person can choose about a run."""

    domain: str = "localhost"
    port: int = 6767
    bind: str = "127.0.0.1"
    var: Path = Path("var")
    mongo_url: str = ""
    redis_url: str = ""
    transport: str = "auto"
    concurrency: str = ""
    apps: tuple[str, ...] = ()
    demo_data: bool = True
    screen: bool = False
    ready_file: Path | None = None


def read_options(arguments: Sequence[str] | None, environ: Mapping[str, str]) -> Options:
    """Return the settings of this run, or raise LaunchError with the setting that is wrong."""
    given = _parser().parse_args(arguments)
    return Options(
        domain=_domain(environ.get("SITE_DOMAIN") or "localhost"),
        port=_port(environ.get("SITE_PORT") or "6767"),
        bind=_bind(environ.get("SITE_BIND") or "127.0.0.1"),
        var=Path(environ.get("VAR_DIR") or "var").absolute(),
        mongo_url=_url("MONGO_URL", environ, ("mongodb", "mongodb+srv")),
        redis_url=_url("REDIS_URL", environ, ("redis", "rediss", "unix")),
        transport=given.transport,
        concurrency=given.concurrency,
        apps=tuple(name for name in given.apps.replace(",", " ").split()),
        demo_data=given.demo_data,
        screen=given.verbose or environ.get("LOGS") == "screen",
        ready_file=given.ready_file and given.ready_file.absolute(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="launcher",
        description="Start every site of the suite, and stop them all on Ctrl-C.",
        epilog=_VARIABLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--apps", default="", metavar="A,B", help="only these applications (default: all)")
    add(
        "--transport",
        choices=("auto", "mongrel2", "wsgi"),
        default="auto",
        help="how requests reach the applications (default: mongrel2 if it is installed, else wsgi)",
    )
    add(
        "--concurrency",
        choices=("", "gevent", "eventlet"),
        default="",
        help="one library for all applications (default: each its own)",
    )
    add("--no-demo-data", dest="demo_data", action="store_false", help="do not fill in demo data")
    add("--verbose", action="store_true", help="show all logs on the screen, too")
    add(
        "--ready-file",
        type=Path,
        metavar="FILE",
        help="write addresses and process ids there, as JSON, once every site answers",
    )
    return parser


def _domain(text: str) -> str:
    domain = text.lower().rstrip(".")
    if not _HOST_NAME.fullmatch(domain):
        raise LaunchError(
            f"SITE_DOMAIN={text!r} is no host name. Use one such as localhost or example.org."
        )
    return domain


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise LaunchError(
            f"SITE_PORT={text!r} is no port. Use a number from 1 to 65535, or 0 for any free one."
        )
    return int(text)


def _bind(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise LaunchError(
            f"SITE_BIND={text!r} is no numeric IPv4 address. Use 127.0.0.1 or 0.0.0.0."
        ) from None


def _url(name: str, environ: Mapping[str, str], schemes: tuple[str, ...]) -> str:
    url = environ.get(name, "")
    if url and urlsplit(url).scheme not in schemes:
        # The value is not shown: it may hold a password.
        raise LaunchError(
            f"{name} must begin with {schemes[0]}://. Correct it, or unset it to use a local server."
        )
    return url
