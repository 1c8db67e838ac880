"""Brubeck: an application's configuration, its routes, and the way of each request through it."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from brubeck import accesslog, jsonlogs, version
from brubeck.background import Background
from brubeck.concurrency import current
from brubeck.concurrency.base import OutOfTime, Pool
from brubeck.connections import Connection, Mongrel2Connection
from brubeck.erroranswers import ENDS, ErrorAnswers, ErrorHandler, Kind
from brubeck.errorpages import Page, Problem
from brubeck.errors import HTTPError, MisdirectedRequest, ServiceUnavailable
from brubeck.heads import NO_HEADERS, CommonHeaders
from brubeck.hooks import Hooks
from brubeck.limits import DEFAULT_LIMITS, Limits
from brubeck.parking import Parked, Parking
from brubeck.proxies import is_trusted
from brubeck.request import Request
from brubeck.response import Response
from brubeck.routes import Routes, Rule
from brubeck.streaming import Endings
from brubeck.subscriptions import Subscriptions
from brubeck.templating import render_template
from brubeck.uploads import UploadStore

# A program that imports this blocks sooner or later; the library wants to be chosen before.
current()

Hook = Callable[[], object]
BeforeHook = Callable[["Brubeck", Request], Any]
AfterHook = Callable[["Brubeck", Request, Response], Any]
Addresses = Sequence[str]

GRACE = 10.0  # seconds for work after the last answer, if the transport has no grace
POOL_SIZE = 10_000  # requests in hand at one time; about what Mongrel2 can have connections

SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
)

UNANSWERED = (
    "%r left %s %s unanswered. Unless that is meant, return self.render() or another answer."
)

TIME_LIMIT = 120.0  # seconds; Mongrel2 gives up on a silent connection then, too
TOO_LONG = "The server has worked at this request for too long and gave up. Try again in a moment."

log = logging.getLogger(__name__)


class Brubeck(Routes):
    """A web application.

    `msg_conn` is the transport; `mongrel2_pair` (pull address, publish address) makes one to
    Mongrel2. `handler_tuples` are pairs of a pattern and what answers it (a handler class, or a
    function of (application, message, *url_args)), or triples with a name for `url_for`. Paths that nothing matches get a 404 from
    `base_handler`. `pool` bounds the requests in hand by its `size`.

    `on_start` and `on_stop` are lists of functions without arguments that `run` calls around
    serving. `before_request` and `after_request` are lists of functions, or decorators, for what
    happens around every request. `error_page(problem)` may make another HTML page for errors
    without a body.

    With `csrf` every request that may change something needs a token, except for handlers and
    functions with a true attribute `csrf_exempt`.

    A handler that waits for longer than `time_limit` seconds is ended, and its client gets 503;
    None lets handlers wait for ever. What is parked or streamed is not limited.

    With `uploads` bodies over `limits.body` come as files; without, they are refused.

    Raises ValueError for a configuration that cannot work.
    """

    def __init__(
        self,
        msg_conn: Connection | Addresses | None = None,
        handler_tuples: Iterable[Rule] | None = None,
        pool: Pool | Callable[[], Pool] | None = None,
        no_handler: object = None,  # noqa: ARG002  accepted and without effect, as ever
        base_handler: type | None = None,
        template_loader: Callable[[], Any] | None = None,
        log_level: int | str = logging.INFO,
        login_url: str | None = None,
        db_conn: Any = None,
        cookie_secret: Any = None,
        api_base_url: str | None = None,
        *args: object,  # noqa: ARG002  accepted and without effect, as ever
        mongrel2_pair: Addresses | None = None,
        csrf: bool = False,
        sessions: Any = None,
        static: Any = None,
        allowed_hosts: Sequence[str] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        trusted_proxies: Sequence[str] = (),
        time_limit: float | None = TIME_LIMIT,
        uploads: UploadStore | None = None,
        security_headers: bool = True,
        error_page: Page = Problem.page,
        **kwargs: object,
    ) -> None:
        logging.basicConfig(level=log_level)
        if jsonlogs.are_in_use():
            jsonlogs.name_requests(self)
        log.info("Using coroutine library: %s", current().name)
        if kwargs:
            log.warning(
                "Brubeck ignores what it does not know: %s. Check the spelling.",
                ", ".join(sorted(kwargs)),
            )
        super().__init__(base_handler, csrf=csrf, api_base_url=api_base_url)
        self.msg_conn = self.m2conn = _connection(msg_conn, mongrel2_pair)
        self.pool = _pool(pool)
        self.login_url = login_url
        self.db_conn = db_conn
        self.cookie_secret = cookie_secret
        self.sessions = sessions
        self.static = static
        self.allowed_hosts = None if allowed_hosts is None else frozenset(map(_host, allowed_hosts))
        self.hostless_paths: set[str] = set()  # answered whatever the host is, for probes by IP
        self.limits = limits
        self.time_limit = time_limit
        self.uploads = uploads
        self.trusted_proxies = _proxies(trusted_proxies)
        self.security_headers = security_headers
        self._common_headers = CommonHeaders(SECURITY_HEADERS) if security_headers else NO_HEADERS
        self.error_page = error_page
        self.on_start: list[Hook] = []
        self.on_stop: list[Hook] = []
        self.before_request: Hooks[BeforeHook] = Hooks()
        self.after_request: Hooks[AfterHook] = Hooks()
        self.background = Background()
        self.error_answers = ErrorAnswers(self)
        self.endings = Endings()
        self.parking = Parking(self.for_everybody(Response(204)))
        self.subscriptions = Subscriptions()
        if callable(template_loader):
            self._load_templates(template_loader)
        if static is not None:
            self.add_route_rule(*static.route)
        if handler_tuples is not None:
            self.handler_tuples = list(handler_tuples)
            self.init_routes(self.handler_tuples)

    def _load_templates(self, loader: Callable[[], Any]) -> None:
        # Programs ask with hasattr() whether an application has templates.
        self.template_env = loader()
        if not self.template_env:
            raise ValueError(
                "template_env failed to load. Give the template loader a directory that exists."
            )
        self.render_template = partial(render_template, self.template_env, url_for=self.url_for)

    # -- what programs may add -----------------------------------------------------------------

    def add_error_handler(self, kind: Kind, function: ErrorHandler) -> None:
        """Have a function answer a class of exceptions, or a status from 400 to 599.

        The function gets (application, message, error) and returns what a handler may return;
        None leaves the error to the next in line. The most specific class wins, and classes
        before statuses. `brubeck.erroranswers` has the whole order.
        """
        self.error_answers.add(kind, function)

    def error_handler(self, *kinds: Kind) -> Callable[[ErrorHandler], ErrorHandler]:
        """Decorate a function as the error handler of these kinds."""

        def decorate(function: ErrorHandler) -> ErrorHandler:
            for kind in kinds:
                self.add_error_handler(kind, function)
            return function

        return decorate

    def after_answer(
        self, message: Request, function: Callable[..., object], *args: object
    ) -> None:
        """Have a function called in a greenlet of its own after the answer to a message.

        Raises ServiceUnavailable when there is too much of such work already.
        """
        self.background.promise(message, function, *args)

    # -- one request ---------------------------------------------------------------------------

    def handle(self, request: Request) -> Response | Parked | None:
        """Answer one request, whatever happens; None when the handler wants no answer sent.

        What is parked gets its answer later, from `broadcast` or when its time has come.
        """
        started = perf_counter()
        try:
            response = self._respond(request)
        except BaseException as error:  # noqa: BLE001  the libraries' time limits are no Exceptions
            response = self._error_response(request, error)
        if isinstance(response, Response):
            response = self._finish(request, response, started)
        if self.background.promised:
            self.background.keep_promises(request)
        request.is_answered = True
        return response

    def broadcast(self, room: str, result: Any) -> int:
        """Answer everybody who is parked in a room, with any result that a handler may return.

        It is rendered once and has no cookies and no request id of its own. Returns how many
        requests that were.
        """
        started = perf_counter()
        response = self.for_everybody(result)
        count = self.parking.broadcast(room, response)
        if count and accesslog.is_on():
            accesslog.note_broadcast(room, response, count, perf_counter() - started)
        return count

    def publish(self, room: str, event: object) -> int:
        """Send an event to everybody who is subscribed to a room; returns how many those are.

        It may have any form that an event of an event stream may have, and is written once.
        """
        return self.subscriptions.publish(room, event)

    def for_everybody(self, result: Any) -> Response:
        """Return an answer that can be sent to more than one client."""
        response = Response.of(result)
        if response is None or response.is_lasting:
            raise TypeError(
                f"{result!r:.99} is no answer that could be sent at once. Use render(...) or Response(...)."
            )
        if response.raw is None:
            response.common = self._common_headers
        return response

    def refuse(self, request: Request, error: HTTPError) -> Response:
        """Answer a request that no handler gets to see, and end its connection."""
        return self._finish(request, self.error_answers.closing(request, error), perf_counter())

    def fail(self, request: Request, error: Exception) -> Response:
        """Answer a request whose answer failed before any of it was sent."""
        return self._finish(request, self._error_response(request, error), perf_counter())

    def _respond(self, request: Request) -> Response | Parked | None:
        try:
            self._check(request)
        except HTTPError as error:
            return self.error_answers.closing(request, error)
        for hook in self.before_request:
            early = Response.of(hook(self, request))
            if early is not None:
                return self.error_answers.completed(request, early)
        runnable = self.route_message(request)
        result = runnable()
        if isinstance(result, Parked):
            return result
        response = Response.of(result)
        if response is None:
            log.info(UNANSWERED, runnable, request.method, request.path)
        elif response.raw is None and response.status_code >= 400:
            response = self.error_answers.completed(request, response, runnable)
        return response

    def _check(self, request: Request) -> None:
        request.check_limits()
        if (
            self.allowed_hosts is not None
            and request.host not in self.allowed_hosts
            and request.path not in self.hostless_paths
        ):
            raise MisdirectedRequest

    def _error_response(self, request: Request, error: BaseException) -> Response:
        if isinstance(error, ENDS):
            self.background.break_promises(request)
            raise error
        if isinstance(error, OutOfTime):
            log.error("%s %s took too long", request.method, request.path, exc_info=error)
            error = ServiceUnavailable(TOO_LONG)
        return self.error_answers.answer(request, error)

    def _finish(self, request: Request, response: Response, started: float) -> Response:
        for hook in self.after_request:
            try:
                response = Response.of(hook(self, request, response)) or response
                response.tidy()
            except BaseException as error:  # noqa: BLE001  as above
                response = self._error_response(request, error)
        if response.raw is None:
            response.common = self._common_headers
            response.headers.append(("X-Request-Id", request.id))
        if accesslog.is_on():
            accesslog.note(request, response, perf_counter() - started)
        return response

    # -- life cycle ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop()`; then return, with everything answered."""
        jsonlogs.announce(f"Brubeck v{version} online ]{'-' * 35}")
        try:
            for hook in self.on_start:
                hook()
            self.recv_forever_ever()
        finally:
            self.background.finish(getattr(self.msg_conn, "grace", GRACE))
            for hook in self.on_stop:
                hook()
        jsonlogs.announce("Brubeck going down...")

    def recv_forever_ever(self) -> None:
        """Have the transport serve this application until it is asked to stop."""
        self.msg_conn.recv_forever_ever(self)

    def stop(self) -> None:
        """Have `run` finish what is in hand and return."""
        self.msg_conn.stop()


