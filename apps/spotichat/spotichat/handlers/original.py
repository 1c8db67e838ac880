"""The addresses of the first SpotiChat, for its clients: JSON with `status_code`, forms and tokens.

Notice what is different: a name opens nothing any more. Its owner has a token, the text that the
first login hands out as `username`, and sends that: in the cookie of that name, as the argument
`username` of a form, or in the header Authorization. Never in an address, which logs keep.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from brubeck.errors import BadRequest, Forbidden, NotFound
from brubeck.handlers import JSONMessageHandler
from brubeck.handlers.message import Result
from brubeck.response import Response
from brubeck.timekeeping import curtime
from chatnames import folded
from redisstore import refusal_of

from spotichat import queries
from spotichat.batches import Part, cors, json_answer
from spotichat.farewells import Tab
from spotichat.feeds import Feed, Place
from spotichat.handlers.api import AWAY
from spotichat.handlers.messages import followed
from spotichat.identity import COOKIE, COOKIE_LIFE, IdentityMixin, new_person
from spotichat.models import Message, Person
from spotichat.queries import StoreAway
from spotichat.rooms import NoRoomError, room_of_channel

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

FEED = "feed"
WAIT = 15  # seconds, as ever
TAB = "client of 2011"
USERNAME, NICKNAME = "username", "nickname"  # cookies: the token, and what to show
# Browsers send one of them with whatever may change something (https://fetch.spec.whatwg.org).
ONLY_BROWSERS = ("origin", "referer", "sec-fetch-site")
# The table of providers: nothing in an address is ever looked up anywhere else.
PROVIDERS = {"spotify": "/spotify"}


class OriginalHandler(IdentityMixin, JSONMessageHandler):
    """Answers as the original did."""

    application: "SpotiChat"

    def needs_csrf_check(self) -> bool:
        """Tell whether a browser may have been made to send this: not with a token in the form.

        Programs of 2011 keep cookies as well, and know of no other token.
        """
        by_browser = any(self.message.header(name) for name in ONLY_BROWSERS)
        return by_browser and bool(self.cookie) and not self.bearer and super().needs_csrf_check()

    @property
    def cookie(self) -> str:
        """The token in the cookie of the original, or in that of the pages."""
        key = self.application.cookie_secret
        sent = self.get_cookie(USERNAME, "", key, max_age=COOKIE_LIFE)
        return str(sent or super().cookie)

    def keep(self, secret: str) -> None:
        """Let a client that keeps cookies send the token by itself."""
        super().keep(secret)
        key = self.application.cookie_secret
        self.set_cookie(USERNAME, secret, secret=key, max_age=COOKIE_LIFE, path="/")

    @property
    def bearer(self) -> str:
        """The token: in the header, or an argument of the form."""
        return super().bearer or self.typed(USERNAME)

    def typed(self, name: str) -> str:
        """Return a field of the form."""
        return str(self.message.body_arguments.get(name, [""])[-1])

    def owner_of(self, username: str) -> Person:
        """Return who asks, if the name is his. Raises HTTPError for all others."""
        person = self.known_person()
        if folded(unquote(username)) != folded(str(person.nickname)):
            raise Forbidden("This name is not yours. Send the token that belongs to it.")
        return person

    def channel(self, typed: str) -> str:
        """Return the room of a channel. Raises HTTPError for one that there cannot be."""
        try:
            return room_of_channel(unquote(typed))
        except NoRoomError as error:
            raise BadRequest(str(error)) from error

    def channel_id(self) -> str:
        """Return the channel that an address without one is about: an argument, else `public`."""
        return self.typed("channel_id") or str(self.get_argument("channel_id", "") or "")

    def give_sign_of_life(self, room: str) -> None:
        """Note that somebody who has entered the channel is there."""
        person = self.person
        if person is not None and queries.is_here(self.application.store, room, person):
            self.application.chat.enter(Tab(room, person, TAB, ""))

    def done(self, message: str, **more: object) -> Result:
        """Answer that it worked."""
        self.add_to_payload("message", message)
        for name, value in more.items():
            self.add_to_payload(name, value)
        return self.render(status_code=200)

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and let the page of an allowed site read it, also what went wrong."""
        origin = self.message.header("origin", "")
        self.headers["Vary"] = "Origin"
        self.headers["Cache-Control"] = "no-store"
        self.headers.update(cors(origin if origin in self.application.settings.origins else ""))
        return super().render(*args, **kwargs)

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a Redis that is away or full is nobody's mistake."""
        if isinstance(err, StoreAway):
            return self.http_error(refusal_of(err, AWAY))
        return super().error(err)

    def _is_expected(self, error: Exception) -> bool:
        return isinstance(error, StoreAway) or super()._is_expected(error)


class LoginHandler(OriginalHandler):
    """`/api/login/USERNAME`."""

    def post(self, username: str) -> Result:
        """Make somebody new known, or greet the owner of the name; hand out the token."""
        if self.person is not None:
            person = self.owner_of(username)
            token = self.bearer or self.cookie
            self.give_sign_of_life(self.channel(self.channel_id()))
        else:
            person, token = new_person()
            self.take_nickname(person, unquote(username))
        self.keep(token)
        # Scripts of 2012 read it, so it is not HttpOnly.
        self.set_cookie(
            NICKNAME, _ascii(str(person.nickname)), path="/",
            samesite="Lax", secure=self.message.is_secure,
        )  # fmt: skip
        words = f"{person.nickname} is logged in"
        return self.done(words, nickname=person.nickname, username=token)

    def delete(self, username: str) -> Result:
        """Log out in this client: the cookies go, the name and its token stay."""
        self.owner_of(username)
        for cookie in (COOKIE, USERNAME, NICKNAME):
            self.delete_cookie(cookie, path="/")
        return self.done("logged out")


