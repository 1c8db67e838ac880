"""What has to be done now and then: who is silent has left, rooms without life go.

Notice the heartbeat. A reader of Redis cannot tell a frozen server from a silent one, so every
process says something on the channel in each period, and each reader knows how long silence may last.
"""

import logging
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task

from nojs import queries

if TYPE_CHECKING:
    from nojs.app import NoJs

PERIOD = 10  # seconds
HEARTBEAT = "beat"

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
        store.redis.publish(store.keys.changes, HEARTBEAT)

    def _run(self) -> None:
        while True:
            try:
                self.sweep()
            except queries.StoreAway:
                log.warning("Redis is away; nothing was swept.")
            except Exception:
                log.exception("Sweeping has failed, and is tried again")
            current().sleep(PERIOD)
