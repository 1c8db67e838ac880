"""What has to be done in Redis now and then, by every process: any of them may be the last one."""

import logging

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Sweeper:
    """Sweeps in a greenlet of its own every `period` seconds; subclasses say what `sweep` does.

    It must do no harm to sweep twice, or at the same time as another process.
    """

    period: float
    _task: Task | None = None

    def sweep(self) -> None:
        """Sweep once."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin to sweep."""
        self._task = current().spawn(self._run)

    def stop(self) -> None:
        """Stop sweeping."""
        if self._task is not None:
            self._task.kill()

    def _run(self) -> None:
        while True:
            try:
                self.sweep()
            except RedisError:
                log.warning("Redis is away; nothing was swept.")
            except Exception:
                log.exception("Sweeping has failed, and is tried again")
            current().sleep(self.period)
