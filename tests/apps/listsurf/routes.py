"""Every route of Listsurf, with an address in Ada's world and what one may send there.

The tests that go through this table fail for a route without a row: whoever adds a route says here
what there is to protect behind it.
"""

from dataclasses import dataclass, field

from apps.listsurf.people import PASSWORD, Person
from brubeck.testing import TestClient
from listsurf.app import Listsurf
from listsurf.queries import Db

SECRET = "hush"  # stands in everything of Ada's that is private

LINK = {"url": "https://example.com/mine", "title": "Mine"}
OWN_PASSWORD = {"old_password": PASSWORD, "password": "quite another password"}


@dataclass(frozen=True)
class Row:
    """What a route leads to.

    `path` may name things of Ada's: `{link}`, `{token}`. `form` is what is sent there. Where
    `is_hers` is set, Ada herself sees something secret at that address. To pages that are for
    `members_only` strangers come by the log-in form.
    """

    path: str
    form: dict[str, str] = field(default_factory=dict)
    is_hers: bool = False
    members_only: bool = False


def page(path: str, form: dict[str, str] | None = None, *, is_hers: bool = False) -> Row:
    """Return the row of a page that is for members only."""
    return Row(path, form or {}, is_hers, members_only=True)


ROWS: dict[str, Row] = {
    # Links.
    r"^/$": page("/", is_hers=True),
    r"^/add_item$": page("/add_item", LINK),
    r"^/edit_item/\w+$": page("/edit_item/{link}", LINK, is_hers=True),
    r"^/delete_item/\w+$": page("/delete_item/{link}", is_hers=True),
    r"^/retry/\w+$": Row("/retry/{link}"),
    r"^/bulk$": Row("/bulk", {"id": "{link}", "action": "delete", "bulk_tag": "x"}),
    r"^/undo$": Row("/undo", {"batch": "{batch}"}),
    r"^/trash$": page("/trash", is_hers=True),
    r"^/tags$": page("/tags", is_hers=True),
    r"^/tags/rename$": page("/tags/rename?tag=hush", {"name": "mine"}, is_hers=True),
    r"^/tags/delete$": page("/tags/delete?tag=hush", is_hers=True),
    r"^/import$": page("/import", {"pasted": "https://example.com/mine"}),
    r"^/import/\w+$": page("/import/{job}", is_hers=True),
    r"^/export$": page("/export"),
    r"^/export/listsurf\.(html|json|csv)$": page("/export/listsurf.html", is_hers=True),
    r"^/feeds$": page("/feeds", {"what": "#mine"}, is_hers=True),
    r"^/feeds/close$": Row("/feeds/close", {"secret": "{feed}"}),
    r"^/feed/([\w-]+)\.atom$": Row("/feed/a-guess.atom"),
    # Accounts.
    r"^/login$": Row("/login", {"username": "ada", "password": "a guess"}),
    r"^/logout$": page("/logout"),
    r"^/create$": Row("/create", {"username": "ada", "password": "quite another password"}),
    r"^/settings$": page("/settings"),
    r"^/settings/password$": page("/settings/password", OWN_PASSWORD),
    r"^/settings/sessions$": page("/settings/sessions", {"key": "{session}"}),
    r"^/settings/takeout$": page("/settings/takeout", is_hers=True),
    r"^/settings/delete$": page("/settings/delete", OWN_PASSWORD),
    r"^/settings/tokens$": page("/settings/tokens", {"name": "Mine"}, is_hers=True),
    r"^/settings/tokens/\w+$": page("/settings/tokens/{token}", is_hers=True),
    r"^/settings/origins$": page(
        "/settings/origins", {"origins": "https://x.example"}, is_hers=True
    ),
    # What others see.
    r"^/u/([A-Za-z0-9._]+)$": Row("/u/ada"),
    r"^/u/([A-Za-z0-9._]+)/feed\.atom$": Row("/u/ada/feed.atom"),
    r"^/saved$": Row("/saved"),
    # Programs.
    r"^/api$": Row("/api", {"username": "ada", "password": "a guess"}, is_hers=True),
    r"^/api/links$": Row("/api/links", LINK, is_hers=True),
    r"^/api/links/([^/]+)$": Row("/api/links/{link}", {"title": "Mine"}, is_hers=True),
    r"^/api/check$": Row("/api/check?url=https://example.com/hush", is_hers=True),
    r"^/api/tags$": Row("/api/tags", is_hers=True),
    r"^/api/openapi\.json$": Row("/api/openapi.json"),
    r"^/api/docs$": Row("/api/docs"),
    r"^/api/": Row("/api/nothing"),
    # What the framework brings along.
    r"^/static/(.*)$": Row("/static/listsurf.svg"),
    r"^/healthz$": Row("/healthz"),
    r"^/readyz$": Row("/readyz"),
}
NOBODYS = dict.fromkeys(("link", "token", "session", "batch", "job", "feed"), "0" * 24)


@dataclass(frozen=True)
class World:
    """Ada, with something secret of every kind, and the names of these things."""

    ada: Person
    names: dict[str, str]

    @property
    def app(self) -> Listsurf:
        """The application that she uses."""
        return self.ada.app

    def address(self, row: Row) -> str:
        """Return the address of a row in this world."""
        return row.path.format(**self.names)

    def form(self, row: Row) -> dict[str, str]:
        """Return what is sent to a row in this world."""
        return {name: value.format(**self.names) for name, value in row.form.items()}


def world_of(ada: Person) -> World:
    """Let Ada use everything there is; return what came of it."""
    db, program = ada.app.db_conn, ada.program()
    link = {"url": "https://example.com/hush", "title": "hush", "tags": ["hush"]}
    made = program.post("/api/links", json={**link, "description": "hush", "notes": "hush"}).json()
    program.post("/api/links", json={"url": "https://example.com/p", "is_public": True})
    gone = program.post("/api/links", json={"url": "https://example.com/gone", "title": "hush"})
    program.request("DELETE", gone.headers["location"])
    ada.token("hush")
    ada.sends("/feeds", what="#hush")
    ada.app.importer.stop()  # nothing happens in the background while databases are compared
    ada.sends("/import", pasted="hush:hush")
    ada.app.importer.step()
    ada.sends("/settings/origins", origins="https://hush.example")
    names = {
        "link": made["id"],
        "token": str(db.tokens.find_one({"name": "hush"})["_id"]),
        "batch": str(db.trash.find_one()["batch"]),
        "job": str(db.imports.find_one()["_id"]),
        "feed": db.feeds.find_one()["_id"],
        "session": ada.app.sessions.list_of(ada.user.id)[0].key,
    }
    return World(ada, names)


def dump(db: Db) -> dict[str, list[str]]:
    """Return all that the database holds, as text that can be compared."""
    names = sorted(db.list_collection_names())
    return {name: sorted(str(document) for document in db[name].find()) for name in names}


def documents_of(db: Db, person: Person) -> list[str]:
    """Return every document that names a person's id, as text that can be compared."""
    found = [text for texts in dump(db).values() for text in texts]
    return [text for text in found if str(person.user.id) in text]


def clients(person: Person) -> list[TestClient]:
    """Return all kinds of clients that a person may have: a browser, a program, a stranger's."""
    return [person.another_browser(), person.program(), Person.looking(person.app).browser]
