"""Several processes of no.js share one Redis: nobody notices which of them he talks to."""

import re
import signal
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from e2e.nojsserver import SERVE_BY_TWO, NoJsServer, running
from framework.conformance.servers import eventually, raw_connection
from gevent import Greenlet

pytestmark = [pytest.mark.e2e, pytest.mark.local]

LINE = re.compile(r"<(?:span|em)>([^<]*)<")
NEXT = re.compile(r"url=(messages\?v=[^#]*)#")
LINES = 40
QUICK = {"NOJS_HOLD": "2", "NOJS_AWAY": "4", "NOJS_LOG_LEVEL": "WARNING"}
Pair = tuple[NoJsServer, NoJsServer]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Give two sites of a process each, with one Redis."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with running(tmp_path / "one", "wsgi", **QUICK) as one:
        folder = tmp_path / "other"
        with running(folder, "wsgi", redis_of=one, NOJS_CONCURRENCY="eventlet", **QUICK) as other:
            yield one, other


def home(name: str) -> str:
    """Return where the addresses of somebody begin who keeps no cookies."""
    return "/k/" + f"{name:k<22}"


def say(server: NoJsServer, name: str, text: str) -> None:
    """Say something in the room."""
    assert server.post(f"{home(name)}/r/den/say", text=text).status == 302


def poll(server: NoJsServer, name: str, last: str) -> list[list[str]]:
    """Return the lines of each page that somebody gets until a text is among them."""
    pages, path = [], "messages"
    while not pages or last not in pages[-1]:
        answer = server.get(f"{home(name)}/r/den/{path}")
        page = unescape(answer.body.decode())
        found = NEXT.search(page)
        path = found[1] if found else "messages"  # a redirect has no page
        if answer.status == 200:
            pages.append(LINE.findall(page))
    return pages


def stream(server: NoJsServer, last: str) -> list[str]:
    """Return the lines of the endless page until a text is among them."""
    request = b"GET /r/den/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    page = b""
    with raw_connection(server.port, request) as connection:
        while last.encode() not in page:
            page += connection.recv(65536)
    return [unescape(text) for text in LINE.findall(page.decode())]


def test_readers_of_both_see_every_line_once_and_in_order(pair: Pair) -> None:
    """Whoever says it where: the pages that are held and the endless ones tell the same story."""
    one, other = pair
    for name, server in (("Ada", one), ("Grace", other)):
        assert server.post(f"{home(name)}/name", name=name).status == 302
    say(one, "Ada", "first")
    say(other, "Grace", "second")
    reading = [
        *(
            Greenlet.spawn(poll, server, name, "last")
            for server, name in zip(pair, "xy", strict=True)
        ),
        *(Greenlet.spawn(stream, server, "last") for server in pair),
    ]
    said = [f"line {number}" for number in range(LINES)]
    for number, text in enumerate(said):
        say(*((one, "Ada") if number % 2 else (other, "Grace")), text)
    say(one, "Ada", "last")
    polled, streamed = ([each.get(timeout=60) for each in reading[at : at + 2]] for at in (0, 2))
    for lines in streamed:
        assert [line for line in lines if line in said] == said
    for pages in polled:
        for lines in pages:
            begun = [line for line in lines if line in said]
            assert begun == said[said.index(begun[0]) :][: len(begun)] if begun else True
        assert pages[-1][-1] == "last"


def test_who_was_on_a_process_that_died_has_left_and_the_others_are_there(pair: Pair) -> None:
    """The process that goes on sweeps him out, once, and keeps those whom it knows to be there."""
    one, other = pair
    for name, server in (("Ada", one), ("Grace", other)):
        assert server.post(f"{home(name)}/name", name=name).status == 302
        say(server, name, "hello")
    one.program.signal(signal.SIGKILL)
    one.program.wait()
    assert "Ada has left the room." in poll(other, "Grace", "Ada has left the room.")[-1]
    people = unescape(other.get("/r/den/side").body.decode())
    assert "Grace" in people
    assert "Ada" not in people
    say(other, "Grace", "and on")
    lines = poll(other, "Grace", "and on")[-1]
    assert lines.count("Ada has left the room.") == 1
    assert "Grace has left the room." not in lines


def test_workers_behind_a_dispatcher_are_one_site(tmp_path: Path) -> None:
    """`brubeck run` with two workers: a reader is woken by whoever takes the message."""
    with running(tmp_path, "mongrel2", command=SERVE_BY_TWO, **QUICK) as site:
        assert site.post(f"{home('Ada')}/name", name="Ada").status == 302
        say(site, "Ada", "first")
        eventually(lambda: site.program.text().count(" is here.") == 2, "both workers")
        readers = [Greenlet.spawn(poll, site, f"r{number}", "last") for number in range(8)]
        said = [f"line {number}" for number in range(10)]
        for text in [*said, "last"]:
            say(site, "Ada", text)
        for each in readers:
            lines = each.get(timeout=60)[-1]
            assert [line for line in lines if line in said] == said
