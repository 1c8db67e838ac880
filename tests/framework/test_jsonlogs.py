"""Promises of brubeck.jsonlogs."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import brubeck
import pytest
from brubeck.connections import WSGIConnection
from brubeck.jsonlogs import JsonFormatter, use_json_logs, use_log_format
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.testing import TestClient
from hypothesis import given
from hypothesis import strategies as st
from ports import free_port

FRAMEWORK = Path(brubeck.__file__).parents[1]


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Give the stream of JSON logs; the root logger is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    stream = StringIO()
    use_json_logs(stream=stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)


def documents(stream: StringIO) -> list[dict[str, object]]:
    """Return what was logged."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def client() -> TestClient:
    """Return a client of a small application."""

    class Page(WebMessageHandler):
        def get(self):
            self.set_body("here")
            return self.render()

        def post(self):
            raise RuntimeError("broken\nin two lines")

        def put(self):
            logging.getLogger("shop").info("sold")
            self.set_body("sold")
            return self.render()

    return TestClient(Brubeck(WSGIConnection(), [(r"^/page", Page)]))


def test_a_line_says_when_how_bad_where_and_what(lines: StringIO) -> None:
    """Time in UTC as ISO 8601, level, logger and message are always there."""
    before = datetime.now(UTC).replace(microsecond=0)
    logging.getLogger("shop").warning("sold %d of %s", 2, "tea")
    (line,) = documents(lines)
    assert line["level"] == "WARNING"
    assert line["logger"] == "shop"
    assert line["message"] == "sold 2 of tea"
    time = datetime.fromisoformat(str(line["time"]))
    assert str(line["time"]).endswith("+00:00")
    assert before <= time <= datetime.now(UTC)


def test_a_request_has_fields_of_its_own(lines: StringIO) -> None:
    """Status, method, path, remote address, duration and request id need no parsing."""
    answer = client().get("/page/with%20blank")
    (line,) = [each for each in documents(lines) if each["logger"] == "brubeck.access"]
    assert line["status"] == 200
    assert line["method"] == "GET"
    assert line["path"] == "/page/with%20blank"
    assert line["remote"] == "127.0.0.1"
    assert isinstance(line["duration_ms"], float)
    assert line["request_id"] == answer.headers["x-request-id"]


def test_nothing_private_is_logged(lines: StringIO) -> None:
    """Query strings, cookies and bodies stay out, also when the handler fails."""
    visitor = client()
    visitor.set_cookie("session", "cookie-secret")
    visitor.get("/page?token=query-secret")
    visitor.post("/page?token=query-secret", form={"password": "body-secret"})
    assert len(documents(lines)) >= 3
    assert "-secret" not in lines.getvalue()


def test_an_exception_stays_in_its_line(lines: StringIO) -> None:
    """The traceback is one field, with its line breaks escaped."""
    client().post("/page")
    (line,) = [each for each in documents(lines) if "exception" in each]
    assert "Traceback" in str(line["exception"])
    assert "broken\nin two lines" in str(line["exception"])
    assert line["level"] == "ERROR"


def test_extra_fields_of_a_request_are_kept(lines: StringIO) -> None:
    """A program may say which request its own line belongs to."""
    logging.getLogger("shop").info("paid", extra={"request_id": "abc", "basket": 7})
    (line,) = documents(lines)
    assert line["request_id"] == "abc"
    assert "basket" not in line


def test_the_stack_is_there_when_it_was_asked_for(lines: StringIO) -> None:
    """`stack_info=True` adds where the line was written."""
    logging.getLogger("shop").info("here", stack_info=True)
    (line,) = documents(lines)
    assert "test_the_stack_is_there" in str(line["stack"])


def test_less_important_lines_are_left_out() -> None:
    """The level given is the level of the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    stream = StringIO()
    try:
        use_json_logs("ERROR", stream)
        logging.getLogger("shop").warning("quiet")
        logging.getLogger("shop").error("loud")
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert [line["message"] for line in documents(stream)] == ["loud"]


BAD_BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"])
BREAKS = st.characters(categories=["Cc", "Zl", "Zp"])


@given(st.text(), st.text(BAD_BYTES | BREAKS))
def test_any_text_is_one_line_of_ascii(message: str, path: str) -> None:
    """Nobody can end a line of the log and forge the next one (CWE-117)."""
    record = logging.LogRecord(
        "brubeck.access", logging.INFO, "", 0, message.replace("%", "%%") + "%s" * 6,
        (200, "GET", path, "127.0.0.1", 1.0, "id"), None,
    )  # fmt: skip
    text = JsonFormatter().format(record)
    assert text.isascii()
    assert len(text.splitlines()) == 1
    assert json.loads(text)["path"] == path


def test_standard_error_is_the_stream_unless_another_is_given() -> None:
    """What collects logs reads stderr."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    try:
        use_json_logs()
        (handler,) = root.handlers
        assert isinstance(handler, logging.StreamHandler)
        assert handler.stream is sys.stderr
    finally:
        root.handlers = handlers
        root.setLevel(level)


