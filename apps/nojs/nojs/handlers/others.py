"""Pages about no.js, and addresses that it once had."""

from urllib.parse import quote

from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs.handlers.pages import PageHandler
from nojs.roomnames import name_in, path_of

ROBOTS = "User-agent: *\nDisallow: /r/\nDisallow: /k/\nDisallow: /rooms\n"
OLD_PAGES = {"users": "/side", "messages": "/messages"}


class TrickHandler(PageHandler):
    """How a page comes alive without scripts."""

    def get(self) -> Result:
        """Explain it."""
        return self.render_template("trick", hold=self.application.settings.hold)


class PictureHandler(PageHandler):
    """Pictures were elsewhere once, and browsers look for some where nobody put them."""

    def get(self) -> Result:
        """Lead to the one picture that there is."""
        return self.redirect(str(self.application.common_context()["icon"]), 301)


class RobotsHandler(PageHandler):
    """What search engines may read: neither what people say, nor pages that wait for news."""

    def get(self) -> Result:
        """Ask them to leave the rooms alone."""
        self.set_body(ROBOTS, {"Content-Type": "text/plain; charset=utf-8"})
        return self.render()


class BufferHandler(PageHandler):
    """The input frame of old: where it is now depends on the room."""

    def get(self) -> Result:
        """Lead to where people type now."""
        room = cleaned(str(self.get_argument("room", "")))
        page = f"/r/{path_of(room)}/say" if room else "/enter"
        return self.redirect(self.home + page, 301)


class OldRoomHandler(PageHandler):
    """A room had its address at the top once."""

    def get(self, room: str, page: str = "") -> Result:
        """Lead to the room below /r/."""
        new = f"/r/{path_of(name_in(room))}{OLD_PAGES.get(page or '', '')}"
        limit = str(self.get_argument("limit", "")) if page == "messages" else ""
        return self.redirect(self.home + new + (f"?limit={quote(limit)}" if limit else ""), 301)
