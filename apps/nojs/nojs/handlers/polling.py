"""Requests that wait for news: first wait, then look.

Notice the order. Whoever looks first and then waits misses what happens in between. Here the request
is parked, so that every change from now on reaches it; then the version is looked at, which takes a
while; and if there is news already, the request is taken out of the park again and answered at once.
"""

from collections.abc import Callable
from typing import Any

from brubeck.handlers.message import Result

from nojs.handlers.pages import PageHandler
from nojs.news import Place, look_again


class PollingHandler(PageHandler):
    """A page that comes when its version is no longer the one that the reader has."""

    @property
    def seen(self) -> str:
        """The version that the reader has, nothing for somebody who comes new."""
        return str(self.get_argument("v", ""))

    def wait_or(self, place: Place, version: Callable[[], str], show: Callable[[], Result]) -> Any:
        """Wait at a place as long as the version is the one that the reader has seen."""
        if not self.seen or self.message.is_head:
            return show()
        application = self.application
        parked = self.park(
            application.news.expect(place), application.settings.hold, look_again(place.path)
        )
        is_news = True
        try:
            is_news = version() != self.seen
        finally:
            if is_news:
                application.parking.leave(parked)
        return show() if is_news else parked
