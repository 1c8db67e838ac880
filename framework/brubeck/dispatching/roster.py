"""Who works, who has asked for how much, and who has what in hand."""

from collections.abc import Iterator
from operator import attrgetter

MAX_IN_HAND = 50_000  # connections of one worker; it gets no more until some are done


class Worker:
    """A process that answers requests.

    `hands` counts the messages of each connection that it has in hand; those in `begun` have had
    a part of their answer.
    """

    __slots__ = ("address", "begun", "credits", "given", "hands", "is_leaving", "name")

    def __init__(self, address: bytes, name: str) -> None:
        self.address = address
        self.name = name
        self.credits = 0
        self.given = 0
        self.hands: dict[bytes, int] = {}
        self.begun: set[bytes] = set()
        self.is_leaving = False


class Roster:
    """All workers of a dispatcher."""

    def __init__(self) -> None:
        self._workers: dict[bytes, Worker] = {}
        self._owners: dict[bytes, Worker] = {}
        self._ready: dict[Worker, None] = {}  # those who may get a request, longest waiting first

    def __len__(self) -> int:
        return len(self._workers)

    def __iter__(self) -> Iterator[Worker]:
        return iter(list(self._workers.values()))

    @property
    def is_ready(self) -> bool:
        """Somebody may get a request."""
        return bool(self._ready)

    @property
    def in_hand(self) -> int:
        """How many connections wait for an answer of a worker."""
        return len(self._owners)

    def worker(self, address: bytes) -> Worker | None:
        """Return who has introduced himself from an address."""
        return self._workers.get(address)

    def owner(self, key: bytes) -> Worker | None:
        """Return who has a request of a connection in hand."""
        return self._owners.get(key)

    # -- workers come and go -------------------------------------------------------------------

    def introduce(self, address: bytes, name: str) -> Worker:
        """Add a worker; whatever was known of one with this address is forgotten."""
        self.remove(address)
        worker = self._workers[address] = Worker(address, name)
        return worker

    def leave(self, worker: Worker) -> None:
        """Give a worker no more."""
        worker.is_leaving = True
        worker.credits = 0
        self._ready.pop(worker, None)

    def remove(self, address: bytes) -> Worker | None:
        """Forget a worker; it is returned with what it had in hand."""
        worker = self._workers.pop(address, None)
        if worker is not None:
            self._ready.pop(worker, None)
            for key in worker.hands:
                self._disown(worker, key)
        return worker

    # -- requests come and go ------------------------------------------------------------------

    def grant(self, worker: Worker, credits_: int) -> None:
        """Let a worker have so many more requests."""
        if not worker.is_leaving:
            worker.credits += credits_
            self._note_readiness(worker)

    def charge(self, worker: Worker) -> None:
        """Take a credit from a worker for something that is not answered."""
        worker.credits -= 1
        if worker.credits <= 0:
            self._ready.pop(worker, None)

    def choose(self) -> Worker:
        """Return the worker with the most credits, of several the one that has waited longest.

        There must be one that is ready.
        """
        ready = self._ready
        return max(ready, key=_credits) if len(ready) > 1 else next(iter(ready))

    def give(self, worker: Worker, key: bytes) -> None:
        """Note that a worker gets a request."""
        worker.given += 1
        worker.credits -= 1
        self._ready.pop(worker, None)
        self.keep(worker, key)
        self._note_readiness(worker)

    def keep(self, worker: Worker, key: bytes) -> None:
        """Note that a worker has one more message of a connection in hand."""
        worker.hands[key] = worker.hands.get(key, 0) + 1
        self._owners[key] = worker

    def finish(self, worker: Worker, key: bytes) -> bool:
        """Note that a worker has dealt with one message; True when that was the connection's last."""
        count = worker.hands.get(key, 0)
        if count > 1:
            worker.hands[key] = count - 1
        elif count:
            self._forget(worker, key)
        return count == 1

    def forget(self, key: bytes) -> None:
        """Forget a connection that is closed."""
        worker = self._owners.get(key)
        if worker is not None:
            self._forget(worker, key)

    def forget_front(self, ident: bytes) -> None:
        """Forget all connections of a Mongrel2 whose ident begins so."""
        for key in [key for key in self._owners if key.startswith(ident)]:
            self.forget(key)

    def _forget(self, worker: Worker, key: bytes) -> None:
        del worker.hands[key]
        self._disown(worker, key)
        if worker.begun:
            worker.begun.discard(key)
        if len(worker.hands) == MAX_IN_HAND - 1:
            self._note_readiness(worker)

    def _disown(self, worker: Worker, key: bytes) -> None:
        if self._owners.get(key) is worker:  # it may have come to somebody else by a new hello
            del self._owners[key]

    def _note_readiness(self, worker: Worker) -> None:
        if worker.credits > 0 and len(worker.hands) < MAX_IN_HAND:
            self._ready[worker] = None


_credits = attrgetter("credits")
