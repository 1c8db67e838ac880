"""Connecting Spotify, choosing to follow it, and disconnecting."""

import json
import logging
from urllib.parse import urljoin

from brubeck.errors import HTTPError, NotFound
from brubeck.handlers.message import Result

from spotichat.handlers.pages import PageHandler
from spotichat.spotify.attempts import LIFE, StaleAttemptError
from spotichat.spotify.errors import SpotifyError
from spotichat.spotify.service import Spotify, reason_of

BROWSER = "spotify"  # the cookie that binds a sign-in to the browser that began it
PLACE = "/spotify"  # the only addresses that get it
STALE = (
    "This sign-in took longer than ten minutes, was finished already, or began in another browser. "
    "Begin it again."
)
DENIED = "Spotify was not connected: you have not agreed. Nothing has changed."
FAILED = "Spotify does not answer as it should, so it was not connected. Try again in a minute."
NO_KEYS = "This site has no keys of Spotify. Everything else works without."

log = logging.getLogger(__name__)


class SpotifyHandler(PageHandler):
    """A page about Spotify; without keys there is none."""

    @property
    def spotify(self) -> Spotify:
        """Spotify. Raises NotFound without keys."""
        if self.application.spotify is None:
            raise NotFound(NO_KEYS)
        return self.application.spotify

    @property
    def callback(self) -> str:
        """The address to which Spotify sends the browser back."""
        return urljoin(self.message.url, f"{PLACE}/callback")


class ConnectHandler(SpotifyHandler):
    """`/spotify/login`: says what will be asked, and leads to Spotify."""

    def get(self) -> Result:
        """Show what it is about."""
        return self.show()

    def post(self) -> Result:
        """Lead to Spotify."""
        if not self.person:
            return self.show()
        back = self.back_to(self.typed("back"))
        url, browser = self.spotify.begin(self.person_id, self.callback, back)
        secret = self.application.cookie_secret
        self.set_cookie(BROWSER, browser, secret=secret, max_age=LIFE, path=PLACE)
        return self.redirect(url, 303)

    def show(self, error: str = "", status: int = 200) -> Result:
        """Show the page, perhaps with what has gone wrong."""
        self.spotify  # noqa: B018  there is no such page without keys
        back = self.back_to(str(self.get_argument("back", "/settings")))
        return self.render_template("connect.html", _status_code=status, error=error, back=back)

    def show_again(self, error: HTTPError) -> Result:
        """Show the page with the reason."""
        return self.show(error.detail or str(error), error.status_code)


class CallbackHandler(ConnectHandler):
    """`/spotify/callback`: where Spotify sends the browser back to."""

    def get(self) -> Result:
        """Exchange the code for tokens, in the browser that began it."""
        secret = self.application.cookie_secret
        browser = str(self.get_cookie(BROWSER, "", secret, max_age=LIFE) or "")
        self.delete_cookie(BROWSER, path=PLACE)
        state = str(self.get_argument("state", ""))
        try:
            begun = self.spotify.attempts.finish(state, browser, self.person_id)
            if not (code := str(self.get_argument("code", ""))):
                return self.show(DENIED, 403)
            self.spotify.finish(begun, code)
        except StaleAttemptError:
            return self.show(STALE, 403)
        except SpotifyError as error:
            log.warning("A sign-in failed: %s", reason_of(error))
            return self.show(FAILED, 502)
        return self.redirect_with_note(begun.back, "Spotify is connected.")


class DisconnectHandler(SpotifyHandler):
    """`/spotify/disconnect`."""

    def get(self) -> Result:
        """Lead to the button."""
        return self.redirect("/settings")

    def post(self) -> Result:
        """Forget the tokens."""
        if self.person_id:
            self.spotify.disconnect(self.person_id)
        return self.redirect_with_note(
            "/settings", "Spotify is disconnected, its tokens forgotten."
        )


class FollowHandler(SpotifyHandler):
    """`/spotify/follow`: whether the page goes along with the music by itself."""

    def get(self) -> Result:
        """Lead to the choice."""
        return self.redirect("/settings")

    def post(self) -> Result:
        """Remember the choice."""
        if self.person_id:
            self.spotify.listeners.choose(self.person_id, follows=bool(self.typed("follows")))
        return self.redirect(self.back_to(self.typed("back")))


class PlayingHandler(SpotifyHandler):
    """`/spotify/playing`: what the person hears, and a sign that he is here."""

    def post(self) -> Result:
        """Answer with JSON; the poller does the asking."""
        self.headers["Content-Type"] = "application/json"
        self.headers["Cache-Control"] = "no-store"
        self.set_body(json.dumps(self.heard()), self.headers)
        return self.render()

    def heard(self) -> dict[str, object]:
        """Return what is known."""
        if not self.is_connected:
            return {"connected": False}
        known = self.spotify.listeners.touch(self.person_id) or {}
        track = known.get("track")
        return {
            "connected": True,
            "follows": self.follows,
            "problem": known.get("problem", ""),
            "is_playing": known.get("is_playing", False),
            "track": track,
            "path": f"/t/{track['id']}" if track else "",
        }
