"""Who may do what: every route of the API, every method, everybody who could ask.

Notice the table. It is made of the routes of the application itself: a new route without a row here
fails the first test.
"""

import json
from typing import Any, NamedTuple

import pytest
from accounts import tokens
from apps.readify.api.conftest import Programs
from apps.readify.programs import API_HOST, Program
from brubeck.testing import TestClient
from readify import queries
from readify.apiapp import Api

SECRET = "hush"  # stands in everything of Ada's
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UNKNOWN = "0" * 24


class Row(NamedTuple):
    """A route: an address in Ada's world, what is sent there, and which methods there are.

    `reads` and `writes` are methods; `is_hers` tells whether Ada sees her secret there.
    """

    path: str
    reads: tuple[str, ...] = ("GET", "HEAD")
    writes: tuple[str, ...] = ()
    sent: Any = None
    is_hers: bool = True
    is_open: bool = False

    @property
    def cases(self) -> list[tuple[str, str, bool]]:
        """Return method, address and whether it writes, for each method that there is."""
        read = [(method, self.path, False) for method in self.reads]
        return [*read, *((method, self.path, True) for method in self.writes)]


LINKS = r"^/links/(?:(?P<ids>"
ROWS = [
    (LINKS, Row("/links/", writes=("POST",), sent={"url": "http://new.example/"})),
    (LINKS, Row("/links/?since=0")),
    (LINKS, Row("/links/", reads=(), writes=("PATCH",), sent=[{"id": "{link}", "title": "x"}])),
    (LINKS, Row("/links/{link}", writes=("PATCH", "DELETE"),
                sent={"url": "http://hush.example/", "title": "taken"})),
    (r"^/$", Row("/", reads=("GET", "HEAD", "POST"))),
    (r"^/check$", Row("/check?url=hush.example")),
    (r"^/tags$", Row("/tags")),
    (r"^/sites$", Row("/sites")),
    (r"^/profile$", Row("/profile", is_hers=False)),
    (r"^/openapi\.json$", Row("/openapi.json", is_hers=False, is_open=True)),
    (r"^/docs$", Row("/docs", is_hers=False, is_open=True)),
    (r"^/manifest\.json$", Row("/manifest.json", is_hers=False, is_open=True)),
    (r"^/healthz$", Row("/healthz", is_hers=False, is_open=True)),
    (r"^/readyz$", Row("/readyz", is_hers=False, is_open=True)),
]  # fmt: skip
CASES = [
    pytest.param(row, method, path, writes, id=f"{method} {path}")
    for _, row in ROWS
    for method, path, writes in row.cases
]
CLOSED = [case for case in CASES if not case.values[0].is_open]  # type: ignore[union-attr]  a Row

ABSENT = [
    pytest.param(row, method, id=f"{method} {row.path}")
    for _, row in ROWS
    for method in METHODS
    if row.reads and not row.is_open and not row.path.startswith("/links/")
    if method not in {*row.reads, *row.writes}
] + [pytest.param(Row("/links/"), "PUT", id="PUT /links/")]


@pytest.fixture
def link(program: Program) -> str:
    """Give the id of Ada's secret link."""
    link = program.saves(f"http://{SECRET}.example/", title=SECRET, tags=[SECRET])
    return str(link["id"])


def ask(client: TestClient, row: Row, method: str, link: str) -> Any:
    """Send what the row says, about Ada's link."""
    body = json.dumps(row.sent).replace("{link}", link) if row.sent else ""
    sent = {"body": body, "headers": {"Content-Type": "application/json"}} if body else {}
    return client.request(method, row.path.replace("{link}", link), **sent)


def world(api: Api) -> list[dict[str, Any]]:
    """Return all links as they are stored."""
    return list(api.db_conn.listitems.find().sort("_id", 1))


def test_the_table_knows_every_route(api: Api) -> None:
    """Whoever adds a route says here who may use it."""
    known = [pattern for pattern, _ in ROWS]
    routes = [regex.pattern for regex, _ in api._routes]
    missing = [route for route in routes if not any(route.startswith(each) for each in known)]
    assert [route for route in missing if "static" not in route and "metrics" not in route] == []


@pytest.mark.parametrize(("row", "method", "path", "writes"), CASES)
def test_owners_may_use_all_of_it(
    program: Program, link: str, row: Row, method: str, path: str, *, writes: bool
) -> None:
    """And see what is theirs."""
    answer = ask(program, row, method, link)
    assert answer.status_code in {200, 201}, (path, writes, answer.text)
    if row.is_hers and method == "GET":
        assert SECRET in answer.text


