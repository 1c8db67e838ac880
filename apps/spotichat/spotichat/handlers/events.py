"""A room as Server-Sent Events: each message is an event, and its number the id."""

from collections.abc import Iterator
from typing import Any

from brubeck.errors import BadRequest
from brubeck.eventstream import Event

from spotichat.batches import START, Part, batch, cors
from spotichat.feeds import Feed
from spotichat.handlers.messages import ListeningHandler, followed


class EventsHandler(ListeningHandler):
    """A stream of all that happens in a room."""

    def get(self, _room: str) -> Any:
        """Stream what the client has not seen, and what comes."""
        cursor = number(self.last_event_id) if self.last_event_id else self.cursor()
        self.give_sign_of_life()
        feed = self.application.news.follow(self.room)
        self.headers.update({"Vary": "Origin", **dict(cors(self.origin))})
        return self.subscribe(
            feed.stream, replay=lambda _last: self.missed(cursor), on_gone=self.on_gone
        )

    def missed(self, cursor: int | None) -> Iterator[Event]:
        """Return what the client has not seen; from now on the stream brings it."""
        feed = followed(self.application.news, self.room, cursor)
        # From here on nothing waits, so nothing can slip through.
        return first_events(feed, feed.after(cursor))


def first_events(feed: Feed, part: Part) -> Iterator[Event]:
    """Yield the events that come first: a gap, the messages, and who is there."""
    if part.gap:
        yield Event(batch(Part([], part.next, gap=True)))
    for message in part.messages:
        yield Event(batch(Part([message], message.seq)), id=message.seq)
    yield Event(batch(Part([], part.next), feed.present))


def number(text: str) -> int | None:
    """Return the id of an event as a cursor. Raises BadRequest for what is none."""
    if not text.isdecimal() or len(text) > 16:
        raise BadRequest("Last-Event-ID is no number of a message. Leave it out.")
    return int(text) if int(text) > START else None
