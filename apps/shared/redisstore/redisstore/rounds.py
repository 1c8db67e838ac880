"""Work that goes on beside all requests, round after round, whatever becomes of Redis."""

import logging

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Rounds:
    """Makes its rounds in a greenlet of its own; subclasses say what `go_round` does.

    A round that fails is told in the log, and the next one begins after `period` seconds.
    """

    period: float
    _task: Task | None = None

    def go_round(self) -> None:
        """Do the work once, or until it cannot go on."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin; belongs into `on_start` of an application."""
        self._task = current().spawn(self._run)

    def stop(self) -> None:
        """End, also in the middle of a round; belongs into `on_stop`."""
        if self._task is not None:
            self._task.kill()

    def _run(self) -> None:
        name = type(self).__name__
        while True:
            try:
                self.go_round()
            except RedisError as error:
                log.warning("%s: Redis is away, trying again in %s s: %s", name, self.period, error)
            except Exception:
                log.exception("%s has failed, trying again in %s s", name, self.period)
            current().sleep(self.period)
