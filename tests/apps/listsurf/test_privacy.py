"""Two users can neither see nor change each other's private things, over any route."""

import itertools
from typing import Any

import pytest
from apps.listsurf.people import Person, token_of
from apps.listsurf.routes import ROWS, SECRET, World, clients, documents_of
from brubeck.testing import TestClient
from listsurf.app import Listsurf

READING = ["GET", "HEAD"]
METHODS = [*READING, "POST", "PUT", "PATCH", "DELETE"]


def test_every_route_has_a_row(shared_app: Listsurf) -> None:
    """A route that nobody has thought about is found here."""
    assert {pattern.pattern for pattern, _ in shared_app._routes} == set(ROWS)


@pytest.mark.parametrize("pattern", ROWS)
def test_nobody_sees_or_changes_what_is_private_to_somebody_else(
    pattern: str, world: World, somebody: Person
) -> None:
    """With every method, as another user, as his program, and as a stranger (CWE-639)."""
    row, address = ROWS[pattern], world.address(ROWS[pattern])
    before = documents_of(world.app.db_conn, world.ada)
    for client, method, body in itertools.product(clients(somebody), METHODS, ("form", "json")):
        sent: dict[str, Any] = {body: world.form(row)}
        if method not in READING:
            sent["headers"] = form_token(client)
        answer = client.request(method, address, **sent)
        assert SECRET not in answer.text.replace(asked_for(address), "")
    assert documents_of(world.app.db_conn, world.ada) == before


@pytest.mark.parametrize("pattern", ROWS)
def test_no_other_site_makes_a_browser_change_anything(pattern: str, world: World) -> None:
    """Ada's own browser is sent to each route without the token of a form of ours (CWE-352)."""
    row, before = ROWS[pattern], documents_of(world.app.db_conn, world.ada)
    browser = world.ada.another_browser()
    session = documents_of(world.app.db_conn, world.ada)
    assert len(session) == len(before) + 1, "the control: a change is seen"
    for method, body in itertools.product(METHODS, ("form", "json")):
        for token in ({}, {"x-csrf-token": "0" * 64}):
            sent: dict[str, Any] = {"headers": token, body: world.form(row)}
            assert browser.request(method, world.address(row), **sent).status_code < 500
    assert documents_of(world.app.db_conn, world.ada) == session


def form_token(client: TestClient) -> dict[str, str]:
    """Return the header that makes forms of a client good: from its own page, or the log-in form."""
    return {"x-csrf-token": token_of(client.get("/logout", follow=True))}


def asked_for(address: str) -> str:
    """Return what stands in an address itself: nobody learns it by asking."""
    return address.partition("=")[2] or address


@pytest.mark.parametrize("pattern", [pattern for pattern, row in ROWS.items() if row.is_hers])
def test_the_table_leads_to_secrets(pattern: str, world: World) -> None:
    """The control: at these addresses Ada herself finds what nobody else may find."""
    client = world.ada.program() if pattern.startswith("^/api/") else world.ada.browser
    assert SECRET in client.get(world.address(ROWS[pattern])).text
