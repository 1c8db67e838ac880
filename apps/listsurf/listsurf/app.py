"""Listsurf, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: the database, the sessions, the throttles. A test builds the same application around
another database.
"""

import logging
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
from brubeck.throttle import LoginThrottle, MemoryCounters, MongoCounters, Throttle
from brubeck.uploads import UploadStore
from pagefetch import PageFetcher
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError
from weblinks import filters
from weblinks.feeds import hide_secret

from listsurf import queries, tokens
from listsurf.fetching import Fetcher
from listsurf.handlers import (
    account,
    accounts,
    api,
    api_docs,
    api_links,
    bulk,
    deletion,
    exports,
    feeds,
    imports,
    links,
    original_api,
    pages,
    people,
    programs,
    tags,
)
from listsurf.importing import Importer
from listsurf.settings import Settings

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
HOUR = 60 * 60  # seconds
LONGEST_START = 24 * HOUR
MINUTE = 60  # seconds
LARGEST_UPLOAD = (
    16 * 1024 * 1024
)  # bytes: browsers export some 300 for a bookmark, with pictures more
USER_AGENT = "Listsurf (fetches titles of saved pages)"
LONGEST_QUERY = 5000  # milliseconds; a database that is away, or hangs, must not hang the site
BAD_MONGO_URL = (
    "MONGO_URL is no address of a MongoDB. Set it to one like mongodb://name:password@host:27017, "
    "with everything but letters and digits percent-encoded in name and password."
)

ROUTES = [
    (r"^/$", links.ListHandler),
    (r"^/add_item$", links.AddHandler),
    (r"^/edit_item/\w+$", links.EditHandler),
    (r"^/delete_item/\w+$", deletion.DeleteHandler),
    (r"^/retry/\w+$", links.RetryHandler),
    (r"^/bulk$", bulk.BulkHandler),
    (r"^/undo$", deletion.UndoHandler),
    (r"^/trash$", deletion.TrashHandler),
    (r"^/tags$", tags.TagsHandler),
    (r"^/tags/rename$", tags.RenameTagHandler),
    (r"^/tags/delete$", tags.DeleteTagHandler),
    (r"^/import$", imports.ImportHandler),
    (r"^/import/\w+$", imports.ImportPageHandler),
    (r"^/export$", exports.ExportHandler),
    (r"^/export/listsurf\.(html|json|csv)$", exports.ExportFileHandler),
    (r"^/feeds$", feeds.FeedsHandler),
    (r"^/feeds/close$", feeds.CloseFeedHandler),
    (r"^/feed/([\w-]+)\.atom$", feeds.SecretFeedHandler),
    (r"^/login$", accounts.LoginHandler),
    (r"^/logout$", accounts.LogoutHandler),
    (r"^/create$", accounts.CreateHandler),
    (r"^/settings$", account.SettingsHandler),
    (r"^/settings/password$", account.PasswordHandler),
    (r"^/settings/sessions$", account.SessionsHandler),
    (r"^/settings/takeout$", account.TakeoutHandler),
    (r"^/settings/delete$", account.DeleteAccountHandler),
    (r"^/settings/tokens$", programs.TokensHandler),
    (r"^/settings/tokens/\w+$", programs.RevokeTokenHandler),
    (r"^/settings/origins$", programs.OriginsHandler),
    (r"^/u/([A-Za-z0-9._]+)$", people.PersonHandler),
    (r"^/u/([A-Za-z0-9._]+)/feed\.atom$", people.FeedHandler),
    (r"^/saved$", pages.SavedHandler),
    (r"^/api$", original_api.OriginalHandler),
    (r"^/api/links$", api_links.LinksHandler),
    (r"^/api/links/([^/]+)$", api_links.LinkHandler),
    (r"^/api/check$", api_links.CheckHandler),
    (r"^/api/tags$", api_links.TagsHandler),
    (r"^/api/openapi\.json$", api_docs.DocumentHandler),
    (r"^/api/docs$", api_docs.DocsHandler),
    (r"^/api/", api.NothingHandler),
]


class Listsurf(Brubeck):
    """A Brubeck application with the limits that Listsurf sets to strangers."""

    login_throttle: LoginThrottle
    reading_throttle: LoginThrottle
    signup_throttle: Throttle
    api_throttle: Throttle
    fetcher: Fetcher
    importer: Importer


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
        uploads=UploadStore(settings.uploads, max_size=LARGEST_UPLOAD),
        log_level=settings.log_level,
    )
    add_health_routes(app, checks={"mongo": partial(db.command, "ping")})
    set_limits(app, counters, settings)
    app.fetcher = Fetcher(db, PageFetcher(allowed=settings.fetch_allowed, user_agent=USER_AGENT))
    app.error_page = partial(error_page, app)
    logging.getLogger("brubeck.access").addFilter(hide_secret)
    app.template_env.filters.update(filters.FILTERS)
    app.template_env.globals["fetches"] = settings.fetch
    app.on_start.append(partial(prepare, db, app.sessions.ensure_indexes, counters.ensure_indexes))
    app.importer = Importer(db, app.fetcher)
    app.on_start.append(app.importer.start)
    app.on_stop.append(app.importer.stop)
    if settings.fetch:
        app.on_start.append(app.fetcher.start)
        app.on_stop.append(app.fetcher.stop)
    app.on_stop.append(db.client.close)
    return app


def set_limits(app: Listsurf, counters: MongoCounters, settings: Settings) -> None:
    """Give an application its throttles, with nothing counted in memory yet.

    What only reads is counted in the memory of each process: it must not write to the database.
    """
    app.login_throttle = LoginThrottle(counters)
    app.reading_throttle = LoginThrottle(MemoryCounters())
    app.signup_throttle = Throttle(counters, limit=settings.signups, period=HOUR)
    app.api_throttle = Throttle(MemoryCounters(), limit=settings.api_calls, period=MINUTE)


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

    A `timeoutMS` in the address of MongoDB itself counts more than ours. Raises SettingsError for an address that is none; it does not show it, for the password's sake.
    """
    url = settings.mongo_url
    limit: dict[str, Any] = {} if "timeoutMS=" in url else {"timeoutMS": LONGEST_QUERY}
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(url, **limit)
    except (ConfigurationError, ValueError):
        raise SettingsError(BAD_MONGO_URL) from None
    return Database(client, settings.database)


def prepare(db: queries.Db, *steps: Callable[[], object]) -> None:
    """Take the steps that make the indexes; those of a large collection may take their time.

    The ping fails soon where there is no database: in what follows that would be waited for.
    """
    db.command("ping")
    with pymongo.timeout(LONGEST_START):
        queries.ensure_indexes(db)
        tokens.ensure_indexes(db)
        for step in steps:
            step()
