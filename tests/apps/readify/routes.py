"""Every route of both processes, with an address in Ada's world and what one may send there.

The tests that go through this table fail for a route without a row: whoever adds a route says here
what there is to protect behind it.
"""

from dataclasses import dataclass, field
from functools import cached_property

from accounts.tokens import READ, WRITE, create_token
from apps.readify.people import HOST, PASSWORD, Person
from apps.readify.people import token_of as form_token_of
from brubeck.cookies import cookie_encode
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from readify import profiles, queries
from readify.apiapp import Api
from readify.article import Article
from readify.livetokens import live_token
from readify.models import Link
from readify.profiles import GRAVATAR
from readify.queries import Db
from readify.webapp import Website
from savedlinks.feeds import insert_feed

SECRET = "hush"  # stands in everything of Ada's that is private
API_HOST = f"api.{HOST}"
SITE = f"http://{HOST}"
ELSEWHERE = "https://elsewhere.example"  # a site that Ada has not allowed

LINK = {"url": "https://example.com/mine", "title": "Mine"}
OWN_PASSWORD = {"old_password": PASSWORD, "password": "quite another password"}
ARTICLE = Article("hush", "<p>hush</p>", "hush", "hush", 1)
ACT = {"do": "delete", "id": "{link}", "sure": "yes"}


@dataclass(frozen=True)
class Row:
    """What a route leads to, and on which host.

    `path` may name things of Ada's: `{link}`, `{token}`. `form` is what is sent there. Where
    `is_hers` is set, Ada herself sees something secret at that address.
    """

    path: str
    form: dict[str, str] = field(default_factory=dict)
    is_hers: bool = False
    on_api: bool = False


def own(path: str, form: dict[str, str] | None = None) -> Row:
    """Return the row of a page on which Ada sees something secret of hers."""
    return Row(path, form or {}, is_hers=True)


def api(path: str, form: dict[str, str] | None = None, *, is_hers: bool = True) -> Row:
    """Return a row of the API."""
    return Row(path, form or {}, is_hers, on_api=True)


ROWS = (
    # Lists and articles.
    own("/"),
    own("/liked", ACT),
    own("/archived"),
    own("/bin"),
    Row("/bin/empty", {"sure": "yes"}),
    own("/tags"),
    own("/sites"),
    Row("/add_item", LINK),
    own("/edit_item/{link}", LINK),
    Row("/retry/{link}"),
    Row("/act", ACT),
    Row("/undo", {"batch": "{batch}"}),
    Row("/saved"),
    own("/read/{link}"),
    Row("/read/{link}/place", {"place": "0.5"}),
    Row("/reading", {"size": "large"}),
    Row("/offline"),
    Row("/offline.js"),
    # What others see, and say.
    Row("/discuss/{link}", {"text": "Mine"}),
    Row("/comments/{comment}/edit", {"text": "Mine"}),
    Row("/comments/{comment}/delete"),
    Row("/comments/{comment}/report", {"text": "Mine"}),
    Row("/save_link/{link}"),
    Row("/reports", {"do": "delete", "comment": "{comment}", "sure": "yes"}),
    Row("/u/ada"),
    Row("/u/ada/picture"),
    Row("/u/ada/feed.atom"),
    Row("/profile"),
    Row("/ada"),
    # In and out.
    Row("/import", {"pasted": "https://example.com/mine"}),
    own("/import/{job}"),
    Row("/export"),
    own("/export/readify.html"),
    own("/export/readify.epub"),
    own("/feeds", {"what": "#mine"}),
    Row("/feeds/close", {"secret": "{feed}"}),
    Row("/feed/a-guess.atom"),
    # Accounts.
    Row("/login", {"username": "ada", "password": "a guess"}),
    Row("/logout"),
    Row("/create", {"username": "ada", "password": "quite another password"}),
    own("/settings", {"name": "Mine", "picture": "drawn"}),
    Row("/settings/password", OWN_PASSWORD),
    Row("/settings/sessions", {"key": "{session}"}),
    own("/settings/takeout"),
    Row("/settings/delete", OWN_PASSWORD),
    own("/settings/tokens", {"name": "Mine", "may": "write"}),
    own("/settings/tokens/{token}"),
    own("/settings/origins", {"origins": "https://x.example"}),
    # The API.
    api("/", {"username": "ada", "password": "a guess"}),
    api("/links/", LINK),
    api("/links/{link}", {"title": "Mine", "is_public": "true"}),
    api("/check?url=https://example.com/hush"),
    api("/tags"),
    api("/sites"),
    api("/profile", {"name": "Mine"}, is_hers=False),
    api("/openapi.json", is_hers=False),
    api("/docs", is_hers=False),
    api("/manifest.json", is_hers=False),
    # What the framework brings along.
    Row("/static/readify.svg"),
    Row("/healthz"),
    Row("/readyz"),
    api("/static/readify.svg", is_hers=False),
    api("/healthz", is_hers=False),
    api("/readyz", is_hers=False),
)


