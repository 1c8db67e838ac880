"""Streams and WebSockets that say which worker they are with.

With SLOW in the environment a request costs so many seconds during which nothing else runs.
"""

import os
import time

from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler, render
from brubeck.websockets import WebSocketHandler

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


app = Brubeck(
    WSGIConnection(0),
    [(r"^/echo/(\w+)$", echo), (r"^/talk$", Talk), (r"^/many/(\d+)$", Many)],
)
