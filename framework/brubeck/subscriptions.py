"""Event streams of what is published: written once for everybody, and no greenlet for anybody.

A handler returns `self.subscribe("room")` and is gone. `application.publish("room", event)` sends
the event to all who are subscribed to that room then.

Rooms belong to one process. Processes that share a room tell each other, by Redis for example,
and each publishes to its own clients.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from brubeck.concurrency.change import Change
from brubeck.eventstream import HEARTBEAT, SILENCE, event_of, write
from brubeck.streaming import StreamedResponse, as_event_stream

LIMIT = 262_144  # bytes that may wait for somebody before something is done about it

Replay = Callable[[str | None], Iterable[object] | None]
OnGone = Callable[[], object]

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Who is told what is published in a room: one client, or all those of a transport."""

    def __len__(self) -> int:
        """Return how many clients that are."""

    def put(self, event_id: str | None, lines: bytes) -> None:
        """Take an event; never blocks."""

    def wait_for_room(self) -> None:
        """Wait until there is room for more."""


class Subscriptions:
    """All rooms of one application to whose news clients are subscribed.

    Who hears nothing for `silence` seconds, or five more at the most, is sent a comment.
    """

    def __init__(self) -> None:
        self.silence = SILENCE
        self._rooms: dict[str, dict[Follower, None]] = {}

    def __len__(self) -> int:
        return sum(map(self.count, self._rooms))

    def count(self, room: str) -> int:
        """Return how many clients are subscribed to a room."""
        return sum(map(len, self._rooms.get(room, ())))

    def publish(self, room: str, given: object) -> int:
        """Send an event to everybody in a room; returns how many those are.

        It is written once. Waits for a moment when more is published than can be sent.
        """
        event = event_of(given)
        followers = list(self._rooms.get(room, ()))
        if not followers:
            return 0
        count, lines = self.count(room), write(event)
        for follower in followers:
            follower.put(_text(event.id), lines)
        for follower in followers:
            follower.wait_for_room()
        return count

    def join(self, room: str, follower: Follower) -> None:
        """Have a follower told from now on."""
        self._rooms.setdefault(room, {})[follower] = None

    def leave(self, room: str, follower: Follower) -> None:
        """Have a follower told no more."""
        followers = self._rooms.get(room, {})
        followers.pop(follower, None)
        if not followers:
            self._rooms.pop(room, None)


class Ending(Protocol):
    """What carries a subscription."""

    def end(self) -> None:
        """End the stream from this side."""


News = list[tuple[str | None, bytes]]


class Subscription(StreamedResponse):
    """The answer to a client who subscribes to a room: an event stream without an end.

    A transport that can send to many clients at once takes what it needs to know from here. For
    others it is a stream like any other, with a greenlet that waits for news.
    """

    __slots__ = ("_last_event_id", "_replay", "carrier", "on_gone", "room", "subscriptions")

    def __init__(
        self,
        subscriptions: Subscriptions,
        room: str,
        headers: Mapping[str, object],
        *,
        last_event_id: str | None = None,
        replay: Replay | None = None,
        on_gone: OnGone | None = None,
    ) -> None:
        super().__init__(200, self._follow(), headers, silence=subscriptions.silence)
        as_event_stream(self)
        self.room = room
        self.subscriptions = subscriptions
        self.on_gone = on_gone
        self.carrier: Ending | None = None
        self._last_event_id = last_event_id
        self._replay = replay

    def end(self) -> None:
        """End the stream from this side; browsers connect again then, as after every end."""
        if self.carrier is None:
            self.discard()
        else:
            self.carrier.end()

    def first_lines(self, published: Callable[[], News]) -> bytes:
        """Return what a client gets first, who must be in the room already.

        That is a comment, what he has missed, and what was `published` while that was looked for.
        """
        missed = self._replay(self._last_event_id) if self._replay else None
        events = [event_of(given) for given in missed or ()]
        ids = {_text(event.id) for event in events if event.id is not None}
        meanwhile = (lines for event_id, lines in published() if event_id not in ids)
        return b"".join([HEARTBEAT, *map(write, events), *meanwhile])

    def discard(self) -> None:
        """Give up what has not been begun."""
        super().discard()
        self.leave()

    def leave(self) -> None:
        """Tell that it is over, once."""
        on_gone, self.on_gone = self.on_gone, None
        tell(on_gone, self.room)

    def _follow(self) -> Iterator[bytes]:
        self.carrier = queue = Queue()
        self.subscriptions.join(self.room, queue)
        try:
            yield self.first_lines(queue.taken)
            while queue.wait():
                yield b"".join(lines for _, lines in queue.taken())
        finally:
            self.subscriptions.leave(self.room, queue)
            self.leave()


class Queue:
    """What one client is still to be sent, where each has a greenlet; who lags behind is left."""

    def __init__(self) -> None:
        self._news: News = []
        self._size = 0
        self._has_ended = False
        self._changed = Change()

    def __len__(self) -> int:
        return 1

    def put(self, event_id: str | None, lines: bytes) -> None:
        """Take an event, or end: a browser comes back then and says what it has seen."""
        if self._size > LIMIT:
            self.end()
        if not self._has_ended:
            self._news.append((event_id, lines))
            self._size += len(lines)
            self._changed.announce()

    def wait_for_room(self) -> None:
        """Do nothing: one client must not stop the others."""

    def wait(self) -> bool:
        """Wait for news; False when there will be none."""
        while not (self._news or self._has_ended):
            self._changed.wait()
        return bool(self._news)

    def taken(self) -> News:
        """Return what there is, and forget it."""
        news, self._news, self._size = self._news, [], 0
        return news

    def end(self) -> None:
        """Have no more news."""
        self._has_ended = True
        self._changed.announce()


def tell(on_gone: OnGone | None, room: str) -> None:
    """Call what is to happen when a client has gone; its failure is logged."""
    try:
        if on_gone is not None:
            on_gone()
    except Exception:
        log.exception("on_gone of a subscription to %r failed", room)


def _text(event_id: object) -> str | None:
    return None if event_id is None else str(event_id)
