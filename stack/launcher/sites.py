"""Where each application is reached: host name, port and sockets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.applications import Application
from launcher.options import Options
from launcher.ports import next_port, require_port

LONGEST_SUFFIX = len(".out")


@dataclass(frozen=True)
class Site:
    """An application at its place in this run.

    ``pull`` is where it gets requests from Mongrel2, ``pub`` where it publishes replies.
    ``port`` is what browsers use: Mongrel2's, or without Mongrel2 the application's own.
    """

    application: Application
    host: str
    port: int
    pull: str
    pub: str

    @property
    def name(self) -> str:
        """The application's name."""
        return self.application.name

    @property
    def address(self) -> str:
        """The address for browsers; port 80 goes without saying."""
        port = "" if self.port == 80 else f":{self.port}"
        return f"http://{self.host}{port}/"


def plan(
    applications: Sequence[Application], options: Options, transport: str, sockets: Path
) -> list[Site]:
    """Give every application its place; raise LaunchError if the port is taken."""
    ports = _ports(options, transport, len(applications))
    return [
        Site(
            application,
            host=f"{application.host}.{options.domain}".lstrip("."),
            port=port,
            pull=f"ipc://{sockets / application.name}.in",
            pub=f"ipc://{sockets / application.name}.out",
        )
        for application, port in zip(applications, ports, strict=True)
    ]


def _ports(options: Options, transport: str, count: int) -> list[int]:
    """Mongrel2 serves all on one port; without it the first gets that and the rest follow it."""
    ports = [require_port(options.bind, options.port)]
    if transport == "mongrel2":
        return ports * count
    while len(ports) < count:
        ports.append(next_port(options.bind, above=ports[-1]))
    return ports


def environment(
    site: Site,
    options: Options,
    transport: str,
    *,
    secret: str,
    stores: Mapping[str, str],
    base: Mapping[str, str],
) -> dict[str, str]:
    """Return the environment of one application's process.

    ``stores`` maps MONGO_URL and the like to addresses. What the person who started the launcher
    has set stays: an own secret, or an own choice of the concurrency library, for this
    application (LISTSURF_SECRET) or for all of them (SECRET).
    """
    prefix = site.application.prefix
    for_all = base.get("CONCURRENCY") or base.get("BRUBECK_CONCURRENCY")
    defaults = {
        prefix + "SECRET": base.get("SECRET") or secret,
        prefix + "CONCURRENCY": for_all or site.application.concurrency,
    }
    fixed = {
        prefix + "TRANSPORT": transport,
        prefix + "PULL_ADDRESS": site.pull,
        prefix + "PUB_ADDRESS": site.pub,
        prefix + "HOST": options.bind,
        prefix + "PORT": str(site.port),
        "SITE_DOMAIN": options.domain,
        "SITE_PORT": str(site.port),
        "PYTHONUNBUFFERED": "1",
    }
    if options.concurrency:
        fixed[prefix + "CONCURRENCY"] = options.concurrency
    return {**defaults, **base, **fixed, **stores}


def addresses(site: Site, sites: Sequence[Site]) -> dict[str, str]:
    """Return what a program is told about the others of its application: READIFY_API_ADDRESS."""
    mine = site.application
    family = [other for other in sites if other.application.family == mine.family]
    return {
        f"{mine.prefix}{other.application.role.upper()}_ADDRESS": other.address.rstrip("/")
        for other in family
        if len(family) > 1
    }


def listing(sites: Sequence[Site], connect_to: str) -> str:
    """Return the sites as the JSON that the index site reads from INDEX_SITES."""
    return json.dumps([_entry(site, connect_to) for site in sites if site.application.listed])


def _entry(site: Site, connect_to: str) -> dict[str, str | int]:
    return {
        "name": site.name,
        "title": site.application.title or site.name.capitalize(),
        "address": site.address,
        "description": site.application.description,
        "connect_to": connect_to,
        "port": site.port,
        "host": site.host,
        "health": site.application.health,
    }
