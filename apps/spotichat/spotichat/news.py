"""How a message reaches everybody at once: one reader of Redis in each process.

Whoever waits for messages costs neither a connection to Redis nor, behind Mongrel2, a greenlet. The
reader hears in which room something is new, reads it once, answers all who are parked there, and
publishes it to all event streams; WebSockets are woken.

Notice how nothing slips through. A room is followed *before* it is looked at for the first time, so
a message in between is read after it. And when the connection to Redis was lost, nobody knows what
was missed: then every room is looked at again.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.eventstream import Event
from brubeck.response import Response
from redisstore import Listener, StoreAway

from spotichat import queries
from spotichat.batches import START, Part, batch
from spotichat.feeds import Feed, Place, Waiting
from spotichat.models import Message

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

PAUSE = 0.5  # seconds until a room is looked at again when Redis was away
WARM = 20  # seconds for which a room is followed although nobody waits there
PEOPLE = "people"

Form = Callable[[Feed, Part, str], Response]

log = logging.getLogger(__name__)


class News:
    """All rooms that somebody in this process follows.

    `forms` make the answers of requests that wait: name -> function of (feed, part, origin).
    """

    def __init__(self, app: "SpotiChat", forms: Mapping[str, Form]) -> None:
        self._app = app
        self._forms = forms
        self._feeds: dict[str, Feed] = {}
        self._followed: dict[str, float] = {}  # room -> when somebody came last
        store = app.store
        listener = Listener(store.redis, store.keys.news, self._hear, self._look_everywhere)
        self.start, self.stop = listener.start, listener.stop

    def follow(self, room: str) -> Feed:
        """Return the feed of a room, which is kept up to date from now on.

        Between this and the use of what it returns nothing may wait.
        """
        feed = self._feeds.setdefault(room, Feed(room, self._app.store.kept))
        self._followed[room] = monotonic()
        if feed.last is None:
            self._refresh(feed)
        return feed

    def refresh(self, feed: Feed) -> None:
        """Look at a room now: its feed may be behind what somebody has seen elsewhere."""
        self._refresh(feed)

    def look(self, room: str) -> Feed:
        """Return a room as it is now, for somebody who does not wait: it need not be followed."""
        feed = self._feeds.get(room) or Feed(room, self._app.store.kept)
        self._refresh(feed)
        return feed

    def wait_at(self, feed: Feed, place: Place) -> Waiting:
        """Note that a request is about to wait; return what it has in common with the others."""
        found = feed.places.get(place)
        if found is None:
            otherwise = self.answer(feed, Part([], place.cursor), place)
            found = feed.places[place] = Waiting(str(place), otherwise)
        return found

    def answer(self, feed: Feed, part: Part, place: Place) -> Response:
        """Return the answer to somebody for whom there is something."""
        return self._forms[place.form](feed, part, place.origin)

    def forget_idle(self) -> None:
        """Forget rooms and places where nobody waits any more."""
        for feed in list(self._feeds.values()):
            for place, waiting in list(feed.places.items()):
                if not self._app.parking.count(waiting.name):
                    del feed.places[place]
            if self._is_idle(feed):
                del self._feeds[feed.room], self._followed[feed.room]

    def __len__(self) -> int:
        return len(self._feeds)

    def _is_idle(self, feed: Feed) -> bool:
        is_used = (
            feed.lock.locked()
            or feed.places
            or feed.sockets
            or self._app.subscriptions.count(feed.stream)
        )
        return not is_used and monotonic() - self._followed[feed.room] > WARM

    # -- what Redis tells ----------------------------------------------------------------------

    def _hear(self, text: str) -> None:
        news = json.loads(text)
        if feed := self._feeds.get(news["room"]):
            feed.has_people_news = feed.has_people_news or news["what"] == PEOPLE
            self._look_soon(feed)

    def _look_everywhere(self) -> None:
        for feed in list(self._feeds.values()):
            self._look_soon(feed)

    def _look_soon(self, feed: Feed) -> None:
        feed.is_due = True
        if not feed.is_looked_after:
            feed.is_looked_after = True
            current().spawn(self._look_after, feed)

    def _look_after(self, feed: Feed) -> None:
        """Look at a room until there is nothing that was told of and not read."""
        try:
            while feed.is_due:
                feed.is_due = False
                self._try_to_refresh(feed)
        finally:
            feed.is_looked_after = False

    def _try_to_refresh(self, feed: Feed) -> None:
        try:
            self._refresh(feed)
        except StoreAway as error:
            log.warning("Redis is away; a room is looked at again in %s s: %s", PAUSE, error)
            feed.is_due = True
            current().sleep(PAUSE)

    # -- what is told --------------------------------------------------------------------------

    def _refresh(self, feed: Feed) -> None:
        """Read what is new in a room, and tell all who wait."""
        with feed.lock:
            found = queries.read_news(self._app.store, feed.room, feed.last or START)
            if feed.is_lost(found):
                feed.forget()
                self._publish(feed, batch(Part([], found.last, gap=True)))
                found = queries.read_news(self._app.store, feed.room)
            has_changed = found.present != feed.present
            feed.take(found, partial(self._publish_message, feed))
            if has_changed:
                self._publish(feed, batch(Part([], feed.last or START), feed.present))
            self._answer_parked(feed)
        feed.changed.announce()

    def _publish_message(self, feed: Feed, message: Message) -> None:
        self._publish(feed, batch(Part([message], message.seq)), message.seq)

    def _publish(self, feed: Feed, document: object, event_id: int | None = None) -> None:
        self._app.publish(feed.stream, Event(document, id=event_id))

    def _answer_parked(self, feed: Feed) -> None:
        is_for_all, feed.has_people_news = feed.has_people_news, False
        for place, part in list(self._parts(feed)):
            waiting = feed.places.pop(place, None) if part.is_news or is_for_all else None
            if waiting is not None:
                self._app.broadcast(waiting.name, self.answer(feed, part, place))

    def _parts(self, feed: Feed) -> Iterator[tuple[Place, Part]]:
        return ((place, feed.after(place.cursor)) for place in feed.places)
