"""Everybody to whom an answer is sent for longer."""

import logging
from time import monotonic
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.connections.crowds import KEEP_ALIVE, Crowds, Member
from brubeck.connections.lasting import SOON, Lasting, LastingStream
from brubeck.connections.websockets import LastingWebSocket
from brubeck.request import Request
from brubeck.streaming import LastingResponse, StreamedResponse
from brubeck.subscriptions import Subscription
from brubeck.websockets.handshake import Upgrade

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.connections.mongrel2 import Mongrel2Connection


log = logging.getLogger(__name__)


class Keeper:
    """All connections of one Mongrel2Connection that are held, by greenlets or in crowds."""

    def __init__(self, carrier: "Mongrel2Connection") -> None:
        self._carrier = carrier
        self._held: set[Lasting] = set()
        self._crowds = Crowds(carrier)
        self._clock: Task | None = None

    def __len__(self) -> int:
        return len(self._held) + len(self._crowds)

    def hold(
        self, application: "Brubeck", request: Request, response: LastingResponse
    ) -> Lasting | Member:
        """Have an answer sent for as long as it lasts; returns what holds the connection."""
        if isinstance(response, Subscription):
            return self._crowds.hold(application, request, response)
        lasting = self._lasting(application, request, response)
        self._held.add(lasting)
        lasting.start()
        if self._clock is None:
            self._clock = current().spawn(self._watch_the_clock)
        return lasting

    def _lasting(
        self, application: "Brubeck", request: Request, response: LastingResponse
    ) -> Lasting:
        if isinstance(response, Upgrade):
            return LastingWebSocket(self._carrier, application, request, response)
        if isinstance(response, StreamedResponse):
            return LastingStream(self._carrier, application, request, response)
        raise TypeError(f"{response!r:.99} is no answer that Mongrel2 can be sent. Use a stream.")

    def discard(self, lasting: object) -> None:
        """Forget what has ended."""
        self._held.discard(lasting)  # crowds forget by themselves

    def finish(self, seconds: float) -> None:
        """Wait so many seconds for the answers to be complete, then cut off the others."""
        deadline = monotonic() + seconds
        while len(self) and monotonic() < deadline:
            current().sleep(SOON)
        if len(self):
            log.warning("%d streams were cut off.", len(self))
        self._crowds.cut_off()
        for lasting in list(self._held):
            lasting.cut_off()

    def _watch_the_clock(self) -> None:
        """Tell Mongrel2 that the silent connections are in use, as long as there are any."""
        while self._held:
            current().sleep(KEEP_ALIVE)
            for lasting in list(self._held):
                lasting.tick()
            self._keep_alive()
        self._clock = None

    def _keep_alive(self) -> None:
        alike: dict[str, list[str]] = {}
        for lasting in self._held:
            alike.setdefault(lasting.sender, []).append(lasting.conn_id)
        for sender, conn_ids in alike.items():
            self._carrier.keep_alive(sender, conn_ids)
