"""What an application answers when something goes wrong, and who has a say in it.

The way of an error, until somebody answers it:

1. the handler class in which it was raised, if it overrides `http_error`, `error` or `render_error`;
2. the application's error handler for the class of the exception, the most specific one;
3. the application's error handler for the status;
4. the error template of a handler with templates, or the document of a JSON handler;
5. the page, document or text of `brubeck.errorpages`.

Errors that nobody raised, such as an unknown path, a wrong method or an answer of 400 or more
without a body, count as the exception that belongs to their status. An error answer with words of
its own, be it a form that is shown again or a document with more than a detail, is left alone.
"""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from greenlet import GreenletExit  # type: ignore[import-untyped]  # it ships no types

from brubeck.errorpages import default_detail, explain
from brubeck.errors import HTTPError, error_for
from brubeck.response import Response

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

ErrorHandler = Callable[["Brubeck", "Request", Any], Any]
Kind = type[BaseException] | int

DEFECTS = (Exception, BaseException)
ENDS = (GreenletExit, KeyboardInterrupt, SystemExit)

log = logging.getLogger(__name__)


class ErrorAnswers:
    """The error handlers of an application, and what is done without one."""

    def __init__(self, application: "Brubeck") -> None:
        self._application = application
        self._by_class: dict[type[BaseException], ErrorHandler] = {}
        self._by_status: dict[int, ErrorHandler] = {}

    def add(self, kind: Kind, function: ErrorHandler) -> None:
        """Have a function answer a class of exceptions, or a status.

        Raises ValueError for anything else.
        """
        if isinstance(kind, type) and issubclass(kind, BaseException):
            self._by_class[kind] = function
        elif isinstance(kind, int) and 400 <= kind <= 599:
            self._by_status[kind] = function
        else:
            raise ValueError(
                f"{kind!r} is no kind of error. Pass a class of exceptions, or a status "
                "from 400 to 599."
            )

    def has(self, error: HTTPError) -> bool:
        """Tell whether the application has an error handler for an error."""
        return self._handler_of(error) is not None

    def expects(self, error: BaseException) -> bool:
        """Tell whether an exception has a handler of its own, so that it is no defect."""
        kind = self._kind_of(error)
        return kind is not None and kind not in DEFECTS

    def answer(self, request: "Request", error: BaseException) -> Response:
        """Answer what escaped from a function, as error handlers or the base handler do.

        What nobody expected is logged with its traceback.
        """
        if not (isinstance(error, HTTPError) or self.expects(error)):
            log.error("%s %s failed", request.method, request.path, exc_info=error)
        answer = self.by_handler(request, error)
        if answer is not None:
            return answer
        if isinstance(error, HTTPError):
            return self._by_base_handler(request, error)
        return self.answer(request, HTTPError())

    def by_handler(self, request: "Request", error: BaseException) -> Response | None:
        """Return what the application's error handler answers; None when there is none for it.

        None as well when it fails, which is logged, or returns None.
        """
        function = self._handler_of(error)
        if function is None:
            return None
        try:
            response = Response.of(function(self._application, request, error))
        except ENDS:
            raise
        except BaseException:  # the libraries' time limits are no Exceptions
            log.exception("The error handler for %r failed", error)
            return None
        if response is not None:
            self._complete(request, response, error)
        return response

    def completed(self, request: "Request", response: Response, handler: object = None) -> Response:
        """Return an answer with an error status, with words if it has none.

        `handler` is what made it, and may know more than the status.
        """
        if not lacks_body(response):
            return response
        error = _error_behind(response, handler)
        answer = self.by_handler(request, error)
        if answer is not None:
            _add_missing(answer, response.headers)
            return answer
        explain(request, response, error.detail, self._application.error_page)
        return response

    def closing(self, request: "Request", error: HTTPError) -> Response:
        """Answer for a connection on which nothing that follows can be trusted."""
        response = self.by_handler(request, error) or _plain(error)
        response.set_header("Connection", "close")
        self._complete(request, response, error)
        return response

    def _handler_of(self, error: BaseException) -> ErrorHandler | None:
        kind = self._kind_of(error)
        if kind is not None:
            return self._by_class[kind]
        return self._by_status.get(error.status_code) if isinstance(error, HTTPError) else None

    def _kind_of(self, error: BaseException) -> type[BaseException] | None:
        """Return the most specific class that has a handler.

        HTTP errors are answers, and not for handlers that wait for defects.
        """
        for kind in type(error).__mro__:
            if kind in self._by_class:
                return kind
            if kind is HTTPError:
                break
        return None

    def _by_base_handler(self, request: "Request", error: HTTPError) -> Response:
        """Answer an error the way the base handler does, which may have a template for it."""
        response = self._base_handlers_error(request, error.status_code) or _plain(error)
        for name, value in error.headers.items():
            response.set_header(name, value)
        self._complete(request, response, error)
        return response

    def _base_handlers_error(self, request: "Request", status_code: int) -> Response | None:
        base_handler: Any = self._application.base_handler
        try:
            return Response.of(base_handler(self._application, request).render_error(status_code))
        except ENDS:
            raise
        except BaseException:  # as above
            log.exception("%s could not answer an error", base_handler.__name__)
            return None

    def _complete(self, request: "Request", response: Response, error: BaseException) -> None:
        """Add what an answer to an error lacks: the error's headers, and a body."""
        if isinstance(error, HTTPError):
            _add_missing(response, error.headers.items())
        if lacks_body(response):
            detail = error.detail if isinstance(error, HTTPError) else ""
            explain(request, response, detail, self._application.error_page)


def lacks_body(response: Response) -> bool:
    """Tell whether an answer is an error that says nothing."""
    return (
        response.raw is None
        and response.status_code >= 400
        and not response.body
        and not response.is_lasting
        and response.header("content-type") is None
    )


def _error_behind(response: Response, handler: object) -> HTTPError:
    """Return the error that an answer without words stands for."""
    error: HTTPError | None = getattr(handler, "raised", None)
    if error is not None and error.status_code == response.status_code:
        return error
    payload: dict[str, Any] = getattr(handler, "_payload", None) or {}
    detail = payload.get("detail") or default_detail(response.status_code)
    return error_for(response.status_code, str(detail))


def _plain(error: HTTPError) -> Response:
    return Response(error.status_code, b"", error.headers, error.reason)


def _add_missing(response: Response, headers: Iterable[tuple[str, str]]) -> None:
    """Add headers that an answer does not have; those about a body stay with their body."""
    present = {name.lower() for name, _ in response.headers}
    missing = [
        (name, value)
        for name, value in headers
        if name.lower() not in present and not name.lower().startswith("content-")
    ]
    if missing:
        response.headers = [*response.headers, *missing]
        response.raw = None
