"""What Spotify does not have: a page with buttons for the players, and for what goes wrong.

Tests send the same forms.
"""

import json
from typing import TYPE_CHECKING

from brubeck.errors import BadRequest
from brubeck.handlers.message import Result
from brubeck.templating import Jinja2Rendering

from spotifystandin.faults import ENDPOINTS, KINDS, Fault
from spotifystandin.songs import TRACKS

if TYPE_CHECKING:
    from spotifystandin.app import StandIn

MOST_TIMES = 1_000
LONGEST = 600  # seconds


class RadioHandler(Jinja2Rendering):
    """`/`: who hears what, and buttons to change it."""

    application: "StandIn"

    def get(self) -> Result:
        """Show everybody's player."""
        players = [
            (listener, listener.currently_playing())
            for listener in self.application.listeners.values()
        ]
        return self.render_template(
            "radio.html",
            players=players,
            tracks=TRACKS.values(),
            kinds=KINDS,
            endpoints=ENDPOINTS,
            asked=self.application.faults.asked,
        )

    def sent(self, name: str, default: str = "") -> str:
        """Return a field of the form."""
        return str(self.message.body_arguments.get(name, [default])[-1])

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number of the form. Raises BadRequest."""
        text = self.sent(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) <= most):
            raise BadRequest(f"{name} must be a number up to {most}.")
        return int(text)


class PlayerHandler(RadioHandler):
    """`/radio/player`: what somebody's player does."""

    def post(self) -> Result:
        """Play a song, skip, pause, or be silent. Raises BadRequest."""
        listener = self.application.listeners.get(self.sent("listener"))
        song = self.sent("song")
        if listener is None or (song and song not in TRACKS):
            raise BadRequest("There is no such listener, or no such song. Go back to / and look.")
        match self.sent("do"):
            case "play":
                listener.play(song)
            case "skip":
                listener.skip()
            case "pause":
                listener.pause()
            case "silence":
                listener.play("")
        return self.redirect("/")


class FaultHandler(RadioHandler):
    """`/radio/faults`: what the next answers are to be like."""

    def post(self) -> Result:
        """Let answers go wrong, or all go well again. Raises BadRequest."""
        app, kind, where = self.application, self.sent("kind"), self.sent("where")
        match kind:
            case "none":
                app.faults.clear()
            case "expire":
                app.grants.expire()
            case "revoke":
                app.grants.revoke()
            case _ if kind in KINDS and where in ENDPOINTS:
                fault = Fault(kind, self.number("seconds", 5, LONGEST))
                app.faults.expect(where, fault, self.number("times", 1, MOST_TIMES))
            case _:
                raise BadRequest("There is no such fault, or no such endpoint. Go back to /.")
        return self.redirect("/")


class CountsHandler(RadioHandler):
    """`/radio/counts`: how often each endpoint was asked, and how often tokens were refreshed."""

    def get(self) -> Result:
        """Answer with JSON."""
        app = self.application
        counts = {**{name: app.faults.asked[name] for name in ENDPOINTS}}
        self.headers["Content-Type"] = "application/json"
        self.set_body(json.dumps({**counts, "refreshed": app.grants.refreshed}))
        return self.render()
