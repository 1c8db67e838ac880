"""Who works, who has asked for how much, and who has what in hand."""

from collections import deque
from collections.abc import Iterator

MAX_IN_HAND = 50_000  # connections of one worker; it gets no more until some are done
# Requests that a worker has not begun yet. Who has fewer is as good as idle; who has so many is not
# disturbed with each single one that comes.
ENOUGH = 4


class Worker:
    """A process that answers requests.

    `given` messages have been sent to it, of which it has told that it has begun `taken`, and
    that `held` connections wait for it. Of `in_hand` connections nobody has said that they are
    done; answers to those in `announced` may be on their way, and those in `begun` have had a
    part of theirs. `batch` is what it will be sent next, `ahead` what it has been sent and has not
    begun as far as it has told, `recent` the last of what it has begun.
    """

    __slots__ = (
        "address", "ahead", "announced", "batch", "begun", "credits", "done", "given", "held", "in_hand",
        "is_leaving", "name", "number", "recent", "slot", "taken",
    )  # fmt: skip

    def __init__(
        self, address: bytes, name: str, number: int | None = None, remembered: int = 0
    ) -> None:
        self.address = address
        self.name = name
        self.number = number
        self.slot: int | None = None
        self.credits = self.given = self.taken = self.done = self.held = self.in_hand = 0
        self.announced: list[bytes] = []
        self.begun: set[bytes] = set()
        self.batch: list[bytes] = []
        self.ahead: deque[bytes] = deque()
        self.recent: deque[bytes] = deque(maxlen=remembered)
        self.is_leaving = False

    def tell(self, taken: int, held: int) -> None:
        """Note what it has told: how many messages it has begun so far, and how many it holds."""
        for _ in range(min(max(0, taken) - max(0, self.taken), len(self.ahead))):
            self.recent.append(self.ahead.popleft())
        self.taken, self.held = taken, held

    def statistics(self) -> dict[str, object]:
        """Return what there is to count, ready for JSON."""
        pid = self.name.partition("@")[0]
        return {
            "number": self.number,
            "name": self.name,
            "pid": int(pid) if pid.isdecimal() else None,
            "credits": self.credits,
            "in_hand": self.in_hand,
            "held": self.held,
            "given": self.given,
            "done": self.done,
            "is_leaving": self.is_leaving,
        }


class Roster:
    """All workers of a dispatcher; of each so many requests that it has begun are `remembered`."""

    def __init__(self, remembered: int = 0) -> None:
        self._remembered = remembered
        self._workers: dict[bytes, Worker] = {}
        self._owners: dict[bytes, Worker] = {}
        self._several: dict[bytes, int] = {}  # messages of connections that have more than one
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
    def is_content(self) -> bool:
        """Everybody has something to go on with: enough, or at least all that he has asked for."""
        ready = self._ready
        return bool(self._workers) and all(
            worker.given - worker.taken >= (ENOUGH if worker in ready else 1)
            for worker in self._workers.values()
        )

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

    def hands(self, worker: Worker) -> list[bytes]:
        """Return the connections that a worker has in hand."""
        return [key for key, owner in self._owners.items() if owner is worker]

    # -- workers come and go -------------------------------------------------------------------

    def introduce(self, address: bytes, name: str, number: int | None = None) -> Worker:
        """Add a worker; whatever was known of one with this address is forgotten."""
        self.remove(address)
        worker = Worker(address, name, number, self._remembered)
        self._workers[address] = worker
        return worker

    def leave(self, worker: Worker) -> None:
        """Give a worker no more."""
        worker.is_leaving = True
        worker.credits = 0
        self._ready.pop(worker, None)

    def remove(self, address: bytes) -> list[bytes]:
        """Forget a worker; returns the connections that it had in hand."""
        worker = self._workers.pop(address, None)
        if worker is None:
            return []
        self._ready.pop(worker, None)
        keys = self.hands(worker)
        for key in keys:
            del self._owners[key]
            self._several.pop(key, None)
        return keys

    # -- requests come and go ------------------------------------------------------------------

    def grant(self, worker: Worker, credits_: int) -> None:
        """Let a worker have so many more requests."""
        if not worker.is_leaving:
            worker.credits += credits_
            self._note_readiness(worker)

    def choose(self) -> Worker:
        """Return who gets the next request; there must be one that is ready.

        That is who holds least of those that are as good as idle, and if nobody is, who has asked
        for most. Of several the one that has waited longest.
        """
        ready = self._ready
        return max(ready, key=_rank) if len(ready) > 1 else next(iter(ready))

    def give(self, worker: Worker, key: bytes) -> None:
        """Note that a worker gets a request."""
        self.keep(worker, key)
        self.charge(worker)

    def charge(self, worker: Worker) -> None:
        """Note that a worker gets a message, for which it has one credit less."""
        worker.given += 1
        worker.credits -= 1
        if worker.credits <= 0 or worker.in_hand >= MAX_IN_HAND:
            self._ready.pop(worker, None)
        elif len(self._ready) > 1:  # it goes to the end
            self._ready.pop(worker, None)
            self._ready[worker] = None

    def keep(self, worker: Worker, key: bytes) -> None:
        """Note that a worker has one more message of a connection in hand."""
        owner = self._owners.get(key)
        if owner is worker:
            self._several[key] = self._several.get(key, 1) + 1
            return
        if owner is not None:  # it has come to somebody else, as he says in his hello
            self.forget(key)
        self._owners[key] = worker
        worker.in_hand += 1

    def finish(self, worker: Worker, key: bytes) -> bool:
        """Note that a worker has dealt with one message; True when that was the connection's last."""
        if self._owners.get(key) is not worker:
            return False
        if self._several and (count := self._several.pop(key, 1)) > 1:
            if count > 2:
                self._several[key] = count - 1
            return False
        self._forget(worker, key)
        return True

    def take_back(self, worker: Worker, key: bytes) -> bool:
        """Undo a gift that did not arrive; False where others of its connection have."""
        is_whole = key not in self._several and key not in worker.begun
        if not is_whole or self._owners.get(key) is not worker:
            return False
        self._forget(worker, key)
        return True

    def forget(self, key: bytes) -> None:
        """Forget a connection that is closed."""
        self._several.pop(key, None)
        worker = self._owners.get(key)
        if worker is not None:
            self._forget(worker, key)

    def forget_front(self, ident: bytes) -> None:
        """Forget all connections of a Mongrel2 whose ident begins so."""
        for key in [key for key in self._owners if key.startswith(ident)]:
            self.forget(key)

    def _forget(self, worker: Worker, key: bytes) -> None:
        del self._owners[key]
        worker.in_hand -= 1
        if worker.begun:
            worker.begun.discard(key)
        if worker.in_hand == MAX_IN_HAND - 1:
            self._note_readiness(worker)

    def _note_readiness(self, worker: Worker) -> None:
        if worker.credits > 0 and worker.in_hand < MAX_IN_HAND:
            self._ready[worker] = None


def _rank(worker: Worker) -> tuple[int, int]:
    """Return what makes a worker the right one for the next request: the larger the better."""
    ahead = worker.given - worker.taken
    return (1, -worker.held - ahead) if ahead < ENOUGH else (0, worker.credits)