def named(row: Row) -> str:
    """Return what a test with this row is called."""
    return f"{'api' if row.on_api else 'web'} {row.path}"


@dataclass(frozen=True)
class World:
    """Ada, with something secret of every kind, the names of these things, and both programs."""

    ada: Person
    api: Api
    names: dict[str, str]

    @property
    def web(self) -> Website:
        """The website that she uses."""
        found: Website = self.ada.app
        return found

    @property
    def db(self) -> Db:
        """The database of both."""
        found: Db = self.web.db_conn
        return found

    def address(self, row: Row) -> str:
        """Return the address of a row in this world."""
        return row.path.format(**self.names)

    def form(self, row: Row) -> dict[str, str]:
        """Return what is sent to a row in this world."""
        return {name: value.format(**self.names) for name, value in row.form.items()}

    def visitors(self, person: Person) -> dict[str, "Visitor"]:
        """Return nine kinds of visitors: `person` in all his ways, and those who are nobody."""
        read = Visitor.program(self, token_of(person, READ))
        write = Visitor.program(self, token_of(person, READ, WRITE))
        page = Visitor.program(self, live_token_of(person), Origin=SITE)
        return {
            "a stranger's browser": Visitor.browser(self, TestClient(self.web, host=HOST)),
            "a stranger's program": Visitor.program(self, ""),
            "another member's browser": Visitor.browser(self, person.another_browser()),
            "his reading program": read,
            "his writing program": write,
            "a page of his": page,
            "a program with a revoked token": Visitor.program(self, self.names["revoked"]),
            "a browser that is logged out": Visitor.browser(self, self.logged_out()),
            "a page elsewhere, with a token of hers": Visitor.program(
                self, self.names["secret"], Origin=ELSEWHERE
            ),
        }

    def logged_out(self) -> TestClient:
        """Return a browser that was logged in as Ada, and is not any more."""
        session = self.web.sessions.create(self.ada.user.id, {})
        self.web.sessions.delete_key(self.ada.user.id, session.key)
        browser = TestClient(self.web, host=HOST)
        secret = self.web.cookie_secret
        browser.set_cookie("session", cookie_encode(("session", session.id), secret))
        return browser


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks both programs, by cookies or by a token."""

    web: TestClient
    api: TestClient

    @classmethod
    def browser(cls, world: World, browser: TestClient) -> "Visitor":
        """Return a visitor with the cookies of a browser, which he shows to the API as well."""
        api_browser = TestClient(world.api, host=API_HOST)
        for name, value in browser.cookies.items():
            api_browser.set_cookie(name, value)
        return cls(browser, api_browser)

    @classmethod
    def program(cls, world: World, token: str, **headers: str) -> "Visitor":
        """Return a visitor with a token, which he shows to the website as well."""
        sent = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        return cls(
            TestClient(world.web, host=HOST, headers=sent),
            TestClient(world.api, host=API_HOST, headers=sent),
        )

    @cached_property
    def form_token(self) -> dict[str, str]:
        """The header that makes his forms good: from a page of his own, or the log-in form."""
        return {"x-csrf-token": form_token_of(self.web.get("/logout", follow=True))}

    def client(self, row: Row) -> TestClient:
        """Return how he asks the program that has this row."""
        return self.api if row.on_api else self.web


def token_of(person: Person, *scopes: str) -> str:
    """Return a token of a person's that allows these things."""
    name = " and ".join(scopes)
    return create_token(person.app.db_conn, person.user, name, scopes)


