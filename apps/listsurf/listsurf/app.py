"""Listsurf, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: the database, the sessions, the throttles. A test builds the same application around
another database.
"""

from functools import partial
from pathlib import Path
from typing import Any

from brubeck.request_handling import Brubeck
from brubeck.sessions import MongoSessionStore
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env
from brubeck.throttle import LoginThrottle, MongoCounters, Throttle
from pymongo import MongoClient
from pymongo.database import Database

from listsurf import queries, times
from listsurf.handlers import accounts, api, health, links, pages
from listsurf.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
HOUR = 60 * 60  # seconds
PATIENCE = 3000  # milliseconds to wait for a database that does not answer

ROUTES = [
    (r"^/$", links.ListHandler),
    (r"^/add_item$", links.AddHandler),
    (r"^/edit_item/(?P<link_id>\w+)$", links.EditHandler),
    (r"^/delete_item/(?P<link_id>\w+)$", links.DeleteHandler),
    (r"^/login$", accounts.LoginHandler),
    (r"^/logout$", accounts.LogoutHandler),
    (r"^/create$", accounts.CreateHandler),
    (r"^/api$", api.LinksHandler),
    (r"^/healthz$", health.HealthHandler),
]


class Listsurf(Brubeck):
    """A Brubeck application with the limits that Listsurf sets to strangers."""

    login_throttle: LoginThrottle
    signup_throttle: Throttle


def create_app(settings: Settings) -> Listsurf:
    """Return the application, ready to run."""
    db = connect(settings)
    counters = MongoCounters(db.throttle)
    app = Listsurf(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        base_handler=pages.PageHandler,
        template_loader=load_jinja2_env([HERE / "templates", SHARED / "templates"]),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
        login_url="/login",
        db_conn=db,
        sessions=MongoSessionStore(db.sessions),
        cookie_secret=settings.secrets,
        csrf=True,
        allowed_hosts=settings.hosts,
        log_level=settings.log_level,
    )
    app.login_throttle = LoginThrottle(counters)
    app.signup_throttle = Throttle(counters, limit=settings.signups, period=HOUR)
    app.template_env.filters.update(times.FILTERS)
    app.on_start += [
        partial(queries.ensure_indexes, db),
        app.sessions.ensure_indexes,
        counters.ensure_indexes,
    ]
    app.on_stop.append(db.client.close)
    return app


def connect(settings: Settings) -> queries.Db:
    """Return the database. Nothing is sent yet: the client connects when it is first used."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongo_url, serverSelectionTimeoutMS=PATIENCE
    )
    return Database(client, settings.database)
