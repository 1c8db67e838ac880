"""no.js and SpotiChat, with the tables of their routes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from apps.spotichat.visitors import SONG
from apps.spotichat.visitors import Visitor as Listener
from attacks.worlds import Row, Visitor, World, ready
from nojs.app import create_app as create_nojs
from nojs.settings import Settings as NoJsSettings
from redis import Redis
from spotichat.app import create_app as create_spotichat
from spotichat.settings import Settings as SpotiChatSettings

from apps.nojs import people as nojs_people
from apps.spotichat import people as spotichat_people

OPERATOR_KEY = "keeper of the order"
HUSH = "hush"
PLENTY = {"new_names": 10**6, "new_rooms": 10**6, "messages": 10**6, "room_messages": 10**6}
MUCH = {
    "points": 10**6,
    "room_points": 10**6,
    "new_people": 10**6,
    "new_rooms": 10**6,
    "new_songs": 10**6,
}
# Chats know who is in a room by his reading there: that is what "here" means, and it is gone soon after
# he has gone. `visible` compares it. Questions are counted as well, and the list of rooms is numbered.
PRESENCE = re.compile(r":(people|present|typing|tabs:\w+|count:.*|points(:\w+)?|rooms|version)$")
READERS = {
    "string": lambda redis, key: redis.get(key),
    "hash": lambda redis, key: sorted(redis.hgetall(key).items()),
    "set": lambda redis, key: sorted(redis.smembers(key)),
    "zset": lambda redis, key: redis.zrange(key, 0, -1, withscores=True),
    # The lines that say who has come and gone are presence as well: nobody has said them.
    "stream": lambda redis, key: [e for e in redis.xrange(key) if '"name": ""' not in str(e)],
}
PEOPLE = {
    "hash": lambda redis, key: redis.hkeys(key),
    "zset": lambda redis, key: redis.zrange(key, 0, -1),
}


def everything_in(redis: "Redis[Any]") -> dict[str, str]:
    """Return what Redis holds, by key; how long it will be kept does not count."""
    keys = sorted(key for key in redis.scan_iter() if not PRESENCE.search(key))
    return {key: str(READERS[redis.type(key)](redis, key)) for key in keys}


class RedisWorld(World):
    """An application that keeps everything in Redis."""

    def dump(self) -> dict[str, str]:
        """Return all keys but those that say who is here."""
        return everything_in(self.apps["web"].store.redis)  # type: ignore[attr-defined]

    def hers(self) -> dict[str, str]:
        """Return the keys that are hers: what is known of her, and what was told her alone."""
        return {key: text for key, text in self.dump().items() if self.names["her"] in key}

    def visible(self) -> set[tuple[str, str]]:
        """Return who is in which room, as everybody there sees it."""
        redis = self.apps["web"].store.redis  # type: ignore[attr-defined]
        rooms = redis.scan_iter(match="*:people")
        return {(room, who) for room in rooms for who in PEOPLE[redis.type(room)](redis, room)}


class NoJs(RedisWorld):
    """Ada, to whom Bob has whispered something in a room."""

    site = "nojs"
    rows = (
        Row("/"),
        Row("/lobby"),
        Row("/rooms"),
        Row("/enter", {"room": "den"}),
        Row("/join", {"room": "den", "name": "Mine"}),
        Row("/name", {"name": "Mine"}),
        Row("/back", {"key": "a guess of twenty two!"}),
        Row("/me"),
        Row("/forget"),
        Row("/settings", {"face": "still", "rate": "60"}),
        Row("/operator", {"key": "a guess"}),
        Row("/trick"),
        Row("/robots.txt"),
        Row("/r/den"),
        Row("/r/den/messages", is_hers=True),
        Row("/r/den/side"),
        Row("/r/den/say", {"text": "Mine"}),
        Row("/r/den/name", {"name": "Mine"}),
        Row("/r/den/page", is_hers=True),
        Row("/r/den/still", is_hers=True),
        Row("/r/den/stream"),
        Row("/r/den/history?before=9999999999999-0", is_hers=True),
        Row("/r/den/leave"),
        Row("/r/den/order"),
        Row("/r/den/kick", {"name": "Ada"}),
        Row("/r/den/clean"),
        Row("/assets/img/x.gif"),
        Row("/favicon.ico"),
        Row("/buffer"),
        Row("/den"),
        Row("/den/users"),
        Row("/static/nojs.css"),
        Row("/healthz"),
        Row("/readyz"),
    )
    secret = HUSH
    pair = ("somebody with a name", "a stranger")
    known_at = "/me"

    def __init__(self, app: Any) -> None:
        self.apps = {"web": app}
        self._ada, self._bob = nojs_people.Person(app), nojs_people.Person(app)
        self._ada.takes("Ada")
        self._ada.says("For all to read.")
        self._bob.takes("Bob")
        self._bob.says(HUSH, to="Ada")
        self.names = {"her": app.store.names.owner_of("Ada")}

    def owner(self) -> Visitor:
        """Return her browser."""
        return Visitor({"web": self._ada.browser}, "/lobby")

    def readers(self) -> dict[str, Visitor]:
        """Return her browser, once Bob has whispered again: a page shows what was said last."""
        self._bob.says(HUSH, to="Ada")
        return super().readers()

    def others(self) -> dict[str, Visitor]:
        """Return somebody with a name, and a stranger."""
        app = self.apps["web"]
        somebody = nojs_people.Person(app)  # type: ignore[arg-type]
        somebody.takes(f"Eve {uuid4().hex[:12]}")
        stranger = nojs_people.Person(app)  # type: ignore[arg-type]
        people = {"somebody with a name": somebody, "a stranger": stranger}
        return {kind: Visitor({"web": each.browser}, "/lobby") for kind, each in people.items()}


class SpotiChat(RedisWorld):
    """Ada, with a private room in which she has said something."""

    site = "spotichat"
    secret = HUSH
    pair = ("somebody", "a program")
    known_at = "/api/me"
    rows = (
        Row("/"),
        Row("/enter", {"song": "{song}", "nickname": "Mine"}),
        Row("/t/{room}", is_hers=True),
        Row("/t/{room}/join", {"nickname": "Mine"}),
        Row("/t/{room}/say", {"text": "Mine"}),
        Row("/t/{song}/private"),
        Row("/settings"),
        Row("/settings/name", {"nickname": "Mine"}),
        Row("/forget"),
        Row("/about"),
        Row("/operator", {"key": "a guess"}),
        Row("/operator/words", {"words": "mine"}),
        Row("/spotify/login"),
        Row("/spotify/callback?code=x&state=y"),
        Row("/spotify/disconnect"),
        Row("/spotify/follow", {"follow": "yes"}),
        Row("/spotify/playing"),
        Row("/cover/{song}.svg"),
        Row("/api/people", {"nickname": "Mine"}),
        Row("/api/me", {"nickname": "Mine"}),
        Row("/api/operator", {"key": "a guess"}),
        Row("/api/words", {"words": ["mine"]}),
        Row("/api/reports"),
        Row("/api/private", {"track": "{song}"}),
        Row("/api/rooms"),
        Row("/api/rooms/track:{room}"),
        Row("/api/rooms/track:{room}/here", {"tab": "t"}),
        Row("/api/rooms/track:{room}/messages", {"text": "Mine"}, is_hers=True),
        Row("/api/rooms/track:{room}/events"),
        Row("/api/rooms/track:{room}/socket"),
        Row("/api/rooms/track:{room}/report", {"seq": 1}),
        Row("/api/rooms/track:{room}/kick", {"person": "{her}"}),
        Row("/api/rooms/track:{room}/clean"),
        Row("/api/login/Ada"),
        Row("/api/login/public/Ada"),
        Row("/api/feed/public", {"message": "Mine"}),
        Row("/oauth/spotify/login/Ada"),
        Row("/oauth/spotify/callback"),
        Row("/oauth/spotify/loggedin"),
        Row("/api/nothing"),
        Row("/static/spotichat.svg"),
        Row("/healthz"),
        Row("/readyz"),
    )

    def __init__(self, app: Any) -> None:
        self.apps = {"web": app}
        self._ada = Listener(app, "Ada")
        made = self._ada.sends(f"/t/{SONG}/private", at=f"/t/{SONG}").headers["location"]
        room = made.removeprefix("/t/")
        self._ada.says(HUSH, page=f"/t/{room}")
        self._ada.browser.post("/api/login/public/Ada", form={"message": "Nobody waits for news"})
        owner = app.store.redis.get(app.store.keys.owner(f"track:{room}"))
        self.names = {"her": owner, "song": SONG, "room": f"{SONG}~{'x' * 22}"}
        self.own_names = {**self.names, "room": room}

    def owner(self) -> Visitor:
        """Return her browser."""
        return Visitor({"web": self._ada.browser}, "/")

    def others(self) -> dict[str, Visitor]:
        """Return somebody with a name, by browser and by program, and a stranger."""
        app, number = self.apps["web"], uuid4().hex[:12]
        browser = Listener(app, f"Eve {number}").browser  # type: ignore[arg-type]
        program = spotichat_people.Person(app, f"Mallory {number}").client  # type: ignore[arg-type]
        stranger = Listener(app).browser  # type: ignore[arg-type]
        people = {"somebody": browser, "a program": program, "a stranger": stranger}
        return {kind: Visitor({"web": each}, "/") for kind, each in people.items()}


@contextmanager
def nojs_world(redis_url: str) -> Iterator[World]:
    """Give no.js around an empty Redis."""
    settings = NoJsSettings(
        transport="wsgi", redis_url=redis_url, operator_key=OPERATOR_KEY, hold=1, **PLENTY
    )
    with ready(create_nojs(settings)) as app:
        yield NoJs(app)


@contextmanager
def spotichat_world(redis_url: str) -> Iterator[World]:
    """Give SpotiChat around an empty Redis."""
    settings = SpotiChatSettings(
        transport="wsgi", redis_url=redis_url, operator_key=OPERATOR_KEY,
        spotify_client_id="id", spotify_client_secret="secret",
        spotify_accounts_url="http://127.0.0.1:9/", spotify_api_url="http://127.0.0.1:9/", **MUCH,
    )  # fmt: skip
    with ready(create_spotichat(settings)) as app:
        yield SpotiChat(app)
