"""no.js on the wire, over both transports: old clients, a Redis that goes away, broken links."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from e2e.nojsserver import KILL, NoJsServer, running
from framework.conformance.servers import eventually, raw_connection, read_to_end

pytestmark = [pytest.mark.e2e, pytest.mark.local]


WAYS = [(way, library) for way in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")]


@pytest.fixture(params=WAYS, scope="module", ids="-".join)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NoJsServer]:
    """Give a site that lets requests wait for two seconds."""
    folder = tmp_path_factory.mktemp("nojs")
    way, library = request.param
    with running(folder, way, NOJS_HOLD="2", NOJS_CONCURRENCY=library) as started:
        yield started


def asked(server: NoJsServer, *lines: str, body: str = "") -> str:
    """Return what comes back to a request as it is written here, up to the end of the connection."""
    data = "\r\n".join([*lines, "", body]).encode()
    with raw_connection(server.port, data) as connection:
        return read_to_end(connection).decode()


def test_http_1_0_reads_and_writes_without_naming_a_host(server: NoJsServer) -> None:
    """A client of 1996, without cookies and Host: the connection ends with each answer."""
    home = "/k/" + "o" * 22
    page = asked(server, f"GET {home}/lobby HTTP/1.0")
    assert " 200 " in page.partition("\r\n")[0]
    posts(server, f"{home}/name", name=f"Otto {server.port}")
    answer = posts(server, f"{home}/r/old/say", text="still here")
    assert re.search(rf"Location: {home}/r/old/say", answer)
    assert "still here" in asked(server, f"GET {home}/r/old/still HTTP/1.0")


def posts(server: NoJsServer, path: str, **form: str) -> str:
    """Send a form as old browsers did."""
    body = urlencode(form)
    kind = "Content-Type: application/x-www-form-urlencoded"
    return asked(server, f"POST {path} HTTP/1.0", kind, f"Content-Length: {len(body)}", body=body)


def test_a_held_request_gets_the_message_that_it_waits_for(server: NoJsServer) -> None:
    """Over a real connection: nothing, and then the page with the message."""
    talks_and_listens(server, "held")


def talks_and_listens(server: NoJsServer, room: str) -> None:
    """Say something in a room to somebody who waits for it."""
    home = "/k/" + f"{room:w<22}"
    posts(server, f"{home}/name", name=f"{room} {server.port}")
    posts(server, f"{home}/r/{room}/say", text="first")
    assert "first" in follow(server, room, "first")
    with ThreadPoolExecutor() as reader:
        waiting = reader.submit(follow, server, room, "second")
        posts(server, f"{home}/r/{room}/say", text="second")
        assert "second" in waiting.result()


def test_who_waits_in_vain_is_sent_round_again(server: NoJsServer) -> None:
    """After the time that the settings say, a redirect to the page as it is now."""
    found = re.search(r"url=(messages\?v=[^#]*)#", server.get("/r/silent/messages").body.decode())
    assert found
    answer = asked(server, f"GET /r/silent/{found[1]} HTTP/1.0")
    assert " 302 " in answer.partition("\r\n")[0]
    assert "Location: messages#bottom" in answer


def test_readers_come_back_by_themselves_when_redis_was_away(server: NoJsServer) -> None:
    """While it is away they are told and asked to come back; then everything goes on, at once."""
    server.redis.signal(KILL)
    server.redis.wait()
    away = server.get("/r/later/messages")
    assert away.status == 503
    assert b'http-equiv="refresh" content="4"' in away.body
    server.start_redis()
    eventually(server.is_ready, "an answer after the restart")
    eventually(lambda: server.get("/r/later/messages").status == 200, "the room")
    talks_and_listens(server, "later")


def test_redis_may_come_after_the_site(tmp_path: Path) -> None:
    """Until then every page says so and comes back; then all is well without a restart."""
    with running(tmp_path, "wsgi", has_redis=False) as site:
        for path in ("/lobby", "/rooms", "/r/den/messages", "/r/den/page", "/r/den/still"):
            page = site.get(path)
            assert page.status == 503
            assert b'http-equiv="refresh" content="4"' in page.body
        assert (
            site.get("/").status == site.get("/trick").status == site.get("/healthz").status == 200
        )
        assert not site.is_ready()
        site.start_redis()
        eventually(site.is_ready, "a site that works")
        talks_and_listens(site, "den")


def test_no_link_of_the_site_is_broken(tmp_path: Path) -> None:
    """LinkChecker follows everything, as a stranger and as somebody with a key in the address."""
    with running(tmp_path, "mongrel2", NOJS_HOLD="2") as server:
        assert_links_work(server)


def assert_links_work(server: NoJsServer) -> None:
    """Fill a room, and follow all links."""
    home = "/k/" + "c" * 22
    posts(server, f"{home}/name", name=f"Checker {server.port}")
    for number in range(30):
        posts(server, f"{home}/r/checked/say", text=f"line {number}: see http://elsewhere.example/")
    command = [sys.executable, "-W", "ignore", "-m", "linkcheck", "--no-robots", "--no-status"]
    command += ["--threads", "4", "--recursion-level", "4", "--no-warnings", "-o", "text"]
    done = subprocess.run(
        [*command, f"{server.site}/", f"{server.site}{home}/", f"{server.site}{home}/r/checked/page?v=0"],
        capture_output=True, text=True, timeout=100, check=False,
        cwd=server.folder, env={"HOME": str(server.folder), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors found" in done.stdout
    assert int(re.findall(r"(\d+) links? in", done.stdout)[0]) > 50


def follow(server: NoJsServer, room: str, text: str) -> str:
    """Return the page of messages as soon as a text is there, doing what the page says."""
    page = server.get(f"/r/{room}/messages").body.decode()
    while text not in page:
        found = re.search(r"url=(messages\?v=[^#]*)#", page)
        path = found[1] if found else "messages"  # a redirect has no page
        page = asked(server, f"GET /r/{room}/{path} HTTP/1.0")
    return page
