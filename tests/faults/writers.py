"""People who write on every site, and remember what they were told is kept.

`Ledger.problems()` compares that with what can be read afterwards: nothing acknowledged is lost,
nothing is there twice or out of order, and nothing that nobody sent. What got no answer may be there or not.
"""

import html
import http.client
import json
import re
from abc import ABC, abstractmethod
from collections import Counter
from urllib.parse import quote, urlencode

from accounts import people, tokens
from accounts.models import User
from brubeck.passwords import hash_password
from faults.assembly import Assembly
from faults.waiting import wait_for
from framework.conformance.servers import Answer
from gevent import Greenlet, killall, sleep
from histories import Event, problems_of
from pymongo import MongoClient

PAUSE = 0.1  # seconds between two messages
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAYS_SO = {502, 503, 504, 507}  # what one may be told while something is broken; 0: no answer
SONG = "0123456789abcdefABCDEF"
SAID = re.compile(r"\bword(\d+)\b")
USERS = {"listsurf": "linksurf", "readify_api": "readify"}  # site -> its database


class Ledger(ABC):
    """One writer on one site."""

    site: str
    thanks = 201  # the status that promises that something is kept

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.told: list[int] = []
        self.statuses: Counter[int] = Counter()
        self.sent = 0
        self._task: Greenlet | None = None
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Get a name, a token, whatever writing takes."""

    @abstractmethod
    def write(self, number: int) -> Answer:
        """Send one thing that nobody has sent before."""

    @abstractmethod
    def read(self) -> list[int]:
        """Return the numbers of all things there are, in their order."""

    def begin(self) -> None:
        """Write in the background from now on."""
        self._task = Greenlet.spawn(self._keep_writing)

    def _keep_writing(self) -> None:
        while True:
            self.sent += 1
            status = 0
            try:
                answer = self.write(self.sent)
                status = answer.status
                if status == self.thanks:
                    self.told.append(self.sent)
            except (OSError, http.client.HTTPException):
                pass
            self.statuses[status] += 1
            sleep(PAUSE)

    def stop(self) -> None:
        """Write no more."""
        if self._task is not None:
            killall([self._task], block=True)

    @property
    def refusals(self) -> int:
        """How often something else was said than yes."""
        return sum(self.statuses.values()) - len(self.told)

    def problems(self, *, ordered: bool = True) -> list[str]:
        """Return what is wrong, in words; without `ordered`, things may come in any order.

        What got no answer may have waited somewhere while the next thing was sent: it has no order.
        """
        seen, told = self.read(), set(self.told)
        kept = [number for number in seen if number in told]
        others = sorted(number for number in seen if number not in told)
        doubtful = {str(number) for number in range(1, self.sent + 1)}
        wrong = problems_of(events(self.told), events(kept if ordered else sorted(kept)))
        wrong += problems_of([], events(others), doubtful=doubtful)
        return [f"{self.site}: {each}" for each in (*self._blunders(), *wrong)]

    def _blunders(self) -> list[str]:
        """Return the statuses that nobody may be told who does all as he should."""
        return [f"status {each}" for each in set(self.statuses) - SAYS_SO - {0, self.thanks}]


def events(numbers: list[int]) -> list[Event]:
    """Return what has happened, as histories have it."""
    return [Event(str(number), number) for number in numbers]


class Saver(Ledger):
    """Somebody whose program saves links."""

    site = "listsurf"
    path = "/api/links"

    def prepare(self) -> None:
        """Make an account and a token, as the settings do it."""
        with MongoClient(self.assembly.mongo_url) as client:
            db = client[USERS[self.site]]
            line = hash_password("correct horse battery staple")
            user = people.insert_user(db, User(username=f"w{self.assembly.port}", password=line))
            self.token = tokens.create_token(db, user, "writer")

    def _asked(self, method: str, path: str, document: object = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps(document).encode() if document else None
        return self.assembly.ask(self.site, method, path, headers=headers, body=body)

    def write(self, number: int) -> Answer:
        """Save a link."""
        link = {"url": f"https://example.com/word{number}", "title": f"word{number}"}
        return self._asked("POST", self.path, link)

    def read(self) -> list[int]:
        """Return all links, the oldest first; with pages as the API gives them."""
        found: list[int] = []
        path: str | None = f"{self.path}?count=100&limit=100"
        while path:
            answer = self._asked("GET", path)
            assert answer.status == 200, answer
            numbers = [
                int(number) for number in re.findall(r'"title": ?"word(\d+)"', answer.body.decode())
            ]
            found += numbers
            path = json.loads(answer.body).get("next")
        return found[::-1]


class ArticleSaver(Saver):
    """The same in Readify."""

    site = "readify_api"
    path = "/links/"


class Speaker(Ledger):
    """Somebody who talks in a room of no.js, with a key in the address."""

    site = "nojs"
    most = 100  # messages in one room, which keeps 200
    home = "/k/" + "w" * 22
    thanks = 302

    def prepare(self) -> None:
        """Take a name."""
        answer = self._posts("/name", name=f"Writer {self.assembly.port}")
        assert answer.status == 302, answer

    def _posts(self, path: str, **form: str) -> Answer:
        body = urlencode(form).encode()
        return self.assembly.ask(self.site, "POST", self.home + path, headers=FORM, body=body)

    def write(self, number: int) -> Answer:
        """Say something."""
        return self._posts(f"/r/den{number // self.most}/say", text=f"word{number}")

    def read(self) -> list[int]:
        """Return what was said, from room to room."""
        rooms = range(self.sent // self.most + 1)
        return [number for room in rooms for number in self._read_room(f"{self.home}/r/den{room}")]

    def _read_room(self, room: str) -> list[int]:
        page, found = f"{room}/history?before=9999999999999-0", list[int]()
        while page:
            answer = self.assembly.ask(self.site, "GET", page)
            assert answer.status == 200, answer
            text = html.unescape(answer.body.decode())
            found = [int(number) for number in SAID.findall(text)][::-1] + found
            older = re.search(r"history\?before=([\d-]+)", text)
            page = f"{room}/history?before={quote(older[1])}" if older else ""
        return found


class Chatter(Ledger):
    """Somebody whose program talks in a room of SpotiChat."""

    site = "spotichat"
    _first = 0
    room = f"/api/rooms/track:{SONG}"

    def prepare(self) -> None:
        """Become somebody."""
        answer = self._asked(
            "POST", "/api/people", {"nickname": f"Writer {self.assembly.port}"}, ""
        )
        assert answer.status == 201, answer
        self.secret = json.loads(answer.body)["secret"]

    def _asked(self, method: str, path: str, document: object, secret: str) -> Answer:
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {secret}"} if secret else {}
        body = json.dumps(document).encode() if document else None
        return self.assembly.ask(self.site, method, path, headers=headers, body=body)

    def write(self, number: int) -> Answer:
        """Say something; remember the number of the first."""
        message = {"text": f"word{number}"}
        answer = self._asked("POST", f"{self.room}/messages", message, self.secret)
        if answer.status == self.thanks and not self._first:
            self._first = int(json.loads(answer.body)["seq"])
        return answer

    def read(self) -> list[int]:
        """Return what was said since the first message, batch by batch."""
        found: list[int] = []
        since = self._first - 1
        while True:
            answer = self._asked("GET", f"{self.room}/messages?after={since}", None, self.secret)
            assert answer.status == 200, answer
            messages = json.loads(answer.body)["messages"]
            if not messages:
                return found
            found += [int(n) for each in messages for n in SAID.findall(each.get("text", ""))]
            since = messages[-1]["seq"]


WRITERS = (Saver, ArticleSaver, Speaker, Chatter)


def write_more(writers: list[Ledger], count: int = 5) -> None:
    """Have all writers write until each has had so many things more acknowledged."""
    for writer in writers:
        writer.begin()
    wait_until_more(writers, count)
    for writer in writers:
        writer.stop()


def wait_until_more(writers: list[Ledger], count: int = 5) -> None:
    """Wait until everybody has had so many things more acknowledged."""
    wanted = [len(writer.told) + count for writer in writers]
    wait_for(
        lambda: all(len(w.told) >= n for w, n in zip(writers, wanted, strict=True)),
        lambda: f"that all write: {heard(writers)}",
    )


def heard(writers: list[Ledger]) -> str:
    """Return what the writers have heard."""
    return str([(w.site, len(w.told), dict(w.statuses)) for w in writers])
