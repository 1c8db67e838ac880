"""The greenlets that fetch the titles of saved pages, while nobody waits for them.

Notice that they work through what stands in the database, a few at a time, and sleep until somebody
wakes them. Saving a link never waits for a foreign site, and a failure there is only written down.
"""

import logging
from collections.abc import Callable

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from pagefetch import FetchError, Head

from listsurf import queries
from listsurf.models import Link

Fetch = Callable[[str], Head]

WORKERS = 4
PATIENCE = 30.0  # seconds; the fetcher itself is faster, unless the look-up of a name hangs
NAP = 60.0  # seconds until a worker looks for links that another process has left behind

log = logging.getLogger(__name__)


class Fetcher:
    """Fills in titles and descriptions in the background, from `start` until `stop`."""

    def __init__(self, db: queries.Db, fetch: Fetch, workers: int = WORKERS) -> None:
        self.db = db
        self.fetch = fetch
        self.workers = workers
        self.tasks: list[Task] = []
        self.alarm = current().event()

    def start(self) -> None:
        """Begin with what has been waiting since the last time."""
        self.tasks = [current().spawn(self.work) for _ in range(self.workers)]

    def stop(self) -> None:
        """End the workers; what they had in hand is taken up again after the next start."""
        for task in self.tasks:
            task.kill()
        self.tasks = []

    def wake(self) -> None:
        """Tell the workers that a link waits."""
        alarm, self.alarm = self.alarm, current().event()
        alarm.set()

    def work(self) -> None:
        """Fetch one page after the other, for ever; a database that is away is waited for."""
        while True:
            alarm = self.alarm
            try:
                found = self.fetch_next()
            except Exception:
                log.exception("Fetching pages goes on in %d seconds", NAP)
                found = False
            if not found:
                alarm.wait(NAP)

    def fetch_next(self) -> bool:
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
