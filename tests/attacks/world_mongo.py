"""Listsurf and Readify, with the tables of routes that lie beside their own tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from attacks.worlds import Row, Visitor, World, ready
from brubeck.testing import TestClient
from listsurf.app import create_app as create_listsurf
from listsurf.settings import Settings as ListsurfSettings
from readify.apiapp import create_api
from readify.settings import Settings as ReadifySettings
from readify.webapp import create_web

from apps.listsurf import people as listsurf_people
from apps.listsurf import routes as listsurf
from apps.readify import people as readify_people
from apps.readify import routes as readify

COUNTERS = ("throttle",)  # collections that change by every question, and hold nobody's things
LOG_OUT = "/logout"
PLENTY = {"api_calls": 10**6, "signups": 10**6}


def stored(db: object) -> dict[str, str]:
    """Return all documents but those that count."""
    found = listsurf.dump(db)  # type: ignore[arg-type]
    return {
        f"{name} {number}": text
        for name, texts in found.items() if name not in COUNTERS
        for number, text in enumerate(texts)
    }  # fmt: skip


class Listsurf(World):
    """Ada's links."""

    site = "listsurf"
    secret = listsurf.SECRET
    pair = ("a member's browser", "a stranger's browser")
    known_at = "/settings"
    rows = tuple(Row(row.path, row.form, row.is_hers) for row in listsurf.ROWS.values())

    def __init__(self, world: listsurf.World) -> None:
        self._world = world
        self.names = world.names
        self.apps = {"web": world.app}

    def owner(self) -> Visitor:
        """Return a browser of hers."""
        return Visitor({"web": self._world.ada.another_browser()}, LOG_OUT)

    def readers(self) -> dict[str, Visitor]:
        """Return her browser, and a program of hers."""
        return {
            "a program": Visitor({"web": self._world.ada.program()}, LOG_OUT),
            **super().readers(),
        }

    def others(self) -> dict[str, Visitor]:
        """Return another member's browser and program, and a stranger's browser."""
        user = listsurf_people.stored_user(self._world.app, f"u{uuid4().hex[:20]}")
        person = listsurf_people.Person(self._world.app, user)
        kinds = ("a member's browser", "a member's program", "a stranger's browser")
        clients = zip(kinds, listsurf.clients(person), strict=True)
        return {kind: Visitor({"web": client}, LOG_OUT) for kind, client in clients}

    def dump(self) -> dict[str, str]:
        """Return all documents."""
        return stored(self._world.app.db_conn)

    def hers(self) -> dict[str, str]:
        """Return the documents that name her."""
        return {
            text: text for text in listsurf.documents_of(self._world.app.db_conn, self._world.ada)
        }


class Readify(World):
    """Ada's articles, on the website and by the API."""

    site = "readify"
    secret = readify.SECRET
    pair = ("another member's browser", "his writing program")
    known_at = "/settings"
    rows = tuple(
        Row(row.path, row.form, row.is_hers, "api" if row.on_api else "web") for row in readify.ROWS
    )

    def __init__(self, world: readify.World) -> None:
        self._world = world
        self.names = world.names
        self.apps = {"web": world.web, "api": world.api}

    def owner(self) -> Visitor:
        """Return a browser of hers, which shows its cookies to the API as well."""
        return self._visitor(
            readify.Visitor.browser(self._world, self._world.ada.another_browser())
        )

    def readers(self) -> dict[str, Visitor]:
        """Return her browser, and a program of hers."""
        program = readify.Visitor.program(self._world, self.names["secret"])
        return {"a program": self._visitor(program), **super().readers()}

    def others(self) -> dict[str, Visitor]:
        """Return nine kinds of visitors."""
        user = readify_people.stored_user(self._world.web, f"u{uuid4().hex[:20]}")
        person = readify_people.Person(self._world.web, user)
        visitors = self._world.visitors(person)
        return {kind: self._visitor(visitor) for kind, visitor in visitors.items()}

    def _visitor(self, visitor: readify.Visitor) -> Visitor:
        clients: dict[str, TestClient] = {"web": visitor.web, "api": visitor.api}
        return Visitor(clients, LOG_OUT)

    def dump(self) -> dict[str, str]:
        """Return all documents."""
        return stored(self._world.db)

    def hers(self) -> dict[str, str]:
        """Return the documents that name her."""
        return {text: text for text in readify.documents_of(self._world.db, self._world.ada)}


@contextmanager
def listsurf_world(mongo_url: str, database: str) -> Iterator[World]:
    """Give Listsurf around a database."""
    settings = ListsurfSettings(
        transport="wsgi", mongo_url=mongo_url, database=database, fetch=False, **PLENTY
    )
    with ready(create_listsurf(settings)) as app:
        ada = listsurf_people.Person(app, listsurf_people.stored_user(app, "ada"))
        yield Listsurf(listsurf.world_of(ada))


@contextmanager
def readify_world(mongo_url: str, database: str) -> Iterator[World]:
    """Give both programs of Readify that people ask, around a database."""
    settings = ReadifySettings(
        transport="wsgi", mongo_url=mongo_url, database=database, comments=10**6, **PLENTY
    )
    with ExitStack() as stack:
        web = stack.enter_context(ready(create_web(settings)))
        api = stack.enter_context(ready(create_api(settings)))
        ada = readify_people.Person(web, readify_people.stored_user(web, "ada"))
        yield Readify(readify.world_of(ada, api))
