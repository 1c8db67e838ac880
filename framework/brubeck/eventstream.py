"""Server-Sent Events as text: from events to the lines that browsers read (HTML, 9.2.6).

No sockets and no coroutines here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from brubeck.jsontext import dumps

CONTENT_TYPE = "text/event-stream; charset=utf-8"
# Also for what stands between: caches, transformers (RFC 9111, 5.2.2), and nginx's buffer.
HEADERS = (("Cache-Control", "no-cache, no-transform"), ("X-Accel-Buffering", "no"))
HEARTBEAT = b":\n\n"
SILENCE = 15.0
LAST_EVENT_ID = "last-event-id"


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    `data` is text; a dict or list is sent as JSON. `event` is the name that the page listens to,
    `message` without one. `id` is what the browser sends back when it connects again. `retry` is
    after how many milliseconds it does so.

    Raises ValueError for an event name or id that cannot be sent, and for a negative `retry`.
    """

    data: Any = ""
    event: str | None = None
    id: str | int | None = None
    retry: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("event", self.event), ("id", self.id)):
            if value is not None and any(sign in str(value) for sign in "\r\n\0"):
                raise ValueError(f"The {name} {value!r} has a line break or NUL. Leave them out.")
        if self.retry is not None and self.retry < 0:
            raise ValueError(f"retry is {self.retry}. Pass a number of milliseconds, 0 or more.")


def event_of(given: object) -> Event:
    """Make an event of what handlers yield.

    That may be an event, its data as text, a tuple in the order of the event's fields, or a dict:
    one with the key `data` has the event's fields as keys, any other is data.
    """
    if isinstance(given, Event):
        return given
    if isinstance(given, tuple):
        return Event(*given)
    if isinstance(given, Mapping) and "data" in given:
        return Event(**given)
    return Event(given)


def write(event: Event) -> bytes:
    """Return the lines of one event. An event always has data: browsers drop others."""
    fields = [("id", event.id), ("event", event.event), ("retry", event.retry)]
    named = (f"{name}: {value}\n" for name, value in fields if value is not None)
    data = (f"data: {line}\n" for line in _lines(_text(event.data)))
    return ("".join(chain(named, data)) + "\n").encode("utf-8", "replace")


def _text(data: object) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return data.decode("utf-8", "replace")
    return dumps(data)


def _lines(text: str) -> list[str]:
    # Not splitlines(), which also divides at signs that are none of an event stream's line ends.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
