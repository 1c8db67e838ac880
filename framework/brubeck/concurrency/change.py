"""Something that greenlets wait for, again and again."""

from brubeck.concurrency import current
from brubeck.concurrency.base import Event


class Change:
    """A condition to wait for: `while not ready: change.wait()`."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event: Event | None = None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until somebody announces a change; False when there was none in so many seconds."""
        event = self._event = self._event or current().event()
        return event.wait(seconds)

    def announce(self) -> None:
        """Wake everybody who waits now."""
        if self._event is not None:
            event, self._event = self._event, None
            event.set()