def _connection(given: Connection | Addresses | None, pair: Addresses | None) -> Connection:
    if given is None:
        given = pair
    if isinstance(given, list | tuple):
        return Mongrel2Connection(*given)
    if not given:
        raise ValueError(
            "No web server connection provided. Pass msg_conn=Mongrel2Connection(pull, pub), "
            "msg_conn=WSGIConnection(port) or mongrel2_pair=(pull, pub)."
        )
    return given  # type: ignore[return-value]  # programs may bring their own kind


def _pool(given: Pool | Callable[[], Pool] | None) -> Pool:
    if given is None:
        return current().pool_class(POOL_SIZE)
    if callable(given):
        return given()
    if hasattr(given, "spawn"):
        return given
    raise ValueError(
        "Unable to initialize coroutine pool. "
        "Pass pool= an object with spawn(), or a function that makes one."
    )


def _host(name: str) -> str:
    """Return a host name as `Request.host` gives it."""
    return name.lower().removesuffix(".")


def _proxies(given: Sequence[str]) -> tuple[str, ...]:
    try:
        is_trusted("127.0.0.1", given)
    except ValueError as error:
        raise ValueError(
            f"trusted_proxies: {error}. Pass a list of addresses and networks, "
            'for example ["127.0.0.1", "10.0.0.0/8"].'
        ) from None
    return tuple(given)
