# ruff: noqa: N818 - an answer is named after its status, not after being an error
"""Errors that are answers: raise one anywhere in a handler and the client gets its status."""

from collections.abc import Mapping


class HTTPError(Exception):
    """An HTTP answer with an error status.

    `detail` is shown to the client: what happened, why, and what to do next, without secrets.
    `reason` replaces the standard phrase of the status line. `headers` are sent along.
    """

    status_code: int = 500
    default_detail: str = "The server could not answer this request. Try again in a moment."

    def __init__(
        self,
        detail: str | None = None,
        *,
        status_code: int | None = None,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = self.default_detail if detail is None else detail
        if status_code is not None:
            self.status_code = status_code
        self.reason = reason
        self.headers: dict[str, str] = dict(headers or {})
        super().__init__(self.detail)

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"


class BadRequest(HTTPError):
    """400: the request cannot be understood (RFC 9110, 15.5.1)."""

    status_code = 400
    default_detail = "The request could not be understood. Check what was sent and try again."


class Forbidden(HTTPError):
    """403: understood and refused (RFC 9110, 15.5.4)."""

    status_code = 403
    default_detail = "This is not allowed for you. Log in with an account that may do this."


class NotFound(HTTPError):
    """404: there is nothing at this address (RFC 9110, 15.5.5)."""

    status_code = 404
    default_detail = (
        "There is nothing at this address. Check its spelling or start at the front page."
    )


class FourOhFourException(NotFound):
    """What querysets raise when an item is missing.

    Its arguments are for the log only: programs put whatever they looked for into them.
    """

    def __init__(self, *args: object) -> None:
        super().__init__()
        self.args = args


class MethodNotAllowed(HTTPError):
    """405: the address exists, but not for this method (RFC 9110, 15.5.6). Wants an Allow header."""

    status_code = 405
    default_detail = (
        "This address does not support the method of the request. See the Allow header."
    )


class LengthRequired(HTTPError):
    """411: the body must come with its length (RFC 9110, 15.5.12)."""

    status_code = 411
    default_detail = "The body was sent without its length. Send a Content-Length header."


class PreconditionFailed(HTTPError):
    """412: it is not the version that the client means (RFC 9110, 15.5.13)."""

    status_code = 412
    default_detail = (
        "Somebody has changed this since you loaded it. Load it again and repeat your change."
    )


class PayloadTooLarge(HTTPError):
    """413: the body is over a limit (RFC 9110, 15.5.14)."""

    status_code = 413
    default_detail = (
        "What was sent is too large: larger than this server takes. Shorten it and send it again; "
        "the browser's Back button brings back what you typed."
    )


class UnsupportedMediaType(HTTPError):
    """415: the body has a type that is not understood here (RFC 9110, 15.5.16)."""

    status_code = 415
    default_detail = "The type of what was sent is not understood here. Send another Content-Type."


class MisdirectedRequest(HTTPError):
    """421: the host name is not one of this application's (RFC 9110, 15.5.20)."""

    status_code = 421
    default_detail = "This server does not answer for that host name. Check the address."


class TooManyRequests(HTTPError):
    """429: too often in too short a time (RFC 6585, 4)."""

    status_code = 429
    default_detail = "There were too many requests. Wait a little and try again."


class HeadersTooLarge(HTTPError):
    """431: the headers are over a limit (RFC 6585, 5)."""

    status_code = 431
    default_detail = (
        "The headers of the request are too large. Delete this site's cookies and try again."
    )


class ServiceUnavailable(HTTPError):
    """503: not now, but probably later (RFC 9110, 15.6.4)."""

    status_code = 503
    default_detail = "The server cannot do this at the moment. Try again in a minute."


def error_for(
    status_code: int, detail: str | None = None, headers: Mapping[str, str] | None = None
) -> HTTPError:
    """Return the error that a status stands for, of its own class if there is one here."""
    ours = (kind for kind in HTTPError.__subclasses__() if kind.__module__ == __name__)
    kind = next((kind for kind in ours if kind.status_code == status_code), HTTPError)
    return kind(detail, status_code=status_code, headers=headers)