def live_token_of(person: Person) -> str:
    """Return the token of a page that a person has open."""
    sessions = person.app.sessions
    return live_token(person.app, sessions.create(person.user.id, {}))


def world_of(ada: Person, api_app: Api) -> World:
    """Let Ada use everything there is; return what came of it."""
    app, db, user = ada.app, ada.app.db_conn, ada.user
    link, gone, shown = secret_links(ada)
    batch = queries.set_flags(db, user.id, [gone.id], deleted=True)
    secret = token_of(ada, READ, WRITE)
    revoked = create_token(db, user, "revoked")
    db.tokens.delete_one({"name": "revoked"})
    create_token(db, user, "hush")
    insert_feed(db, user, "unread", "hush")
    app.importer.stop()  # nothing happens in the background while databases are compared
    ada.sends("/import", pasted="hush:hush")
    app.importer.step()
    ada.sends("/settings/origins", origins="https://hush.example")
    secret_profile(ada)
    comment = queries.insert_comment(db, user, shown.id, "For all to read.")
    names = {
        "link": str(link.id),
        "token": str(db.tokens.find_one({"name": "hush"})["_id"]),
        "secret": secret,
        "revoked": revoked,
        "batch": str(batch),
        "job": str(db.imports.find_one()["_id"]),
        "feed": db.feeds.find_one()["_id"],
        "comment": str(comment),
        "session": app.sessions.list_of(user.id)[0].key,
    }
    return World(ada, api_app, names)


def secret_links(ada: Person) -> tuple[Link, Link, Link]:
    """Let Ada save something private in each list, one to be deleted, and one for all to see."""
    db, user = ada.app.db_conn, ada.user
    link = ada.has("https://hush.example/hush", "hush", tags="hush")
    queries.save_article(db, link, ARTICLE)
    done = ada.has("https://example.com/hush", "hush too")
    queries.set_flags(db, user.id, [link.id], liked=True)
    queries.set_flags(db, user.id, [done.id], archived=True)
    gone = ada.has("https://example.com/gone", "hush, gone")
    return link, gone, ada.has("https://example.com/shown", "For all", is_public=True)


def secret_profile(ada: Person) -> None:
    """Let Ada tell her e-mail address to Gravatar alone."""
    profile = profiles.find_profile(ada.app.db_conn, ada.user)
    profile.name, profile.picture, profile.email = "Ada", GRAVATAR, "hush@example.com"
    profiles.save_profile(ada.app.db_conn, profile)


def dump(db: Db) -> dict[str, list[str]]:
    """Return all that the database holds, as text that can be compared."""
    names = sorted(db.list_collection_names())
    return {name: sorted(str(document) for document in db[name].find()) for name in names}


def documents_of(db: Db, person: Person) -> list[str]:
    """Return every document that names a person's id, as text that can be compared."""
    found = [text for texts in dump(db).values() for text in texts]
    return [text for text in found if str(person.user.id) in text]


def routes_of(app: Brubeck) -> set[str]:
    """Return the patterns of all routes of a program."""
    return {pattern.pattern for pattern, _ in app._routes}


def route_of(app: Brubeck, path: str) -> str:
    """Return the pattern that a path leads to."""
    target = path.partition("?")[0]
    return next(pattern.pattern for pattern, _ in app._routes if pattern.match(target))
