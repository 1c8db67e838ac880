"""What has to be done in Redis now and then, by every process: any of them may be the last one."""

from redisstore.rounds import Rounds


class Sweeper(Rounds):
    """Sweeps every `period` seconds; subclasses say what `sweep` does.

    It must do no harm to sweep twice, or at the same time as another process.
    """

    def sweep(self) -> None:
        """Sweep once."""
        raise NotImplementedError

    def go_round(self) -> None:
        """Sweep."""
        self.sweep()
