"""Promises of the concurrency interface, checked in a process that runs on one library.

`python concurrency_program.py LIBRARY CHECK`; the tests beside it start it.
"""

import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

from brubeck.concurrency import use

library = use(sys.argv[1])

import pytest  # noqa: E402  after use
from brubeck.concurrency.base import OutOfTime  # noqa: E402  after use
from brubeck.concurrency.leader import MAX_IDLE, MESSAGES_A_TURN, Crew  # noqa: E402  after use
from brubeck.concurrency.signals import StopRequest  # noqa: E402  after use
from brubeck.concurrency.timelimit import TimeLimit  # noqa: E402  after use


class Line:
    """A source of messages with a descriptor, as ZeroMQ's sockets have one."""

    def __init__(self):
        self.reader, self.writer = os.pipe()
        self.waiting = []
        self.watch = library.watch(self.reader)

    def put(self, *messages):
        self.waiting.extend(messages)
        threads.Thread(target=os.write, args=(self.writer, b".")).start()

    def get(self):
        if self.waiting:
            return self.waiting.pop(0)
        return None


class Threads:
    """Nothing blocks here: the write is small and the pipe is empty."""

    class Thread:
        def __init__(self, target, args):
            self.start = lambda: target(*args)


threads = Threads


def make_crew(handle, messages, limit=None, seconds=None):
    return Crew(
        library,
        receive=lambda: messages.pop(0) if messages else None,
        watch=None,
        handle=handle,
        limit=limit,
        seconds=seconds,
    )


def check_interface():
    """Spawn, sleep, events, callbacks, time limits and threads."""
    seen = []
    task = library.spawn(seen.append, "spawned")
    library.call_soon(lambda: seen.append("called"))
    library.yield_turn()
    library.sleep(0.01)
    assert sorted(seen) == ["called", "spawned"]
    task.kill()
    event = library.event()
    assert not event.is_set()
    assert not event.wait(0.01)
    library.spawn(event.set)
    assert event.wait(5)
    event.set()
    assert event.wait()
    assert event.is_set()
    try:
        with library.timeout(0.01):
            library.sleep(60)
    except TimeoutError as error:
        seen.append(str(error))
    assert seen[-1] == "It took longer than 0.01 s."
    with library.timeout(60):
        pass


def check_threads():
    """Let a computation in a real thread run beside greenlets, and give its result or exception."""
    progress = []

    def tick():
        while True:
            progress.append(1)
            library.sleep(0)

    task = library.spawn(tick)
    assert library.run_in_thread(pow, 2, 10) == 1024
    library.run_in_thread(blocked_until, progress)
    task.kill()
    with pytest.raises(ValueError, match="invalid literal"):
        library.run_in_thread(int, "x")


def blocked_until(progress):
    """Keep a real thread busy until greenlets have made progress meanwhile."""
    start = len(progress)
    while len(progress) < start + 10:
        pass


def check_kill():
    """End a killed task at the point where it waits."""
    ended = library.event()

    def job():
        try:
            library.event().wait()
        finally:
            ended.set()

    task = library.spawn(job)
    library.yield_turn()
    task.kill()
    assert ended.wait(5)


def check_blocking():
    """Handlers that block all at once are in hand together; the order of messages is kept."""
    order, present, peak = [], [0], [0]
    together = library.event()

    def handle(message):
        order.append(message)
        present[0] += 1
        peak[0] = max(peak[0], present[0])
        if present[0] == 10:
            together.set()
        assert together.wait(10)
        present[0] -= 1

    crew = make_crew(handle, list(range(10)))
    crew.start()
    assert crew.join(10)
    assert order == list(range(10))
    assert peak[0] == 10
    assert crew.in_hand == 0


def check_inline():
    """Handlers that never block run in one greenlet, and others get their turn."""
    from greenlet import getcurrent

    greenlets, turns = set(), []
    messages = list(range(MESSAGES_A_TURN * 4))

    def other():
        while messages:
            turns.append(len(messages))
            library.sleep(0)

    library.spawn(other)
    crew = make_crew(lambda message: greenlets.add(getcurrent()), messages)
    crew.start()
    assert crew.join(10)
    assert len(greenlets) == 1
    assert len(set(turns)) >= 3, turns


