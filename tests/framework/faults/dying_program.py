"""The application of these tests in a process that dies around its first answer to `/echo/dying`.

DIES in the environment says when: "before" the answer goes and after it was announced, or "after".
"""

import os
import signal
import time

from brubeck.connections.sockets import Outbox
from faults_program import app

__all__ = ["app"]

WHEN = os.environ["DIES"]
flush = Outbox.flush


def flush_and_die(outbox):
    fatal = any(message.endswith(b'"dying"') for message in outbox._together)
    if fatal and WHEN == "before":
        outbox.announce()
        die()
    flush(outbox)
    if fatal:
        die()


def die():
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        pass  # ZeroMQ's own thread sends what it has been given
    os.kill(os.getpid(), signal.SIGKILL)


Outbox.flush = flush_and_die
