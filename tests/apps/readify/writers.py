"""Writers and a reader of one account, over any number of processes, who keep a record of it all."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from apps.readify.programs import API_HOST
from bson import ObjectId
from gevent import sleep
from histories import Event
from readify import queries
from readify.models import User
from weblinks.typedlinks import TypedLink

LIMIT = 30  # seconds for one answer
FLAGS = ("liked", "archived", "deleted")


class UnansweredError(Exception):
    """Nobody knows whether the request was carried out."""


@dataclass
class Record:
    """What all writers were told, and what nobody knows."""

    told: list[Event] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    doubtful_urls: set[str] = field(default_factory=set)


class Caller:
    """Asks one of several processes, the next one when that is gone."""

    def __init__(self, ports: list[int], token: str, first: int = 0) -> None:
        self.ports = ports
        self.token = token
        self.at = first

    def ask(self, method: str, path: str, sent: Any = None) -> dict[str, Any]:
        """Return the JSON of an answer; raise UnansweredError without one, or without a good one."""
        port = self.ports[self.at % len(self.ports)]
        connection = HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        headers = {"Host": API_HOST, "Authorization": f"Bearer {self.token}"}
        body = None
        if sent is not None:
            body, headers["Content-Type"] = json.dumps(sent), "application/json"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self.at += 1
            raise UnansweredError from error
        finally:
            connection.close()
        if answer.status >= 500:
            raise UnansweredError(content)
        found: dict[str, Any] = json.loads(content)
        assert answer.status < 300, found
        return found


class ApiWriter:
    """Saves links through the API and sets their flags; writes down what it is told."""

    def __init__(self, name: str, caller: Caller, record: Record) -> None:
        self.name = name
        self.caller = caller
        self.record = record
        self.dice = random.Random(name)
        self.mine: list[str] = []

    def step(self, number: int) -> None:
        """Save a link, or change one."""
        if self.mine and self.dice.random() < 0.6:
            self.change(self.dice.choice(self.mine))
        else:
            self.save(f"http://{self.name}-{number}.example/")

    def save(self, url: str) -> None:
        """Save a link."""
        try:
            link = self.caller.ask("POST", "/links/", {"url": url})["data"]
        except UnansweredError:
            self.record.doubtful_urls.add(url)
            return
        self.mine.append(link["id"])
        self.record.told.append(Event(link["id"], link["change"]))

    def change(self, link_id: str) -> None:
        """Set a flag of a link to one or the other."""
        sent = {self.dice.choice(FLAGS): self.dice.random() < 0.5}
        try:
            link = self.caller.ask("PATCH", f"/links/{link_id}", sent)["data"]
        except UnansweredError:
            self.record.doubtful.add(link_id)
            return
        self.record.told.append(Event(link_id, link["change"]))


class PurgingWriter:
    """Saves links in this very process, as the website does, throws them away, and purges them."""

    def __init__(self, name: str, db: queries.Db, user: User, record: Record) -> None:
        self.name = name
        self.db = db
        self.user = user
        self.record = record

    def step(self, number: int) -> None:
        """Save two links; throw one of them away for good."""
        links = [
            queries.add_link(self.db, self.user, TypedLink(f"http://{self.name}-{number}{at}.example/"))
            for at in "ab"
        ]  # fmt: skip
        for link in links:
            self.note(link.id)
        queries.set_flags(self.db, self.user.id, [links[0].id], deleted=True)
        self.note(links[0].id)
        queries.purge(self.db, self.user.id, [links[0].id])
        self.note(links[0].id)

    def note(self, link_id: ObjectId) -> None:
        """Write down what has become of a link; nobody else changes it."""
        item = self.db.listitems.find_one({"_id": link_id})
        assert item
        self.record.told.append(Event(str(link_id), item["change"]))


class FormWriter:
    """Saves links by the form of the website, in a browser that is logged in."""

    def __init__(self, name: str, port: int, password: str) -> None:
        self.name = name
        self.site = f"http://127.0.0.1:{port}"
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.saved: list[str] = []
        self.send("/login", username="ada", password=password)

    def send(self, path: str, **form: str) -> None:
        """Open a page and send its form; raise HTTPError if it is refused."""
        page = self.fetched(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, page
        self.fetched(path, urlencode({"csrf_token": token[1], **form}).encode())

    def fetched(self, path: str, form: bytes | None = None) -> str:
        """Return the text of a page."""
        with self.browser.open(f"{self.site}{path}", form, LIMIT) as answer:
            content: bytes = answer.read()
        return content.decode()

    def step(self, number: int) -> None:
        """Save a link."""
        url = f"http://{self.name}-{number}.example/"
        self.send("/add_item", url=url)
        self.saved.append(url)


class Follower:
    """Asks what has changed, page after page, as a program does that keeps a copy."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.cursor = "0"
        self.seen: list[Event] = []

    def ask(self) -> int:
        """Ask once; return how much was new."""
        try:
            page = self.caller.ask("GET", f"/links/?limit=7&since={self.cursor}")
        except UnansweredError:
            return 1  # there may be something
        self.cursor = page["since"]
        self.seen += [Event(item["id"], item["change"]) for item in page["data"]]
        return len(page["data"])

    def follow(self, is_over: Callable[[], bool]) -> None:
        """Go on asking until it is over and nothing is new."""
        while not is_over() or self.ask():
            self.ask()
            sleep(0.01)


def settle_doubts(db: queries.Db, user: User, record: Record, saved: Sequence[str] = ()) -> None:
    """Find the links of which only the address is known: they may or must be seen."""
    for url in record.doubtful_urls:
        if link := queries.find_link_to(db, user.id, url):
            record.doubtful.add(str(link.id))
    for url in saved:
        link = queries.find_link_to(db, user.id, url)
        assert link, f"{url} was acknowledged and is not there"
        record.told.append(Event(str(link.id), link.change))


def stored_numbers(db: queries.Db, user_id: ObjectId) -> dict[str, int]:
    """Return the number of the last change of each link, tombstones included."""
    return {str(item["_id"]): item["change"] for item in db.listitems.find({"feed": user_id})}