def check_limit():
    """With as many in hand as the limit allows, nothing is received."""
    messages = list(range(6))
    go, seen = library.event(), []

    def handle(message):
        seen.append(message)
        go.wait()

    crew = make_crew(handle, messages, limit=2)
    crew.start()
    for _ in range(10):
        library.yield_turn()
    assert seen == [0, 1]
    assert crew.in_hand == 2
    go.set()
    assert crew.join(10)
    assert seen == list(range(6))


def check_time_limit():
    """End handlers that wait for too long where they wait, and give their places to others."""
    never, seen = library.event(), []

    def handle(message):
        try:
            never.wait()
        except OutOfTime as error:
            seen.append((message, str(error)))
        library.sleep(0)  # what comes after it has time again

    messages = ["stuck", "stuck too", "waited for"]
    crew = make_crew(handle, messages, limit=2, seconds=0.05)
    crew.start()
    assert crew.join(10)
    text = "It took longer than 0.05 s."
    assert seen[0] == ("stuck", text)
    assert set(seen) == {("stuck", text), ("stuck too", text), ("waited for", text)}
    assert crew.in_hand == 0


def check_time_limit_while_cleaning_up():
    """End handlers again that wait for ever when they have been ended."""
    never, ended = library.event(), []

    def handle(message):
        with suppress(OutOfTime):
            try:
                never.wait()
            finally:
                never.wait()
        ended.append(message)

    crew = make_crew(handle, ["stuck", "next"], limit=1, seconds=0.02)
    crew.start()
    assert crew.join(10)
    assert ended == ["stuck", "next"]
    assert crew.in_hand == 0


def check_time_limit_of_a_block():
    """End a block where it waits, as often as it waits; one that is in time is left alone."""
    never, ended = library.event(), []

    def wait_twice():
        with TimeLimit(0.02):
            try:
                never.wait()
            finally:
                ended.append("once")
                never.wait()

    with pytest.raises(OutOfTime, match=r"longer than 0\.02 s"):
        wait_twice()
    with TimeLimit(0.02):
        ended.append("in time")
    library.sleep(0.05)
    assert ended == ["once", "in time"]


def check_uncaught_time_limit():
    """Log a handler that lets the end of its time pass through, and go on."""
    seen = []

    def handle(message):
        seen.append(message)
        if message == "stuck":
            library.event().wait()

    crew = make_crew(handle, ["stuck", "next"], limit=1, seconds=0.05)
    crew.start()
    assert crew.join(10)
    assert seen == ["stuck", "next"]


def check_call_later():
    """Call a function after its time, unless the call is cancelled before."""
    seen, called = [], library.event()
    library.call_later(0, lambda: seen.append("cancelled")).cancel()
    library.call_later(0.001, called.set)
    assert called.wait(5)
    assert seen == []


def check_failures():
    """Lose a message to its exception, a greenlet to its end, and nothing else."""
    from greenlet import GreenletExit

    seen = []

    def handle(message):
        seen.append(message)
        if message == 1:
            raise RuntimeError
        if message == 2:
            raise GreenletExit
        if message == 3:
            library.sleep(0.01)
            raise GreenletExit

    crew = make_crew(handle, list(range(6)))
    crew.start()
    assert crew.join(10)
    assert seen == list(range(6))


def check_waiting():
    """Wait for a source, be woken by it, keep followers but not all, and finish on request."""
    line, seen = Line(), []
    arrived = library.event()

    def handle(message):
        library.sleep(0.001)
        seen.append(message)
        if len(seen) == MAX_IDLE * 2:
            arrived.set()

    def receive():
        message = line.get()
        if message is None and not line.waiting:
            drain(line.reader)
        return message

    crew = Crew(library, receive=receive, watch=line.watch, handle=handle, limit=None)
    crew.start()
    library.sleep(0.01)
    line.put(*range(MAX_IDLE * 2))
    assert arrived.wait(10)
    line.put("again")
    while "again" not in seen or crew.in_hand:
        library.sleep(0.001)
    assert 0 < len(crew._idle) <= MAX_IDLE
    crew.finish()
    assert crew.join(10)
    line.put("late")
    library.sleep(0.01)
    assert "late" not in seen


