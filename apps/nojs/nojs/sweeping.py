"""What has to be done now and then: who is silent has left, rooms without life go.

Every process sweeps, because any of them may be the last one; it does no harm to do it twice.
"""

import logging
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task

from nojs import queries

if TYPE_CHECKING:
    from nojs.app import NoJs

PERIOD = 10  # seconds

log = logging.getLogger(__name__)


class Sweeper:
    """Sweeps in a greenlet of its own, in each process."""

    def __init__(self, app: "NoJs") -> None:
        self._app = app
        self._task: Task | None = None

    def start(self) -> None:
        """Begin to sweep."""
        self._task = current().spawn(self._run)

    def stop(self) -> None:
        """Stop sweeping."""
        if self._task is not None:
            self._task.kill()

    def sweep(self) -> None:
        """Sweep once."""
        store = self._app.store
        queries.sweep_people(store)
        queries.sweep_rooms(store)
        self._app.news.forget_empty_places()

    def _run(self) -> None:
        while True:
            try:
                self.sweep()
            except queries.StoreAway:
                log.warning("Redis is away; nothing was swept.")
            except Exception:
                log.exception("Sweeping has failed, and is tried again")
            current().sleep(PERIOD)
