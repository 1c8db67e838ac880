"""Clients of Mongrel2 who are subscribed to a room: they are sent what is published in bulk."""

from collections.abc import Iterable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from brubeck import memory
from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.change import Change
from brubeck.connections.pacing import DELIVERY, Pace
from brubeck.eventstream import HEARTBEAT
from brubeck.request import Request
from brubeck.response import Response
from brubeck.streaming import Framing, chunk, close, whole
from brubeck.subscriptions import LIMIT, News, Subscription, Subscriptions, tell

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.connections.mongrel2 import Mongrel2Connection

LAST_CHUNK = b"0\r\n\r\n"
TICK = 5.0
# Mongrel2 may close a connection on which no request has come for 120 s, whatever is sent on it.
KEEP_ALIVE = 30.0


class Member:
    """One client in a crowd. What is published is kept for him until he has had his first lines."""

    __slots__ = (
        "_crowd",
        "_news",
        "_size",
        "conn_id",
        "has_begun",
        "is_chunked",
        "is_ending",
        "keep_alive",
        "on_gone",
        "sender",
    )

    def __init__(self, crowd: "Crowd", request: Request, subscription: Subscription) -> None:
        self.sender = request.sender
        self.conn_id = request.conn_id
        self.is_chunked = request.version != "HTTP/1.0"
        self.keep_alive = (
            self.is_chunked and request.keep_alive and not subscription.closes_connection
        )
        self.on_gone = subscription.on_gone
        self.has_begun = False
        self.is_ending = False
        self._crowd = crowd
        self._news: News = []
        self._size = 0

    def begin(self, application: "Brubeck", request: Request, subscription: Subscription) -> None:
        """Send the head and the first lines, which may have to be waited for."""
        try:
            first = subscription.first_lines(self.taken)
        except BaseException as error:  # noqa: BLE001  fail() raises again what is no failure
            answer = whole(application.fail(request, error))  # type: ignore[arg-type]
            self._crowd.refuse(self, answer, keep_alive=request.keep_alive)
        else:
            framing = Framing(None, is_chunked=self.is_chunked, keep_alive=self.keep_alive)
            self._crowd.welcome(self, subscription.start(framing) + framing.wrap(first))

    def put(self, event_id: str | None, lines: bytes) -> None:
        """Keep an event; with too many the stream is ended, so that the client asks again."""
        if self._size > LIMIT:
            self.is_ending = True
        else:
            self._news.append((event_id, lines))
            self._size += len(lines)

    def taken(self) -> News:
        """Return what was kept, and forget it."""
        news, self._news, self._size = self._news, [], 0
        return news

    def framed(self, lines: bytes) -> bytes:
        """Return lines as they go over the wire."""
        return chunk(lines) if self.is_chunked and lines else lines

    def leave(self) -> None:
        """Take note that the client has gone."""
        self._crowd.remove(self)

    def end(self) -> None:
        """End the stream from this side."""
        self._crowd.end(self)


