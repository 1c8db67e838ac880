"""Between Mongrel2 and the workers: a plain loop over sockets, and nothing that could fail otherwise.

Workers ask for requests by credits, and each request goes to whoever has most of them: a slow
worker gets less. As long as nobody asks, nothing is read, and requests wait in Mongrel2, where
they are safe. Replies do not come this way; workers send them to Mongrel2 themselves, and tell
here only what they are done with. So the dispatcher knows what a worker had in hand that dies,
and sends those clients away at once.
"""

import json
import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain
from time import monotonic
from typing import Any

import zmq

from brubeck import wire
from brubeck.dispatching import protocol
from brubeck.dispatching.fronts import Fronts
from brubeck.dispatching.roster import Roster, Worker

SETTLE = 0.25  # seconds for workers of a former dispatcher to find this one and say what they hold
TURN = 100  # requests until the workers are heard again
PROBING = 1.0  # seconds for which it is asked who is still there after a connection was lost
QUICK, SLOW = 10, 1000  # milliseconds of sleep while probing, and otherwise
SILENCE = 0.06  # seconds without a request after which a stopping dispatcher goes
LONGEST_STOP = 5.0
MAX_BEHIND = 32  # requests of one connection that wait for a worker who is leaving
MAX_OVERDRAFT = 1000  # requests that a worker can get without having asked
LINGER = 2000
FRAME = b"WEBSOCKET"
NOBLOCK = int(zmq.NOBLOCK)
MORE = int(zmq.SNDMORE) | NOBLOCK

log = logging.getLogger(__name__)


