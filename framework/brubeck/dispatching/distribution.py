"""Which worker gets which message, and what becomes of those that nobody gets."""

import logging
from contextlib import suppress
from typing import Any

import zmq

from brubeck import wire
from brubeck.dispatching import protocol
from brubeck.dispatching.backlog import Backlog
from brubeck.dispatching.fronts import Fronts
from brubeck.dispatching.ledger import Ledger
from brubeck.dispatching.repeating import PROMISES, REMEMBERED, SAFE, latest, may_be_repeated
from brubeck.dispatching.roster import Roster, Worker

TURN = 100  # requests until the workers are heard again
MANY = 100_000
LARGE = 32_768  # bytes; such a request does not wait for others that could go with it
MAX_CLOSED = 10_000  # connections of which it is remembered that they have been closed
MAX_BEHIND = 32  # requests of one connection that wait for a worker who is leaving
MAX_OVERDRAFT = 1000  # requests that a worker can get without having asked
FRAME = b"WEBSOCKET"
NOBLOCK = int(zmq.NOBLOCK)
MORE = int(zmq.SNDMORE) | NOBLOCK

log = logging.getLogger(__name__)


class Distribution:
    """Gives what comes from the fronts to workers behind a ROUTER socket.

    What is meant for one worker leaves in one batch a turn. `repeat` is one of PROMISES: what the
    application lets others answer again that a dead worker had begun.
    """

    def __init__(
        self,
        router: "zmq.Socket[bytes]",
        fronts: Fronts,
        ledger: Ledger,
        repeat: str | None = None,
    ) -> None:
        self.roster = Roster(remembered=REMEMBERED if repeat else 0)
        self.backlog = Backlog()
        self.given = 0
        self.lost = 0
        self._router = router
        self._fronts = fronts
        self._ledger = ledger
        self._behind: dict[bytes, list[bytes]] = {}
        self._packing: list[Worker] = []  # those for whom there is a batch
        self._noted = 0
        self._is_promised = repeat is not None
        self._repeatable = PROMISES[repeat] if repeat else SAFE
        self._given_again: set[bytes] = set()  # connections whose first worker has died
        self._closed: dict[bytes, None] = {}  # as a set, the oldest first

    @property
    def waiting(self) -> int:
        """How many requests have been given to nobody."""
        return len(self.backlog) + sum(map(len, self._behind.values()))

    # -- a turn --------------------------------------------------------------------------------

    def take_turn(self, *, has_news: bool) -> None:
        """Give out as much as has been asked for. `has_news` says that there may be requests."""
        self._give_waiting()
        if has_news:
            self._read()
        if self._noted or self.backlog or self._behind:
            self._noted = self.waiting
            self._ledger.note_waiting(self._noted)
        while self._packing:
            self._send_batch(self._packing.pop())

    def _give_waiting(self) -> None:
        while self.backlog and self.roster.is_ready:
            key, messages = self.backlog.pop()
            worker = self.roster.choose()
            for message in messages:
                self._give(worker, key, message)

    def _read(self) -> None:
        """Look at what has come; most of it is an ordinary request for anybody."""
        if self.backlog.is_full:
            return
        roster = self.roster
        for message in self._fronts.receive(TURN):
            try:
                key = protocol.key_of(message)
            except ValueError:
                log.warning("A message that makes no sense was dropped: %r", message[:50])
                continue
            owner = roster.owner(key)
            if protocol.is_notice(message, key):
                self._on_notice(key, owner, message)
            elif key in self._closed:
                log.debug("What came behind a request that ended its connection is dropped.")
            elif owner is not None:
                self._follow_up(key, owner, message)
            elif roster.is_ready:
                self._give(roster.choose(), key, message)
            else:
                self.backlog.add(key, message)

    def _give(self, worker: Worker, key: bytes, message: bytes) -> None:
        self.roster.give(worker, key)
        self._pack(worker, message)

    def _follow_up(self, key: bytes, owner: Worker, message: bytes) -> None:
        """Give what comes behind a request that is in hand to the same worker: order matters."""
        if FRAME in message and _is_frame(message):
            self._give_frame(key, owner, message)
        elif owner.credits < -MAX_OVERDRAFT:
            self._drop(key)
        elif owner.is_leaving or key in owner.announced:
            self._keep_behind(key, message)
        else:
            self._give(owner, key, message)

    def _give_frame(self, key: bytes, owner: Worker, message: bytes) -> None:
        """Give a frame of a WebSocket to the worker that has it; it is not answered one by one."""
        if owner.is_leaving or owner.credits < -MAX_OVERDRAFT:
            self._drop(key)
        else:
            self.roster.charge(owner)
            self._pack(owner, message)

    def _keep_behind(self, key: bytes, message: bytes) -> None:
        """Let a request wait until the answer before it is out, where another worker may get it."""
        behind = self._behind.setdefault(key, [])
        behind.append(message)
        if len(behind) > MAX_BEHIND:
            self._drop(key)

    def close(self, key: bytes) -> None:
        """Give nobody what comes behind a request that ends its connection (CWE-444)."""
        self._behind.pop(key, None)
        self.backlog.drop(key)
        self._closed[key] = None
        if len(self._closed) > MAX_CLOSED:
            del self._closed[next(iter(self._closed))]

    def _drop(self, key: bytes) -> None:
        self._forget(key)
        self._fronts.hang_up(key)

    def _on_notice(self, key: bytes, owner: Worker | None, message: bytes) -> None:
        """Tell the one worker who cares that a client has gone, whether it has credits or not."""
        self.backlog.drop(key)
        self._closed.pop(key, None)
        self._forget(key)
        if owner is not None and not owner.is_leaving:
            if owner.batch:  # the request may be in it
                self._send_batch(owner)
            self.tell(owner, protocol.NOTICE + message)

    def _forget(self, key: bytes) -> None:
        self._behind.pop(key, None)
        self.roster.forget(key)

    def forget_front(self, ident: bytes) -> None:
        """Forget all connections of a Mongrel2 whose ident begins so."""
        self.backlog.drop_front(ident)
        for key in [key for key in self._behind if key.startswith(ident)]:
            del self._behind[key]
        self.roster.forget_front(ident)

    # -- sending -------------------------------------------------------------------------------

    def _pack(self, worker: Worker, message: bytes) -> None:
        batch = worker.batch
        if not batch:
            self._packing.append(worker)
        batch.append(message)
        if len(message) > LARGE:
            self._send_batch(worker)

    def _send_batch(self, worker: Worker) -> None:
        batch, worker.batch = worker.batch, []
        if not batch:
            return
        self._ledger.note_given(worker.slot, worker.given)
        if not self._send(worker, protocol.pack(batch)):
            self._take_back(worker, batch)
            self.lose(worker)
        else:
            worker.ahead.extend(batch)
        self.given += len(batch)

    def _take_back(self, worker: Worker, batch: list[bytes]) -> None:
        """Have others get what a worker did not get who has gone."""
        for message in batch:
            key = protocol.key_of(message)
            if self.roster.take_back(worker, key):
                self.backlog.add(key, message)

    def tell(self, worker: Worker, words: bytes) -> None:
        """Send to a worker what is no request."""
        if not self._send(worker, words):
            self.lose(worker)

    def _send(self, worker: Worker, message: bytes) -> bool:
        """Send to a worker; False when it turns out to be gone."""
        try:
            self._router.send(worker.address, MORE)
            self._router.send(message, NOBLOCK)
        except zmq.ZMQError as error:
            log.debug("%s cannot be reached: %s", worker.name, error)
            return False
        return True

    # -- what workers are done with ------------------------------------------------------------

    def conclude(self, worker: Worker) -> None:
        """Take what a worker has announced as done."""
        keys, worker.announced = worker.announced, []
        worker.done += len(keys)
        if self._given_again:
            self._given_again.difference_update(keys)
        for key in keys:
            if self.roster.finish(worker, key) and self._behind:
                behind = self._behind.pop(key, None)
                if behind:
                    self.backlog.add(key, *behind)

    def lose(self, worker: Worker) -> None:
        """Send those away whose requests a worker had in hand that is no more.

        Where an answer may have gone the connection is only closed: nothing may come behind it.
        """
        if self.roster.worker(worker.address) is not worker:
            return  # that has been noticed already
        self._give_again(worker)
        keys = self.roster.remove(worker.address)
        self._ledger.release(worker.slot)
        announced = set(worker.announced)
        for key in keys:
            self._behind.pop(key, None)
            if key in worker.begun or key in announced:
                self._fronts.hang_up(key)
            else:
                self._fronts.apologize(key)
        lost = len(keys) - len(announced.intersection(keys))
        self.lost += lost
        if lost:
            log.warning("%s is gone; %d clients got 502.", worker.name, lost)
        else:
            log.info("%s is gone, with nothing in hand.", worker.name)

    def _give_again(self, worker: Worker) -> None:
        """Have others get what a dead worker had not begun, as far as it has told, but once only.

        It may have begun it nevertheless, so this is for methods that may be repeated (RFC 9110,
        9.2.2 and 9.2.1); and one that kills its worker kills no third one. Where the application
        has promised more, what was begun is repeated as well, and waits if nobody is left.
        """
        if len(self.roster) < 2 and not self._is_promised:
            return
        for key, message in latest((*worker.recent, *worker.ahead)).items():
            if key in self._given_again or key in worker.announced:
                continue
            if not may_be_repeated(message, self._repeatable):
                continue
            if self.roster.take_back(worker, key):
                self._given_again.add(key)
                self.backlog.add(key, message)

    # -- the end -------------------------------------------------------------------------------

    def refuse_the_rest(self) -> int:
        """Answer what has left Mongrel2 and would be lost here; returns how many that were."""
        keys = {*self.backlog.keys(), *self._behind}
        for message in self._fronts.receive(MANY):
            with suppress(ValueError):
                key = protocol.key_of(message)
                if not protocol.is_notice(message, key):
                    keys.add(key)
        for key in keys:
            self._fronts.apologize(key)
        return len(keys)

    # -- numbers -------------------------------------------------------------------------------

    def statistics(self) -> dict[str, Any]:
        """Return what there is to count, ready for JSON."""
        return {
            "given": self.given,
            "lost": self.lost,
            "in_hand": self.roster.in_hand,
            "waiting": self.waiting,
            "workers": [worker.statistics() for worker in self.roster],
        }


def _headers(message: bytes) -> wire.Headers:
    try:
        return wire.parse(message).headers
    except wire.BadMessage:
        return {}


def _is_frame(message: bytes) -> bool:
    """Say whether a message is a frame of a WebSocket, and no request that looks like one."""
    headers = _headers(message)
    return headers.get("METHOD") == "WEBSOCKET" and "FLAGS" in headers
