"""The API for programs with a token."""

from dataclasses import replace
from typing import Any

import pytest
from accounts.tokens import create_token
from apps.listsurf.conftest import People
from apps.listsurf.people import HOST, Person, is_problem
from brubeck.testing import TestClient
from listsurf.app import Listsurf, create_app
from listsurf.queries import Db
from listsurf.settings import Settings

URL = "https://example.com/"
SITE = "https://tools.example"
NOBODYS = "0" * 24


@pytest.fixture
def program(ada: Person) -> TestClient:
    """Give a program of Ada's."""
    return ada.program()


def created(program: TestClient, url: str = URL, **fields: object) -> dict[str, Any]:
    """Save a link and return it as the API shows it."""
    answer = program.post("/api/links", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def urls(program: TestClient, query: str = "") -> list[str]:
    """Return the addresses of all links that a query finds, page by page."""
    address, found = f"/api/links?{query}", []
    while address:
        document = program.get(address).json()
        found += [item["url"] for item in document["items"]]
        address = document["next"]
    return found


# -- the way of a link ---------------------------------------------------------------------------


def test_a_program_saves_reads_changes_and_deletes_a_link(ada: Person, program: TestClient) -> None:
    """The four verbs, and the page shows the same."""
    answer = program.post("/api/links", json={"url": "EXAMPLE.com", "title": "Nice", "tags": ["a"]})
    document = answer.json()
    assert answer.headers["location"] == f"/api/links/{document['id']}"
    assert (document["url"], document["title"]) == ("http://example.com/", "Nice")
    assert document["is_public"] is False
    assert program.get(answer.headers["location"]).json() == document
    changed = program.request("PATCH", answer.headers["location"], json={"is_public": True}).json()
    assert changed["is_public"] is True
    assert (changed["title"], changed["tags"]) == ("Nice", ["a"]), "the rest stays"
    assert ada.titles() == ["Nice"]
    assert program.request("DELETE", answer.headers["location"]).status_code == 204
    assert is_problem(program.get(answer.headers["location"]), 404)
    assert ada.titles() == []


def test_what_is_null_is_taken_away(program: TestClient) -> None:
    """As JSON merge patches have it (RFC 7396)."""
    link = created(program, title="Nice", description="Words", notes="More")
    path = f"/api/links/{link['id']}"
    sent = {"title": None, "description": None, "notes": None, "tags": []}
    changed = program.request("PATCH", path, json=sent).json()
    assert {name: changed[name] for name in sent} == sent


def test_an_address_is_saved_once(program: TestClient) -> None:
    """409 for a second link, and for a change that would make one."""
    created(program, "https://example.com/1")
    second = created(program, "https://example.com/2")
    assert is_problem(program.post("/api/links", json={"url": "https://EXAMPLE.com/1"}), 409)
    path = f"/api/links/{second['id']}"
    assert is_problem(program.request("PATCH", path, json={"url": "https://example.com/1"}), 409)
    assert sorted(urls(program)) == ["https://example.com/1", "https://example.com/2"]


def test_one_can_ask_whether_an_address_is_saved(program: TestClient) -> None:
    """In any spelling; the answer has the link, or null."""
    link = created(program, "https://example.com/a")
    answer = program.get("/api/check", query={"url": "HTTPS://EXAMPLE.com:443/a"}).json()
    assert answer == {"url": "https://example.com/a", "link": link}
    answer = program.get("/api/check", query={"url": "example.org"}).json()
    assert answer == {"url": "http://example.org/", "link": None}
    assert is_problem(program.get("/api/check", query={"url": "javascript:alert(1)"}), 422)
    assert is_problem(program.get("/api/check"), 422)


# -- lists ---------------------------------------------------------------------------------------


def test_pages_lead_through_all_links_with_the_same_search(program: TestClient) -> None:
    """`next` keeps what was asked for; `num_items` counts all that match."""
    for number in range(5):
        created(program, f"https://example.com/{number}", tags=["odd" if number % 2 else "even"])
    first = program.get("/api/links?tag=even&count=2").json()
    assert (first["num_items"], len(first["items"])) == (3, 2)
    assert urls(program, "tag=even&count=2") == [f"https://example.com/{n}" for n in (4, 2, 0)]
    assert urls(program, "count=1") == [f"https://example.com/{n}" for n in (4, 3, 2, 1, 0)]


def test_links_are_found_by_words_tags_and_time(program: TestClient, db: Db) -> None:
    """All conditions together."""
    created(program, "https://example.com/1", title="Blue rondo", tags=["jazz", "piano"])
    created(program, "https://example.com/2", title="Blue moon", tags=["jazz"])
    db.listitems.update_one({"url": "https://example.com/1"}, {"$set": {"touched_at": 1000}})
    assert urls(program, "q=blue&tag=piano") == ["https://example.com/1"]
    assert urls(program, "tag=jazz&tag=piano") == ["https://example.com/1"]
    assert urls(program, "q=blue&since=1001") == ["https://example.com/2"]
    assert len(urls(program, "q=blue&since=1000")) == 2
    assert urls(program, "q=nothing+of+that+kind") == []


def test_tags_are_listed_with_their_numbers(program: TestClient) -> None:
    """For completion in programs."""
    created(program, "https://example.com/1", tags=["jazz", "piano"])
    created(program, "https://example.com/2", tags=["jazz"])
    items = program.get("/api/tags").json()["items"]
    assert {item["tag"]: item["links"] for item in items} == {"jazz": 2, "piano": 1}


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=1-2", "before=tYQ-" + "0" * 24, "count=0", "count=101", "count=ten", "count=%D9%A1",
     "since=-1", "since=now", "since=" + "9" * 30, "q=" + "x" * 5000],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_explained(query: str, program: TestClient) -> None:
    """400 with the name of the argument, and nothing is guessed."""
    answer = program.get(f"/api/links?{query}")
    assert is_problem(answer, 400)
    assert query.partition("=")[0] in answer.json()["detail"]