class Dispatcher:
    """Give the requests of Mongrel2 servers to workers.

    `pull` and `pub` are the send_specs and recv_specs of the servers, `bind` the addresses where
    workers may connect. Raises zmq.ZMQError for an address that cannot be had.
    """

    def __init__(self, pull: Sequence[str], pub: Sequence[str], bind: Sequence[str]) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self._roster = Roster()
        self._lost = 0
        self._given = 0
        self._backlog: deque[bytes] = deque()
        self._behind: dict[bytes, deque[bytes]] = {}
        self._probing_until = self._next_probe = 0.0
        self._stop_asked = False
        self._words: dict[bytes, Callable[[Worker, bytes], object]] = {
            protocol.DONE: self._on_done,
            protocol.CREDITS: self._on_credits,
            protocol.KEPT: self._roster.keep,
            protocol.BEGUN: self._on_begun,
            protocol.BYE: self._on_bye,
        }
        try:
            self._fronts = Fronts(self._context, pull, pub, self._roster.forget_front)
            self._router = self._bound(bind)
        except zmq.ZMQError:
            self._context.destroy(linger=0)
            raise
        self._monitor = self._router.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._wake_reader, self._wake_writer = socket.socketpair()
        for end in (self._wake_reader, self._wake_writer):
            end.setblocking(False)

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
        poller = self._poller(lifeline)
        opening = monotonic() + SETTLE
        is_open = False
        try:
            while not self._stop_asked:
                if not is_open and monotonic() >= opening:
                    self._fronts.open()
                    is_open = True
                ready = dict(poller.poll(self._patience(is_open=is_open)))
                self._stop_asked = self._stop_asked or lifeline in ready
                self._turn(poller, ready)
            self._finish(poller)
        finally:
            self._close()

    def _poller(self, lifeline: int | None) -> zmq.Poller:
        poller = zmq.Poller()
        watched = (self._router, self._monitor, self._fronts.publisher, self._wake_reader, lifeline)
        for each in watched:
            if each is not None:
                poller.register(each, zmq.POLLIN)
        return poller

    def _patience(self, *, is_open: bool) -> int:
        return QUICK if monotonic() < self._probing_until or not is_open else SLOW

    def _turn(self, poller: zmq.Poller, ready: dict[Any, int]) -> None:
        """Hear what there is to hear, then give out as much as has been asked for."""
        if self._wake_reader.fileno() in ready:
            self._wake_reader.recv(4096)
        if self._monitor in ready:
            self._note_lost_connections()
        if self._fronts.publisher in ready:
            self._fronts.listen()
        if self._router in ready:
            self._hear_workers()
        if self._next_probe <= monotonic() < self._probing_until:
            self._probe()
        self._give_out()
        # Nobody has asked, so what comes in is none of our business yet.
        poller.register(self._fronts.puller, zmq.POLLIN if self._roster.is_ready else 0)

    def _finish(self, poller: zmq.Poller) -> None:
        """Give out what Mongrel2 has sent already, and send away whom nobody can answer."""
        deadline = monotonic() + LONGEST_STOP
        silent_since = monotonic()
        while monotonic() < min(deadline, silent_since + SILENCE):
            given = self._given
            self._turn(poller, dict(poller.poll(int(1000 * SILENCE))))
            if self._given > given or self._backlog:
                silent_since = monotonic()
        refused = self._refuse_the_rest()
        log.info(
            "Leaving after %d requests; %d are in hand at %d workers, %d got 502.",
            self._given, self._roster.in_hand, len(self._roster), refused,
        )  # fmt: skip

    def _refuse_the_rest(self) -> int:
        """Answer what has left Mongrel2 and would be lost here; returns how many that were."""
        rest = [*self._backlog, *chain.from_iterable(self._behind.values())]
        rest.extend(iter(self._fronts.receive, None))
        keys = set()
        for message in rest:
            with suppress(ValueError):
                key = protocol.key_of(message)
                if not protocol.is_notice(message, key):
                    keys.add(key)
        for key in keys:
            self._fronts.apologize(key)
        return len(keys)

    def _close(self) -> None:
        self._router.disable_monitor()
        self._monitor.close(0)
        self._router.close(LINGER)
        self._fronts.close(LINGER)
        self._context.term()
        self._wake_reader.close()
        self._wake_writer.close()

    # -- giving --------------------------------------------------------------------------------

    def _give_out(self) -> None:
        for _ in range(TURN):
            if not self._roster.is_ready:
                return
            message = self._backlog.popleft() if self._backlog else self._fronts.receive()
            if message is None:
                return
            self._dispatch(message)

    def _dispatch(self, message: bytes) -> None:
        try:
            key = protocol.key_of(message)
        except ValueError:
            log.warning("A message that makes no sense was dropped: %r", message[:50])
            return
        owner = self._roster.owner(key)
        if protocol.is_notice(message, key):
            self._on_notice(key, owner, message)
        elif owner is not None:
            self._follow_up(key, owner, message)
        else:
            self._give_to_anybody(key, message)

    def _give_to_anybody(self, key: bytes, message: bytes) -> None:
        if not self._give(self._roster.choose(), key, message):
            self._backlog.appendleft(message)

    def _give(self, worker: Worker, key: bytes, message: bytes) -> bool:
        if not self._send(worker, message):
            return False
        self._given += 1
        self._roster.give(worker, key)
        return True

    def _follow_up(self, key: bytes, owner: Worker, message: bytes) -> None:
        """Give what comes behind a request that is in hand to the same worker: order matters."""
        if FRAME in message and _is_frame(message):
            self._give_frame(key, owner, message)
        elif owner.credits < -MAX_OVERDRAFT:
            self._drop(key)
        elif owner.is_leaving:
            self._keep_behind(key, message)
        else:
            self._give(owner, key, message)

    def _give_frame(self, key: bytes, owner: Worker, message: bytes) -> None:
        """Give a frame of a WebSocket to the worker that has it; it is not answered one by one."""
        if owner.is_leaving or owner.credits < -MAX_OVERDRAFT:
            self._drop(key)
        elif self._send(owner, message):
            self._roster.charge(owner)

    def _keep_behind(self, key: bytes, message: bytes) -> None:
        """Let a request wait until the one before it is answered by a worker who takes no more."""
        behind = self._behind.setdefault(key, deque())
        behind.append(message)
        if len(behind) > MAX_BEHIND:
            self._drop(key)

    def _drop(self, key: bytes) -> None:
        self._forget(key)
        self._fronts.hang_up(key)

    def _on_notice(self, key: bytes, owner: Worker | None, message: bytes) -> None:
        """Tell the one worker who cares that a client has gone."""
        self._forget(key)
        if owner is not None and not owner.is_leaving:
            self._send(owner, protocol.NOTICE + message)

    def _forget(self, key: bytes) -> None:
        self._behind.pop(key, None)
        self._roster.forget(key)

    def _send(self, worker: Worker, message: bytes) -> bool:
        """Send to a worker; False when it turns out to be gone."""
        try:
            self._router.send(worker.address, MORE)
            self._router.send(message, NOBLOCK)
        except zmq.ZMQError as error:
            log.debug("%s cannot be reached: %s", worker.name, error)
            self._lose(worker)
            return False
        return True

    # -- hearing -------------------------------------------------------------------------------

    def _hear_workers(self) -> None:
        try:
            while True:
                address, *frames = self._router.recv_multipart(NOBLOCK)
                self._hear(address, frames[0] if frames else b"")
        except zmq.Again:
            pass

    def _hear(self, address: bytes, report: bytes) -> None:
        worker = self._roster.worker(address)
        for line in report.split(b"\n"):
            word, rest = line[:1], line[1:]
            if word == protocol.HELLO:
                worker = self._on_hello(address, rest)
            elif word == protocol.STATISTICS:
                self._tell(address)
            elif worker is not None and word in self._words:
                self._words[word](worker, rest)

    def _on_hello(self, address: bytes, name: bytes) -> Worker:
        log.info("Worker %s is here.", name.decode(errors="replace"))
        return self._roster.introduce(address, name.decode(errors="replace"))

    def _on_credits(self, worker: Worker, count: bytes) -> None:
        if count.isdigit():
            self._roster.grant(worker, int(count))

    def _on_done(self, worker: Worker, key: bytes) -> None:
        if self._roster.finish(worker, key) and self._behind:
            self._backlog.extend(self._behind.pop(key, ()))

    def _on_begun(self, worker: Worker, key: bytes) -> None:
        if key in worker.hands:
            worker.begun.add(key)

    def _on_bye(self, worker: Worker, _rest: bytes) -> None:
        log.info("Worker %s leaves.", worker.name)
        self._roster.leave(worker)
        self._send(worker, protocol.END)

    # -- workers that are no more --------------------------------------------------------------

    def _note_lost_connections(self) -> None:
        """Ask around: ZeroMQ says that somebody has gone, but not who."""
        try:
            while True:
                self._monitor.recv_multipart(NOBLOCK)
        except zmq.Again:
            self._probing_until = monotonic() + PROBING

    def _probe(self) -> None:
        self._next_probe = monotonic() + QUICK / 1000
        for worker in self._roster:
            self._send(worker, protocol.PROBE)

    def _lose(self, worker: Worker) -> None:
        """Send those away whose requests a worker had in hand."""
        self._roster.remove(worker.address)
        for key in worker.hands:
            self._behind.pop(key, None)
            if key in worker.begun:
                self._fronts.hang_up(key)
            else:
                self._fronts.apologize(key)
        if worker.hands:
            self._lost += len(worker.hands)
            log.warning("%s is gone; %d clients got 502.", worker.name, len(worker.hands))
        else:
            log.info("%s is gone, with nothing in hand.", worker.name)

    # -- numbers -------------------------------------------------------------------------------

    def _tell(self, address: bytes) -> None:
        self._router.send(address, MORE)
        self._router.send(json.dumps(self.statistics()).encode(), NOBLOCK)

    def statistics(self) -> dict[str, Any]:
        """Return what there is to count, ready for JSON."""
        return {
            "pid": os.getpid(),
            "fronts": self._fronts.idents,
            "given": self._given,
            "lost": self._lost,
            "in_hand": self._roster.in_hand,
            "waiting": len(self._backlog) + sum(map(len, self._behind.values())),
            "workers": [
                {
                    "name": worker.name,
                    "given": worker.given,
                    "in_hand": len(worker.hands),
                    "credits": worker.credits,
                    "is_leaving": worker.is_leaving,
                }
                for worker in self._roster
            ],
        }


def _is_frame(message: bytes) -> bool:
    """Say whether a message is a frame of a WebSocket, and no request that looks like one."""
    try:
        headers = wire.parse(message).headers
    except wire.BadMessage:
        return False
    return headers.get("METHOD") == "WEBSOCKET" and "FLAGS" in headers
