"""Handlers that would never end are ended, wherever they wait."""

from contextlib import ExitStack
from urllib.parse import quote

import pytest
from framework.conformance.servers import PATIENCE, ask, eventually
from framework.faults.sites import Site, get, open_client
from ports import free_port

PLACES = [
    "prepare",
    "handler",
    "cleaning up",
    "finish",
    "hook before",
    "hook after",
]
KINDS = [(kind, library) for kind in ("direct", "wsgi") for library in ("gevent", "eventlet")]


@pytest.fixture(params=KINDS, ids="-".join)
def port(request: pytest.FixtureRequest, site: Site) -> int:
    """Give the port of a server with a time limit of half a second and room for three requests."""
    kind, library = request.param
    arguments = [f"--concurrency={library}"]
    if kind == "direct":
        chosen = site.add_front().port
        arguments += site.addresses
    else:
        chosen = free_port()
        arguments += [f"--port={chosen}"]
    site.command("worker", "run", "stuck_program:app", *arguments)
    eventually(lambda: answers(chosen), "an answer")
    return chosen


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/echo/x").status == 200
    except OSError:
        return False


def stuck(where: str) -> str:
    return f"/stuck?where={quote(where)}"


@pytest.mark.timeout(4 * PATIENCE)
def test_whoever_waits_for_ever_gets_an_error_and_gives_up_his_place(port: int) -> None:
    """503, in every place where a handler can wait; there are more of them than places."""
    with ExitStack() as stack:
        clients = [
            (where, stack.enter_context(open_client(port, get(stuck(where)))))
            for where in PLACES * 2
        ]
        for where, client in clients:
            assert client.recv(65_536).startswith(b"HTTP/1.1 503"), where
    assert ask(port, "GET", "/echo/alive").status == 200


def test_an_error_handler_that_waits_for_ever_is_ended_too(port: int) -> None:
    """Its client gets the plain error."""
    assert ask(port, "GET", stuck("error")).status == 500


def test_who_is_parked_has_all_the_time(port: int) -> None:
    """The limit is for handlers; what is sent behind a poll has a limit of its own."""
    with open_client(port, get(stuck("parked")) + get(stuck("handler"))) as client:
        eventually(lambda: ask(port, "GET", "/state").body == b"1", "it is parked")
        assert ask(port, "GET", stuck("handler")).status == 503
        assert ask(port, "GET", "/tell").body == b"1"
        received = b""
        while b"HTTP/1.1 503" not in received:
            data = client.recv(65_536)
            assert data, received
            received += data
        assert received.count(b"news") == 1
