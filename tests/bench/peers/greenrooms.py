"""Rooms for greenlets of gevent; those of asyncio are in `rooms`."""

import gevent.event
from bench.peers.matter import PATIENCE


class GreenRoom:
    """An event for all who wait, and a new one for those who come later."""

    def __init__(self) -> None:
        self.held = 0
        self._news = gevent.event.Event()

    def wait(self) -> bool:
        """Wait for news; False if there are none for too long."""
        self.held += 1
        try:
            return self._news.wait(PATIENCE)
        finally:
            self.held -= 1

    def publish(self) -> None:
        """Wake everybody who waits now."""
        self._news.set()
        self._news = gevent.event.Event()
