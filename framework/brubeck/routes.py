"""The routes of an application: how they are added, and how a request finds what answers it."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, cast

from brubeck.fallback import csrf_guard, not_found_handler, refusal_of_forged, wrong_method
from brubeck.handlers import JsonSchemaMessageHandler, WebMessageHandler
from brubeck.handlers.documents import public_schema
from brubeck.methods import options_answer, with_head, with_implied
from brubeck.routing import Router, UrlArgs

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

Target = Callable[..., Any]
Rule = tuple[str, Target] | tuple[str, Target, str | None]


class Routes:
    """What an application knows of its paths; `Brubeck` is a kind of it."""

    MULTIPLE_ITEM_SEP = ","

    def __init__(self, base_handler: type | None, *, csrf: bool, api_base_url: str | None) -> None:
        self.base_handler = base_handler or WebMessageHandler
        self.csrf = csrf
        self.api_base_url = "/" if api_base_url is None else api_base_url
        self.manifest: dict[str, dict[str, Any]] = {}
        self._router: Router[Target] = Router()
        self._not_found = not_found_handler(self.base_handler)
        self._csrf_guard = csrf_guard(self.base_handler)

    @property
    def _routes(self) -> list[tuple[re.Pattern[str], Target]]:
        """Pairs of compiled pattern and target; missing as long as there is no rule."""
        if not self._router.routes:
            raise AttributeError("_routes")
        return self._router.routes

    @property
    def route_names(self) -> dict[str, re.Pattern[str]]:
        """The patterns that have a name."""
        return self._router.names

    def init_routes(self, handler_tuples: Iterable[Rule]) -> None:
        """Add rules in order: pairs of pattern and target, or triples with a name.

        Raises ValueError for what is neither.
        """
        for rule in handler_tuples:
            if not isinstance(rule, Sequence) or isinstance(rule, str) or len(rule) not in (2, 3):
                raise ValueError(
                    f"{rule!r} is no rule. Give a list of pairs of a pattern and a handler, or of "
                    'triples with a name, for example [(r"^/$", Front, "front")].'
                )
            self.add_route_rule(*rule)

    def add_route_rule(self, pattern: str, target: Target, name: str | None = None) -> None:
        """Add one rule: a regular expression, anchored at the start, and what answers it.

        With a name `url_for` can build its path. Raises ValueError for a pattern that does not
        compile, and for a name that another rule has.
        """
        self._router.add(pattern, target, name)

    def add_route(
        self,
        url_pattern: str,
        method: str | Iterable[str] | None = None,
        name: str | None = None,
    ) -> Callable[[Target], Target]:
        """Decorate a function or handler class as the answer to a pattern.

        `method` is a method's name or several; others get 405. HEAD goes where GET may go, and
        OPTIONS is answered with the methods. `name` is for `url_for`.
        """
        methods = with_head([method] if isinstance(method, str) else method or ())

        def decorate(target: Target) -> Target:
            checked = self._checked(target, methods) if methods else self._unchecked(target)
            self.add_route_rule(url_pattern, checked, name)
            return checked

        return decorate

    def url_for(self, name: str, /, *args: object, **kwargs: object) -> str:
        """Return the path of the route with this name.

        Arguments go into the groups of its pattern, by position or by name; named ones without a
        group become the query. Raises LookupError for a name that no route has, and ValueError
        for arguments that do not fit.
        """
        return self._router.url_for(name, *args, **kwargs)

    def register_api(self, api: Any, prefix: str | None = None) -> None:
        """Serve a subclass of AutoAPIBase below a prefix, and its model's schema.

        The prefix is plain text; it defaults to `api_base_url` and the model's name in lower case.
        """
        name = api.model.__name__.lower()
        prefix = self.api_base_url + name if prefix is None else prefix
        # Programs had to escape it themselves once; no path has a backslash.
        prefix = re.escape(prefix.replace("\\", ""))
        # Besides word characters what RFC 3986, 2.3, leaves unescaped, and percent-escapes.
        item = r"(?:[-.~\w]|%[0-9A-Fa-f]{2})+"
        ids = f"{item}(?:{self.MULTIPLE_ITEM_SEP}{item})*"
        self.add_route_rule(rf"^{prefix}/(?:(?P<ids>{ids})/*)?$", api)
        if not self.manifest:
            self.add_route_rule(r"^/manifest\.json$", JsonSchemaMessageHandler)
        self.manifest[name] = public_schema(api.model)
        JsonSchemaMessageHandler.add_model(api.model)

    # -- one request ---------------------------------------------------------------------------

    def route_message(self, message: "Request") -> Callable[[], Any]:
        """Return what answers a message, ready to be called without arguments."""
        match = self._router.match(message.path)
        if match is None:
            return self._bind(self._not_found, message, ())
        return self._bind(match.target, message, match.url_args)

    def _bind(self, target: Target, message: "Request", url_args: UrlArgs) -> Callable[[], Any]:
        if isinstance(target, type):
            handler: Any = target(self, message)
            handler._url_args = url_args  # noqa: SLF001  part of the handlers' interface
            return handler  # type: ignore[no-any-return]
        if self.csrf and (
            refusal := refusal_of_forged(self._application, self._csrf_guard, target, message)
        ):
            return refusal
        return self._bound(target, message, url_args)

    def _bound(self, function: Target, message: "Request", url_args: UrlArgs) -> Callable[[], Any]:
        if isinstance(url_args, dict):
            # Unmatched optional groups must not hide the function's own defaults.
            named = {name: value for name, value in url_args.items() if value}
            return partial(function, self, message, **named)
        return partial(function, self, message, *url_args)

    def _unchecked(self, target: Target) -> Target:
        is_class = isinstance(target, type)
        bind = self._bind if is_class else self._bound

        @wraps(target, updated=())
        def unchecked(_app: Any, message: "Request", *args: Any, **kwargs: Any) -> Any:
            return bind(target, message, kwargs or args)()

        # Classes check methods and tokens for themselves.
        unchecked.csrf_exempt = is_class or getattr(target, "csrf_exempt", False)  # type: ignore[attr-defined]
        unchecked.methods = () if is_class else getattr(target, "methods", ())  # type: ignore[attr-defined]
        return unchecked

    def _checked(self, target: Target, methods: list[str]) -> Target:
        answer = self._unchecked(target)
        allowed = with_implied(methods)

        @wraps(answer)
        def checked(_app: Any, message: "Request", *args: Any, **kwargs: Any) -> Any:
            if message.method in methods:
                return answer(_app, message, *args, **kwargs)
            if message.method == "OPTIONS":
                return options_answer(allowed)
            return wrong_method(self._application, message, allowed)

        checked.methods = allowed  # type: ignore[attr-defined]
        return checked

    @property
    def _application(self) -> "Brubeck":
        return cast("Brubeck", self)