class Crowd:
    """All who are subscribed to one room: a follower of it.

    What is published is sent when its turn has come, together with what else was published until
    then. The more there are and the more there is, the more of it is in one message.
    """

    def __init__(self, crowds: "Crowds", subscriptions: Subscriptions, room: str) -> None:
        self.room = room
        self._crowds = crowds
        self._carrier = crowds.carrier
        self._subscriptions = subscriptions
        self._members: dict[Member, None] = {}  # in the order in which they came
        self._newcomers: dict[Member, None] = {}
        self._lines: list[bytes] = []  # for the members
        self._size = 0
        self._pace = Pace()
        self._will_send = False
        self._heard_at = self._kept_open_at = monotonic()
        self._sent = Change()

    def __len__(self) -> int:
        return len(self._members) + len(self._newcomers)

    # -- who is in it --------------------------------------------------------------------------

    def add(self, member: Member) -> None:
        """Have a client told what is published from now on."""
        self._subscriptions.join(self.room, self)
        self._newcomers[member] = None

    def welcome(self, member: Member, data: bytes) -> None:
        """Send a newcomer what comes first, if he is still there."""
        if member not in self._newcomers:
            return
        self._carrier.send(member.sender, member.conn_id, data)
        member.has_begun = True
        if member.is_ending:
            self.end(member)
        elif not self._will_send:
            self._admit(member)

    def refuse(self, member: Member, answer: Response, *, keep_alive: bool) -> None:
        """Send a newcomer an error instead, if he is still there."""
        if not self.remove(member):
            return
        keep_alive = keep_alive and not answer.closes_connection
        self._carrier.send(member.sender, member.conn_id, answer.to_http(keep_alive=keep_alive))
        self._carrier.finish(member, keep_alive=keep_alive)

    def remove(self, member: Member) -> bool:
        """Forget a client; returns whether he was there."""
        if member not in self._members and member not in self._newcomers:
            return False
        self._members.pop(member, None)
        self._newcomers.pop(member, None)
        self._crowds.lose(self)
        if not self:
            self._subscriptions.leave(self.room, self)
            self._sent.announce()
        current().spawn(tell, member.on_gone, self.room)
        return True

    def end(self, member: Member) -> None:
        """End a stream from this side, after what was published before."""
        if not member.has_begun:  # he is not left without an answer
            member.is_ending = True
            return
        self._send()
        if self.remove(member):
            if member.is_chunked:
                self._carrier.send(member.sender, member.conn_id, LAST_CHUNK)
            self._carrier.finish(member, keep_alive=member.keep_alive)

    def end_all(self) -> None:
        """End all streams."""
        for member in [*self._members, *self._newcomers]:
            self.end(member)

    def cut_off(self) -> None:
        """Close all connections, also of who waits for his first lines."""
        for member in [*self._members, *self._newcomers]:
            self.remove(member)
            self._carrier.finish(member, keep_alive=False)

    def _admit(self, member: Member) -> None:
        """Send a newcomer what was kept for him; from now on he gets what all get."""
        del self._newcomers[member]
        self._members[member] = None
        if news := b"".join(lines for _, lines in member.taken()):
            self._carrier.send(member.sender, member.conn_id, member.framed(news))

    # -- what they are sent --------------------------------------------------------------------

    def put(self, event_id: str | None, lines: bytes) -> None:
        """Take an event."""
        for member in self._newcomers:
            member.put(event_id, lines)
        if self._members:
            self._lines.append(lines)
            self._size += len(lines)
        self._heard_at = monotonic()
        if not self._will_send:
            self._will_send = True
            delay = max(self._pace.delay(), self._carrier.pace.delay())
            current().call_later(delay, partial(current().spawn, self._send))

    def wait_for_room(self) -> None:
        """Wait until there is room for more, as long as anybody is there."""
        while self._size > LIMIT and self:
            self._sent.wait()

    def tick(self) -> None:
        """Keep the connections open; called now and then."""
        now = monotonic()
        if now >= self._heard_at + self._subscriptions.silence:
            self.put(None, HEARTBEAT)
        if now >= self._kept_open_at + KEEP_ALIVE:
            self._kept_open_at = now
            for sender, conn_ids in _by_sender(self._members).items():
                self._carrier.keep_alive(sender, conn_ids)

    def _send(self) -> None:
        """Send what waits, and admit who came meanwhile."""
        self._will_send = False
        lines, self._lines, self._size = b"".join(self._lines), [], 0
        if lines:
            self._send_to_all(lines)
        for member in [each for each in self._newcomers if each.has_begun]:
            self._admit(member)
        self._sent.announce()

    def _send_to_all(self, lines: bytes) -> None:
        for is_chunked in (True, False):
            alike = [member for member in self._members if member.is_chunked is is_chunked]
            data = chunk(lines) if is_chunked else lines
            for sender, conn_ids in _by_sender(alike).items():
                self._carrier.reply_bulk(sender, conn_ids, data)
        self._pace.spend(len(lines))
        self._carrier.pace.spend(len(self._members) * (len(lines) + DELIVERY))


def _by_sender(members: Iterable[Member]) -> dict[str, list[str]]:
    conn_ids: dict[str, list[str]] = {}
    for member in members:
        conn_ids.setdefault(member.sender, []).append(member.conn_id)
    return conn_ids


class Crowds:
    """All crowds of one Mongrel2Connection, by their rooms."""

    def __init__(self, carrier: "Mongrel2Connection") -> None:
        self.carrier = carrier
        self._crowds: dict[str, Crowd] = {}
        self._clock: Task | None = None
        self._memory = memory.Crowd()

    def __len__(self) -> int:
        return sum(map(len, self._crowds.values()))

    def hold(self, application: "Brubeck", request: Request, subscription: Subscription) -> Member:
        """Have a client subscribed; returns what holds the connection."""
        subscriptions, room = subscription.subscriptions, subscription.room
        crowd = self._crowds.setdefault(room, Crowd(self, subscriptions, room))
        close(subscription.pieces)  # nobody needs them here, and they keep the subscription alive
        subscription.carrier = member = Member(crowd, request, subscription)
        crowd.add(member)
        self._memory.come()
        application.endings.add(self.end)
        current().spawn(member.begin, application, request, subscription)
        if self._clock is None:
            self._clock = current().spawn(self._watch_the_clock, subscriptions)
        return member

    def lose(self, crowd: Crowd) -> None:
        """Take note that somebody has left a crowd, and forget it if it is empty."""
        self._memory.go()
        if not crowd:
            self._crowds.pop(crowd.room, None)

    def end(self) -> None:
        """End all streams."""
        for crowd in list(self._crowds.values()):
            crowd.end_all()

    def cut_off(self) -> None:
        """Close all connections."""
        for crowd in list(self._crowds.values()):
            crowd.cut_off()

    def _watch_the_clock(self, subscriptions: Subscriptions) -> None:
        while self._crowds or self._memory.was_here:
            current().sleep(min(TICK, subscriptions.silence))
            self._memory.look()
            for crowd in list(self._crowds.values()):
                crowd.tick()
        self._clock = None
