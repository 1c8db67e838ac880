"""What the dispatcher's own thread does for a request, in microseconds of processor time.

    python tests/bench/dispatching.py [rounds]

A real dispatcher with real sockets; Mongrel2 and the worker are played here, so that so many
requests come at once as a line says. What ZeroMQ's thread, the kernel and the neighbours on the
processor cost is not in these figures. The best of all rounds is shown.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[0] = str(Path(__file__).parents[2] / "framework")  # not this folder

import zmq  # noqa: E402  after the line above, as the next ones
from brubeck.dispatching import protocol  # noqa: E402
from brubeck.dispatching.dispatcher import Dispatcher  # noqa: E402
from brubeck.dispatching.ledger import Ledger  # noqa: E402

ROUNDS = 300
BURSTS = (1, 4, 16, 48)
IDENT = b"9b1cf6e0-6f2f-4f0e-8a54-0f2f7f0a2c11"
HEADERS = (
    b'{"PATH":"/hello","x-forwarded-for":"127.0.0.1","host":"localhost:6767",'
    b'"METHOD":"GET","VERSION":"HTTP/1.1","URI":"/hello","PATTERN":"/",'
    b'"URL_SCHEME":"http","REMOTE_ADDR":"127.0.0.1"}'
)
PATIENCE = 5_000  # milliseconds


class Rig:
    """A dispatcher between a Mongrel2 and a worker that do what they are told."""

    def __init__(self, folder: str) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.requests = self._context.socket(zmq.PUSH)
        self.requests.bind(f"ipc://{folder}/in")
        ends = [[f"ipc://{folder}/{name}"] for name in ("in", "out", "workers")]
        self.dispatcher = Dispatcher(*ends, Ledger(None))  # type: ignore[call-arg, arg-type]
        self.worker = self._context.socket(zmq.DEALER)
        self.worker.connect(*ends[2])
        self.dispatcher._open()
        self.taken = 0
        self.say(protocol.HELLO + b"1@here 1", self.credits(48))
        while not self.worker.poll(1):
            self.dispatcher._turn(1)
        self.worker.recv()  # the welcome

    def credits(self, count: int) -> bytes:
        """Return the line that asks for so many more, when all before have been begun."""
        return protocol.CREDITS + b"%d %d 0" % (count, self.taken)

    def say(self, *lines: bytes) -> None:
        """Report something."""
        self.worker.send(b"\n".join(lines))

    def turn(self, source: zmq.Socket[bytes]) -> float:
        """Return the processor time of the turn in which what has come to a socket is read."""
        assert source.poll(PATIENCE)
        time.sleep(0.001)  # until all of it is there
        before = time.thread_time()
        self.dispatcher._turn(0)
        return time.thread_time() - before

    def close(self) -> None:
        """End everything."""
        self.dispatcher._close()
        self._context.destroy(linger=0)


def give(rig: Rig, keys: list[bytes]) -> float:
    """Have requests read and given to the worker."""
    for key in keys:
        rig.requests.send(b"%b /hello %d:%b,0:," % (key, len(HEADERS), HEADERS))
    rig.taken += len(keys)
    seconds = 0.0
    while rig.dispatcher._distribution.given < rig.taken:  # one turn, if all have come in time
        seconds += rig.turn(rig.dispatcher._fronts.puller)
    return seconds


def hear(rig: Rig, keys: list[bytes]) -> float:
    """Have it heard that they are answered, in two reports as workers make them."""
    rig.say(protocol.ANSWERS + b",".join(keys))
    seconds = rig.turn(rig.dispatcher._router)
    rig.say(protocol.SENT, rig.credits(len(keys)))
    return seconds + rig.turn(rig.dispatcher._router)


STEPS: dict[str, Callable[[Rig, list[bytes]], float]] = {"read and give": give, "hear": hear}


def main() -> None:
    """Print a line for each number of requests that come together."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with TemporaryDirectory() as folder:
        rig = Rig(folder)
        for burst in BURSTS:
            keys = [b"%b %d" % (IDENT, number) for number in range(burst)]
            seen = [[step(rig, keys) for step in STEPS.values()] for _ in range(rounds)]
            best = [1e6 * min(column) / burst for column in zip(*seen, strict=True)]
            parts = "  ".join(f"{name} {each:4.1f}" for name, each in zip(STEPS, best, strict=True))
            print(f"{burst:3} at once: {sum(best):5.1f} us a request: {parts}")  # noqa: T201
        rig.close()


if __name__ == "__main__":
    main()
