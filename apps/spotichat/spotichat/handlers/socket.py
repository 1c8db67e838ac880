"""A room as a WebSocket: batches come, and what is said goes the same way.

    {"say": "Hello", "key": "1"}        is answered by {"said": {"seq": 17, "key": "1"}}
    {"here": true, "typing": false}     is a sign of life; it is not answered

Whatever cannot be done is answered by {"problem": {"status": 429, "detail": "...", "key": "1"}}.
"""

from typing import TYPE_CHECKING, Any

from brubeck.concurrency import current
from brubeck.errors import BadRequest, HTTPError
from brubeck.jsontext import dumps, loads
from brubeck.websockets import WebSocketClosed, WebSocketHandler
from redisstore import refusal_of

from spotichat.batches import Part, batch
from spotichat.feeds import Feed
from spotichat.handlers.api import AWAY
from spotichat.handlers.messages import ListeningHandler, followed
from spotichat.models import Present
from spotichat.queries import StoreAway

if TYPE_CHECKING:
    from brubeck.websockets.socket import WebSocket

GOING_AWAY = 1001
LARGEST = 16_384  # bytes of one message
DEPTH = 4  # objects inside each other


class SocketHandler(ListeningHandler, WebSocketHandler):
    """A conversation."""

    max_message_size = LARGEST

    @property
    def allowed_origins(self) -> tuple[str, ...]:  # type: ignore[override]  # known only here
        """Other sites whose pages may open it."""
        return self.application.settings.origins

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Answer the handshake of somebody who is welcome."""
        self.cursor()  # raises BadRequest
        answer = WebSocketHandler.get(self, *args, **kwargs)
        self.give_sign_of_life()
        return answer

    def connected(self, socket: "WebSocket", *_args: Any, **_kwargs: Any) -> None:
        """Send what happens in a greenlet of its own, and do what the client asks."""
        sending = current().spawn(self.send_news, socket)
        try:
            for text in socket:
                self.reply(socket, text)
        finally:
            sending.kill()
            if self.on_gone is not None:
                self.on_gone()

    # -- what goes out -------------------------------------------------------------------------

    def send_news(self, socket: "WebSocket") -> None:
        """Send what the client has not seen, and what comes."""
        try:
            feed = followed(self.application.news, self.room, self.cursor())
            feed.sockets += 1
            try:
                self.follow(socket, feed)
            finally:
                feed.sockets -= 1
        except WebSocketClosed:
            pass
        except StoreAway:
            socket.close(GOING_AWAY, "Redis is away. Come back in some seconds.")

    def follow(self, socket: "WebSocket", feed: Feed) -> None:
        """Send each change of a feed. Raises WebSocketClosed."""
        cursor, present = self.cursor(), None
        while socket.is_open:
            part = feed.after(cursor)
            if part.is_news or feed.present != present:
                cursor, present = part.next, feed.present
                socket.send(told(part, present))
            else:
                feed.changed.wait()

    # -- what comes in -------------------------------------------------------------------------

    def reply(self, socket: "WebSocket", text: str | bytes) -> None:
        """Do what the client asks, and say what has come of it."""
        key = ""
        try:
            wanted = understood(text)
            key = str(wanted.get("key", ""))
            self.do(socket, wanted)
        except HTTPError as error:
            socket.send(problem(error, key))
        except StoreAway as error:
            socket.send(problem(refusal_of(error, AWAY), key))

    def do(self, socket: "WebSocket", wanted: dict[str, Any]) -> None:
        """Do one thing."""
        if "say" in wanted:
            key = str(wanted.get("key", ""))
            person = self.known_person()
            seq = self.application.chat.say(self.room, person, str(wanted["say"]), key)
            socket.send(dumps({"said": {"seq": seq, "key": key}}))
        elif "here" in wanted and self.tab is not None:
            typing = wanted.get("typing")
            self.application.chat.enter(self.tab, typing=None if typing is None else bool(typing))


def told(part: Part, present: Present) -> str:
    """Return a batch as text."""
    return dumps(batch(part, present))


def understood(text: str | bytes) -> dict[str, Any]:
    """Return what a client wants. Raises BadRequest for what is no JSON object."""
    try:
        wanted = loads(text.encode() if isinstance(text, str) else text, max_depth=DEPTH)
    except ValueError as error:
        raise BadRequest(f"This is no JSON: {error}. Correct it.") from error
    if not isinstance(wanted, dict):
        raise BadRequest('Send a JSON object, such as {"say": "Hello"}.')
    return wanted


def problem(error: HTTPError, key: str) -> str:
    """Return an error as text."""
    document: dict[str, Any] = {"status": error.status_code, "detail": error.detail}
    wait = error.headers.get("Retry-After")
    document |= {"key": key} if key else {}
    document |= {"seconds": int(wait)} if wait else {}
    return dumps({"problem": document})
