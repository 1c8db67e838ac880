"""Many visitors in one process: each holds a connection, and a long poll on it if wanted.

    python -m bench.visitors polls|idle PORT COUNT

It prints a line "ready" once all are there. For each line that it reads, news are published, and
it prints after how many seconds each visitor had them, as a JSON list in the order of arrival;
then all poll again, and the next "ready" follows. It ends with its standard input.
"""

import http.client
import json
import re
import select
import socket
import sys
import time

PATIENCE = 60.0  # seconds without any progress until it gives up
TOGETHER = 100  # so many connect at a time: Mongrel2's backlog has 128 places
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def query(method: str, path: str) -> bytes:
    """Return a request as a browser would send it, only shorter."""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode()


def is_whole(answer: bytes) -> bool:
    """Say whether all of an answer has arrived; raises ValueError if it is not a 200."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ValueError(f"not the answer that was hoped for: {answer[:200]!r}")
    length = LENGTH.search(head)
    if length is None:
        raise ValueError(f"an answer without Content-Length: {answer[:200]!r}")
    return len(body) >= int(length[1])


class Visitors:
    """All visitors of one server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: dict[int, socket.socket] = {}
        self._epoll = select.epoll()

    def come(self, path: str, count: int) -> None:
        """Let so many visitors connect, and send one request each."""
        for _ in range(count):
            visitor = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
            visitor.sendall(query("GET", path))
            self._sockets[visitor.fileno()] = visitor
            self._epoll.register(visitor, select.EPOLLIN)

    def ask(self, path: str) -> None:
        """Send the request of everybody again."""
        request = query("GET", path)
        for visitor in self._sockets.values():
            visitor.sendall(request)

    def answers(self, count: int) -> list[float]:
        """Return the times at which so many answers were complete."""
        times: list[float] = []
        parts: dict[int, bytes] = {}
        while len(times) < count:
            events = self._epoll.poll(PATIENCE)
            if not events:
                raise TimeoutError(f"only {len(times)} of {count} were answered")
            for number, _ in events:
                data = self._sockets[number].recv(65536)
                if not data:
                    raise ConnectionError("the server has closed a connection")
                parts[number] = parts.get(number, b"") + data
                if is_whole(parts[number]):
                    del parts[number]
                    times.append(time.perf_counter())
        return times

    def held(self) -> int:
        """Return how many polls the server holds by its own account."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("GET", "/held")
            return int(connection.getresponse().read())
        finally:
            connection.close()

    def wait_until_held(self, count: int) -> None:
        """Wait until the server holds so many polls."""
        deadline = time.monotonic() + PATIENCE
        while self.held() < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the server holds only {self.held()} of {count} polls")
            time.sleep(0.005)

    def publish(self) -> list[float]:
        """Publish news; return after how many seconds each visitor had them."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as publisher:
            start = time.perf_counter()
            publisher.sendall(query("POST", "/publish"))
            times = self.answers(len(self._sockets))
            publisher.recv(65536)
        return [moment - start for moment in times]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def hold_polls(visitors: Visitors, count: int) -> None:
    """Poll, and publish whenever a line arrives."""
    for present in range(0, count, TOGETHER):
        several = min(TOGETHER, count - present)
        visitors.come("/poll", several)
        visitors.wait_until_held(present + several)
    say("ready")
    for _ in sys.stdin:
        say(json.dumps(visitors.publish()))
        visitors.ask("/poll")
        visitors.wait_until_held(count)
        say("ready")


def stay_idle(visitors: Visitors, count: int) -> None:
    """Be there, after one request each."""
    for present in range(0, count, TOGETHER):
        several = min(TOGETHER, count - present)
        visitors.come("/hello", several)
        visitors.answers(several)
    say("ready")
    sys.stdin.read()


if __name__ == "__main__":
    what = {"polls": hold_polls, "idle": stay_idle}[sys.argv[1]]
    what(Visitors(int(sys.argv[2])), int(sys.argv[3]))
