"""Four template engines behind the same two methods: `render_template` and `render_error`.

Every engine escapes HTML unless the program says otherwise to its loader, and looks for changed
template files unless it is told not to with `auto_reload=False`.
"""

import importlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brubeck.errorpages import ERROR_TYPES, HTML, Problem, default_detail
from brubeck.handlers import Result, WebMessageHandler
from brubeck.handlers.message import ErrorHook

if TYPE_CHECKING:
    from brubeck.application import Brubeck

logger = logging.getLogger(__name__)

Loader = Callable[[], Any]

_OF_A_BODY = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "last-modified",
    }
)


def render_template(environment: Any, name: str, /, **context: Any) -> str:
    """Return a template of any engine as text.

    `environment` is what one of this module's loaders returned, or anything that has
    `get_template(name).render(**context)`.
    """
    if hasattr(environment, "get_template"):
        text = environment.get_template(name).render(**context)
    elif hasattr(environment, "render_name"):
        text = environment.render_name(name, context)
    else:
        text = environment.load(name).generate(**context)
    return text.decode("utf-8") if isinstance(text, bytes) else text


def error_page(app: "Brubeck", problem: Problem) -> str:
    """Return the page for an error that no handler has answered, from the template `errors.html`.

    For `application.error_page = partial(error_page, application)`. The template gets `error_code`,
    `error_title`, `error_detail`, `request_id` and `static_url`. Under another host name (421) style
    sheets are refused as well: that page has to do without them.
    """
    if problem.status_code == 421:
        return problem.page()
    return render_template(
        app.template_env,
        "errors.html",
        error_code=problem.status_code,
        error_title=problem.title,
        error_detail=problem.detail,
        request_id=problem.request_id,
        static_url=app.static.url if app.static else None,
    )


class TemplateRendering(WebMessageHandler):
    """A handler that answers with templates of the application's environment."""

    error_template = "errors.html"

    def render_template(
        self, template_file: str, _status_code: int = 200, **context: Any
    ) -> Result:
        """Answer with a template and a status."""
        environment = self._environment()
        body = render_template(environment, template_file, **self.template_context(context))
        self.set_body(body, status_code=_status_code)
        return self.render()

    def _environment(self) -> Any:
        if not hasattr(self.application, "template_env"):
            raise RuntimeError(
                "The application has no templates. Pass a loader to Brubeck(...), such as "
                "template_loader=load_jinja2_env(directory)."
            )
        return self.application.template_env

    def template_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return what templates get to see: the page's context on top of the handler's own.

        The handler's own are `csrf_token` and `csrf_field`, `url_for`, `current_user` where the
        handler knows one, and `static_url` where the application has static files.
        """
        common: dict[str, Any] = {
            "url_for": self.url_for,
            "csrf_token": _Lazy(lambda: self.csrf_token),
            "csrf_field": _LazyMarkup(lambda: self.csrf_field),
        }
        static = getattr(self.application, "static", None)
        if static is not None:
            common["static_url"] = static.url
        return common | _user_of(self) | context

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **context: Any
    ) -> Result:
        """Answer with the error template, or plainly if that is missing or fails.

        Clients that would rather have JSON or plain text get that. The template gets `error_code`, `error_title`, `error_detail` and `request_id`.
        """
        is_plain = not hasattr(self.application, "template_env")
        is_plain = is_plain or self.message.accepts(*ERROR_TYPES) != HTML
        if is_plain or self._has_error_handler(status_code):
            return super().render_error(status_code, error_handler=error_handler)
        self._forget_the_body()
        if error_handler is not None:
            error_handler()
        try:
            shown = self._error_context(status_code, context)
            return self.render_template(self.error_template, _status_code=status_code, **shown)
        except Exception:
            logger.exception("No error page: template %s failed", self.error_template)
            return super().render_error(status_code, error_handler=error_handler)

    def _forget_the_body(self) -> None:
        """Drop the headers about a body that will not be sent: the error page is none of it."""
        kept = {name: self.headers[name] for name in self.headers if name.lower() not in _OF_A_BODY}
        self.headers = kept

    def _error_context(self, status_code: int, context: dict[str, Any]) -> dict[str, Any]:
        return {
            "error_title": self._status_text(status_code),
            "error_detail": context.get("detail") or default_detail(status_code),
            "request_id": self.message.id,
            **context,
            "error_code": status_code,
        }


def _user_of(handler: Any) -> dict[str, Any]:
    is_known = "current_user" in vars(handler) or hasattr(type(handler), "current_user")
    return {"current_user": handler.current_user} if is_known else {}


class _Lazy:
    """Text that is made when a template shows it: most pages have no form."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()