class EntryHandler(OriginalHandler):
    """`/api/login/CHANNEL/USERNAME`."""

    def post(self, channel: str, username: str) -> Result:
        """Enter a channel; whoever is there is told, and reads the message if there is one."""
        tab = Tab(self.channel(channel), self.owner_of(username), TAB, "")
        self.application.chat.enter(tab)
        self.say_if_sent(tab.room, tab.person)
        return self.done(f"{tab.person.nickname} has entered the room")

    def delete(self, channel: str, username: str) -> Result:
        """Leave a channel."""
        person, room = self.owner_of(username), self.channel(channel)
        if not queries.is_here(self.application.store, room, person):
            raise Forbidden("You are not in this channel.")
        self.say_if_sent(room, person)
        self.application.chat.leave(room, person)
        return self.done(f"{person.nickname} has left the room")

    def say_if_sent(self, room: str, person: Person) -> None:
        """Say what came along, in the person's own name: only the room makes system lines."""
        if text := self.typed("message"):
            self.application.chat.say(room, person, text)


class FeedHandler(OriginalHandler):
    """`/api/feed/CHANNEL`."""

    def get(self, channel: str) -> Any:
        """Answer with the messages after a time, or wait for the next one."""
        room, since = self.channel(channel), self.since()
        self.give_sign_of_life(room)
        news = self.application.news
        feed = followed(news, room, None)
        # From here on nothing waits, so nothing can slip through.
        part = since_time(feed.after(None), since)
        place = Place(room, part.next, FEED, self.allowed_origin)
        if part.messages:
            return news.answer(feed, part, place)
        waiting = news.wait_at(feed, place)
        return self.park(waiting.name, WAIT, waiting.otherwise)

    def post(self, channel: str) -> Result:
        """Say something."""
        room = self.channel(channel)
        person = self.known_person()
        self.give_sign_of_life(room)
        try:
            self.application.chat.say(room, person, self.typed("message"))
        except BadRequest as error:
            self.set_status(403, error.detail)
            return self.render()
        return self.done("message sent")

    def since(self) -> int:
        """Return the time after which messages are wanted, in ms. Raises BadRequest."""
        text = str(self.get_argument("since_timestamp", "0") or "0").partition(".")[0]
        if not text.isdecimal() or len(text) > 16:
            raise BadRequest("since_timestamp is no time in milliseconds. Leave it out.")
        return int(text)

    @property
    def allowed_origin(self) -> str:
        """The other site whose page may read the answer."""
        origin = self.message.header("origin", "")
        return origin if origin in self.application.settings.origins else ""


class OAuthHandler(OriginalHandler):
    """Below `/oauth/PROVIDER/`."""

    def prepare(self) -> None:
        """Raise NotFound for a provider that is not in the table."""
        provider = str(self.url_args[0])  # type: ignore[index]  # by position
        if provider not in PROVIDERS:
            raise NotFound("This site signs in with Spotify alone: /oauth/spotify/login/NAME")
        self.there = PROVIDERS[provider]


class OAuthLoginHandler(OAuthHandler):
    """`/oauth/PROVIDER/login/USERNAME`."""

    def get(self, provider: str, username: str) -> Result:
        """Lead to where the owner of the name connects the provider, and from there to the end."""
        self.owner_of(username)
        back = quote(f"/oauth/{provider}/loggedin", safe="")
        return self.redirect(f"{self.there}/login?back={back}")


class OAuthCallbackHandler(OAuthHandler):
    """`/oauth/PROVIDER/callback`."""

    def get(self, _provider: str) -> Result:
        """Lead to where sign-ins end; what began them is checked there."""
        return self.redirect(f"{self.there}/callback?{self.message.query}")


class OAuthDoneHandler(OAuthHandler):
    """`/oauth/PROVIDER/loggedin`."""

    def get(self, _provider: str) -> Result:
        """Tell a client that the sign-in is over."""
        return self.done("logged in")


def since_time(part: Part, since: int) -> Part:
    """Return the messages of a part after a time; no two of a room have the same time."""
    return Part([message for message in part.messages if message.at > since], part.next)


def feed_answer(feed: Feed, part: Part, origin: str) -> Response:
    """Return messages as the original's clients read them."""
    return json_answer({
        "status_code": 200,
        "status_msg": "OK",
        "timestamp": curtime(),
        "messages": [old_form(message, feed.room) for message in part.messages],
    }, origin)  # fmt: skip


def old_form(message: Message, room: str) -> dict[str, object]:
    """Return a message with the names that its fields had."""
    return {
        "timestamp": message.at,
        "username": message.nickname,
        "nickname": message.nickname,
        "message": message.shown_text,
        "msgtype": message.kind,
        "channel": room,
    }


def _ascii(name: str) -> str:
    """Return a name as cookies can hold it."""
    return name.encode("ascii", "xmlcharrefreplace").decode()
