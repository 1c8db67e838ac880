"""Where polls wait: an event for all who are there, and a new one for those who come later."""

import asyncio

from bench.peers.matter import PATIENCE


class AsyncRoom:
    """A room of one event loop."""

    def __init__(self) -> None:
        self.held = 0
        self._news = asyncio.Event()

    async def wait(self) -> bool:
        """Wait for news; False if there are none for too long."""
        self.held += 1
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._news.wait()
        except TimeoutError:
            return False
        finally:
            self.held -= 1

    def publish(self) -> None:
        """Wake everybody who waits now."""
        self._news.set()
        self._news = asyncio.Event()
