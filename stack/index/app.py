"""The index application: wiring and one handler."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from brubeck.errorpages import Problem
from brubeck.health import add_health_routes
from brubeck.metricsport import serve_metrics
from brubeck.request_handling import Brubeck
from brubeck.settings import ServerSettings, setting
from brubeck.static import StaticFiles
from brubeck.templating import Jinja2Rendering, load_jinja2_env, render_template

from index.sites import Health, parse

HERE = Path(__file__).parent
SHARED_FILES = HERE.parents[1] / "apps" / "shared" / "static"


@dataclass(frozen=True, kw_only=True)
class IndexSettings(ServerSettings):
    """How the index is served, and what it lists."""

    prefix: str = "INDEX_"
    sites: str = setting("[]", "The sites as JSON, written by the launcher.")


class Index(Brubeck):
    """A Brubeck application that knows the other sites."""

    health: Health
    site_domain: str


class ListHandler(Jinja2Rendering):
    """Lists all sites. Unknown host names come here, too, and are told so."""

    application: Index

    def get(self) -> object:
        """Show the list."""
        host, domain = self.message.host, self.application.site_domain
        unknown = host if host.endswith(f".{domain}") else ""
        sites = self.application.health.now()
        return self.render_template("index.html", sites=sites, unknown=unknown)


def create_app(settings: IndexSettings) -> Index:
    """Return the application, ready to run. It answers to every host name."""
    app = Index(
        msg_conn=settings.connection(),
        handler_tuples=[(r"^/$", ListHandler)],
        template_loader=load_jinja2_env(HERE / "templates"),
        static=StaticFiles([SHARED_FILES]),
        log_level=settings.log_level,
    )
    app.error_page = partial(error_page, app)
    add_health_routes(app)  # of this site alone, whatever the others do
    serve_metrics(app, settings.metrics_port)
    app.health = Health(parse(settings.sites))
    app.site_domain = settings.site_domain
    return app


def error_page(app: Index, problem: Problem) -> str:
    """Return the page for an error, in the look of the site."""
    context = {"problem": problem, "static_url": app.static.url}
    return render_template(app.template_env, "errors.html", **context)
