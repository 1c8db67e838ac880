"""Greenlets that work in the background: they take up what waits in the database, and then sleep.

Notice that nothing is handed to them. What there is to do stands in the database, so that a restart
loses nothing, and `wake` only says that it is worth looking now.
"""

import logging
from abc import ABC, abstractmethod
from typing import Any

from brubeck.concurrency import current
from brubeck.concurrency.base import Task

NAP = 60.0  # seconds until a worker looks for what another process has left behind
GRACE = 2.0  # seconds that a step may go on when the program ends

log = logging.getLogger(__name__)


class Chores(ABC):
    """A few workers that do one step after the other, from `start` until `stop`."""

    nap = NAP
    grace = GRACE

    def __init__(self, db: Any, workers: int = 1) -> None:
        self.db = db
        self.workers = workers
        self.tasks: list[Task] = []
        self.at_work = 0
        self.is_stopping = False
        self.alarm = current().event()
        self.all_gone = current().event()

    @abstractmethod
    def step(self) -> bool:
        """Do a piece of work; False if there was none."""

    def start(self) -> None:
        """Begin with what has been waiting since the last time."""
        self.is_stopping, self.all_gone = False, current().event()
        self.at_work = self.workers
        self.tasks = [current().spawn(self.work) for _ in range(self.workers)]

    def stop(self) -> None:
        """Let the workers finish their steps, for a moment; what is left waits for the next start."""
        self.is_stopping = True
        self.wake()
        if self.tasks:
            self.all_gone.wait(self.grace)
        for task in self.tasks:
            task.kill()
        self.tasks = []

    def wake(self) -> None:
        """Tell the workers that there is something to do."""
        alarm, self.alarm = self.alarm, current().event()
        alarm.set()

    def work(self) -> None:
        """Do one step after the other until it is time to stop."""
        while not self.is_stopping:
            alarm = self.alarm  # the one that rings for whatever comes after this step
            if not self.tried():
                alarm.wait(self.nap)
        self.at_work -= 1
        if not self.at_work:
            self.all_gone.set()

    def tried(self) -> bool:
        """Do a step; False as well if it failed, so that a database that is away is waited for."""
        try:
            return self.step()
        except Exception:
            log.exception("%s goes on in %d seconds", type(self).__name__, self.nap)
            return False
