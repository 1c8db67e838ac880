# ruff: noqa: ARG002, FBT001, FBT002 - the signatures are those that programs call and override
"""MessageHandler: the life of one request, without knowing what a web page is."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from brubeck.errors import HTTPError
from brubeck.handlers.bases import HandlerType
from brubeck.handlers.hooks import call_render_error
from brubeck.jsontext import dumps
from brubeck.parking import SECONDS
from brubeck.timekeeping import curtime

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.erroranswers import ErrorAnswers
    from brubeck.request import Request

logger = logging.getLogger(__name__)

HTTP_METHODS: list[str] = [
    "get",
    "post",
    "put",
    "delete",
    "head",
    "options",
    "trace",
    "connect",
    "patch",
]

# What a handler may return; brubeck.response.Response.of understands every form.
Result: TypeAlias = str | bytes | dict[str, Any] | None
ErrorHook: TypeAlias = Callable[[], object]


class MessageHandler(metaclass=HandlerType):
    """Answer one message: `Handler(application, message)()` returns the result.

    Members named like an HTTP method in lower case answer that method. `initialize`, `prepare`
    and `on_finish` are hooks around them; `unsupported` and `error` answer what no member can.
    """

    _STATUS_CODE = "status_code"
    _STATUS_MSG = "status_msg"
    _TIMESTAMP = "timestamp"

    _DEFAULT_STATUS = -1
    _SUCCESS_CODE = 0
    _AUTH_FAILURE = -2
    _SERVER_ERROR = -5

    _response_codes: ClassVar[dict[int, str]] = {
        0: "OK",
        -1: "Bad request",
        -2: "Authentication failed",
        -3: "Not found",
        -4: "Method not allowed",
        -5: "Server error",
    }

    SUPPORTED_METHODS: ClassVar[Sequence[str] | None] = None
    """Upper-case method names that a class restricts itself to, or None for all it has."""

    raised: HTTPError | None = None
    """What was raised on purpose, if anything was."""

    _url_args: dict[str, str | None] | Sequence[str | None]
    timestamp: int

    def __init__(
        self, application: "Brubeck", message: "Request", *args: object, **kwargs: object
    ) -> None:
        self.application = application
        self.message = message
        self._payload: dict[str, Any] = {}
        self._finished = False
        self._clear_answer()
        self.set_status(self._DEFAULT_STATUS)
        self.timestamp = self._payload[self._TIMESTAMP] = curtime()
        self.initialize()

    # -- hooks ---------------------------------------------------------------------------------

    def initialize(self) -> None:
        """Set the handler up; runs again whenever the payload is cleared."""

    def prepare(self) -> Any:
        """Do what every method of the handler needs; `url_args` is there by now."""

    def on_finish(self) -> None:
        """Clean up after the answer, also when the answer is an error."""

    # -- payload and status --------------------------------------------------------------------

    def add_to_payload(self, key: str, value: Any) -> None:
        """Add one entry to the document that `render` sends."""
        self._payload[key] = value

    def clear_payload(self) -> None:
        """Forget what was collected, keep the status code, and initialize again."""
        status_code = self.status_code
        self._payload.clear()
        self._clear_answer()
        self.set_status(status_code)
        self.initialize()

    def _clear_answer(self) -> None:
        """Give the attributes an answer is made of their first values."""

    def set_status(
        self, status_code: int, status_msg: str | None = None, extra_txt: str | None = None
    ) -> None:
        """Set the status; the text comes from the class's table unless it is given."""
        if status_msg is None:
            status_msg = self._response_codes.get(status_code) or self._status_text(status_code)
        if extra_txt:
            status_msg = f"{status_msg} - {extra_txt}"
        payload = self._payload
        payload[self._STATUS_CODE] = status_code
        payload[self._STATUS_MSG] = status_msg

    def _status_text(self, status_code: int) -> str:
        return self._response_codes.get(status_code) or str(status_code)

    @property
    def status_code(self) -> int:
        """The status code as it stands now."""
        return self._payload[self._STATUS_CODE]  # type: ignore[no-any-return]

    @property
    def status_msg(self) -> str:
        """The text that goes with the status code."""
        return self._payload[self._STATUS_MSG]  # type: ignore[no-any-return]

    def set_timestamp(self, timestamp: int) -> None:
        """Set the time of the answer, in milliseconds since the epoch."""
        self.timestamp = timestamp
        self._payload[self._TIMESTAMP] = timestamp

    @property
    def current_time(self) -> int:
        """The time of the answer, in milliseconds since the epoch."""
        return self._payload.get(self._TIMESTAMP, self.timestamp)  # type: ignore[no-any-return]

    @property
    def db_conn(self) -> Any:
        """The application's database connection."""
        return self.application.db_conn

    @property
    def url_args(self) -> dict[str, str | None] | Sequence[str | None]:
        """What the route's pattern captured: by name, or in order; nothing outside a request."""
        return getattr(self, "_url_args", ())

    def url_for(self, name: str, /, *args: object, **kwargs: object) -> str:
        """Return the path of a route by its name; see `Brubeck.url_for`."""
        return self.application.url_for(name, *args, **kwargs)

    # -- one request ---------------------------------------------------------------------------

    def __call__(self) -> Result:
        """Run the hooks and the member for the request's method; never raise."""
        try:
            return self._respond()
        except HTTPError as error:
            return self._answer_or(self.http_error, error, error.status_code)
        except Exception as error:
            if not self._is_expected(error):
                logger.exception("%s failed", type(self).__name__)
            return self._answer_or(self.error, error, self._SERVER_ERROR)
        finally:
            try:
                self.on_finish()
            except Exception:
                # The answer is complete; whoever waits for it is not to blame.
                logger.exception("on_finish of %s failed", type(self).__name__)

    def _respond(self) -> Result:
        self.prepare()
        if self._finished:
            return self.render()
        member = self._member()
        if member is None:
            return self.unsupported()
        arguments = getattr(self, "_url_args", ())  # the attribute costs less than the property
        if isinstance(arguments, dict):
            # Unmatched optional groups must not hide the member's own defaults.
            return member(**{name: value for name, value in arguments.items() if value})
        return member(*arguments)

    def _member(self) -> Callable[..., Result] | None:
        name = self.message.method.lower()
        if name not in HTTP_METHODS or not (
            self.SUPPORTED_METHODS is None or self._may_answer(name)
        ):
            return None
        member: Callable[..., Result] | None = getattr(self, name, None)
        if member is None and name == "head":
            return getattr(self, "get", None)
        return member if callable(member) else None

    def _may_answer(self, name: str) -> bool:
        if name not in HTTP_METHODS:
            return False
        allowed = self.SUPPORTED_METHODS
        return allowed is None or name.upper() in allowed or (name == "head" and "GET" in allowed)

    @property
    def supported_methods(self) -> list[str]:
        """Names of the HTTP methods this handler has members for, in lower case."""
        return [
            name
            for name in HTTP_METHODS
            if self._may_answer(name) and callable(getattr(self, name, None))
        ]

    # -- answers -------------------------------------------------------------------------------

    def render(
        self, status_code: int | None = None, hide_status: bool = False, **kwargs: Any
    ) -> Result:
        """Return the payload as JSON text."""
        if status_code is not None:
            self.set_status(status_code)
        return dumps(self._document(hide_status=hide_status))

    def _document(self, *, hide_status: bool) -> Any:
        if hide_status and "data" in self._payload:
            return self._payload["data"]
        document = dict(self._payload)
        if self._TIMESTAMP in document:
            document[self._TIMESTAMP] = document.pop(self._TIMESTAMP)
        return document

    def after_answer(self, function: Callable[..., object], *args: object) -> None:
        """Have a function called in a greenlet of its own after the answer has gone.

        Whatever the answer is: also when this handler fails later on. What the function raises is
        logged. Raises ServiceUnavailable when there is too much of such work already.
        """
        self.application.after_answer(self.message, function, *args)

    def park(
        self,
        room: str,
        seconds: float = SECONDS,
        otherwise: Any = None,
        on_gone: Callable[[], object] | None = None,
    ) -> Any:
        """Return a result that lets the request wait for `application.broadcast(room, ...)`.

        After so many seconds, 100 at the most, its answer is `otherwise`, any result that a handler
        may return; 204 without one. `on_gone` is called when the client leaves before. The answer
        is the same for everybody in the room: headers and cookies set here are not sent.
        """
        parking = self.application.parking
        if otherwise is None:
            return parking.park(room, seconds, parking.no_news, on_gone)
        return parking.park(room, seconds, self.application.for_everybody(otherwise), on_gone)

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **kwargs: Any
    ) -> Result:
        """Drop what was collected and answer with an error; `error_handler` may add to it."""
        self.clear_payload()
        if error_handler is not None:
            error_handler()
        self._finished = True
        return self.render(status_code=status_code)

    def unsupported(self, *args: Any, **kwargs: Any) -> Result:
        """Answer a method that the handler has no member for."""
        return self.render_error(MessageHandler._DEFAULT_STATUS)

    def error(self, err: Exception) -> Result:
        """Answer an exception that is no `HTTPError`, by an error handler of the application or 500.

        It has been logged with its traceback, unless there is an error handler for its class.
        """
        return self._by_application(err) or self.unsupported()

    def http_error(self, error: HTTPError) -> Result:
        """Answer an `HTTPError` that was raised on purpose, with its status and detail."""
        self.raised = error

        def explain() -> None:
            self._explain(error)

        return call_render_error(self, error.status_code, explain, detail=error.detail)  # type: ignore[no-any-return]

    def _explain(self, error: HTTPError) -> None:
        if error.detail:
            self.add_to_payload("detail", error.detail)

    @property
    def _error_answers(self) -> "ErrorAnswers | None":
        # Programs have tests with applications of their own making.
        return getattr(self.application, "error_answers", None)

    def _is_expected(self, error: Exception) -> bool:
        return bool(self._error_answers and self._error_answers.expects(error))

    def _by_application(self, error: Exception) -> Any:
        return self._error_answers and self._error_answers.by_handler(self.message, error)

    def _answer_or(
        self, answer: Callable[[Any], Result], error: Exception, status_code: int
    ) -> Result:
        """Return what a hook answers; if it fails or forgets to answer, a plain error."""
        try:
            result = answer(error)
        except Exception:
            logger.exception("The error answer of %s failed", type(self).__name__)
            result = None
        return result or self._plain_error(status_code)

    def _plain_error(self, status_code: int) -> Result:
        """Return an error without help from anything that a subclass may have broken."""
        self._payload.clear()
        self._clear_answer()
        self._finished = True
        return MessageHandler.render(self, status_code)
