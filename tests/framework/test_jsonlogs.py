"""Promises of brubeck.jsonlogs."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from brubeck.connections import WSGIConnection
from brubeck.jsonlogs import JsonFormatter, use_json_logs
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.testing import TestClient
from hypothesis import given
from hypothesis import strategies as st


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
