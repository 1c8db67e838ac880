"""Mongrel2's configuration: written from the template, loaded, and read back.

``m2sh load`` exits with 0 on every error and then leaves an old or a half-filled database
(seen with 1.12.2), so only what the database says counts.
"""

import resource
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from launcher.errors import LaunchError
from launcher.sites import Site

TEMPLATE = Path(__file__).parents[1] / "mongrel2.conf.j2"
COMMAND = ("mongrel2", "mongrel2.sqlite", "main")

# Beyond max_fd / hot_dividend connections the server does not refuse, it collapses.
_WANTED_DESCRIPTORS = 20_000
_FEWEST_DESCRIPTORS = 256


@dataclass(frozen=True)
class Configuration:
    """What one Mongrel2 is told. The last site is the default host.

    Each handler gets a random ident at every start: connection ids begin at 2 again after a
    restart, and a late reply must not find a stranger under an old name.
    """

    sites: Sequence[Site]
    bind: str
    port: int
    descriptors: int
    idents: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        idents = {site.name: str(uuid.uuid4()) for site in self.sites}
        object.__setattr__(self, "idents", idents)

    @property
    def default_host(self) -> str:
        """The host that gets requests for unknown names."""
        return self.sites[-1].host

    @property
    def settings(self) -> dict[str, int | str]:
        """The global settings, each for a reason that was seen."""
        return {
            "server.daemonize": 0,
            "zeromq.threads": 1,
            "disable.access_logging": 1,  # it always says 200; the applications log better
            "superpoll.max_fd": self.descriptors,
            "superpoll.hot_dividend": 2,
            "limits.buffer_size": 16384,  # of request line and headers together
            "limits.client_read_retries": 50,  # honest clients may send headers in 4 packets
            "limits.content_length": 1048576,
            "upload.temp_store": "uploads/up.XXXXXX",  # without one, a big body hits a neighbour
            "request.relaxed": 1,  # browsers send { } ^ unescaped
            "no_clobber_xff": 1,  # what proxies say; the peer stands in REMOTE_ADDR
        }

    def render(self) -> str:
        """Return the text of the configuration file."""
        environment = Environment(  # noqa: S701 - no HTML; the values are checked host names and plain paths
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
        return template.render(
            sites=self.sites,
            idents=self.idents,
            bind=self.bind,
            port=self.port,
            default_host=self.default_host,
            settings=self.settings,
        )


def installed() -> bool:
    """Say whether Mongrel2 and its configuration tool are on this machine."""
    return bool(shutil.which("mongrel2") and shutil.which("m2sh"))


def descriptors() -> int:
    """Return how many connections to ask for: 20,000, or what this machine permits."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    return max(_FEWEST_DESCRIPTORS, min(_WANTED_DESCRIPTORS, allowed))


def write(configuration: Configuration, directory: Path) -> None:
    """Load the configuration into ``directory/mongrel2.sqlite``, or raise LaunchError."""
    text, database = directory / "mongrel2.conf", directory / "mongrel2.sqlite"
    text.write_text(configuration.render(), encoding="utf-8")
    database.unlink(missing_ok=True)
    said = subprocess.run(  # noqa: S603 - our own file
        ["m2sh", "load", "--config", str(text), "--db", str(database)],  # noqa: S607 - found on PATH
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
    )
    verify(configuration, database, said.stdout + said.stderr)


def verify(configuration: Configuration, database: Path, said: str = "") -> None:
    """Compare the loaded database with what was meant; raise LaunchError where they differ."""
    loaded = _read(database)
    for what, meant in _meant(configuration).items():
        if loaded.get(what) != meant:
            raise LaunchError(
                f"Mongrel2's configuration was not loaded as written: its {what} are "
                f"{loaded.get(what)}, not {meant}. m2sh said:\n{said.strip() or '(nothing)'}\n"
                f"The written configuration is {database.with_suffix('.conf')}."
            )


_Rows = set[tuple[object, ...]]

_QUERIES = {
    "servers": "SELECT uuid, bind_addr, port, default_host, pid_file FROM server",
    "routes": (
        "SELECT host.name, route.path, route.target_type, send_spec, send_ident, recv_spec,"
        " recv_ident FROM route JOIN host ON host.id = host_id JOIN handler ON handler.id = target_id"
    ),
    "settings": "SELECT key, value FROM setting",
}


def _meant(configuration: Configuration) -> dict[str, _Rows]:
    c = configuration
    return {
        "servers": {("main", c.bind, c.port, c.default_host, "mongrel2.pid")},
        "routes": {
            (
                site.host,
                path,
                "handler",
                site.pull,
                c.idents[site.name],
                site.pub,
                c.idents[site.name],
            )
            for site in c.sites
            for path in ("/", "*")
        },
        "settings": {(key, str(value)) for key, value in c.settings.items()},
    }


def _read(database: Path) -> dict[str, _Rows]:
    if not database.exists():
        return {}
    try:
        with closing(sqlite3.connect(database)) as connection:
            return {what: set(connection.execute(query)) for what, query in _QUERIES.items()}
    except sqlite3.DatabaseError:
        return {}
