"""A program of a site with accounts, put together: what all such programs have in common.

Notice what a program brings along itself: its routes, its templates, its style, what it does beside.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from brubeck.health import add_health_routes
from brubeck.metricsport import serve_metrics
from brubeck.sessions import MongoSessionStore
from brubeck.throttle import MongoCounters
from mongostore import Db, connect, prepare
from sitesettings import MembersSettings
from weblinks import filters

from accounts import people, tokens
from accounts.members import MembersApplication, Membership

App = TypeVar("App", bound=MembersApplication)


def with_members(
    kind: type[App],
    settings: MembersSettings,
    membership: Membership,
    *ensure_indexes: Callable[[Db], None],
    **options: Any,
) -> App:
    """Return an application of a kind around the database that the settings name.

    `ensure_indexes` are called with the database before the first request; `options` are those of
    `Brubeck`. Raises SettingsError for an address that is none.
    """
    db = connect(settings.mongo_url, settings.database)
    app = kind(
        msg_conn=settings.connection(),
        db_conn=db,
        sessions=MongoSessionStore(db.sessions),
        cookie_secret=settings.secrets,
        trusted_proxies=settings.trusted_proxies,
        log_level=settings.log_level,
        **options,
    )
    add_health_routes(app, checks={"mongo": partial(db.command, "ping")})
    serve_metrics(app, settings.metrics_port)
    counters = MongoCounters(db.throttle)
    app.membership = membership
    app.set_limits(counters, settings.signups, settings.api_calls)
    app.template_env.filters.update(filters.FILTERS)
    of_all = (people.ensure_indexes, tokens.ensure_indexes)
    steps = [partial(ensure, db) for ensure in (*ensure_indexes, *of_all)]
    app.on_start.append(
        partial(prepare, db, *steps, app.sessions.ensure_indexes, counters.ensure_indexes)
    )
    app.on_stop.append(db.client.close)
    return app