# -- what cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": 5}, "url"),
        ({"url": None}, "url"),
        ({"url": "x" * 2001}, "url"),
        ({"url": URL, "title": "x" * 301}, "title"),
        ({"url": URL, "title": ["a"]}, "title"),
        ({"url": URL, "tags": "a b"}, "tags"),
        ({"url": URL, "tags": [1]}, "tags"),
        ({"url": URL, "tags": None}, "tags"),
        ({"url": URL, "is_public": "yes"}, "is_public"),
        ({"url": URL, "is_public": 1}, "is_public"),
        ({"url": URL, "owner": NOBODYS}, "owner"),
        ({"url": URL, "id": NOBODYS}, "id"),
    ],
)
def test_values_that_cannot_be_used_are_named(
    sent: dict[str, object], field: str, program: TestClient
) -> None:
    """422 with a message for the field; nothing is stored."""
    answer = program.post("/api/links", json=sent)
    assert is_problem(answer, 422)
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert urls(program) == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"url": "' + b"x" * 100_001 + b'"}', "application/json", 413),
        (b"url=https://example.com/", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_explained(
    body: bytes, content_type: str, status: int, program: TestClient
) -> None:
    """Not JSON, no object, too large, or something else altogether."""
    headers = {"content-type": content_type}
    answer = program.request("POST", "/api/links", body=body, headers=headers)
    assert is_problem(answer, status)
    assert urls(program) == []


@pytest.mark.parametrize("link_id", [NOBODYS, "x", "1", "0" * 25, "%00", "..", "é"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_id_that_leads_nowhere_is_404(method: str, link_id: str, program: TestClient) -> None:
    """Whatever it looks like."""
    sent = {"json": {"title": "x"}} if method == "PATCH" else {}
    assert is_problem(program.request(method, f"/api/links/{link_id}", **sent), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/links", "GET, POST"),
        ("POST", f"/api/links/{NOBODYS}", "DELETE, GET, PATCH"),
        ("PUT", f"/api/links/{NOBODYS}", "DELETE, GET, PATCH"),
        ("POST", "/api/check", "GET"),
        ("POST", "/api/tags", "GET"),
    ],
)
def test_other_methods_are_refused(
    method: str, path: str, allowed: str, program: TestClient
) -> None:
    """405 with those that would do."""
    answer = program.request(method, path)
    assert is_problem(answer, 405)
    named = set(answer.headers["allow"].split(", "))
    assert set(allowed.split(", ")) <= named
    assert method not in named


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/links/a/b", "/api/linksx"])
def test_an_address_that_leads_nowhere_is_explained_to_programs(
    path: str, stranger: TestClient
) -> None:
    """404 as a problem, with the address of the description."""
    answer = stranger.get(path)
    assert is_problem(answer, 404)
    assert "/api/docs" in answer.json()["detail"]


# -- who asks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer x", "Bearer ü", "Basic YTpi", "listsurf_x"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/links"), ("POST", "/api/links"), ("GET", "/api/tags"), ("GET", "/api/check"),
     ("GET", f"/api/links/{NOBODYS}"), ("DELETE", f"/api/links/{NOBODYS}")],
)  # fmt: skip
def test_a_stranger_is_told_how_to_log_in(
    method: str, path: str, value: str, stranger: TestClient
) -> None:
    """401 with the scheme (RFC 6750)."""
    answer = stranger.request(method, path, headers={"authorization": value} if value else {})
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_a_cookie_opens_nothing(ada: Person) -> None:
    """Browsers send cookies by themselves, wherever a request was thought up (CWE-352)."""
    assert is_problem(ada.get("/api/links"), 401)
    assert is_problem(ada.browser.post("/api/links", json={"url": URL}), 401)


