"""Between Mongrel2 and the workers: a plain loop over sockets, and nothing that could fail otherwise.

Workers ask for requests by credits, and a request goes to one that can begin it soon: a slow
worker gets less. What nobody has asked for waits, a little of it here, the rest in Mongrel2.
Replies do not come this way; workers send them to Mongrel2 themselves, and tell here only what
they are about to answer. So the dispatcher knows what a worker had in hand that dies, and sends
those clients away at once.
"""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from json import dumps
from time import monotonic, sleep
from typing import Any

import zmq

from brubeck.dispatching import protocol
from brubeck.dispatching.distribution import MORE, NOBLOCK, Distribution
from brubeck.dispatching.fronts import Fronts
from brubeck.dispatching.ledger import Ledger
from brubeck.dispatching.roster import Worker

SETTLE = 0.25  # seconds for workers of a former dispatcher to find this one and say what they hold
PROBING = 1.0  # seconds for which it is asked who is still there after a connection was lost
NAP = 0.0005  # seconds that are slept through before anybody is heard while all have enough to do
# Milliseconds to wait for something: while all have enough to do, while probing, and otherwise.
LAZY, QUICK, SLOW = 50, 10, 1000
SILENCE = 0.06  # seconds without a request after which a stopping dispatcher goes
LONGEST_STOP = 5.0
LINGER = 2000
READABLE = int(zmq.POLLIN)
MANY_DIGITS = 10

log = logging.getLogger(__name__)


