"""Imports, a part after the other, while their owner watches the progress or goes on reading."""

from brubeck.concurrency import current
from chores import Chores

from listsurf import queries
from listsurf.fetching import Fetcher


class Importer(Chores):
    """Saves the bookmarks of imported files."""

    def __init__(self, db: queries.Db, fetcher: Fetcher) -> None:
        super().__init__(db)
        self.fetcher = fetcher

    def step(self) -> bool:
        """Finish one import; False if none waits."""
        job = queries.claim_import(self.db)
        if job is None:
            return False
        while queries.store_next_part(self.db, job):
            if self.is_stopping:
                queries.release_import(self.db, job)
                return True
            current().yield_turn()
        self.fetcher.wake()
        return True
