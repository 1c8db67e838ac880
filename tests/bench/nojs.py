"""Two thousand readers sleep in a room of no.js: what that costs, and that it ends with them.

    python tests/bench/nojs.py [readers] [messages]

One Mongrel2, one process of no.js, one Redis. Every reader holds a request, as a browser does; then
somebody says something, and all of them get the page and wait again. Printed are: how long it takes
to say something with and without the readers, until the last of them has the page, and the memory
of the process: before, with them, when they have left, and with as many who come after them (an
allocator keeps what it got; a leak would show as growth). Needs mongrel2 and redis-server.
"""

import re
import select
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

TESTS = Path(__file__).parents[1]
sys.path[:1] = [str(TESTS), str(TESTS.parent / "framework")]  # not this folder

from e2e.nojsserver import NoJsServer, running  # noqa: E402  found by the line above
from framework.conformance.servers import ask, eventually  # noqa: E402

ROOM = "/r/sleepers"
HOME = "/k/" + "b" * 22
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NEXT = re.compile(rb"url=(messages\?v=[^#]*)#")
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)")
SETTLING = 4.0  # seconds: when a crowd has gone, memory is given back some ticks later
TOGETHER = 100  # connections at a time: Mongrel2's backlog has 128 places


class Readers:
    """Browsers that do nothing but read."""

    def __init__(self, port: int, count: int) -> None:
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        for number in range(count):
            self._come(port)
            if number % TOGETHER == 0:
                time.sleep(0.01)

    def _come(self, port: int) -> None:
        reader = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._sockets[reader.fileno()] = reader
        self._poll.register(reader, select.EPOLLIN)

    def ask_for(self, path: str) -> None:
        """Let each ask for a page."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        for reader in self._sockets.values():
            reader.sendall(request)

    def read(self) -> bytes:
        """Return the page when each has got it."""
        missing: dict[int, bytes] = dict.fromkeys(self._sockets, b"")
        while missing:
            for number, _ in self._poll.poll(60):
                data = missing.get(number, b"") + self._sockets[number].recv(65536)
                missing[number] = data
                if is_whole(data):
                    page = missing.pop(number)
        return page

    def leave(self) -> None:
        """Close everything."""
        for reader in self._sockets.values():
            reader.close()


def is_whole(answer: bytes) -> bool:
    """Say whether all of an answer is there."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return bool(blank and length) and len(body) >= int(length[1])


def megabytes(server: NoJsServer) -> float:
    """Return the memory of the process that serves no.js."""
    status = Path(f"/proc/{server.program.child.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def post(server: NoJsServer, path: str, **form: str) -> float:
    """Send a form, and return how many seconds that took."""
    started = time.perf_counter()
    answer = ask(server.port, "POST", HOME + path, FORM, urlencode(form).encode())
    assert answer.status == 302, answer.body
    return time.perf_counter() - started


def address(page: bytes) -> str:
    """Return what a page fetches by itself."""
    found = NEXT.search(page)
    assert found, page
    return f"{ROOM}/{found[1].decode()}"


def measure(server: NoJsServer, count: int, messages: int) -> None:
    """Print all figures."""
    post(server, "/name", name="Speaker")
    alone = [post(server, f"{ROOM}/say", text=f"to nobody {n}") for n in range(messages)]
    report("posting, nobody there", alone)
    memory = [megabytes(server)]
    memory += sleep_and_wake(server, count, messages)
    memory += sleep_and_wake(server, count, messages)
    figures = ", ".join(f"{one:.0f}" for one in memory)
    say(f"memory in MB, before, with them, after, with others, after: {figures}")


def sleep_and_wake(server: NoJsServer, count: int, messages: int) -> list[float]:
    """Let readers come, read, and leave; return the memory with them and after them."""
    readers = Readers(server.port, count)
    readers.ask_for(f"{ROOM}/messages")
    page = readers.read()
    posts, arrivals = [], []
    for number in range(messages):
        readers.ask_for(address(page))
        eventually(lambda: is_quiet(server), "that all of them wait")
        started = time.perf_counter()
        posts.append(post(server, f"{ROOM}/say", text=f"to all {number}"))
        page = readers.read()
        arrivals.append(time.perf_counter() - started)
    report(f"posting, {count} readers", posts)
    report("until the last one has it", arrivals)
    readers.ask_for(address(page))
    eventually(lambda: is_quiet(server), "that all of them wait")
    during = megabytes(server)
    readers.leave()
    post(server, f"{ROOM}/say", text="anybody there?")
    eventually(lambda: is_quiet(server), "that they are forgotten")
    time.sleep(SETTLING)
    return [during, megabytes(server)]


def is_quiet(server: NoJsServer) -> bool:
    """Say whether the process has nothing to do for a moment."""
    used = cpu_ticks(server)
    time.sleep(0.3)
    return cpu_ticks(server) - used <= 1


def cpu_ticks(server: NoJsServer) -> int:
    """Return the processor time of the process."""
    fields = Path(f"/proc/{server.program.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def report(what: str, seconds: list[float]) -> None:
    """Print the middle and the longest of some times."""
    middle, longest = 1000 * statistics.median(seconds), 1000 * max(seconds)
    say(f"{what}: {middle:.1f} ms in the middle, {longest:.1f} ms at the longest")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(count: int = 2000, messages: int = 10) -> None:
    """Start everything, measure, and stop it."""
    settings = {"NOJS_LOG_LEVEL": "WARNING", "NOJS_HOLD": "90"}
    with (
        tempfile.TemporaryDirectory() as name,
        running(Path(name), "mongrel2", **settings) as server,
    ):
        measure(server, count, messages)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
