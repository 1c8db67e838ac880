"""Processes die without a word, and their clients are not left alone."""

import os
import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from framework.conformance.servers import eventually, read_to_end
from framework.faults.sites import Site, get, load, open_client

CREDITS = 64  # the most that a worker asks for ahead


def crowd(stack: ExitStack, port: int, path: str, count: int) -> list[socket.socket]:
    """Open several clients that ask for the same."""
    return [stack.enter_context(open_client(port, get(path))) for _ in range(count)]


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_clients_of_a_killed_worker_hear_it_at_once(site: Site, library: str) -> None:
    """Held and running requests get 502 and the end of the connection; nothing else does."""
    site.add_front()
    site.dispatcher()
    victim = site.worker("victim", f"--concurrency={library}")
    with ExitStack() as stack:
        clients = crowd(stack, site.port, "/poll", 20)
        clients.append(stack.enter_context(open_client(site.port, get("/wait/never"))))
        eventually(lambda: site.get("/state")["parked"] == 20, "all polls are held")
        eventually((site.folder / "never.started").exists, "the request is in hand")
        site.worker("heir")
        victim.signal(signal.SIGKILL)
        for client in clients:
            answer = read_to_end(client)
            assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
            assert b"Send it again." in answer
    assert site.get("/echo/alive") == "alive"
    assert site.statistics()["lost"] == 21


def test_a_killed_worker_costs_no_more_than_it_was_given(site: Site) -> None:
    """Under load at most as many requests fail as it had asked for, and nobody hangs."""
    site.add_front()
    supervisor = site.supervised("--workers=2")
    site.wait_until_answering()
    with load(site.port, closed=16) as clients:
        pid = site.get("/state")["pid"]
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: "Another one starts" in supervisor.text(), "the death is noticed")
        eventually(lambda: supervisor.text().count("is here.") == 3, "another worker")
        seen = clients.end()
    assert seen.pop("right") > 100
    # Who is told 502 between two requests hears it as an answer to the second, or as the end.
    ends = {"502", "RemoteDisconnected", "ConnectionResetError", "BadStatusLine", "BrokenPipeError"}
    assert set(seen) <= ends
    assert sum(seen.values()) <= CREDITS


@pytest.mark.parametrize("when", ["before", "after"])
def test_nobody_is_answered_twice_when_a_worker_dies_while_it_answers(
    site: Site, when: str
) -> None:
    """A client who may have his answer gets nothing behind it but the end of the connection."""
    site.add_front()
    site.dispatcher()
    site.worker("victim", program="dying_program", DIES=when)
    with open_client(site.port, get("/echo/dying")) as client:
        heard = read_to_end(client)
    if when == "before":
        assert heard == b""
    else:
        assert heard.startswith(b"HTTP/1.1 200 OK")
        assert heard.endswith(b'\r\n\r\n"dying"')
    assert site.statistics()["lost"] == 0


def test_what_a_killed_dispatcher_had_in_hand_is_counted(site: Site) -> None:
    """The next one says in its log and in its numbers how many requests get no answer."""
    site.add_front()
    dispatcher = site.dispatcher()
    with ExitStack() as stack:
        crowd(stack, site.port, "/echo/lost", 7)
        eventually(lambda: site.statistics().get("waiting") == 7, "all requests are read")
        dispatcher.signal(signal.SIGKILL)
        dispatcher.wait()
        successor = site.dispatcher("successor")
        eventually(lambda: site.statistics().get("lost_before") == 7, "the number")
        eventually(lambda: "died with 7 requests in hand" in successor.text(), "a line")
        site.worker("worker")
        assert site.get("/echo/alive") == "alive"
    successor.signal(signal.SIGTERM)
    assert successor.wait() == 0
    site.dispatcher("third")
    eventually(lambda: site.statistics().get("lost_before") == 0, "nothing is lost by an end")


def test_workers_and_their_clients_survive_the_dispatcher(site: Site) -> None:
    """A new dispatcher learns who holds what: news reach old polls, and so does a death."""
    front = site.add_front()
    dispatcher = site.dispatcher()
    worker = site.worker("worker")
    with ExitStack() as stack:
        polls = crowd(stack, site.port, "/poll", 10)
        eventually(lambda: site.get("/state")["parked"] == 10, "all polls are held")
        assert front.has_dispatcher()
        dispatcher.signal(signal.SIGKILL)
        dispatcher.wait()
        eventually(lambda: not front.has_dispatcher(), "Mongrel2 has heard of it")
        waiting = stack.enter_context(open_client(site.port, get("/echo/waiting")))
        site.dispatcher("successor")
        assert waiting.recv(65536).endswith(b'"waiting"')
        assert site.get("/tell/news") == 10
        for poll in polls:
            assert poll.recv(65536).endswith(b'"news"')
        (again,) = crowd(stack, site.port, "/poll", 1)
        eventually(lambda: site.get("/state")["parked"] == 1, "the poll is held")
        assert "The dispatcher is gone." in worker.text()
        worker.signal(signal.SIGKILL)
        assert read_to_end(again).startswith(b"HTTP/1.1 502")


