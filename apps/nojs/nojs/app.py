"""no.js, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: Redis, the reader of news, the throttles. A test builds the same application around
another database.
"""

from functools import partial
from pathlib import Path

from brubeck.errorpages import Problem
from brubeck.health import add_health_routes
from brubeck.limits import Limits
from brubeck.metricsport import serve_metrics
from brubeck.request_handling import Brubeck
from brubeck.static import StaticFiles
from brubeck.templating import MustacheEnvironment, render_template
from brubeck.throttle import RedisCounters

from nojs import queries
from nojs.floods import Floods
from nojs.handlers import lobby, operators, others, people, reading, rooms, saying, streams
from nojs.handlers.pages import PageHandler
from nojs.news import News
from nojs.policy import protect
from nojs.settings import Settings
from nojs.sharedpages import SharedPages
from nojs.sweeping import Sweeper
from nojs.visits import take_key

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
LONGEST_BODY = 16_384  # bytes: a message is much shorter, with room for what cannot be sent

ROUTES = [
    (r"^/$", lobby.HomeHandler),
    (r"^/lobby$", lobby.LobbyHandler),
    (r"^/rooms$", lobby.RoomsHandler),
    (r"^/enter$", lobby.EnterHandler),
    (r"^/join$", lobby.JoinHandler),
    (r"^/name$", people.NameHandler),
    (r"^/back$", people.BackHandler),
    (r"^/me$", people.MeHandler),
    (r"^/forget$", people.ForgetHandler),
    (r"^/settings$", people.SettingsHandler),
    (r"^/operator$", operators.OperatorHandler),
    (r"^/trick$", others.TrickHandler),
    (r"^/robots\.txt$", others.RobotsHandler),
    (r"^/r/([^/]+)/?$", rooms.FaceHandler),
    (r"^/r/([^/]+)/messages$", reading.MessagesHandler),
    (r"^/r/([^/]+)/side$", rooms.SideHandler),
    (r"^/r/([^/]+)/say$", saying.SayHandler),
    (r"^/r/([^/]+)/name$", saying.NameHandler),
    (r"^/r/([^/]+)/page$", reading.PageOfRoomHandler),
    (r"^/r/([^/]+)/still$", reading.StillHandler),
    (r"^/r/([^/]+)/stream$", streams.StreamHandler),
    (r"^/r/([^/]+)/history$", reading.HistoryHandler),
    (r"^/r/([^/]+)/leave$", rooms.LeaveHandler),
    (r"^/r/([^/]+)/order$", operators.OrderHandler),
    (r"^/r/([^/]+)/kick$", operators.KickHandler),
    (r"^/r/([^/]+)/clean$", operators.CleanHandler),
]
# Addresses of the original, after everything else.
OLD_ROUTES = [
    (r"^/assets/img/", others.PictureHandler),
    (r"^/(?:favicon\.ico|apple-touch-icon[\w-]*\.png)$", others.PictureHandler),
    (r"^/buffer$", others.BufferHandler),
    (r"^/(?!r/|k/|static/)([^/]+)/?$", others.OldRoomHandler),
    (r"^/(?!r/|k/|static/)([^/]+)/(users|messages)$", others.OldRoomHandler),
]


class NoJs(Brubeck):
    """A Brubeck application that knows its rooms."""

    settings: Settings
    store: queries.Store
    floods: Floods
    news: News
    pages: SharedPages
    sweeper: Sweeper

    def common_context(self) -> dict[str, object]:
        """Return what every template gets, whoever reads it."""
        assert self.static is not None  # noqa: S101  create_app gives it
        return {name: self.static.url(file) for name, file in LOOK.items()}


LOOK = {"suite_css": "suite.css", "css": "nojs.css", "icon": "nojs.png"}


def create_app(settings: Settings) -> NoJs:
    """Return the application, ready to run."""
    store = queries.connect(settings.redis_url, settings.namespace)
    app = NoJs(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        base_handler=PageHandler,
        template_loader=partial(MustacheEnvironment, HERE / "templates"),
        static=StaticFiles([HERE / "static", SHARED / "static"]),
        db_conn=store.redis,
        cookie_secret=settings.secrets,
        csrf=True,
        allowed_hosts=settings.hosts,
        trusted_proxies=settings.trusted_proxies,
        limits=Limits(body=LONGEST_BODY),
        log_level=settings.log_level,
    )
    add_health_routes(app, checks={"redis": store.redis.ping})
    serve_metrics(app, settings.metrics_port)
    app.init_routes(OLD_ROUTES)
    app.settings, app.store = settings, store
    app.floods = Floods(RedisCounters(store.redis, store.keys.counts), settings)
    app.pages = SharedPages(app)
    app.news, app.sweeper = News(app, app.pages), Sweeper(app)
    app.before_request.append(take_key)
    app.after_request.append(protect)
    app.error_page = partial(error_page, app)
    app.on_start += [app.news.start, app.sweeper.start]
    app.on_stop += [app.sweeper.stop, app.news.stop, store.redis.close]
    return app


def error_page(app: NoJs, problem: Problem) -> str:
    """Return the page for an error that no handler of ours has answered.

    Under another host name style sheets are refused as well: that page has to do without them.
    """
    look = {} if problem.status_code == 421 else app.common_context()
    return render_template(
        app.template_env,
        "errors",
        **look,
        home="",
        error_code=problem.status_code,
        error_title=problem.title,
        error_detail=problem.detail,
        request_id=problem.request_id,
    )
