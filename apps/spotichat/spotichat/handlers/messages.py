"""What is said in a room: reading it, waiting for more, saying something."""

import secrets
from functools import partial
from typing import Any

from brubeck.handlers.message import Result
from brubeck.response import Response

from spotichat.batches import START, Part, batch, json_answer
from spotichat.farewells import Tab
from spotichat.feeds import Feed, Place
from spotichat.handlers.api import RoomHandler
from spotichat.handlers.rooms import checked_tab
from spotichat.news import News

BATCH = "batch"
HISTORY = -1  # the cursor of somebody who has none


class ListeningHandler(RoomHandler):
    """For those who read, however the messages get there."""

    tab: Tab | None = None

    def cursor(self, default: int = HISTORY) -> int | None:
        """Return the number of the last message that the client has seen, None for no such."""
        after = self.query_number("after", default)
        return None if after <= START else after

    def give_sign_of_life(self) -> None:
        """Let a person with a tab be in the room, by a connection of his own."""
        tab = str(self.get_argument("tab", ""))
        if tab and self.person is not None:
            connection = secrets.token_hex(8)
            self.tab = Tab(self.room, self.person, checked_tab(tab), connection)
            self.application.chat.enter(self.tab)

    @property
    def on_gone(self) -> Any:
        """What is to be done when the client has gone, None if he was not there."""
        return self.tab and partial(self.application.farewells.add, self.tab)


class MessagesHandler(ListeningHandler):
    """The messages of a room."""

    def get(self, _room: str) -> Any:
        """Answer with what the client has not seen, as soon as there is anything."""
        cursor = self.cursor()
        wait = min(self.query_number("wait", 0), self.application.settings.hold)
        self.give_sign_of_life()
        news = self.application.news
        if wait <= 0 or cursor is None or self.message.is_head:
            feed = news.look(self.room)
            return self.finished(feed, feed.after(cursor))
        feed = followed(news, self.room, cursor)
        # From here on nothing waits, so nothing can slip through.
        part = feed.after(cursor)
        return self.finished(feed, part) if part.is_news else self.parked(feed, cursor, wait)

    def parked(self, feed: Feed, cursor: int, wait: int) -> Any:
        """Let the request wait."""
        place = Place(self.room, min(cursor, feed.last or START), BATCH, self.origin)
        waiting = self.application.news.wait_at(feed, place)
        return self.park(waiting.name, wait, waiting.otherwise, self.on_gone)

    def finished(self, feed: Feed, part: Part) -> Response:
        """Answer at once."""
        return self.application.news.answer(feed, part, Place(self.room, 0, BATCH, self.origin))

    def post(self, _room: str) -> Result:
        """Say something."""
        text, key = self.sent_text("text"), self.sent_text("key", "")
        seq = self.application.chat.say(self.room, self.known_person(), text, key)
        return self.answer({"seq": seq} | ({"key": key} if key else {}), 201)


def followed(news: News, room: str, cursor: int | None) -> Feed:
    """Return the feed of a room, which has come at least as far as the client, if it ever did."""
    feed = news.follow(room)
    if cursor is not None and cursor > (feed.last or START):
        news.refresh(feed)
    return feed


def batch_answer(feed: Feed, part: Part, origin: str) -> Response:
    """Return a part of a feed as JSON, with who is there."""
    return json_answer(batch(part, feed.present), origin)
