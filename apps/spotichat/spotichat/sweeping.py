"""What has to be done now and then: who is silent has left, rooms without life go."""

from typing import TYPE_CHECKING

import redisstore
from brubeck.concurrency import current

from spotichat import queries

if TYPE_CHECKING:
    from spotichat.app import SpotiChat


class Sweeper(redisstore.Sweeper):
    """Takes out of their rooms who has given no sign of life for long enough."""

    period = 1  # seconds

    def __init__(self, app: "SpotiChat") -> None:
        self._app = app

    def sweep(self) -> None:
        """Sweep once, letting others run meanwhile."""
        while queries.sweep(self._app.store):
            current().yield_turn()


class Tidier(redisstore.Sweeper):
    """Forgets rooms in which nothing happens."""

    period = 10  # seconds

    def __init__(self, app: "SpotiChat") -> None:
        self._app = app

    def sweep(self) -> None:
        """Forget them in Redis, and in this process."""
        queries.sweep_rooms(self._app.store)
        self._app.news.forget_idle()
