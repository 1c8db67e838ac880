"""What was said in a room: in a frame, on one page, or page by page."""

import re
from typing import Any

from brubeck.errors import BadRequest
from brubeck.handlers.message import Result

from nojs import queries
from nojs.faces import LIVE, PAGE, PAUSED, STILL
from nojs.handlers.polling import PollingHandler
from nojs.handlers.rooms import LONG_PRESENCE, RoomHandler
from nojs.news import MESSAGES, Place
from nojs.news import PAGE as PAGE_PATH
from nojs.transcript import SHOWN, SMALL_BUDGET, earlier_than, newest_that_fit, shown

LINE_ID = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")
PEOPLE_BUDGET = 1_200  # bytes for the list of people below the messages


class MessagesHandler(RoomHandler, PollingHandler):
    """The messages, in a frame of their own."""

    def get(self, _room: str) -> Result:
        """Show the messages as soon as there are other ones."""
        self.be_seen()
        if self.seconds != LIVE:
            return self.show()
        place = Place(self.room, self.path, self.visitor.id, is_own="_" in self.seen)
        return self.wait_or(place, self.version, self.show)

    @property
    def seconds(self) -> int:
        """How long the page stays as it is."""
        return PAUSED if self.get_argument("pause") else self.visitor.rate

    @property
    def most(self) -> int:
        """How many messages are wanted, as in the original: `?limit=`."""
        typed = str(self.get_argument("limit", ""))
        is_number = typed.isascii() and typed.isdigit() and len(typed) < 3
        return min(max(int(typed), 1), SHOWN) if is_number else SHOWN

    @property
    def path(self) -> str:
        """Where this page is looked at again, from beside it."""
        return MESSAGES if self.most == SHOWN else f"messages?limit={self.most}#bottom"

    def show(self) -> Result:
        """Show the messages: the page of everybody, if there is nothing special about it."""
        pages = self.application.pages
        if self.seconds == LIVE and self.most == SHOWN and "_" not in self.version():
            self.set_body(pages.page(self.room))
        else:
            self.set_body(pages.html(*self.lines(), seconds=self.seconds, most=self.most))
        return self.render()


class WholeHandler(RoomHandler):
    """A room on one page: the form on top, the newest line first."""

    face = STILL

    def context(self, seconds: int) -> dict[str, Any]:
        """Return what the page shows."""
        version, stored = self.lines()
        fitting = newest_that_fit(stored, SMALL_BUDGET)
        people, rest = self.people(PEOPLE_BUDGET)
        return {
            "page": self.face,
            "people": people,
            "rest": rest,
            "lines": shown(reversed(fitting), self.visitor.name),
            "earlier": earlier_than(fitting, stored),
            "refreshes": [{"seconds": seconds, "version": version}] if seconds >= LIVE else [],
        }


class PageOfRoomHandler(WholeHandler, PollingHandler):
    """The page that comes when there is news."""

    face = PAGE

    def get(self, _room: str) -> Result:
        """Show the page as soon as it is another one."""
        self.be_seen()
        if self.visitor.rate != LIVE:
            return self.show()
        place = Place(self.room, PAGE_PATH, self.visitor.id, is_own=True)
        return self.wait_or(place, self.version, self.show)

    def show(self) -> Result:
        """Show the page."""
        return self.render_template("whole", **self.context(self.visitor.rate))


class StillHandler(WholeHandler):
    """The page that stays as it is until its button is pressed."""

    def get(self, _room: str) -> Result:
        """Show the page."""
        self.be_seen(LONG_PRESENCE)
        return self.render_template("whole", **self.context(PAUSED))


class HistoryHandler(RoomHandler):
    """Older lines, page by page."""

    def get(self, _room: str) -> Result:
        """Show those before a line."""
        before = str(self.get_argument("before", ""))
        if not LINE_ID.fullmatch(before):
            raise BadRequest("This is no place in the history. Follow the link on the page.")
        _, stored = self.lines(before=before)
        fitting = newest_that_fit(stored)
        return self.render_template(
            "history",
            lines=shown(reversed(fitting), self.visitor.name),
            earlier=earlier_than(fitting, stored),
            kept=queries.lines.KEPT,
        )
