"""Brubeck: an application's configuration, its routes, and the way of each request through it."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from time import perf_counter
from typing import Any

from greenlet import GreenletExit  # type: ignore[import-untyped]  # it ships no types

from brubeck import version
from brubeck.concurrency import current
from brubeck.concurrency.base import Pool
from brubeck.connections import Connection, Mongrel2Connection
from brubeck.errorpages import Page, Problem, explain
from brubeck.errors import HTTPError, MisdirectedRequest
from brubeck.fallback import csrf_guard, not_found_handler, refusal_of_forged, wrong_method
from brubeck.handlers import JsonSchemaMessageHandler, WebMessageHandler
from brubeck.handlers.documents import public_schema
from brubeck.limits import DEFAULT_LIMITS, Limits
from brubeck.parking import Parked, Parking
from brubeck.proxies import is_trusted
from brubeck.request import Request
from brubeck.response import NO_HEADERS, CommonHeaders, Response
from brubeck.routing import Router, UrlArgs
from brubeck.templating import render_template

# A program that imports this blocks sooner or later; the library wants to be chosen before.
current()

Target = Callable[..., Any]
Hook = Callable[[], object]
Addresses = Sequence[str]

POOL_SIZE = 10_000  # requests in hand at one time; about what Mongrel2 can have connections

SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
)

ACCESS_LINE = "%s %s %s (%s) %.1fms %s"

log = logging.getLogger(__name__)
access_log = logging.getLogger("brubeck.access")


class Brubeck:
    """A web application.

    `msg_conn` is the transport; `mongrel2_pair` (pull address, publish address) makes one to
    Mongrel2. `handler_tuples` are pairs of a pattern and what answers it: a handler class, or a
    function of (application, message, *url_args). Paths that nothing matches get a 404 from
    `base_handler`. `pool` bounds the requests in hand by its `size`.

    `on_start` and `on_stop` are lists of functions without arguments that `run` calls around
    serving. `error_page(problem)` may make another HTML page for errors without a body.

    With `csrf` every request that may change something needs a token, except for handlers and
    functions with a true attribute `csrf_exempt`.

    Raises ValueError for a configuration that cannot work.
    """

    MULTIPLE_ITEM_SEP = ","

    def __init__(
        self,
        msg_conn: Connection | Addresses | None = None,
        handler_tuples: Iterable[tuple[str, Target]] | None = None,
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
        security_headers: bool = True,
        error_page: Page = Problem.page,
        **kwargs: object,
    ) -> None:
        logging.basicConfig(level=log_level)
        log.info("Using coroutine library: %s", current().name)
        if kwargs:
            log.warning("Brubeck ignores what it does not know: %s.", ", ".join(sorted(kwargs)))
        self.msg_conn = self.m2conn = _connection(msg_conn, mongrel2_pair)
        self.pool = _pool(pool)
        self.base_handler = base_handler or WebMessageHandler
        self.login_url = login_url
        self.db_conn = db_conn
        self.cookie_secret = cookie_secret
        self.api_base_url = "/" if api_base_url is None else api_base_url
        self.csrf = csrf
        self.sessions = sessions
        self.static = static
        self.allowed_hosts = None if allowed_hosts is None else frozenset(map(_host, allowed_hosts))
        self.limits = limits
        self.trusted_proxies = _proxies(trusted_proxies)
        self.security_headers = security_headers
        self._common_headers = CommonHeaders(SECURITY_HEADERS) if security_headers else NO_HEADERS
        self.error_page = error_page
        self.on_start: list[Hook] = []
        self.on_stop: list[Hook] = []
        self.parking = Parking(self.for_everybody(Response(204)))
        self.manifest: dict[str, dict[str, Any]] = {}
        self._router: Router[Target] = Router()
        self._not_found = not_found_handler(self.base_handler)
        self._csrf_guard = csrf_guard(self.base_handler)
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
        self.render_template = partial(render_template, self.template_env)

    # -- routes --------------------------------------------------------------------------------

    @property
    def _routes(self) -> list[Any]:
        """Pairs of compiled pattern and target; missing as long as there is no rule."""
        if not self._router.routes:
            raise AttributeError("_routes")
        return self._router.routes

    def init_routes(self, handler_tuples: Iterable[tuple[str, Target]]) -> None:
        """Add rules in order."""
        for pattern, target in handler_tuples:
            self.add_route_rule(pattern, target)

    def add_route_rule(self, pattern: str, target: Target) -> None:
        """Add one rule: a regular expression, anchored at the start, and what answers it."""
        self._router.add(pattern, target)

    def add_route(
        self, url_pattern: str, method: str | Iterable[str] | None = None
    ) -> Callable[[Target], Target]:
        """Decorate a function or handler class as the answer to a pattern.

        `method` is a method's name or several; others get 405. HEAD goes where GET may go.
        """
        methods = _methods(method)

        def decorate(target: Target) -> Target:
            is_class = isinstance(target, type)
            bind = self._bind if is_class else self._bound

            @wraps(target, updated=())
            def checked(_app: Any, message: Request, *args: Any, **kwargs: Any) -> Any:
                if methods and not _allows(methods, message.method):
                    return wrong_method(self, message, methods)
                return bind(target, message, kwargs or args)()

            # Classes check tokens for themselves.
            checked.csrf_exempt = is_class or getattr(target, "csrf_exempt", False)  # type: ignore[attr-defined]
            self.add_route_rule(url_pattern, checked)
            return checked

        return decorate

    def register_api(self, api: Any, prefix: str | None = None) -> None:
        """Serve a subclass of AutoAPIBase below a prefix, and its model's schema.

        The prefix defaults to `api_base_url` and the model's name in lower case.
        """
        name = api.model.__name__.lower()
        prefix = self.api_base_url + name if prefix is None else prefix
        item = r"[-\w]+"
        ids = f"{item}(?:{self.MULTIPLE_ITEM_SEP}{item})*"
        self.add_route_rule(rf"^{prefix}/(?:(?P<ids>{ids})/*)?$", api)
        if not self.manifest:
            self.add_route_rule(r"^/manifest\.json$", JsonSchemaMessageHandler)
        self.manifest[name] = public_schema(api.model)
        JsonSchemaMessageHandler.add_model(api.model)

    def route_message(self, message: Request) -> Callable[[], Any]:
        """Return what answers a message, ready to be called without arguments."""
        match = self._router.match(message.path)
        if match is None:
            return self._bind(self._not_found, message, ())
        return self._bind(match.target, message, match.url_args)

    def _bind(self, target: Target, message: Request, url_args: UrlArgs) -> Callable[[], Any]:
        if isinstance(target, type):
            handler: Any = target(self, message)
            handler._url_args = url_args  # noqa: SLF001  part of the handlers' interface
            return handler  # type: ignore[no-any-return]
        if self.csrf and (refusal := refusal_of_forged(self, self._csrf_guard, target, message)):
            return refusal
        return self._bound(target, message, url_args)

    def _bound(self, function: Target, message: Request, url_args: UrlArgs) -> Callable[[], Any]:
        if isinstance(url_args, dict):
            # Unmatched optional groups must not hide the function's own defaults.
            named = {name: value for name, value in url_args.items() if value}
            return partial(function, self, message, **named)
        return partial(function, self, message, *url_args)

    # -- one request ---------------------------------------------------------------------------

    def handle(self, request: Request) -> Response | Parked | None:
        """Answer one request, whatever happens; None when the handler wants no answer sent.

        What is parked gets its answer later, from `broadcast` or when its time has come.
        """
        started = perf_counter()
        try:
            response = self._respond(request)
        except HTTPError as error:
            response = self._error_response(request, error)
        except (GreenletExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # the time limits of both libraries are not Exceptions
            log.exception("%s %s failed", request.method, request.path)
            response = self._error_response(request, HTTPError())
        if isinstance(response, Response):
            self._finish(request, response, started)
        return response

    def broadcast(self, room: str, result: Any) -> int:
        """Answer everybody who is parked in a room, with any result that a handler may return.

        It is rendered once and has no cookies and no request id of its own. Returns how many
        requests that were.
        """
        started = perf_counter()
        response = self.for_everybody(result)
        count = self.parking.broadcast(room, response)
        if count and access_log.isEnabledFor(logging.INFO):
            milliseconds = 1000 * (perf_counter() - started)
            access_log.info(
                "%s BROADCAST %r to %d %.1fms", response.status_code, room, count, milliseconds
            )
        return count

    def for_everybody(self, result: Any) -> Response:
        """Return an answer that can be sent to more than one client."""
        response = Response.of(result)
        if response is None:
            raise TypeError(
                f"{result!r:.99} is no answer that could be sent. Use render(...) or Response(...)."
            )
        if response.raw is None:
            response.common = self._common_headers.beside(response.headers)
        return response

    def refuse(self, request: Request, error: HTTPError) -> Response:
        """Answer a request that no handler gets to see, and end its connection."""
        response = self._closing(request, error)
        self._finish(request, response, perf_counter())
        return response

    def _respond(self, request: Request) -> Response | Parked | None:
        try:
            self._check(request)
        except HTTPError as error:
            return self._closing(request, error)
        runnable = self.route_message(request)
        result = runnable()
        if isinstance(result, Parked):
            return result
        response = Response.of(result)
        if response is None:
            log.debug("%r left %s %s unanswered.", runnable, request.method, request.path)
        elif _lacks_body(response):
            explain(request, response, _detail(runnable), self.error_page)
        return response

    def _check(self, request: Request) -> None:
        request.check_limits()
        if self.allowed_hosts is not None and request.host not in self.allowed_hosts:
            raise MisdirectedRequest

    def _closing(self, request: Request, error: HTTPError) -> Response:
        """Answer for a connection on which nothing that follows can be trusted."""
        response = _plain(error)
        response.set_header("Connection", "close")
        explain(request, response, error.detail, self.error_page)
        return response

    def _error_response(self, request: Request, error: HTTPError) -> Response:
        """Answer an error the way the base handler does, which may have a template for it."""
        response = self._base_handlers_error(request, error.status_code) or _plain(error)
        for name, value in error.headers.items():
            response.set_header(name, value)
        if _lacks_body(response):
            explain(request, response, error.detail, self.error_page)
        return response

    def _base_handlers_error(self, request: Request, status_code: int) -> Response | None:
        try:
            handler: Any = self._bind(self.base_handler, request, ())
            return Response.of(handler.render_error(status_code))
        except Exception:
            log.exception("%s could not answer an error", self.base_handler.__name__)
            return None

    def _finish(self, request: Request, response: Response, started: float) -> None:
        if response.raw is None:
            response.common = self._common_headers.beside(response.headers)
            response.headers.append(("X-Request-Id", request.id))
        if access_log.isEnabledFor(logging.INFO):
            _log_access(request, response.status_code, 1000 * (perf_counter() - started))

    # -- life cycle ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop()`; then return, with everything answered."""
        print(f"Brubeck v{version} online ]{'-' * 35}", flush=True)  # noqa: T201  a CLI's greeting
        try:
            for hook in self.on_start:
                hook()
            self.recv_forever_ever()
        finally:
            for hook in self.on_stop:
                hook()
        print("Brubeck going down...", flush=True)  # noqa: T201  a CLI's farewell

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