def test_everybody_sees_his_own_links_only(ada: Person, person: People) -> None:
    """A link of somebody else is none."""
    link = created(ada.program(), "https://example.com/secret", tags=["secret"])
    grace = person("grace").program()
    assert urls(grace) == []
    assert grace.get("/api/tags").json()["items"] == []
    assert grace.get("/api/check", query={"url": link["url"]}).json()["link"] is None
    path = f"/api/links/{link['id']}"
    assert is_problem(grace.get(path), 404)
    assert is_problem(grace.request("PATCH", path, json={"title": "Mine"}), 404)
    assert is_problem(grace.request("DELETE", path), 404)
    assert ada.program().get(path).json() == link


def test_a_token_of_a_deleted_user_is_none(ada: Person, program: TestClient, db: Db) -> None:
    """Who is no longer a user is a stranger."""
    db.users.delete_one({"_id": ada.user.id})
    assert is_problem(program.get("/api/links"), 401)


def test_too_many_requests_are_refused_for_a_while(settings: Settings, ada: Person) -> None:
    """429 with the seconds to wait; each account has a count of its own."""
    hasty = create_app(replace(settings, api_calls=2))
    token = create_token(hasty.db_conn, ada.user, "Hasty")
    client = TestClient(hasty, host=HOST, headers={"authorization": f"Bearer {token}"})
    assert [client.get("/api/tags").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/tags")
    assert is_problem(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
    stranger = TestClient(hasty, host=HOST)
    assert [stranger.get("/api/tags").status_code for _ in range(3)] == [401, 401, 429]
    hasty.db_conn.client.close()


def test_without_its_database_the_api_explains_itself() -> None:
    """503 as a problem, never a trace."""
    away = "mongodb://127.0.0.1:1/?timeoutMS=100"
    app = create_app(Settings(transport="wsgi", mongo_url=away))
    headers = {"authorization": "Bearer listsurf_x", "origin": SITE}
    assert is_problem(TestClient(app, host=HOST).get("/api/links", headers=headers), 503)
    app.db_conn.client.close()


# -- the description -----------------------------------------------------------------------------


def test_the_description_names_every_address_and_method(
    app: Listsurf, stranger: TestClient
) -> None:
    """The document is complete, and says where the site is."""
    document = stranger.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": f"http://{HOST}"}]
    described = {
        (path.replace("{id}", NOBODYS), method.upper())
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    served = {
        (path, method)
        for path in {path for path, _ in described}
        for method in stranger.request("OPTIONS", path).headers["allow"].split(", ")
        if method not in {"OPTIONS", "HEAD"}
    }
    assert described == served


def test_the_page_of_the_description_shows_all_of_it_and_loads_nothing_else(
    stranger: TestClient,
) -> None:
    """Every operation, argument, field and status of the document stands on the page."""
    document = stranger.get("/api/openapi.json").json()
    page = stranger.get("/api/docs").text
    for path, operations in document["paths"].items():
        assert path in page
        for operation in operations.values():
            if isinstance(operation, dict):
                assert operation["summary"] in page
                for argument in operation.get("parameters", ()):
                    assert f"<code>{argument['name']}</code>" in page
    for name, schema in document["components"]["schemas"].items():
        assert f'id="{name}"' in page
        assert all(f"<code>{field}</code>" in page for field in schema["properties"])
    assert "//cdn" not in page
