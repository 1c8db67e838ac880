"""Which sites are judged: those that the environment names, or a stack that the tests start.

SITES_URL is the address of the index; the other sites are at names below it, as the launcher, the
containers and a swarm have them. LISTSURF_URL, READIFY_URL, READIFY_API_URL, NOJS_URL and
SPOTICHAT_URL name one site each, wherever it is. ARTICLES_HOST is an address of this machine that
the sites' fetchers reach and may reach, and SITES_LOGS a command that prints the sites' logs.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

HOSTS = {
    "index": "",
    "listsurf": "listsurf",
    "readify": "readify",
    "readify_api": "api.readify",
    "nojs": "nojs",
    "spotichat": "spotichat",
}
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Sites:
    """The base addresses of the sites to judge, without a slash at the end."""

    addresses: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        """Return the address of one site; raises LookupError where none is known."""
        if name not in self.addresses:
            raise LookupError(f"No address of {name}. Set {variable(name)}, or SITES_URL for all.")
        return self.addresses[name]


def variable(name: str) -> str:
    """Return the environment variable that names a site."""
    return "SITES_URL" if name == "index" else f"{name.upper()}_URL"


def named_sites(environ: Mapping[str, str] = os.environ) -> Sites | None:
    """Return the sites that the environment names, or None when it names none."""
    index = environ.get("SITES_URL", "")
    found = {name: _below(index, host) for name, host in HOSTS.items()} if index else {}
    found |= {name: url for name in HOSTS if (url := environ.get(variable(name)))}
    return Sites({name: url.rstrip("/") for name, url in found.items()}) if found else None


def _below(index: str, host: str) -> str:
    parts = urlsplit(index)
    return f"{parts.scheme}://{host}.{parts.netloc}" if host else index


def articles_host(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address at which fetchers find the articles that tests offer."""
    return environ.get("ARTICLES_HOST", HERE)


def can_judge(test: pytest.Item, environ: Mapping[str, str] = os.environ) -> bool:
    """Say whether a test can be run against the sites that the environment names, if any."""
    if named_sites(environ) is None:
        return True
    is_local = test.get_closest_marker("local") is not None
    fetches = test.get_closest_marker("fetches") is not None
    return not is_local and (not fetches or "ARTICLES_HOST" in environ)


def unique(name: str) -> str:
    """Return a name that nobody has, however often a site is judged."""
    return f"{name}{secrets.token_hex(4)}"
