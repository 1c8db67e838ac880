"""What lasts, through a dispatcher and with several workers."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import websocket
from framework.conformance.servers import PATIENCE, ask, eventually
from framework.faults.sites import Site
from websocket import WebSocket

LIBRARIES = ["gevent", "eventlet"]


def start_worker(site: Site, name: str, library: str, **environment: str) -> int:
    """Start one more worker; return its process id."""
    arguments = [f"--pub={site.fronts[0].pub}", f"--dispatcher={site.bind}"]
    arguments += [f"--concurrency={library}"]
    started = site.command(name, "run", "lasting_program:app", *arguments, **environment)
    eventually(lambda: str(started.child.pid) in site.workers(), f"{name} is known")
    return started.child.pid


def clients_of_both(site: Site, stack: ExitStack, library: str) -> dict[int, WebSocket]:
    """Start two workers, the first a slow one; return a client of each."""
    site.add_front()
    site.dispatcher()
    start_worker(site, "first", library, SLOW="0.05")
    start_worker(site, "second", library)
    found: dict[int, WebSocket] = {}

    def open_another() -> bool:
        with ThreadPoolExecutor(8) as threads:
            threads.map(site.get, ["/echo/busy"] * 8)
            client = opened(site, stack)
        if found.setdefault(worker_of(client), client) is not client:
            client.shutdown()
        return len(found) == 2

    eventually(open_another, "a client of each worker")
    return found


def opened(site: Site, stack: ExitStack) -> WebSocket:
    client = websocket.create_connection(f"ws://127.0.0.1:{site.port}/talk", timeout=PATIENCE)
    stack.callback(client.shutdown)
    return client


def worker_of(client: WebSocket, text: str = "who?") -> int:
    """Have a message sent back; return the process that did it."""
    client.send(text)
    worker, _, answer = client.recv().partition(" ")
    assert answer == text
    return int(worker)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_websocket_stays_with_its_worker(site: Site, library: str) -> None:
    """All frames of a connection reach the process that has its handler."""
    with ExitStack() as stack:
        found = clients_of_both(site, stack, library)
        for number in range(200):
            for worker, client in found.items():
                assert worker_of(client, f"message {number}") == worker


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_large_stream_comes_through(site: Site, library: str) -> None:
    """From several workers, asked at once."""
    site.add_front()
    options = ["--workers=2", f"--concurrency={library}"]
    site.command("supervisor", "run", "lasting_program:app", *site.addresses, *options)
    site.wait_until_answering()
    with ThreadPoolExecutor(4) as threads:
        bodies = threads.map(lambda _: ask(site.port, "GET", "/many/160").body, range(4))
        assert [len(body) for body in bodies] == [160 * 65_536] * 4


@pytest.mark.parametrize("library", LIBRARIES)
def test_clients_of_a_worker_that_dies_hear_it(site: Site, library: str) -> None:
    """Their connection ends, and the next one is served; the clients of the other go on."""
    with ExitStack() as stack:
        (dead, client), (alive, other) = clients_of_both(site, stack, library).items()
        os.kill(dead, signal.SIGKILL)
        with pytest.raises((websocket.WebSocketException, OSError)):
            client.recv()
        assert worker_of(other) == alive
        assert worker_of(opened(site, stack)) == alive
