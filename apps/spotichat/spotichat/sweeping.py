"""What has to be done now and then: who is silent has left, rooms without life go.

Every process sweeps, because any of them may be the last one; it does no harm to do it twice.
"""

import logging
from itertools import count
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task

from spotichat import queries

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

PERIOD = 1  # seconds
RARELY = 10  # periods

log = logging.getLogger(__name__)


class Sweeper:
    """Sweeps in a greenlet of its own, in each process."""

    def __init__(self, app: "SpotiChat") -> None:
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
        """Take out of their rooms who has given no sign of life for long enough."""
        while queries.sweep(self._app.store):
            current().yield_turn()

    def tidy(self) -> None:
        """Forget rooms in which nothing happens."""
        queries.sweep_rooms(self._app.store)
        self._app.news.forget_idle()

    def _run(self) -> None:
        for number in count():
            try:
                self.sweep()
                if number % RARELY == 0:
                    self.tidy()
            except queries.StoreAway:
                log.warning("Redis is away; nothing was swept.")
            except Exception:
                log.exception("Sweeping has failed, and is tried again")
            current().sleep(PERIOD)
