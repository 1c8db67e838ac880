"""The stand-in, put together. It keeps everything in memory: one process, and all is gone with it.

It has neither passwords nor protection against forged forms. Let it listen on this machine alone.
"""

from pathlib import Path

from brubeck.health import add_health_routes
from brubeck.request_handling import Brubeck
from brubeck.static import StaticFiles
from brubeck.templating import load_jinja2_env

from spotifystandin import handlers, radio
from spotifystandin.faults import Faults
from spotifystandin.grants import Grants
from spotifystandin.listeners import NAMES, Listener
from spotifystandin.settings import Settings

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"  # the look of all applications of the suite

ROUTES = [
    (r"^/authorize$", handlers.AuthorizeHandler),
    (r"^/api/token$", handlers.TokenHandler),
    (r"^/v1/me/player/currently-playing$", handlers.PlayingHandler),
    (r"^/v1/tracks/([^/]+)$", handlers.TrackHandler),
    (r"^/$", radio.RadioHandler),
    (r"^/radio/player$", radio.PlayerHandler),
    (r"^/radio/faults$", radio.FaultHandler),
    (r"^/radio/counts$", radio.CountsHandler),
]


class StandIn(Brubeck):
    """A Brubeck application that knows what invented people hear."""

    settings: Settings
    grants: Grants
    faults: Faults
    listeners: dict[str, Listener]


def create_app(settings: Settings) -> StandIn:
    """Return the application, ready to run."""
    app = StandIn(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        template_loader=load_jinja2_env([HERE / "templates", SHARED / "templates"]),
        static=StaticFiles([SHARED / "static"]),
        log_level=settings.log_level,
    )
    add_health_routes(app)
    app.settings = settings
    app.grants, app.faults = Grants(settings.token_seconds), Faults()
    app.listeners = {name: Listener(name) for name in NAMES}
    return app
