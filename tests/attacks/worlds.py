"""All applications in one shape: every route, somebody with something to lose, and everybody else.

The tests that go through these tables fail for a route without a row: whoever adds a route to an
application says in its table what there is to protect behind it.
"""

import functools
import io
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile, ZipFile

from brubeck.application import Brubeck
from brubeck.testing import TestClient, TestResponse

ENDING = ("logout", "forget", "delete", "password", "sessions")  # what ends a visit or an account
TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


@dataclass(frozen=True)
class Row:
    """A route: an address in the world of its application, and what one may send there.

    `path` and `form` may name things: `{link}`, `{room}`. Where `is_hers` is set, the owner herself
    reads her secret at that address. `program` is the one of the application's programs that has it.
    """

    path: str
    form: Mapping[str, Any] = field(default_factory=dict)
    is_hers: bool = False
    program: str = "web"


class Visitor:
    """Somebody who asks the programs of an application, a client for each."""

    def __init__(self, clients: Mapping[str, TestClient], token_page: str) -> None:
        self._clients = clients
        self._token_page = token_page

    def client(self, row: Row) -> TestClient:
        """Return how he asks the program that has this row."""
        return self._clients[row.program]

    @functools.cached_property
    def form_token(self) -> str:
        """The token that makes his forms good."""
        found = TOKEN.search(self._clients["web"].get(self._token_page, follow=True).text)
        assert found, f"no form on {self._token_page}"
        return found[1]


class World(ABC):
    """An application in which somebody keeps something secret."""

    site: str
    rows: tuple[Row, ...]
    secret: str
    pair: tuple[str, str]
    known_at: str  # a page that is there for who is known
    names: Mapping[str, str]
    own_names: Mapping[str, str] = {}
    apps: Mapping[str, Brubeck]

    @abstractmethod
    def owner(self) -> Visitor:
        """Return a browser of the owner's."""

    @abstractmethod
    def others(self) -> dict[str, Visitor]:
        """Return everybody else: members with all their keys, and those who are nobody."""

    @abstractmethod
    def dump(self) -> dict[str, str]:
        """Return all that the stores hold, by place; not what merely counts or says who is here."""

    @abstractmethod
    def hers(self) -> dict[str, str]:
        """Return what is the owner's."""

    def readers(self) -> dict[str, Visitor]:
        """Return those who find her secret where rows say so; programs may be among them."""
        return {"her browser": self.owner()}

    @functools.cached_property
    def lasting_owner(self) -> Visitor:
        """A browser of hers, for tests after which it is what it was."""
        return self.owner()

    @functools.cached_property
    def lasting_readers(self) -> dict[str, Visitor]:
        """All her ways to read, for tests after which they are what they were."""
        return self.readers()

    @functools.cached_property
    def lasting_others(self) -> dict[str, Visitor]:
        """Everybody else, for tests after which they are what they were."""
        return self.others()

    def callers(self, row: Row) -> list[Visitor]:
        """Return two of the others, for tests to which it does not matter who asks; the first is known."""
        ends = any(word in row.path for word in ENDING)
        everybody = self.others() if ends else self.lasting_others
        callers = [everybody[name] for name in self.pair]
        known = callers[0].client(self.rows[0]).get(self.known_at)
        assert known.status_code == 200, "whoever is not known is not let near most of the code"
        return callers

    @functools.cached_property
    def foreign_token(self) -> str:
        """A token that makes the forms of somebody else good."""
        return next(reversed(self.others().values())).form_token

    def address(self, row: Row, *, is_own: bool = False) -> str:
        """Return the address of a row in this world; others may know it but in part."""
        return row.path.format(**(self.own_names if is_own and self.own_names else self.names))

    def form(self, row: Row) -> dict[str, Any]:
        """Return what is sent to a row in this world."""
        return {
            name: value.format(**self.names) if isinstance(value, str) else value
            for name, value in row.form.items()
        }

    def routes(self) -> dict[str, set[str]]:
        """Return the patterns of all routes, by program."""
        return {
            name: {pattern.pattern for pattern, _ in app._routes} for name, app in self.apps.items()
        }

    def routes_of_rows(self) -> dict[str, set[str]]:
        """Return the patterns to which the rows lead, by program."""
        found: dict[str, set[str]] = {name: set() for name in self.apps}
        for row in self.rows:
            path = self.address(row).partition("?")[0]
            routes = self.apps[row.program]._routes
            found[row.program].add(next(p.pattern for p, _ in routes if p.match(path)))
        return found


def text_of(answer: TestResponse) -> str:
    """Return the text of an answer; that of all chapters of a book."""
    body = b"" if "stream" in str(answer.headers.get("content-type")) else answer.body
    try:
        with ZipFile(io.BytesIO(body)) as book:
            return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    except BadZipFile:
        return body.decode("utf-8", "replace")


def asked_for(address: str) -> str:
    """Return what stands in an address itself: nobody learns it by asking."""
    return address.partition("=")[2] or address


@contextmanager
def ready(app: Brubeck) -> Iterator[Brubeck]:
    """Give an application that is as ready as after its start."""
    for prepare in app.on_start:
        prepare()
    try:
        yield app
    finally:
        app.parking.end()
        for tidy_up in app.on_stop:
            tidy_up()