def test_the_supervisor_replaces_a_dispatcher_under_load(site: Site) -> None:
    """Workers stay; only what was between Mongrel2 and the dispatcher can be lost."""
    site.add_front()
    supervisor = site.supervised("--workers=2")
    site.wait_until_answering()
    eventually(lambda: supervisor.text().count("is here.") == 2, "both workers are known")
    family = children(supervisor.child.pid)
    victim = next(pid for pid in family if is_dispatcher(pid))
    os.kill(int(victim), signal.SIGKILL)
    eventually(lambda: f"Dispatcher {victim} was ended by SIGKILL" in supervisor.text(), "a line")
    eventually(lambda: supervisor.text().count("is here.") == 4, "both workers are back")
    eventually(lambda: "died with 0 requests in hand" in supervisor.text(), "a count")
    with load(site.port, closed=8, opened=4) as clients:
        assert str(site.get("/state")["pid"]) in family
        seen = clients.end()
    assert set(seen) == {"right"}


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def is_dispatcher(pid: str) -> bool:
    return b"\0dispatch\0" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("kind", ["dispatched", "direct"])
def test_no_old_reply_reaches_a_new_client(site: Site, kind: str) -> None:
    """Mongrel2 dies with requests pending and counts from the beginning when it is back."""
    front = site.add_front()
    if kind == "dispatched":
        site.dispatcher()
        site.worker("worker")
    else:
        site.command("worker", "run", "faults_program:app", *site.addresses)
    site.wait_until_answering()
    with ExitStack() as stack:
        for number in range(10):
            stack.enter_context(open_client(front.port, get(f"/wait/old{number}")))
        for number in range(10):
            started = site.folder / f"old{number}.started"
            eventually(started.exists, "the request is in hand")
        front.kill()
        front.start()
        site.wait_until_answering()
        newcomers = [
            stack.enter_context(open_client(front.port, get(f"/wait/new{number}")))
            for number in range(20)
        ]
        for number in range(20):
            eventually((site.folder / f"new{number}.started").exists, "the request is in hand")
        for number in range(10):
            (site.folder / f"old{number}.go").touch()
        eventually(lambda: site.get("/echo/after") == "after", "the site answers")
        for number, newcomer in enumerate(newcomers):
            (site.folder / f"new{number}.go").touch()
            answer = newcomer.recv(65536)
            assert answer.endswith(f'"new{number}"'.encode())
            assert answer.count(b"HTTP/1.1") == 1


def test_a_restarted_mongrel2_is_served_again(site: Site) -> None:
    """Dispatcher and workers find it by themselves, and every answer is right."""
    front = site.add_front()
    site.dispatcher()
    site.worker("worker")
    site.wait_until_answering()
    for _ in range(2):
        front.kill()
        front.start()
        site.wait_until_answering()
    with load(front.port, closed=4, opened=4) as clients:
        assert site.get("/echo/x") == "x"
        seen = clients.end()
    assert set(seen) == {"right"}


def test_the_worker_is_told_that_a_client_has_left(site: Site) -> None:
    """The one who holds his poll hears it, through the dispatcher."""
    site.add_front()
    site.dispatcher()
    site.worker("worker")
    with open_client(site.port, get("/poll")):
        eventually(lambda: site.get("/state")["parked"] == 1, "the poll is held")
    eventually(lambda: site.get("/state")["left"] == 1, "the handler is told")
    assert site.get("/state")["parked"] == 0
    eventually(lambda: site.workers()[str(site.get("/state")["pid"])]["in_hand"] <= 1, "forgotten")


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_the_worker_is_told_so_while_it_has_its_hands_full(site: Site, library: str) -> None:
    """News about clients who have left wait neither for credits nor for a free place."""
    site.add_front()
    site.dispatcher()
    site.worker("worker", f"--concurrency={library}", POOL="2")
    with ExitStack() as stack:
        with open_client(site.port, get("/poll")):
            eventually(lambda: site.get("/state")["parked"] == 1, "the poll is held")
            for word in ("one", "two", "three"):
                stack.enter_context(open_client(site.port, get(f"/wait/{word}")))
            eventually(lambda: len(list(site.folder.glob("*.started"))) == 2, "two are in hand")
            eventually(lambda: site.statistics()["waiting"] == 1, "one waits")
        eventually((site.folder / "left").exists, "the handler is told")
        assert len(list(site.folder.glob("*.started"))) == 2