def drain(reader):
    os.set_blocking(reader, False)
    try:
        if library.name == "eventlet":
            from eventlet.patcher import original

            original("os").read(reader, 100)
        else:
            os.read(reader, 100)
    except BlockingIOError:
        pass


def check_wsgi():
    """Send slow clients away, hang up where the application says so, and end in time."""
    reached, opened = library.event(), library.event()

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/wait":
            reached.set()
            opened.wait()
        if environ["PATH_INFO"] == "/hang-up":
            environ["brubeck.hang_up"]()
        start_response("200 OK", [])
        return [environ["SERVER_PROTOCOL"].encode()]

    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    server = library.serve_wsgi(listener, application, patience=0.05)
    assert b" 200 " not in exchange(address, b"")
    assert b" 200 " not in exchange(address, b"GET / HT")
    assert b" 200 " not in exchange(address, b"GET / HTTP/1.1\r\nHost: x\r\n")
    unread = b"POST /hang-up HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
    answer = exchange(address, unread)
    assert answer.endswith(b"HTTP/1.1")
    assert b"connection: close" in answer.lower()
    assert exchange(address, b"GET / HTTP/1.0\r\n\r\n").endswith(b"HTTP/1.0")
    with socket.create_connection(address) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reached.wait(10)
        assert not server.stop(0.01)
        opened.set()
        assert client.recv(65536)


def exchange(address, data):
    """Return what a server says until it closes the connection."""
    answer = b""
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(data)
        while chunk := client.recv(65536):
            answer += chunk
    return answer


def check_slow():
    """join() says when the time was not enough."""
    crew = make_crew(lambda message: library.event().wait(), [1])
    crew.start()
    assert not crew.join(0.01)


def check_signals():
    """Wake an idle process by a signal, and give the handlers back."""
    before = signal.getsignal(signal.SIGTERM)
    with StopRequest(library) as stop:
        assert signal.getsignal(signal.SIGTERM) != before
        later(signal.SIGTERM)
        stop.wait()
        assert stop.is_set
        stop.set()
    assert signal.getsignal(signal.SIGTERM) == before
    assert signal.set_wakeup_fd(-1) == -1  # ours until then, so that no signal comes too late
    stop.set()


def check_interrupts():
    """One Ctrl-C asks, the second one interrupts."""
    with StopRequest(library) as stop:
        later(signal.SIGINT)
        stop.wait()
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def interrupt():
    """Interrupt this process."""
    os.kill(os.getpid(), signal.SIGINT)
    library.sleep(60)


def later(number):
    """Send this process a signal from another one, while the hub sleeps."""
    if os.fork() == 0:
        os.kill(os.getppid(), number)
        os._exit(0)


def check_threaded():
    """Outside the main thread there are no signals, but a wish to stop works."""
    results = []

    def serve():
        with StopRequest(library) as stop:
            stop.set()
            stop.wait()
            results.append(stop.is_set)

    library.run_in_thread(serve)
    assert results == [True]


def check_choice():
    """Keep the choice; refuse another one with what to do."""
    import brubeck.concurrency as choice

    assert choice.use() is library
    assert choice.use(library.name) is library
    assert choice.active() is choice.current() is library
    other = "eventlet" if library.name == "gevent" else "gevent"
    with pytest.raises(RuntimeError, match=f"BRUBECK_CONCURRENCY={other}"):
        choice.use(other)


def check_patched():
    """Blocking code of the standard library lets others run."""
    seen = []
    library.spawn(seen.append, 1)
    time.sleep(0.01)
    assert seen == [1]
    assert library.zmq.Context is not __import__("zmq").Context
    assert library.pool_class(2).size == 2
    lock = threading.Lock()
    assert lock.acquire()


if __name__ == "__main__":
    globals()[f"check_{sys.argv[2]}"]()
    print("kept")  # noqa: T201  read by the tests
