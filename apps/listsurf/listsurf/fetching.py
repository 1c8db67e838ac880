"""Titles and descriptions of saved pages, fetched while nobody waits for them.

Notice that saving a link never waits for a foreign site. What goes wrong there is written down beside
the link, where its owner reads it and may have it tried again.
"""

from collections.abc import Callable

from brubeck.concurrency import current
from chores import Chores
from pagefetch import FetchError, Head

from listsurf import queries
from listsurf.models import Link

Fetch = Callable[[str], Head]

WORKERS = 4
PATIENCE = 30.0  # seconds; the fetcher itself is faster, unless the look-up of a name hangs


class Fetcher(Chores):
    """Fills in titles and descriptions."""

    def __init__(self, db: queries.Db, fetch: Fetch, workers: int = WORKERS) -> None:
        super().__init__(db, workers)
        self.fetch = fetch

    def step(self) -> bool:
        """Fetch the page of one link; False if none waits."""
        link = queries.claim_fetch(self.db)
        if link is None:
            return False
        try:
            head = self.fetched(link)
        except FetchError as error:
            queries.fetch_failed(self.db, link, str(error))
        else:
            queries.fetch_succeeded(self.db, link.id, link.url, head.title, head.description)
        return True

    def fetched(self, link: Link) -> Head:
        """Return what the page says about itself; raise FetchError."""
        try:
            with current().timeout(PATIENCE):
                return self.fetch(link.url)
        except TimeoutError as error:
            raise FetchError("The page took too long to answer.") from error
