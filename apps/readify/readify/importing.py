"""Imports, a part after the other, while their owner watches the progress or goes on reading."""

from brubeck.concurrency import current
from chores import Chores

from readify import queries


class Importer(Chores):
    """Saves the bookmarks of imported files."""

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
        return True