class Dispatcher:
    """Give the requests of Mongrel2 servers to workers.

    `pull` and `pub` are the send_specs and recv_specs of the servers, `bind` the addresses where
    workers may connect. In the `ledger` stands what it has in hand, for the next one; `repeat` says
    which requests of a dead worker others may answer. Raises zmq.ZMQError for an address that cannot
    be had.
    """

    def __init__(
        self,
        pull: Sequence[str],
        pub: Sequence[str],
        bind: Sequence[str],
        ledger: Ledger,
        repeat: str | None = None,
    ) -> None:
        self._ledger = ledger
        self._context: zmq.Context[Any] = zmq.Context()
        try:
            self._fronts = Fronts(self._context, pull, pub, self._forget_front)
            self._router = self._bound(bind)
        except zmq.ZMQError:
            self._context.destroy(linger=0)
            raise
        self._distribution = Distribution(self._router, self._fronts, ledger, repeat)
        self._roster = self._distribution.roster
        self._monitor = self._router.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._wake_reader, self._wake_writer = socket.socketpair()
        for end in (self._wake_reader, self._wake_writer):
            end.setblocking(False)
        self._probing_until = self._next_probe = 0.0
        self._stop_asked = self._is_open = self._is_reading = self._is_lazy = False
        self._words: dict[bytes, Callable[[Worker, bytes], object]] = {
            protocol.ANSWERS: self._on_answers,
            protocol.SENT: self._on_sent,
            protocol.CREDITS: self._on_credits,
            protocol.KEPT: self._roster.keep,
            protocol.BEGUN: self._on_begun,
            protocol.CLOSED: self._on_closed,
            protocol.FORMER: self._on_former,
            protocol.BYE: self._on_bye,
        }
        self._poller = zmq.Poller()
        self._sources: dict[object, Callable[[], object]] = {self._fronts.puller: _nothing}
        self._listen(self._router, self._hear_workers)
        self._listen(self._monitor, self._note_lost_connections)
        self._listen(self._fronts.publisher, self._fronts.listen)
        self._listen(self._wake_reader.fileno(), self._wake_up)

    def _bound(self, bind: Sequence[str]) -> "zmq.Socket[bytes]":
        router: zmq.Socket[bytes] = self._context.socket(zmq.ROUTER)
        router.setsockopt(zmq.ROUTER_MANDATORY, 1)  # says so when a worker is no more
        router.setsockopt(zmq.SNDHWM, 0)
        router.setsockopt(zmq.RCVHWM, 0)
        router.setsockopt(zmq.HEARTBEAT_IVL, protocol.HEARTBEAT)
        router.setsockopt(zmq.HEARTBEAT_TIMEOUT, protocol.HEARTBEAT_LIMIT)
        for address in bind:
            router.bind(address)
        return router

    def _listen(self, source: "zmq.Socket[bytes] | int", on_event: Callable[[], object]) -> None:
        self._sources[source] = on_event
        self._poller.register(source, zmq.POLLIN)

    # -- life cycle ----------------------------------------------------------------------------

    @property
    def waker(self) -> int:
        """The descriptor that ends a wait when something is written to it: for signals."""
        return self._wake_writer.fileno()

    def stop(self) -> None:
        """Have `run` give out what has been received, and return. Safe in a signal handler."""
        self._stop_asked = True

    def run(self, lifeline: int | None = None) -> None:
        """Serve until `stop()`, or until the descriptor `lifeline` can be read."""
        if lifeline is not None:
            self._listen(lifeline, self.stop)
        opening = monotonic() + SETTLE
        try:
            while not self._stop_asked:
                if not self._is_open and monotonic() >= opening:
                    self._open()
                self._turn(self._patience())
            self._finish()
        finally:
            self._close()

    def _open(self) -> None:
        self._is_open = True
        self._tell_of_former()
        self._fronts.open()

    def _patience(self) -> int:
        """Return how many milliseconds to wait for something."""
        if self._is_lazy:
            return LAZY  # to look for clients who have left: requests are not listened to
        return QUICK if monotonic() < self._probing_until or not self._is_open else SLOW

    def _turn(self, patience: int) -> None:
        """Hear what there is to hear, then give out as much as has been asked for."""
        events = self._poller.poll(patience)
        if events and self._is_lazy:
            sleep(NAP)  # what comes in the meantime is less work together
            events = self._poller.poll(0)
        for source, _ in events:
            self._sources[source]()
        if self._next_probe <= monotonic() < self._probing_until:
            self._probe()
        distribution, puller = self._distribution, self._fronts.puller
        distribution.take_turn(has_news=not self._is_reading or (puller, zmq.POLLIN) in events)
        self._is_lazy = self._roster.is_content
        is_reading = not (self._is_lazy or distribution.backlog.is_full)
        if is_reading != self._is_reading:
            self._is_reading = is_reading
            self._poller.register(puller, zmq.POLLIN if is_reading else 0)

    def _wake_up(self) -> None:
        self._wake_reader.recv(4096)

    def _finish(self) -> None:
        """Give out what Mongrel2 has sent already, and send away whom nobody can answer."""
        deadline = monotonic() + LONGEST_STOP
        silent_since = monotonic()
        distribution = self._distribution
        while monotonic() < min(deadline, silent_since + SILENCE):
            given = distribution.given
            self._turn(int(1000 * SILENCE))
            if distribution.given > given or distribution.waiting:
                silent_since = monotonic()
        refused = distribution.refuse_the_rest()
        log.info(
            "Leaving after %d requests; %d are in hand at %d workers, %d got 502.",
            distribution.given, self._roster.in_hand, len(self._roster), refused,
        )  # fmt: skip
        self._ledger.clear()

    def _close(self) -> None:
        self._router.disable_monitor()
        self._monitor.close(0)
        self._router.close(LINGER)
        self._fronts.close(LINGER)
        self._context.term()
        self._wake_reader.close()
        self._wake_writer.close()
        self._ledger.close()

    # -- hearing -------------------------------------------------------------------------------

    def _hear_workers(self) -> None:
        receive = self._router.recv
        while int(self._router.getsockopt(zmq.EVENTS)) & READABLE:
            address = receive(NOBLOCK)
            worker = self._roster.worker(address)
            # Those who are known say one frame; to ask whether there are more takes longer.
            report = receive(NOBLOCK) if worker else self._rest_of_message()
            if report[:1] == protocol.HELLO:
                hello, _, report = report.partition(b"\n")
                worker = self._on_hello(address, hello[1:])
            if worker is not None:
                self._hear(worker, report)
            elif report == protocol.STATISTICS:
                self._answer(address)

    def _rest_of_message(self) -> bytes:
        """Return the frame after an address, and nothing if it is not the only one."""
        frames = []
        while self._router.getsockopt(zmq.RCVMORE):
            frames.append(self._router.recv(NOBLOCK))
        return frames[0] if len(frames) == 1 else b""

    def _hear(self, worker: Worker, report: bytes) -> None:
        for line in report.split(b"\n"):
            understand = self._words.get(line[:1])
            if understand is not None:
                understand(worker, line[1:])

    def _on_hello(self, address: bytes, words: bytes) -> Worker:
        name, _, number = words.decode(errors="replace").partition(" ")
        place = int(number) if number.isdecimal() and len(number) < MANY_DIGITS else None
        log.info("Worker %s is here.", name)
        former = self._roster.worker(address)
        if former is not None:
            self._ledger.release(former.slot)
        worker = self._roster.introduce(address, name, place)
        worker.slot = self._ledger.slot()
        self._distribution.tell(worker, protocol.WELCOME + self._ledger.welcome(worker.slot))
        return worker

    def _on_credits(self, worker: Worker, words: bytes) -> None:
        with suppress(ValueError):
            count, taken, held = map(int, words.split())
            worker.tell(taken, held)
            self._roster.grant(worker, max(0, count))

    def _on_answers(self, worker: Worker, keys: bytes) -> None:
        worker.announced += keys.split(b",")

    def _on_sent(self, worker: Worker, _rest: bytes) -> None:
        self._distribution.conclude(worker)

    def _on_begun(self, worker: Worker, key: bytes) -> None:
        if self._roster.owner(key) is worker:
            worker.begun.add(key)

    def _on_closed(self, _worker: Worker, key: bytes) -> None:
        self._distribution.close(key)

    def _on_bye(self, worker: Worker, _rest: bytes) -> None:
        log.info("Worker %s leaves.", worker.name)
        self._roster.leave(worker)
        self._distribution.tell(worker, protocol.END)

    # -- workers and front servers that are no more --------------------------------------------

    def _note_lost_connections(self) -> None:
        """Ask around: ZeroMQ says that somebody has gone, but not who."""
        with suppress(zmq.Again):
            while True:
                self._monitor.recv_multipart(NOBLOCK)
        self._probing_until = monotonic() + PROBING

    def _probe(self) -> None:
        self._next_probe = monotonic() + QUICK / 1000
        for worker in self._roster:
            self._distribution.tell(worker, protocol.PROBE)

    def _forget_front(self, ident: bytes) -> None:
        self._distribution.forget_front(ident)

    # -- what a former dispatcher has lost -----------------------------------------------------

    def _on_former(self, _worker: Worker, words: bytes) -> None:
        former = self._ledger.former
        if former is not None and former.hear(words) and self._is_open:
            self._tell_of_former()

    def _tell_of_former(self) -> None:
        former = self._ledger.former
        if former is not None:
            log.warning(
                "The dispatcher before this one died with %d requests in hand that get no answer; "
                "%d of them had been given to nobody.", former.lost, former.waiting,
            )  # fmt: skip

    # -- numbers -------------------------------------------------------------------------------

    def _answer(self, address: bytes) -> None:
        with suppress(zmq.ZMQError):  # who has asked may be gone
            self._router.send(address, MORE)
            self._router.send(dumps(self.statistics()).encode(), NOBLOCK)

    def statistics(self) -> dict[str, Any]:
        """Return what there is to count, ready for JSON."""
        former = self._ledger.former
        return {
            "pid": os.getpid(),
            "fronts": self._fronts.idents,
            "lost_before": former.lost if former else 0,
            **self._distribution.statistics(),
        }


def _nothing() -> None:
    """Stand for a source that is read in the same turn anyway."""
