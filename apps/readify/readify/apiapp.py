"""The API, put together: a program of its own beside the website, on a host of its own.

Notice what the two share: the database, the membership, and the keys that sign. Nothing else: either
may run in as many processes as one likes, and neither needs the other.
"""

from functools import partial
from pathlib import Path

from accounts import MembersApplication, people, tokens
from accounts.members import TEMPLATES
from brubeck.health import add_health_routes
from brubeck.metricsport import serve_metrics
from brubeck.sessions import MongoSessionStore
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env
from brubeck.throttle import MongoCounters
from mongostore import connect, prepare
from weblinks import filters

from readify import profiles, queries
from readify.handlers import api, api_about, api_docs, api_links, api_original
from readify.membership import MEMBERSHIP
from readify.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite

ROUTES = [
    (r"^/$", api_original.OriginalHandler),
    (r"^/check$", api_about.CheckHandler),
    (r"^/tags$", api_about.TagsHandler),
    (r"^/sites$", api_about.SitesHandler),
    (r"^/profile$", api_about.ProfileHandler),
    (r"^/openapi\.json$", api_docs.DocumentHandler),
    (r"^/docs$", api_docs.DocsHandler),
]


class Api(MembersApplication):
    """The application, with what its handlers find on it."""

    site_address: str


def create_api(settings: Settings) -> Api:
    """Return the API, ready to run."""
    db = connect(settings.mongo_url, settings.database)
    counters = MongoCounters(db.throttle)
    app = Api(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        base_handler=api.NothingHandler,
        template_loader=load_jinja2_env([HERE / "templates", TEMPLATES, SHARED / "templates"]),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
        db_conn=db,
        sessions=MongoSessionStore(db.sessions),
        cookie_secret=settings.secrets,
        allowed_hosts=settings.api_hosts,
        trusted_proxies=settings.trusted_proxies,
        log_level=settings.log_level,
    )
    app.register_api(api_links.LinksAPI, prefix="/links")
    add_health_routes(app, checks={"mongo": partial(db.command, "ping")})
    serve_metrics(app, settings.metrics_port)
    app.membership = MEMBERSHIP
    app.site_address = settings.site_address.rstrip("/")
    app.set_limits(counters, settings.signups, settings.api_calls)
    app.template_env.filters.update(filters.FILTERS)
    indexes = [partial(each.ensure_indexes, db) for each in (queries, profiles, people, tokens)]
    app.on_start.append(
        partial(prepare, db, *indexes, app.sessions.ensure_indexes, counters.ensure_indexes)
    )
    app.on_stop.append(db.client.close)
    return app
