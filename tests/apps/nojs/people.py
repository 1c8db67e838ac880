"""People who use no.js, so that tests read like the story that they check."""

import html
import re
from typing import Any

from brubeck.concurrency import current
from brubeck.testing import TestClient, TestResponse
from nojs.app import NoJs
from nojs.queries import Store

HOST = "nojs.localhost:6767"
TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
REFRESH = re.compile(r'http-equiv="refresh" content="(\d+); url=([^"]*)"')
KEY = re.compile(r"<code>([\w-]{22})</code>")

PAGES = [
    "/", "/lobby", "/rooms", "/enter", "/settings", "/me", "/trick", "/operator", "/nothing/here/x",
    "/r/den", "/r/den/messages", "/r/den/messages?pause=1", "/r/den/side", "/r/den/side?show=rooms",
    "/r/den/say", "/r/den/say?to=Grace", "/r/den/say?from=page&to=Grace", "/r/den/page",
    "/r/den/still", "/r/den/stream", "/r/den/order", "/r/den/history?before=9999999999999-0",
    "/r/empty%20%3C%26%3E/still", "/r/empty%20%3C%26%3E/messages", "/r/den/history?before=1-0",
    "/r/%20/still", "/r/den/history?before=x",
]  # fmt: skip


class Person:
    """Somebody with a browser; `home` is what his addresses begin with if he refuses cookies."""

    def __init__(self, app: NoJs, home: str = "") -> None:
        self.app = app
        self.home = home
        self.browser = TestClient(app, host=HOST)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.browser.get(self.home + path, **options)

    def sends(self, path: str, at: str = "", **form: str) -> TestResponse:
        """Send the form that is found at `path`; `at` is where it goes if that is elsewhere."""
        token = TOKEN.search(self.get(path).text)
        fields = {"csrf_token": token[1], **form} if token else form
        return self.browser.post(self.home + (at or path), form=fields)

    def takes(self, name: str) -> TestResponse:
        """Take a name."""
        return self.sends("/lobby", "/name", name=name)

    def key(self) -> str:
        """Return the key to the name."""
        found = KEY.search(self.get("/me").text)
        assert found
        return found[1]

    def says(self, text: str, room: str = "den", **form: str) -> TestResponse:
        """Say something in a room."""
        return self.sends(f"/r/{room}/say", **{"text": text, "from": "say", **form})

    def reads(self, room: str = "den", page: str = "still") -> str:
        """Return what a page of a room says, as text."""
        return html.unescape(self.get(f"/r/{room}/{page}").text)

    def waits_for(self, text: str, path: str) -> "Waiting":
        """Open a page, and let the browser fetch what that asks for, until a text is there."""
        return Waiting(self, text, path)


class Waiting:
    """A browser with a page that refreshes."""

    def __init__(self, person: Person, text: str, path: str) -> None:
        self.has_come = False
        self.page = ""
        self._parking, self._before = person.app.parking, len(person.app.parking)
        self._task = current().spawn(self._fetch, person, text, path)

    def _fetch(self, person: Person, text: str, path: str) -> None:
        page = person.get(path)
        while text not in html.unescape(page.text):
            page = person.get(next_address(page, path), follow=True)
        self.page, self.has_come = page.text, True

    def is_parked(self) -> bool:
        """Say whether the server lets the request wait."""
        return not self.has_come and len(self._parking) > self._before


def next_address(page: TestResponse, path: str) -> str:
    """Return the address that a page fetches by itself."""
    found = REFRESH.search(page.text)
    assert found, page.text
    return f"{path.rpartition('/')[0]}/{html.unescape(found[2])}".partition("#")[0]


def everything_in(store: Store) -> dict[str, Any]:
    """Return what Redis holds, by key; how long it will be kept does not count."""
    readers = {
        "string": store.redis.get,
        "hash": store.redis.hgetall,
        "zset": lambda key: store.redis.zrange(key, 0, -1, withscores=True),
        "stream": store.redis.xrange,
    }
    return {key: readers[store.redis.type(key)](key) for key in store.redis.scan_iter()}
