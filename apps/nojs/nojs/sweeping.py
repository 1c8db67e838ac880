"""What has to be done now and then: who is silent has left, rooms without life go."""

from typing import TYPE_CHECKING

import redisstore

from nojs import queries

if TYPE_CHECKING:
    from nojs.app import NoJs


class Sweeper(redisstore.Sweeper):
    """Sweeps in each process."""

    period = 10  # seconds

    def __init__(self, app: "NoJs") -> None:
        self._app = app

    def sweep(self) -> None:
        """Sweep once."""
        store = self._app.store
        queries.sweep_people(store)
        queries.sweep_rooms(store)
        self._app.news.forget_empty_places()
