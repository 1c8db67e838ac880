"""Streams, events, subscriptions and WebSockets of the conformance program."""

import json
import resource
from functools import partial
from pathlib import Path

from brubeck.concurrency import current
from brubeck.concurrency.base import OutOfTime
from brubeck.errors import Forbidden
from brubeck.eventstream import Event
from brubeck.request_handling import WebMessageHandler, render
from brubeck.streaming import StreamedResponse
from brubeck.websockets import WebSocketHandler

library = current()


def peak_memory():
    """Return the most memory that this process has had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def note(path, value):
    """Write a number into a file that others read meanwhile: it is never half there."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(str(value))
    unfinished.replace(path)


class Streamed(WebMessageHandler):
    def get(self):
        return self.stream(("ü" * 10 + "\n" for _ in range(3)), "text/plain")


class StreamedBody(WebMessageHandler):
    def get(self):
        self.set_body(iter(["a", b"b", "", "c"]))
        return self.render()


class Many(WebMessageHandler):
    """A stream of `count` pieces of `size` bytes; `length` promises another size of it."""

    def get(self):
        count, size = (int(self.get_argument(name, "1")) for name in ("count", "size"))
        if length := self.get_argument("length"):
            self.headers["Content-Length"] = length
        return self.stream((b"x" * size for _ in range(count)), "text/plain")


class BrokenStream(WebMessageHandler):
    """A stream that fails after `count` pieces."""

    def get(self):
        return self.stream(self.pieces(int(self.get_argument("count", "0"))), "text/plain")

    def pieces(self, count):
        for _ in range(count):
            yield "piece"
            library.sleep(0.01)
        raise (
            Forbidden("Not today.") if self.get_argument("refuse") else RuntimeError("conformance")
        )


class Endless(WebMessageHandler):
    """A stream that says by a file that its generator was closed; `size` 0 is one that is silent."""

    def get(self, name):
        return self.stream(self.pieces(name, int(self.get_argument("size", "65536"))))

    def pieces(self, name, size):
        note(Path(f"{name}.peak"), peak_memory())
        try:
            yield "begun"
            while True:
                yield b"x" * size
                note(Path(f"{name}.peak"), peak_memory())
                library.sleep(0 if size else 0.05)
        finally:
            Path(f"{name}.closed").touch()


class Events(WebMessageHandler):
    """The events after the last that the client has seen, up to number 3."""

    def get(self):
        first = int(self.last_event_id or 0) + 1
        return self.event_stream(
            Event({"number": number, "text": "ü\nzwei"}, "count", number, retry=50)
            for number in range(first, first + 3)
        )


class Ticks(WebMessageHandler):
    """An event stream that is silent until it is told to stop."""

    def get(self, name):
        return self.event_stream(self.events(name), silence=0.05)

    def events(self, name):
        try:
            while not Path(f"{name}.go").exists():
                library.sleep(0.01)
            yield "news"
            library.sleep(1000)
        finally:
            Path(f"{name}.closed").touch()


class Feed(WebMessageHandler):
    """News of a room. `?slow=` has the replay wait for a file, `?broken=` has it fail."""

    def get(self, room):
        self.set_cookie("feed", "1")
        return self.subscribe(
            room,
            replay=partial(self.missed, room) if self.get_argument("replay") else None,
            on_gone=partial(note_gone, room),
        )

    def missed(self, room, last_event_id):
        if self.get_argument("broken"):
            raise Forbidden("Not today.")
        while self.get_argument("slow") and not Path(f"{room}.replay").exists():
            library.sleep(0.01)
        first = int(last_event_id or 0) + 1
        return [Event(f"old {number}", id=number) for number in range(first, 4)]


gone: dict[str, int] = {}


def note_gone(room):
    library.sleep(0)  # as if it told a database
    gone[room] = gone.get(room, 0) + 1


def publish(application, message, room):
    """Publish `count` events numbered from `first`, each with `size` more bytes of data."""
    count, first, size = (
        int(message.get_argument(name, default))
        for name, default in (("count", "1"), ("first", "1"), ("size", "0"))
    )
    reached = [
        application.publish(room, Event(f"new {number}" + " " * size, id=number))
        for number in range(first, first + count)
    ]
    return plain({"reached": reached[-1]})


def audience(application, message, room):
    return plain({"count": application.subscriptions.count(room), "gone": gone.get(room, 0)})


def plain(value):
    return render(json.dumps(value), 200, "OK", {"Content-Type": "application/json"})


class Echo(WebSocketHandler):
    """Sends back what it gets, and does some things when it is told to."""

    subprotocols = ("second", "first")
    max_message_size = 1_048_576

    def prepare(self):
        if self.get_argument("refuse"):
            raise Forbidden("Not today.")

    def connected(self, socket, name):
        socket.send(f"{name} {socket.subprotocol}")
        for message in socket:
            if message == "fail":
                raise RuntimeError("conformance")
            if message == "late":
                with library.timeout(0.01, OutOfTime):
                    library.sleep(1000)
            if message == "close":
                socket.close(4001, "as you wish")
            elif message == "return":
                return
            else:
                socket.send(message)
        Path(f"{name}.ended").write_text(f"{socket.close_code} {socket.close_reason}")


class Deaf(WebSocketHandler):
    """Receives nothing until it is told to by a file, or sends without end (`?size=`)."""

    def connected(self, socket, name):
        size = int(self.get_argument("size", "0"))
        try:
            while not Path(f"{name}.go").exists():
                if size:
                    socket.send(b"x" * size)
                    library.sleep(0)
                else:
                    library.sleep(0.01)
            Path(f"{name}.received").write_text(str(sum(1 for _ in socket)))
        finally:
            Path(f"{name}.ended").write_text(f"{socket.close_code} {peak_memory()}")


def generated(application, message):
    yield "generated"


class OwnStream(StreamedResponse):
    """What a program may make of a stream."""


def own_stream(application, message):
    return OwnStream(200, iter(["own ", "stream"]))


def lookup_failed(application, message, error):
    """Answer an error by a stream."""
    return render(iter(["looked ", "in vain"]), 404, "Not found", {})


def failing_stream(application, message):
    return render(iter(lambda: {}["nothing"], None), 200, "OK", {})


LASTING = [
    (r"^/streamed$", Streamed),
    (r"^/streamed-body$", StreamedBody),
    (r"^/many$", Many),
    (r"^/broken-stream$", BrokenStream),
    (r"^/endless/(\w+)$", Endless),
    (r"^/events$", Events),
    (r"^/ticks/(\w+)$", Ticks),
    (r"^/generated$", generated),
    (r"^/own-stream$", own_stream),
    (r"^/failing-stream$", failing_stream),
    (r"^/feed/(\w+)$", Feed),
    (r"^/publish/(\w+)$", publish),
    (r"^/audience/(\w+)$", audience),
    (r"^/echo/(\w+)$", Echo),
    (r"^/deaf/(\w+)$", Deaf),
]
