"""The application that is served while things go wrong; its connection comes from the command line.

With SLOW in the environment every request costs so many seconds during which nothing else runs,
with POOL no more than so many are in hand.
"""

import gc
import hashlib
import json
import os
import time
from pathlib import Path

from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler, render
from greenlet import greenlet

SLOW = float(os.environ.get("SLOW", "0"))
POOL = int(os.environ.get("POOL", "1000"))
left: list[str] = []


def plain(value):
    return render(json.dumps(value), 200, "OK", {"Content-Type": "application/json"})


def echo(application, message, word):
    end = time.perf_counter() + SLOW
    while time.perf_counter() < end:
        pass
    return plain(word)


def nap(application, message, word):
    current().sleep(0.01)
    return plain(word)


def wait(application, message, word):
    """Say by a file that the request is in hand, and answer when another file appears."""
    Path(f"{word}.started").write_text(str(os.getpid()))
    while not Path(f"{word}.go").exists():
        current().sleep(0.01)
    return plain(word)


def digest(application, message):
    return plain(hashlib.sha256(message.body).hexdigest())


def state(application, message):
    greenlets = sum(isinstance(each, greenlet) for each in gc.get_objects())
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    facts = {"pid": os.getpid(), "parked": len(application.parking), "left": len(left)}
    return plain(facts | {"greenlets": greenlets, "descriptors": descriptors})


def note_gone():
    left.append("one")
    Path("left").write_text(str(len(left)))


class Poll(WebMessageHandler):
    def get(self):
        return self.park("room", seconds=90, on_gone=note_gone)


def tell(application, message, word):
    return plain(application.broadcast("room", plain(word)))


app = Brubeck(
    WSGIConnection(0),
    [
        (r"^/echo/([\w-]+)$", echo),
        (r"^/nap/([\w-]+)$", nap),
        (r"^/wait/([\w-]+)$", wait),
        (r"^/digest$", digest),
        (r"^/state$", state),
        (r"^/poll$", Poll),
        (r"^/tell/([\w-]+)$", tell),
    ],
    pool=current().pool_class(POOL),
    log_level="INFO",
)
