"""Imports, a part after the other, while their owner watches the progress or goes on reading."""

from collections.abc import Callable

from brubeck.concurrency import current
from chores import Chores
from mongostore import Db

from savedlinks.imports import Save, claim_import, release_import, store_next_part


class Importer(Chores):
    """Saves the bookmarks of imported files.

    `save` stores a part of them; `when_done` is called after the last one, to wake up whoever goes on.
    """

    def __init__(self, db: Db, save: Save, when_done: Callable[[], None] = lambda: None) -> None:
        super().__init__(db)
        self.save = save
        self.when_done = when_done

    def step(self) -> bool:
        """Finish one import; False if none waits."""
        job = claim_import(self.db)
        if job is None:
            return False
        while store_next_part(self.db, job, self.save):
            if self.is_stopping:
                release_import(self.db, job)
                return True
            current().yield_turn()
        self.when_done()
        return True