class _LazyMarkup(_Lazy):
    """Text that is made when a template shows it, and that is HTML already."""

    def __html__(self) -> str:
        return self._make()


# -- Jinja2 ------------------------------------------------------------------------------------


def load_jinja2_env(
    template_dir: str | Path | Sequence[str | Path] | None, *args: Any, **kwargs: Any
) -> Loader:
    """Return a loader of a Jinja2 Environment; further arguments are the Environment's.

    Of several directories the first that has a template wins. `autoescape` is on for everything but `.txt` files unless it is given.
    """

    def loader() -> Any:
        if template_dir is None:
            return None
        from jinja2 import Environment, FileSystemLoader, select_autoescape

        escaping = select_autoescape(disabled_extensions=("txt",), default=True)
        options = {
            "autoescape": escaping,
            "loader": FileSystemLoader(template_dir or "."),
            **kwargs,
        }
        return Environment(*args, **options)  # noqa: S701 - among the options

    return loader


class Jinja2Rendering(TemplateRendering):
    """A handler that renders Jinja2 templates."""


# -- Mako --------------------------------------------------------------------------------------


def load_mako_env(
    template_dir: str | Path | None, *args: Any, auto_reload: bool = True, **kwargs: Any
) -> Loader:
    """Return a loader of a Mako TemplateLookup; further arguments are the lookup's.

    Expressions are escaped unless `default_filters` is given.
    """

    def loader() -> Any:
        if template_dir is None:
            return None
        lookup = _needed("mako.lookup", "mako").TemplateLookup
        kwargs.setdefault("default_filters", ["h"])
        kwargs.setdefault("filesystem_checks", auto_reload)
        return lookup([str(template_dir)], *args, **kwargs)

    return loader


class MakoRendering(TemplateRendering):
    """A handler that renders Mako templates."""


# -- Tornado -----------------------------------------------------------------------------------


def load_tornado_env(
    template_dir: str | Path | None, *args: Any, auto_reload: bool = True, **kwargs: Any
) -> Loader:
    """Return a loader of a Tornado template Loader; further arguments are that Loader's.

    Tornado escapes unless `autoescape=None` is given.
    """

    def loader() -> Any:
        if template_dir is None:
            return None
        template = _needed("tornado.template", "tornado")
        kind = _reloading(template.Loader) if auto_reload else template.Loader
        return kind(str(template_dir), *args, **kwargs)

    return loader


def _reloading(loader: type) -> type:
    """Return a Tornado Loader that notices changed files; its own reads each file only once."""

    class ReloadingLoader(loader):  # type: ignore[misc]  # known at run time only
        _times: dict[str, int] = {}

        def load(self, name: str, parent_path: str | None = None) -> Any:
            if self._times != self._present_times():
                self.reset()
            template = super().load(name, parent_path)
            self._times = self._present_times()
            return template

        def _present_times(self) -> dict[str, int]:
            return {name: _change_time(Path(self.root, name)) for name in self.templates}

    return ReloadingLoader


def _change_time(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


class TornadoRendering(TemplateRendering):
    """A handler that renders Tornado templates."""


# -- Mustache ----------------------------------------------------------------------------------


def load_mustache_env(template_dir: str | Path | None, *_: Any, **_ignored: Any) -> Loader:
    """Return a loader of a pystache Renderer; further arguments are ignored.

    Template names have no extension; templates and their partials end in `.mustache`.
    """

    def loader() -> Any:
        if template_dir is None:
            return None
        return _needed("pystache", "mustache").Renderer(search_dirs=[str(template_dir)])

    return loader


class MustacheEnvironment:
    """Mustache templates with the interface of the other engines."""

    def __init__(self, *template_dirs: str | Path) -> None:
        directories = [str(directory) for directory in template_dirs]
        self.renderer = _needed("pystache", "mustache").Renderer(search_dirs=directories)

    def get_template(self, name: str) -> "MustacheTemplate":
        """Return a template by its name without extension."""
        return MustacheTemplate(self.renderer, name)


class MustacheTemplate:
    """One Mustache template of an environment."""

    def __init__(self, renderer: Any, name: str) -> None:
        self.renderer = renderer
        self.name = name

    def render(self, **context: Any) -> str:
        """Return the template as text."""
        text: str = self.renderer.render_name(self.name, context)
        return text


class MustacheRendering(TemplateRendering):
    """A handler that renders Mustache templates."""

    error_template = "errors"


def _needed(module: str, extra: str) -> Any:
    """Import a template engine, or say how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{module} is not installed. Install it with: pip install brubeck[{extra}]"
        ) from error
