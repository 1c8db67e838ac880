"""Connections that have ended: noted by one greenlet, because those who notice it must not wait."""

import logging
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.change import Change

from spotichat import queries
from spotichat.models import Person

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

MOST = 20_000  # connections; beyond them, tabs end when their last sign of life does

log = logging.getLogger(__name__)


class Tab(NamedTuple):
    """A page of somebody in a room, and which connection it has."""

    room: str
    person: Person
    tab: str
    connection: str


class Farewells:
    """Tabs whose connection has ended, until that is noted in Redis."""

    def __init__(self, app: "SpotiChat") -> None:
        self._app = app
        self._gone: deque[Tab] = deque(maxlen=MOST)
        self._change = Change()
        self._task: Task | None = None

    def start(self) -> None:
        """Begin to note them."""
        self._task = current().spawn(self._run)

    def stop(self) -> None:
        """End; what was not noted yet is seen by the sweepers of other processes."""
        if self._task is not None:
            self._task.kill()

    def add(self, tab: Tab) -> None:
        """Take note that a connection has ended; never waits."""
        self._gone.append(tab)
        self._change.announce()

    def _run(self) -> None:
        while True:
            while self._gone:
                self._note(self._gone.popleft())
            self._change.wait()

    def _note(self, tab: Tab) -> None:
        try:
            queries.gone(self._app.store, *tab, self._app.settings.grace)
        except queries.StoreAway as error:
            log.warning("Redis is away, a tab ends later: %s", error)
