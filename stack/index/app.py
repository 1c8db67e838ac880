"""The index application: wiring, the list of sites, and the documentation beside it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from brubeck.errorpages import Problem
from brubeck.errors import NotFound
from brubeck.handlers.message import Result
from brubeck.health import add_health_routes
from brubeck.metricsport import serve_metrics
from brubeck.request import Request
from brubeck.request_handling import Brubeck
from brubeck.response import Response
from brubeck.settings import ServerSettings, setting
from brubeck.static import StaticFiles
from brubeck.templating import Jinja2Rendering, load_jinja2_env, render_template

from index.docs import Documentation
from index.ideas import IDEAS
from index.sites import Health, parse

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STATIC = (HERE / "static", ROOT / "apps" / "shared" / "static")


@dataclass(frozen=True, kw_only=True)
class IndexSettings(ServerSettings):
    """How the index is served, and what it lists."""

    prefix: str = "INDEX_"
    sites: str = setting("[]", "The sites as JSON, written by the launcher.")
    docs: str = setting(str(ROOT / "build" / "site"), "Folder with the built documentation.")


class Index(Brubeck):
    """A Brubeck application that knows the other sites."""

    health: Health
    docs: Documentation
    site_domain: str

    @property
    def docs_host(self) -> str:
        """The host name of the documentation."""
        return f"docs.{self.site_domain}"


class ListHandler(Jinja2Rendering):
    """Lists all sites. Unknown host names come here, too, and are told so."""

    application: Index

    def get(self) -> Result:
        """Show the list."""
        return self.render_template(
            "index.html",
            sites=self.application.health.now(),
            unknown=self.unknown_host(),
            ideas=IDEAS,
            docs=self.docs_address(),
        )

    def unknown_host(self) -> str:
        """Return the host name that was asked for, if it looks like one of ours and is none."""
        host = self.message.host
        return host if host.endswith(f".{self.application.site_domain}") else ""

    def docs_address(self) -> str:
        """Return where the documentation is: at the port by which this page was reached."""
        port = self.message.header("host", "").partition(":")[2]
        return f"//{self.application.docs_host}{':' if port else ''}{port}"


def page(app: Index, request: Request, name: str) -> Response | Result:
    """Answer for all addresses: the documentation at its host name, the list at all others."""
    if request.host == app.docs_host:
        return app.docs.serve(app, request, name)
    if name:
        raise NotFound
    return ListHandler(app, request)()


def create_app(settings: IndexSettings) -> Index:
    """Return the application, ready to run. It answers to every host name."""
    app = Index(
        msg_conn=settings.connection(),
        handler_tuples=[],
        template_loader=load_jinja2_env(HERE / "templates"),
        static=StaticFiles(STATIC),
        log_level=settings.log_level,
    )
    app.error_page = partial(error_page, app)
    add_health_routes(app)  # of this site alone, whatever the others do
    serve_metrics(app, settings.metrics_port)
    app.add_route_rule(r"^/(.*)$", page)
    app.health = Health(parse(settings.sites))
    app.docs = Documentation(Path(settings.docs))
    app.site_domain = settings.site_domain
    return app


def error_page(app: Index, problem: Problem) -> str:
    """Return the page for an error, in the look of the site."""
    context = {"problem": problem, "static_url": app.static.url}
    return render_template(app.template_env, "errors.html", **context)
