"""An application that looks at everything a stranger can send, and what it must never do.

Short in the normal run; FUZZ_EXAMPLES=1000000 gives each test so many examples.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from brubeck.connections import Mongrel2Connection
from brubeck.request import Request
from brubeck.request_handling import Brubeck, JSONMessageHandler, WebMessageHandler, render
from brubeck.wire import BadMessage
from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 300)
TIME_LIMIT = 0 if os.environ.get("FUZZ_EXAMPLES") else 120  # seconds for one test; 0 is none
SECRET = "a secret of sufficient length, for fuzzing"
STATUS_LINE = re.compile(rb"HTTP/1\.[01] [1-5]\d\d [^\r\n\0]*\r\n")

fuzz = partial(
    settings,
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Everything(WebMessageHandler):
    """Read every part of a request, and send it back where it could do harm."""

    def get(self, *args: str) -> Any:
        self.headers["X-Echo"] = "".join(self.message.arguments)
        self.set_cookie("echo", self.get_cookie("name", "") or "none")
        self.set_body("\n".join([*facts(self.message), *map(str, args)]))
        self.get_cookie("signed", secret=SECRET)
        return self.render()

    def post(self, *args: str) -> Any:
        files = getattr(self.message, "files", {})
        sizes = [len(each["body"]) for uploads in files.values() for each in uploads]
        self.headers["X-Files"] = " ".join([*files, *map(str, sizes)])
        return self.get(*args)

    put = patch = delete = post


class Json(JSONMessageHandler):
    """Read a JSON body."""

    def post(self) -> Any:
        self.add_to_payload("data", self.message.json())
        return self.render(status_code=200)


class Away(WebMessageHandler):
    """Redirect to where the client wants."""

    def get(self) -> Any:
        return self.redirect(self.get_argument("to", "/"))


def function(_app: Brubeck, message: Request, **names: str) -> dict[str, object]:
    """Answer with what the path held."""
    return render("".join(facts(message)), 200, "".join(names.values()), {"X-Names": str(names)})


def facts(message: Request) -> Iterator[str]:
    """Yield every part of a request as text."""
    yield repr((message.method, message.version, message.path, message.url, message.url_parts))
    yield repr((message.host, message.scheme, message.is_secure, message.remote_addr))
    yield repr((message.query, message.content_type, message.id, message.is_head))
    yield repr((message.keep_alive, message.should_close(), message.is_disconnect()))
    yield repr((message.is_upload_notice, message.accepts("text/html", "application/json")))
    # Under WSGI the server's own variables are among them, which are no headers.
    names = [name for name, value in message.headers.items() if isinstance(value, str | list)]
    yield repr([(name, message.header(name)) for name in names])
    yield repr([(name, each.value) for name, each in message.cookies.items()])
    yield repr([(name, message.get_arguments(name)) for name in message.arguments])
    yield repr(message.data)


class Recorder(Mongrel2Connection):
    """Mongrel2's place: it keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__("ipc://unused-in", "ipc://unused-out")
        self.sent: list[tuple[str, str, bytes]] = []

    def send(self, uuid: str, conn_id: str, msg: str | bytes) -> None:
        self.sent.append((uuid, conn_id, msg if isinstance(msg, bytes) else msg.encode()))


class Alarm(logging.Handler):
    """Collect what was logged as a defect."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to the framework, and keep its log off the screen."""
        self.records.clear()
        logger = logging.getLogger("brubeck")
        previous = logger.propagate
        logger.addHandler(self)
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.propagate = previous


ROUTES: list[tuple[str, Any]] = [
    (r"^/json", Json),
    (r"^/away", Away),
    (r"^/named/(?P<first>[^/]*)/?(?P<second>.*)", function),
    (r"^/(\w+)/(.*)", Everything),
    (r"^/", Everything),
]


class Target:
    """The application under attack; without routes of its own it looks at everything."""

    def __init__(self, routes: Sequence[tuple[str, Any]] = ROUTES, **options: Any) -> None:
        self.connection = Recorder()
        self.app = Brubeck(
            self.connection, routes, cookie_secret=SECRET, log_level="WARNING", **options
        )
        self.alarm = Alarm()

    def receive(self, data: bytes) -> None:
        """Handle one of Mongrel2's messages, and judge what becomes of it.

        Either it is rejected as BadMessage and logged, or it gets one whole answer.
        """
        self.connection.sent.clear()
        with self.alarm.listening():
            self.connection.process_message(self.app, data)
        assert not self.alarm.records, describe(self.alarm.records)
        try:
            request = Request.parse_msg(data)
        except BadMessage:
            assert not self.connection.sent
            return
        self.judge(request)

    def judge(self, request: Request) -> None:
        """Check that the answers are well formed and go to who asked."""
        answers = [payload for _, _, payload in self.connection.sent if payload]
        assert len(answers) <= 1
        for sender, conn_id, _ in self.connection.sent:
            assert (sender, conn_id) == (request.sender, request.conn_id)
        for payload in answers:
            judge_answer(payload)
            assert not payload.startswith(b"HTTP/1.1 5"), payload[:2000]


def judge_answer(payload: bytes) -> None:
    """Check that an answer has one head, whose lines are lines, and the body it announces.

    The answer to HEAD, and 304, announce a body that is not there (RFC 9110, 8.6).
    """
    head, separator, body = payload.partition(b"\r\n\r\n")
    assert separator
    assert STATUS_LINE.match(head + b"\r\n")
    lines = head.split(b"\r\n")[1:]
    for line in lines:
        name, colon, value = line.partition(b":")
        assert colon, line
        assert name, line
        assert not set(value) & set(b"\r\n\0"), line
    lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
    assert len(lengths) <= 1
    if body:
        assert int(lengths[0].partition(b":")[2]) == len(body)


def describe(records: list[logging.LogRecord]) -> str:
    """Return logged defects with their tracebacks."""
    return "\n".join(logging.Formatter().format(record) for record in records)


def message(headers: dict[str, Any], body: bytes = b"", path: str = "/") -> bytes:
    """Return a message as Mongrel2 writes it."""
    sent = {"PATH": path, "METHOD": "GET", "VERSION": "HTTP/1.1", "host": "localhost"} | headers
    raw = json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogateescape")
    start = b"54c6755b-9628-40a4-9a2d-cc82a816345e 7 " + path.encode("utf-8", "surrogateescape")
    return start + b" %d:%s,%d:%s," % (len(raw), raw, len(body), body)
