"""Covers that are drawn for songs without a picture."""

from brubeck.errors import NotFound
from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import Result

from spotichat.covers import draw
from spotichat.tracks import ID

FOREVER = "public, max-age=31536000, immutable"


class CoverHandler(WebMessageHandler):
    """`/cover/ID.svg`."""

    def get(self, track_id: str) -> Result:
        """Draw it. Raises NotFound for what can be no song."""
        if not ID.fullmatch(track_id):
            raise NotFound("There is no such cover.")
        self.headers["Content-Type"] = "image/svg+xml"
        self.headers["Cache-Control"] = FOREVER
        self.headers["Content-Security-Policy"] = "default-src 'none'"
        self.set_body(draw(track_id), self.headers)
        return self.render()