def test_a_line_of_a_handler_names_its_request(lines: StringIO) -> None:
    """All lines of one request are found by its id, and those of nobody have none."""
    visitor = client()
    ids = [visitor.request("PUT", "/page").headers["x-request-id"] for _ in range(2)]
    logging.getLogger("shop").info("closed")
    named = [line.get("request_id") for line in documents(lines) if line["logger"] == "shop"]
    assert named == [*ids, None]


PROGRAM = """
from brubeck.settings import ServerSettings
settings = ServerSettings.at_start()
import logging, warnings
logging.getLogger("shop").info("open")
warnings.warn("old tea")
raise RuntimeError("out of tea")
"""


def begun(program: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    path = {"PYTHONPATH": str(FRAMEWORK), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", program],
        capture_output=True, text=True, check=False, env=path | environment,
    )  # fmt: skip


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_one_setting_makes_all_that_a_program_says_json_lines(library: str) -> None:
    """Its own lines, warnings, and the error that ends it are on stdout, and nothing else is."""
    done = begun(PROGRAM, LOG_FORMAT="json", CONCURRENCY=library)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    loggers = [line["logger"] for line in said if line["logger"] != "py.warnings"]
    assert loggers == ["shop", "brubeck"]
    assert any("old tea" in line["message"] for line in said)
    assert "RuntimeError: out of tea" in said[-1]["exception"]
    assert "out of tea" not in done.stderr
    assert done.returncode == 1


def test_text_is_what_a_program_says_unless_it_is_told() -> None:
    """A person in front of a terminal reads no JSON."""
    done = begun(PROGRAM)
    assert done.stdout == ""
    assert "RuntimeError: out of tea" in done.stderr


def test_another_format_is_refused_with_those_there_are() -> None:
    """By a program in one sentence, by the function as a ValueError."""
    done = begun(PROGRAM, LOG_FORMAT="xml")
    assert done.stderr.endswith("is 'xml'. Set it to one of: json, text.\n")
    with pytest.raises(ValueError, match=r"LOG_FORMAT is 'xml'. Set it to one of: json, text\."):
        use_log_format("xml")


APPLICATION = """
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, render
app = Brubeck(WSGIConnection(), [(r"^/$", lambda *_: render("here", 200, "OK", {}))])
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_obeys_the_setting(workers: int, tmp_path: Path) -> None:
    """`brubeck run` and its workers write JSON lines, the lines of requests among them."""
    (tmp_path / "shop.py").write_text(APPLICATION)
    port = free_port()
    options = ["--transport=wsgi", f"--port={port}", f"--workers={workers}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "brubeck", "run", "shop:app", *options],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": f"{FRAMEWORK}:{tmp_path}", "LOG_FORMAT": "json"},
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    try:
        while not said or said[-1]["message"] != f"Serving on port {port}...":
            said.append(json.loads(process.stdout.readline()))
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            visitor.sendall(b"GET /?hidden HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert visitor.recv(12) == b"HTTP/1.1 200"
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    said += [json.loads(line) for line in rest.splitlines()]
    assert [line["path"] for line in said if line["logger"] == "brubeck.access"] == ["/"]
    assert said[-1]["message"] == "Brubeck going down..."


DISPATCH = ("dispatch", "--pull=ipc://a", "--pub=ipc://b", "--bind=ipc://c")


@pytest.mark.parametrize("command", [("run", "shop:app"), DISPATCH], ids=["run", "dispatch"])
def test_the_command_refuses_another_format(command: tuple[str, ...], tmp_path: Path) -> None:
    """Before it listens anywhere."""
    (tmp_path / "shop.py").write_text(APPLICATION)
    done = subprocess.run(
        [sys.executable, "-m", "brubeck", *command], cwd=tmp_path, capture_output=True,
        text=True, check=False,
        env=os.environ | {"PYTHONPATH": f"{FRAMEWORK}:{tmp_path}", "LOG_FORMAT": "xml"},
    )  # fmt: skip
    assert done.stderr == "brubeck: LOG_FORMAT is 'xml'. Set it to one of: json, text.\n"
    assert done.returncode == 2
