"""Conditional: pages that are sent only if they are new, and changes to what was seen only."""

from datetime import datetime
from time import time
from typing import TYPE_CHECKING, Any

from brubeck import conditional
from brubeck.errors import PreconditionFailed
from brubeck.response import Response
from brubeck.timekeeping import datetime_to_millis

if TYPE_CHECKING:
    from brubeck.handlers.message import Result
    from brubeck.request import Request

READING = frozenset({"GET", "HEAD"})


class NotModified(Exception):  # noqa: N818  an answer, named after its status
    """The client has what it asks for."""


class Conditional:
    """What a handler knows of the version that it sends; mixed into every web handler."""

    conditional = False
    """Whether pages get an ETag made of their body, and clients who have them 304."""

    message: "Request"
    headers: dict[str, Any]
    _etag: str | None = None
    _modified: float | None = None

    if TYPE_CHECKING:

        def _response(self, body: Any, status_code: int | None, *, http_200: bool) -> Result:
            """Make an answer; the handler brings it."""

    def check_preconditions(
        self, etag: object = None, modified: datetime | float | None = None
    ) -> None:
        """Say which version there is, and go on only if that is of use to the client.

        `etag` is a revision or any other short text, quoted or not; `modified` is a datetime
        (naive means UTC) or milliseconds since the epoch. Both are None for what does not exist.

        Reading ends here with 304 for who has this version, and gets ETag and Last-Modified
        otherwise. Raises PreconditionFailed for who means another version, or means to make what
        exists already.
        """
        self._etag = None if etag is None else conditional.as_etag(etag)
        self._modified = None if modified is None else _seconds(modified)
        self.conditional = True
        version = self._etag, self._modified
        if conditional.is_outdated(self.message.header, *version):
            raise PreconditionFailed
        if self.message.method in READING:
            if conditional.is_current(self.message.header, *version):
                raise NotModified
        elif conditional.has_version(self.message.header("if-none-match", ""), *version):
            raise PreconditionFailed

    def _is_new(self, body: Any) -> bool:
        """Put the version of a page into the headers; False for a client who has it."""
        if self.message.method not in READING:
            return True
        headers = {name.lower(): str(value) for name, value in self.headers.items()}
        if "etag" in headers:
            self._etag = headers["etag"]
        elif self._etag is None and self._modified is None:
            if hasattr(body, "__next__"):  # a stream, which nobody has seen yet
                return True
            if "no-store" in headers.get("cache-control", ""):
                return True
            self._etag = conditional.etag_of(Response(body=body).body)
        self._set_version()
        return not conditional.is_current(self.message.header, self._etag, self._modified)

    def _set_version(self) -> None:
        """Add what caches have to know, unless the handler has said it itself."""
        ours = {"Cache-Control": "no-cache"}
        if self._etag is not None:
            ours["ETag"] = self._etag
        if self._modified is not None:
            # It must not be in the future (RFC 9110, 8.8.2.1).
            ours["Last-Modified"] = conditional.http_date(min(self._modified, time()))
        present = {name.lower() for name in self.headers}
        self.headers.update(
            (name, value) for name, value in ours.items() if name.lower() not in present
        )

    def _not_modified(self) -> "Result":
        """Answer 304, without the headers that describe a body (RFC 9110, 15.4.5)."""
        self._set_version()
        self.headers = {
            name: value
            for name, value in self.headers.items()
            if not name.lower().startswith("content-")
        }
        return self._response("", 304, http_200=False)


def _seconds(when: datetime | float) -> float:
    return (datetime_to_millis(when) if isinstance(when, datetime) else when) / 1000
