"""Logs for machines: one JSON object a line.

    use_json_logs()
    app = Brubeck(...)

A line about a request has its parts as fields of their own. Neither bodies nor cookies nor
query strings get into it, because the framework does not log them.
"""

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

ACCESS_LOGGER = "brubeck.access"
ACCESS_FIELDS = ("status", "method", "path", "remote", "duration_ms", "request_id")


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
    return {name: getattr(record, name) for name in ACCESS_FIELDS if hasattr(record, name)}


def use_json_logs(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Have everything that this process logs written as JSON lines, to stderr or to `stream`.

    Call it before the application is made, whose `log_level` then has no effect.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
