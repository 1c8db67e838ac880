"""SpotiChat, put together: which address leads to which handler, and what all of them share.

Notice that this module decides nothing by itself. The handlers find everything they need on the
application: Redis, the reader of news, the songs. A test builds the same application around another
database.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from brubeck.health import add_health_routes
from brubeck.limits import Limits
from brubeck.metricsport import serve_metrics
from brubeck.request_handling import Brubeck
from brubeck.static import StaticFiles
from brubeck.templating import error_page, load_jinja2_env
from brubeck.throttle import RedisCounters

from spotichat import filters, queries
from spotichat.chat import Chat
from spotichat.farewells import Farewells
from spotichat.floods import Floods
from spotichat.handlers import api, events, messages, order, original, people, rooms, socket
from spotichat.handlers.pages import PageHandler
from spotichat.news import News
from spotichat.pageroutes import ROUTES
from spotichat.rooms import take_invitation
from spotichat.settings import Settings
from spotichat.spotify import attach
from spotichat.sweeping import Sweeper, Tidier

if TYPE_CHECKING:
    from spotichat.spotify.service import Spotify
    from spotichat.spotify.songs import Songs

HERE = Path(__file__).parents[1]
SHARED = HERE.parent / "shared"  # the look of all applications of the suite
LONGEST_BODY = 65_536  # bytes: the operators' word list is the longest

ROOM = r"^/api/rooms/([^/]+)"
API_ROUTES = [
    (r"^/api/people$", people.PeopleHandler),
    (r"^/api/me$", people.MeHandler),
    (r"^/api/operator$", people.OperatorHandler),
    (r"^/api/words$", order.WordsHandler),
    (r"^/api/reports$", order.ReportsHandler),
    (r"^/api/private$", rooms.PrivateRoomsHandler),
    (r"^/api/rooms$", rooms.RoomsHandler),
    (rf"{ROOM}$", rooms.HeaderHandler),
    (rf"{ROOM}/here$", rooms.HereHandler),
    (rf"{ROOM}/messages$", messages.MessagesHandler),
    (rf"{ROOM}/events$", events.EventsHandler),
    (rf"{ROOM}/socket$", socket.SocketHandler),
    (rf"{ROOM}/report$", rooms.ReportHandler),
    (rf"{ROOM}/kick$", rooms.KickHandler),
    (rf"{ROOM}/clean$", rooms.CleanHandler),
]
# Addresses of the original.
OLD_ROUTES = [
    (r"^/api/login/([^/]+)$", original.LoginHandler),
    (r"^/api/login/([^/]+)/([^/]+)$", original.EntryHandler),
    (r"^/api/feed/([^/]+)$", original.FeedHandler),
    (r"^/oauth/([^/]+)/login/([^/]+)$", original.OAuthLoginHandler),
    (r"^/oauth/([^/]+)/callback$", original.OAuthCallbackHandler),
    (r"^/oauth/([^/]+)/loggedin$", original.OAuthDoneHandler),
    (r"^/api(/.*)?$", api.NothingHandler),
]


FORMS = {messages.BATCH: messages.batch_answer, original.FEED: original.feed_answer}


class SpotiChat(Brubeck):
    """A Brubeck application that knows its rooms."""

    settings: Settings
    store: queries.Store
    floods: Floods
    chat: Chat
    farewells: Farewells
    news: News
    sweeper: Sweeper
    tidier: Tidier
    songs: "Songs"
    spotify: "Spotify | None"


def create_app(settings: Settings) -> SpotiChat:
    """Return the application, ready to run."""
    store = queries.connect(
        settings.redis_url, settings.namespace, kept=settings.kept, crowd=settings.crowd
    )
    app = SpotiChat(
        msg_conn=settings.connection(),
        handler_tuples=[*ROUTES, *API_ROUTES, *OLD_ROUTES],
        base_handler=PageHandler,
        template_loader=load_jinja2_env([HERE / "templates", SHARED / "templates"]),
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
    app.settings, app.store = settings, store
    app.floods = Floods(RedisCounters(store.redis, store.keys.counts), settings)
    app.chat, app.farewells = Chat(app), Farewells(app)
    app.news = News(app, FORMS)
    app.sweeper, app.tidier = Sweeper(app), Tidier(app)
    app.before_request.append(take_invitation)
    app.template_env.filters.update(filters.FILTERS)
    app.error_page = partial(error_page, app)
    app.on_start += [app.news.start, app.farewells.start]
    app.on_start += [app.sweeper.start, app.tidier.start]
    app.on_stop += [app.tidier.stop, app.sweeper.stop, app.farewells.stop, app.news.stop]
    attach(app)
    app.on_stop.append(store.redis.close)
    return app
