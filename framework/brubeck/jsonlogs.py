"""Logs for machines: one JSON object a line.

    use_json_logs()
    app = Brubeck(...)

A line about a request has its parts as fields of their own, and a line that is written while a
request is answered has its id. Neither bodies nor cookies nor query strings get into it, because
the framework does not log them. Programs that read `ServerSettings.at_start()`, and the command
`brubeck`, do this when the environment variable LOG_FORMAT is `json`.
"""

import json
import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.parking import Parked
    from brubeck.request import Request
    from brubeck.response import Response

VARIABLE = "LOG_FORMAT"
TEXT, JSON = FORMATS = ("text", "json")
ACCESS_LOGGER = "brubeck.access"
ACCESS_FIELDS = ("status", "method", "path", "remote", "duration_ms", "request_id")

_answered_now: ContextVar["Request | None"] = ContextVar("brubeck.request", default=None)


class JsonFormatter(logging.Formatter):
    """Write a log record as a JSON object in one line of ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time (UTC, ISO 8601), level, logger, message, and what else is known."""
        document: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **_request_fields(record),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            document["stack"] = self.formatStack(record.stack_info)
        return json.dumps(document, default=str)


def _request_fields(record: logging.LogRecord) -> dict[str, object]:
    """Return the parts of a line of the access log; of other lines, what `extra` says of them."""
    args = record.args
    if record.name == ACCESS_LOGGER and isinstance(args, tuple) and len(args) == len(ACCESS_FIELDS):
        return dict(zip(ACCESS_FIELDS, args, strict=True))
    given = {name: getattr(record, name) for name in ACCESS_FIELDS if hasattr(record, name)}
    request = _answered_now.get()
    return given if request is None else {"request_id": request.id, **given}


def use_json_logs(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Have everything that this process logs written as JSON lines, to stderr or to `stream`.

    Call it before the application is made, whose `log_level` then has no effect.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def use_log_format(name: str, level: int | str = logging.INFO) -> None:
    """Have this process log as `name` says: `json` to stdout; `text` leaves all as it is.

    With `json`, warnings and the error that ends the program are lines as well. Raises ValueError
    for another name.
    """
    if name not in FORMATS:
        raise ValueError(f"{VARIABLE} is {name!r}. Set it to one of: {', '.join(sorted(FORMATS))}.")
    if name == JSON:
        use_json_logs(level, sys.stdout)
        logging.captureWarnings(capture=True)
        sys.excepthook = _log_last_error


def _log_last_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Stand for `sys.excepthook`, whose many lines are no JSON."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        exc_info = kind, error, trace
        logging.getLogger("brubeck").critical("An error ends the program.", exc_info=exc_info)


def are_in_use() -> bool:
    """Tell whether this process logs as JSON lines."""
    return any(isinstance(each.formatter, JsonFormatter) for each in logging.root.handlers)


def announce(text: str) -> None:
    """Tell who looks at the program's output, who may be one that wants nothing but JSON lines."""
    if are_in_use():
        logging.getLogger("brubeck").info(text)
    else:
        print(text, flush=True)  # noqa: T201  as the original did


def name_requests(app: "Brubeck") -> None:
    """Have each line that is written while the application answers a request name that request."""
    app.handle = partial(_remembered, app.handle)  # type: ignore[method-assign]


def _remembered(
    answer: "Callable[[Request], Response | Parked | None]", request: "Request"
) -> "Response | Parked | None":
    """Answer a request that lines of the log know of meanwhile; greenlets do not share it."""
    token = _answered_now.set(request)
    try:
        return answer(request)
    finally:
        _answered_now.reset(token)