def _methods(given: str | Iterable[str] | None) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given or ()
    return tuple(name.upper() for name in names)


def _allows(methods: tuple[str, ...], method: str) -> bool:
    return method in methods or (method == "HEAD" and "GET" in methods)


def _plain(error: HTTPError) -> Response:
    return Response(error.status_code, b"", error.headers, error.reason)


def _lacks_body(response: Response) -> bool:
    return (
        response.raw is None
        and response.status_code >= 400
        and not response.body
        and response.header("content-type") is None
    )


def _detail(handler: object) -> str:
    """Return what a handler has to say about its error, for those who see no document."""
    payload = getattr(handler, "_payload", None) or {}
    return str(payload.get("detail", ""))


def _log_access(request: Request, status_code: int, milliseconds: float) -> None:
    client, path = request.remote_addr, _printable(request.path)
    args = status_code, request.method, path, client, milliseconds, request.id
    # Not info(), which looks for the line of code that calls it: it is always this one.
    access_log.handle(
        access_log.makeRecord(access_log.name, logging.INFO, __file__, 0, ACCESS_LINE, args, None)
    )


def _printable(path: str) -> str:
    """Return a path that cannot end a line of the log and forge the next (CWE-117)."""
    return path if path.isprintable() else ascii(path)[1:-1]
