"""What containers ask the launcher: `python -m launcher.containers configuration|sites`.

`configuration` prints Mongrel2's: the launcher's own, with TCP addresses instead of sockets in a
folder. What is known only when a container starts stands in it between two @. `sites` prints what
the index lists.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from launcher.applications import APPLICATIONS, INDEX, Application
from launcher.mongrel2 import Configuration
from launcher.sites import Site, listing

DOMAIN, IDENT = "@DOMAIN@", "@IDENT@"
MONGREL2 = "mongrel2"  # its host name among containers
DESCRIPTORS = 20_000
# The first of the two ports of each application: for its requests, and for its answers.
PORTS = {
    "index": 9900,
    "listsurf": 9902,
    "nojs": 9904,
    "readify": 9906,
    "readify_api": 9908,
    "readify_fetch": 9910,
    "spotichat": 9912,
}
USAGE = "Usage: python -m launcher.containers configuration|sites"


@dataclass(frozen=True)
class ContainerConfiguration(Configuration):
    """What the Mongrel2 in a container is told: the same as any, but its idents come later."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "idents", {site.name: IDENT for site in self.sites})


def places(domain: str, port: int) -> list[Site]:
    """Return all applications with the ports at which Mongrel2 waits for them.

    The index has the last place, which is that of the default host.
    """
    return [_place(each, domain, port) for each in (*APPLICATIONS, INDEX)]


def _place(application: Application, domain: str, port: int) -> Site:
    first = PORTS[application.name]
    host = f"{application.host}.{domain}".lstrip(".")
    return Site(application, host, port, f"tcp://0.0.0.0:{first}", f"tcp://0.0.0.0:{first + 1}")


def configuration() -> str:
    """Return the text of the configuration, with what `docker/mongrel2/start.sh` puts into it."""
    sites = places(DOMAIN, 0)
    whole = ContainerConfiguration(sites, "0.0.0.0", 0, DESCRIPTORS)  # noqa: S104  of the container
    text = whole.render().replace("port=0,", "port=@PORT@,")
    return text.replace(f'max_fd": {DESCRIPTORS}', 'max_fd": @DESCRIPTORS@')


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do what the command line asks for; return the exit code."""
    sites = places(environ.get("SITE_DOMAIN", "localhost"), int(environ.get("SITE_PORT", "6767")))
    match arguments:
        case ["configuration"]:
            sys.stdout.write(configuration())
        case ["sites"]:
            sys.stdout.write(listing(sites[:-1], MONGREL2))
        case _:
            sys.stderr.write(f"{USAGE}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