@pytest.mark.parametrize(("row", "method", "path", "writes"), CLOSED)
def test_others_see_and_change_nothing_of_it(
    api: Api,
    program_of: Programs,
    link: str,
    row: Row,
    method: str,
    path: str,
    *,
    writes: bool,
) -> None:
    """Her link is like one that never existed, to the letter."""
    grace = program_of("grace")
    before = world(api)
    answer = ask(grace, row, method, link)
    if "{link}" in f"{path}{row.sent}":
        assert answer.status_code in {404, 207}, writes
        other = ask(grace, row, method, UNKNOWN)
        assert other.status_code == answer.status_code
    if method != "POST" or "{link}" in path:
        assert [item for item in world(api) if item["feed"] != grace.user.id] == before
    assert "taken" not in str(world(api))
    if path != "/check?url=hush.example":  # it repeats what was asked
        assert SECRET not in answer.text


@pytest.mark.parametrize(("row", "method", "path", "writes"), CLOSED)
@pytest.mark.parametrize("who", ["nobody", "revoked", "forged", "cookie", "old"])
def test_strangers_get_401_and_nothing_else(
    api: Api,
    program: Program,
    link: str,
    row: Row,
    method: str,
    path: str,
    who: str,
    *,
    writes: bool,
) -> None:
    """Without a token, with a revoked or an invented one, with the cookie of the website."""
    before = world(api)
    answer = ask(stranger_of(api, program, who), row, method, link)
    assert answer.status_code == 401, (path, writes)
    assert str(answer.headers["www-authenticate"]).startswith("Bearer ")
    assert SECRET not in answer.text
    assert world(api) == before


def stranger_of(api: Api, program: Program, who: str) -> TestClient:
    """Return somebody whom the API does not know."""
    if who == "revoked":
        program.revoke()
        return program
    if who in {"forged", "old"}:
        secret = "readify_" + "x" * 43 if who == "forged" else "live_!x?x"
        return Program.with_secret(api, program.user, secret)
    client = TestClient(api, host=API_HOST)
    if who == "cookie":
        from brubeck.cookies import cookie_encode

        session = api.sessions.create(program.user.id, {})
        value = cookie_encode(("session", session.id), api.cookie_secret)
        client.set_cookie("session", value)
    return client


@pytest.mark.parametrize(("row", "method", "path", "writes"), CLOSED)
def test_tokens_that_only_read_change_nothing(
    api: Api, program: Program, link: str, row: Row, method: str, path: str, *, writes: bool
) -> None:
    """Reading is as with any token, writing is 403 with the scope that it needs."""
    reader = Program.of(api, program.user, (tokens.READ,), "reader")
    before = world(api)
    answer = ask(reader, row, method, link)
    assert world(api) == before
    if not writes:
        assert answer.status_code == 200, path
        return
    assert answer.status_code == 403
    assert 'scope="write"' in str(answer.headers["www-authenticate"])


@pytest.mark.parametrize(("row", "method", "path", "writes"), CLOSED)
def test_tokens_that_only_write_read_nothing(
    api: Api, program: Program, link: str, row: Row, method: str, path: str, *, writes: bool
) -> None:
    """A token for saving alone shows nothing of the list."""
    writer = Program.of(api, program.user, (tokens.WRITE,), "writer")
    answer = ask(writer, row, method, link)
    assert (answer.status_code == 403) is not writes, path


@pytest.mark.parametrize(("row", "method"), ABSENT)
def test_methods_that_are_not_there_do_nothing(
    api: Api, program: Program, link: str, row: Row, method: str
) -> None:
    """405 tells which there are."""
    before = world(api)
    answer = ask(program, row, method, link)
    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert world(api) == before


def test_the_answers_of_one_are_no_answers_for_another(
    program: Program, program_of: Programs, link: str
) -> None:
    """An ETag of Ada's list opens nothing for Grace; caches must ask every time."""
    tag = str(program.get("/links/").headers["etag"])
    grace = program_of("grace")
    answer = grace.get("/links/", headers={"If-None-Match": tag})
    assert answer.json()["data"] == []
    assert "private" in str(answer.headers["cache-control"])
    found = queries.find_link(program.app.db_conn, program.user.id, link)
    assert found
