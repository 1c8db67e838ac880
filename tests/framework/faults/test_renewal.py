"""Processes come and go while clients ask, and no client notices."""

import hashlib
import json
import signal
from contextlib import ExitStack
from functools import partial

import pytest
from framework.conformance.servers import Process, eventually
from framework.faults.sites import Site, get, load, open_client

LIBRARIES = ["gevent", "eventlet"]


def has_renewed(supervisor: Process, times: int) -> bool:
    return supervisor.text().count("All workers are new.") == times


@pytest.mark.parametrize("library", LIBRARIES)
def test_all_workers_are_renewed_and_no_request_is_lost(site: Site, library: str) -> None:
    """SIGHUP to the supervisor, twice, under closed and open load: every answer is right."""
    site.add_front()
    supervisor = site.supervised("--workers=2", f"--concurrency={library}")
    site.wait_until_answering()
    with load(site.port, closed=8, opened=8, path="nap") as clients:
        for turn in (1, 2):
            supervisor.signal(signal.SIGHUP)
            eventually(partial(has_renewed, supervisor, turn), "renewal")
        seen = clients.end()
    assert supervisor.text().count("Brubeck going down") == 4
    assert seen.pop("right") > 100
    assert not seen


def test_a_program_that_cannot_start_any_more_replaces_nobody(site: Site) -> None:
    """The workers that run go on; the log says what to do."""
    site.add_front()
    program = site.folder / "mortal.py"
    program.write_text("from faults_program import app\n")
    supervisor = site.command("supervisor", "run", "mortal:app", *site.addresses, "--workers=2")
    site.wait_until_answering()
    program.write_text("def (:\n")
    supervisor.signal(signal.SIGHUP)
    eventually(lambda: "The others stay as they are" in supervisor.text(), "the refusal")
    assert site.get("/echo/still") == "still"
    assert "going down" not in supervisor.text()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_worker_that_leaves_answers_what_it_holds(site: Site, library: str) -> None:
    """200 polls are answered at once, a slow request is finished, a slow upload goes elsewhere."""
    site.add_front()
    site.dispatcher()
    first = site.worker("first", f"--concurrency={library}")
    body = bytes(range(256)) * 400
    head = f"POST /digest HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with ExitStack() as stack:
        polls = [stack.enter_context(open_client(site.port, get("/poll"))) for _ in range(200)]
        busy = stack.enter_context(open_client(site.port, get("/wait/busy")))
        upload = stack.enter_context(open_client(site.port, head + body[:1000]))
        eventually(lambda: site.get("/state")["parked"] == 200, "all polls are held")
        eventually((site.folder / "busy.started").exists, "the slow request is in hand")
        site.worker("second")
        first.signal(signal.SIGTERM)
        for poll in polls:
            assert poll.recv(65536).startswith(b"HTTP/1.1 204")
        assert first.child.poll() is None
        upload.sendall(body[1000:])
        assert json.dumps(hashlib.sha256(body).hexdigest()).encode() in upload.recv(65536)
        (site.folder / "busy.go").touch()
        assert busy.recv(65536).endswith(b'"busy"')
    assert first.wait() == 0
    assert "Traceback" not in first.text()


def test_the_whole_site_ends_in_order(site: Site) -> None:
    """SIGTERM to the supervisor: what is in hand is answered, then nobody is left."""
    site.add_front()
    supervisor = site.supervised("--workers=2")
    site.wait_until_answering()
    with open_client(site.port, get("/wait/last")) as client:
        eventually((site.folder / "last.started").exists, "the request is in hand")
        supervisor.signal(signal.SIGTERM)
        eventually(lambda: "Leaving after" in supervisor.text(), "the dispatcher has gone")
        (site.folder / "last.go").touch()
        assert client.recv(65536).endswith(b'"last"')
    assert supervisor.wait() == 0
    assert "Traceback" not in supervisor.text()
