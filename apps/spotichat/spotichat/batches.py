"""What the server tells of a room: the same document by poll, event stream and WebSocket.

Notice that a batch depends on where somebody stands in a room, and on nothing else of him. So one
answer serves everybody who waits at the same place.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from brubeck.jsontext import dumps
from brubeck.response import Response

from spotichat.models import Message, Present

JSON = "application/json"
START = 0  # the cursor of somebody who has seen nothing


class Part(NamedTuple):
    """The messages after a cursor. `gap` says that some before them are gone already."""

    messages: Sequence[Message]
    next: int
    gap: bool = False

    @property
    def is_news(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.messages) or self.gap


def batch(part: Part, present: Present | None = None) -> dict[str, Any]:
    """Return a part as JSON shows it, with who is there if that is told."""
    document: dict[str, Any] = {
        "messages": [message.to_python() for message in part.messages],
        "next": part.next,
        "gap": part.gap,
    }
    return document if present is None else document | present.to_python()


def json_answer(document: dict[str, Any], origin: str = "") -> Response:
    """Return a document as an answer for many, which pages of `origin` may read as well."""
    return Response(200, dumps(document), [*headers(), *cors(origin)])


def headers() -> Iterable[tuple[str, str]]:
    """Return the headers of every document."""
    return ("Content-Type", JSON), ("Cache-Control", "no-store"), ("Vary", "Origin")


def cors(origin: str) -> Iterable[tuple[str, str]]:
    """Return what lets pages of another site read an answer; nothing without one."""
    exposed = ("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
    return (("Access-Control-Allow-Origin", origin), exposed) if origin else ()
