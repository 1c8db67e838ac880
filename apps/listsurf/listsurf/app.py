"""Listsurf, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: the database, the sessions, the throttles. A test builds the same application around
another database.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pymongo
from brubeck.errorpages import Problem
from brubeck.health import add_health_routes
from brubeck.request_handling import Brubeck
from brubeck.sessions import MongoSessionStore
from brubeck.settings import SettingsError
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env, render_template
from brubeck.throttle import LoginThrottle, MongoCounters, Throttle
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError

from listsurf import filters, queries
from listsurf.handlers import accounts, api, links, pages
from listsurf.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
HOUR = 60 * 60  # seconds
PATIENCE = 3000  # milliseconds to look for a database
LONGEST_QUERY = 5000  # milliseconds; a database that hangs must not hang the site
BAD_MONGO_URL = (
    "MONGO_URL is no address of a MongoDB. Set it to one like mongodb://name:password@host:27017, "
    "with everything but letters and digits percent-encoded in name and password."
)

ROUTES = [
    (r"^/$", links.ListHandler),
    (r"^/add_item$", links.AddHandler),
    (r"^/edit_item/\w+$", links.EditHandler),
    (r"^/delete_item/\w+$", links.DeleteHandler),
    (r"^/login$", accounts.LoginHandler),
    (r"^/logout$", accounts.LogoutHandler),
    (r"^/create$", accounts.CreateHandler),
    (r"^/api$", api.LinksHandler),
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
        trusted_proxies=settings.trusted_proxies,
        log_level=settings.log_level,
    )
    add_health_routes(app, checks={"mongo": partial(db.command, "ping")})
    app.login_throttle = LoginThrottle(counters)
    app.signup_throttle = Throttle(counters, limit=settings.signups, period=HOUR)
    app.error_page = partial(error_page, app)
    app.template_env.filters.update(filters.FILTERS)
    app.on_start.append(partial(prepare, db, app.sessions.ensure_indexes, counters.ensure_indexes))
    app.on_stop.append(db.client.close)
    return app


def error_page(app: Listsurf, problem: Problem) -> str:
    """Return the page for an error that no handler of ours has answered.

    Under another host name style sheets are refused as well: that page has to do without them.
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
        static_url=app.static.url,
    )


def connect(settings: Settings) -> queries.Db:
    """Return the database. Nothing is sent yet: the client connects when it is first used.

    Raises SettingsError for an address that is none; it does not show it, for the password's sake.
    """
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(
            settings.mongo_url, serverSelectionTimeoutMS=PATIENCE, timeoutMS=LONGEST_QUERY
        )
    except (ConfigurationError, ValueError):
        raise SettingsError(BAD_MONGO_URL) from None
    return Database(client, settings.database)


def prepare(db: queries.Db, *steps: Callable[[], object]) -> None:
    """Take the steps that make the indexes; those of a large collection may take their time."""
    with pymongo.timeout(None):
        queries.ensure_indexes(db)
        for step in steps:
            step()
