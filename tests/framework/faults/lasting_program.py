"""Streams and WebSockets that say which worker they are with, and crowds who wait.

With SLOW in the environment a request costs so many seconds during which nothing else runs.
"""

import gc
import json
import os
import time
from pathlib import Path

from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler, render
from brubeck.websockets import WebSocketHandler
from greenlet import greenlet

SLOW = float(os.environ.get("SLOW", "0"))


def echo(application, message, word):
    end = time.perf_counter() + SLOW
    while time.perf_counter() < end:
        pass
    return render(f'"{word}"', 200, "OK", {})


class Talk(WebSocketHandler):
    def connected(self, socket):
        for message in socket:
            socket.send(f"{os.getpid()} {message}")


class Many(WebMessageHandler):
    def get(self, count):
        return self.stream(b"x" * 65_536 for _ in range(int(count)))


left: list[str] = []


class Poll(WebMessageHandler):
    def get(self):
        return self.park("room", seconds=100, on_gone=lambda: left.append("one"))


class Feed(WebMessageHandler):
    def get(self):
        return self.subscribe("room", on_gone=lambda: left.append("one"))


def state(application, message):
    """Tell who waits and who has left, and what that costs; memory in kilobytes."""
    facts = {
        "present": len(application.parking) + len(application.subscriptions),
        "left": len(left),
        "greenlets": sum(isinstance(each, greenlet) for each in gc.get_objects()),
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "memory": int(Path("/proc/self/statm").read_text().split()[1]) * 4,
    }
    return render(json.dumps(facts), 200, "OK", {})


app = Brubeck(
    WSGIConnection(0),
    [
        (r"^/echo/(\w+)$", echo),
        (r"^/talk$", Talk),
        (r"^/many/(\d+)$", Many),
        (r"^/poll$", Poll),
        (r"^/feed$", Feed),
        (r"^/state$", state),
    ],
)
