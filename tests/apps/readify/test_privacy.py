"""Nobody sees or changes what is private to somebody else, over any route of either process."""

import io
import itertools
from collections.abc import Iterator
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from apps.members import started
from apps.readify.people import Person, stored_user
from apps.readify.routes import (
    API_HOST,
    ROWS,
    SECRET,
    Row,
    Visitor,
    World,
    documents_of,
    dump,
    live_token_of,
    named,
    route_of,
    routes_of,
    token_of,
    world_of,
)
from brubeck.testing import TestClient, TestResponse
from readify import epub
from readify.apiapp import Api, create_api
from readify.settings import Settings
from readify.webapp import Website

READING = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BODIES = ("form", "json")
every_route = pytest.mark.parametrize("row", ROWS, ids=named)


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings with limits that a whole table of requests does not meet."""
    return Settings(
        transport="wsgi",
        mongo_url=mongo_url,
        database=database,
        api_calls=10**6,
        signups=10**6,
        comments=10**6,
    )


@pytest.fixture(scope="module")
def api_app(settings: Settings) -> Iterator[Api]:
    """Give the API beside the website."""
    with started(create_api(settings)) as app:
        yield app


@pytest.fixture(scope="module")
def world(shared_app: Website, api_app: Api) -> World:
    """Give Ada's things, made once for a module whose tests leave them as they are."""
    return world_of(Person(shared_app, stored_user(shared_app, "ada")), api_app)


@pytest.fixture
def somebody(shared_app: Website) -> Person:
    """Give one more person beside Ada in her world, with a name that nobody had before."""
    return Person(shared_app, stored_user(shared_app, f"u{uuid4().hex[:20]}"))


def test_every_route_has_a_row(world: World) -> None:
    """A route that nobody has thought about is found here."""
    for app, on_api in ((world.web, False), (world.api, True)):
        paths = [world.address(row) for row in ROWS if row.on_api == on_api]
        assert {route_of(app, path) for path in paths} == routes_of(app)


@every_route
def test_nobody_sees_or_changes_what_is_private_to_somebody_else(
    row: Row, world: World, somebody: Person
) -> None:
    """With every method, for nine kinds of visitors (CWE-639)."""
    address, before = world.address(row), documents_of(world.db, world.ada)
    visitors = world.visitors(somebody)
    assert len(visitors) == 9
    for who, visitor in visitors.items():
        for method, body in itertools.product(METHODS, BODIES):
            answer = asked(visitor, row, world, method, body)
            assert SECRET not in answer.replace(asked_for(address), ""), (who, method)
    assert changed_by_others(before, world) == []


def asked(visitor: Visitor, row: Row, world: World, method: str, body: str) -> str:
    """Return what a visitor gets who sends a form with a good token of his own."""
    client = visitor.client(row)
    sent: dict[str, Any] = {body: world.form(row)}
    if method not in READING and not row.on_api:
        sent["headers"] = visitor.form_token
    answer = client.request(method, world.address(row), **sent)
    assert answer.status_code < 500, answer.text
    return f"{text_of(answer)} {answer.headers}"


def text_of(answer: TestResponse) -> str:
    """Return the text of an answer; that of all chapters of a book."""
    if not answer.body or answer.headers.get("content-type") != epub.CONTENT_TYPE:
        return answer.text
    with ZipFile(io.BytesIO(answer.body)) as book:
        return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def asked_for(address: str) -> str:
    """Return what stands in an address itself: nobody learns it by asking."""
    return address.partition("=")[2] or address


def changed_by_others(before: list[str], world: World) -> list[str]:
    """Return what of Ada's is gone or new; others may say something about what she shows."""
    found = set(before) ^ set(documents_of(world.db, world.ada))
    return sorted(found)


@every_route
def test_no_other_site_makes_a_browser_change_anything(row: Row, world: World) -> None:
    """Ada's own browser is sent to each route without the token of a form of ours (CWE-352)."""
    browser = Visitor.browser(world, world.ada.another_browser())
    before = documents_of(world.db, world.ada)
    for method, body in itertools.product(METHODS, BODIES):
        for token in ({}, {"x-csrf-token": "0" * 64}):
            sent: dict[str, Any] = {"headers": token, body: world.form(row)}
            answer = browser.client(row).request(method, world.address(row), **sent)
            assert answer.status_code < 500
    assert documents_of(world.db, world.ada) == before


def test_a_change_would_be_seen(world: World) -> None:
    """The control: what the tests above compare differs once Ada logs in somewhere."""
    before = documents_of(world.db, world.ada)
    world.ada.another_browser()
    assert len(documents_of(world.db, world.ada)) == len(before) + 1


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_hers], ids=named)
def test_the_table_leads_to_secrets(row: Row, world: World) -> None:
    """The control: at these addresses Ada herself finds what nobody else may find."""
    browser = world.ada.browser
    program = TestClient(
        world.api, host=API_HOST, headers={"Authorization": f"Bearer {world.names['secret']}"}
    )
    answer = (program if row.on_api else browser).get(world.address(row))
    assert SECRET in text_of(answer)


@every_route
def test_reading_leaves_the_database_as_it_was(row: Row, world: World, somebody: Person) -> None:
    """Whoever reads, and how: the owner, and nine others (RFC 9110, 9.2.1)."""
    own_page = Visitor.program(world, live_token_of(world.ada), Origin="http://readify.localhost")
    visitors = {**world.visitors(somebody), "her page": own_page}
    visitors["her browser"] = Visitor.browser(world, world.ada.another_browser())
    before = dump(world.db)
    for who, visitor in visitors.items():
        for method in READING:
            status = visitor.client(row).request(method, world.address(row)).status_code
            assert status < 500, (who, method)
    assert dump(world.db) == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.on_api], ids=named)
def test_a_token_for_reading_changes_nothing_of_its_own_owner(
    row: Row, world: World, somebody: Person
) -> None:
    """A program that may only read is refused, not obeyed."""
    somebody.has("https://example.org/one", "One")
    program = Visitor.program(world, token_of(somebody, "read"))
    before = documents_of(world.db, somebody)
    for method, body in itertools.product(("POST", "PUT", "PATCH", "DELETE"), BODIES):
        asked(program, row, world, method, body)
    assert documents_of(world.db, somebody) == before
