"""The sites that the launcher has started, and whether they work."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from brubeck.caching import BaseCacheStore
from launcher.probe import status_of

FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Site:
    """One site: its title and address for people, and where to ask how it is."""

    name: str
    title: str
    address: str
    description: str
    connect_to: str
    port: int
    host: str
    health: str

    def works(self) -> bool:
        """Ask the site; no answer within a second means no."""
        return status_of(self.connect_to, self.port, self.host, self.health) == 200


def parse(text: str) -> list[Site]:
    """Return the sites of a JSON array, as the launcher writes it into INDEX_SITES."""
    return [Site(**entry) for entry in json.loads(text)]


class Health:
    """Who works. Asked at most every two seconds, so that a reload costs the sites nothing."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._sites = tuple(sites)
        self._cache = BaseCacheStore()

    def now(self) -> list[tuple[Site, bool]]:
        """Return each site with whether it works."""
        known: list[tuple[Site, bool]] | None = self._cache.load("sites")
        if known is None:
            known = [(site, site.works()) for site in self._sites]
            self._cache.save("sites", known, expire=time.time() + FRESH_SECONDS)
        return known
