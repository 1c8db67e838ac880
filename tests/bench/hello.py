"""How near the framework comes to the ceiling: what Mongrel2 and bare ZeroMQ do without it.

    python tests/bench/hello.py [rounds] [seconds]

One Mongrel2, one handler process, load by wrk with 64 connections. The candidates take turns,
so that what else happens on the machine hits all of them; medians are compared. Needs mongrel2
and wrk. Two numbers for each: requests a second, which include wrk and Mongrel2 on the same
cores, and requests for each second of processor time of the Python process.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[0] = str(TESTS)  # not this folder, whose files are named after what they measure

from framework.conformance.servers import (  # noqa: E402  found by the line above
    Process,
    eventually,
    free_port,
    is_answering,
    start_mongrel2,
)

CANDIDATES = ("ceiling", "gevent", "eventlet")
CONNECTIONS = 64
TICKS = os.sysconf("SC_CLK_TCK")
GREETING = "Take five, dude!"


def serve_ceiling() -> None:
    """Answer everything with the same bytes: no parsing, no headers, no coroutines."""
    import zmq

    context = zmq.Context()
    out = context.socket(zmq.XPUB)
    out.sndhwm = 0
    out.connect("ipc://out")
    requests = context.socket(zmq.PULL)
    requests.connect("ipc://in")
    out.recv()  # Mongrel2 has subscribed; what was sent before would be lost
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(GREETING)}\r\n\r\n{GREETING}".encode()
    while True:
        sender, conn_id, _ = requests.recv().split(b" ", 2)
        out.send(b"%s %d:%s, %s" % (sender, len(conn_id), conn_id, answer))


def serve_framework(library: str) -> None:
    """Answer with a handler class behind a few routes, as programs do."""
    from brubeck.concurrency import use

    use(library)
    from brubeck.request_handling import Brubeck, WebMessageHandler

    class Hello(WebMessageHandler):
        def get(self, name: str = "dude") -> object:
            self.set_body(f"Take five, {name}!")
            return self.render()

    routes = [(rf"^/route{number}/(\d+)$", Hello) for number in range(20)] + [(r"^/hello", Hello)]
    app = Brubeck(mongrel2_pair=("ipc://in", "ipc://out"), handler_tuples=routes, log_level=30)
    app.run()


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(folder: Path, port: int, candidate: str, seconds: int) -> tuple[float, float]:
    """Return requests a second, and requests for each second of the handler's processor time."""
    environment = {"PYTHONPATH": str(TESTS.parent / "framework")}
    command = [sys.executable, "-W", "ignore", __file__, "serve", candidate]
    server = Process(command, folder, candidate, **environment)
    try:
        eventually(lambda: is_answering(port), f"an answer of {candidate}")
        before = cpu_seconds(server.child.pid)
        load = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"http://127.0.0.1:{port}/hello"]
        report = subprocess.run(load, capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(server.child.pid) - before
        if "Non-2xx" in report or "Socket errors" in report:
            raise SystemExit(f"{candidate} failed under load:\n{report}")
        rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
        total = re.search(r"(\d+) requests in", report)
        assert rate, report
        assert total, report
        return float(rate[1]), int(total[1]) / used
    finally:
        server.end()


def compare(rounds: int, seconds: int) -> None:
    """Let the candidates take turns, and print medians and ratios to the ceiling."""
    results: dict[str, list[tuple[float, float]]] = {candidate: [] for candidate in CANDIDATES}
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        mongrel2 = start_mongrel2(folder, port)
        try:
            for _ in range(rounds):
                for candidate in CANDIDATES:
                    results[candidate].append(measure(folder, port, candidate, seconds))
        finally:
            mongrel2.end()
    medians = {
        candidate: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for candidate, rows in results.items()
    }
    print(f"{'':10} {'requests/s':>12} {'of ceiling':>11} {'per CPU-s':>11}")  # noqa: T201  a report
    for candidate, (rate, efficiency) in medians.items():
        share = rate / medians["ceiling"][0]
        print(f"{candidate:10} {rate:12,.0f} {share:11.2f} {efficiency:11,.0f}")  # noqa: T201  a report


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve_ceiling() if sys.argv[2] == "ceiling" else serve_framework(sys.argv[2])
    else:
        numbers = [int(argument) for argument in sys.argv[1:]]
        compare(*(numbers + [5, 3][len(numbers) :]))
