"""Two users can neither see nor change each other's private things, over any route."""

import itertools
from typing import Any

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import Person, token_of
from apps.listsurf.routes import ROWS, SECRET, clients, documents_of, world_of
from brubeck.testing import TestClient
from listsurf.app import Listsurf
from listsurf.queries import Db

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def test_every_route_has_a_row(app: Listsurf) -> None:
    """A route that nobody has thought about is found here."""
    assert {pattern.pattern for pattern, _ in app._routes} == set(ROWS)


@pytest.mark.parametrize("pattern", ROWS)
def test_nobody_sees_or_changes_what_is_private_to_somebody_else(
    pattern: str, ada: Person, person: People, db: Db
) -> None:
    """With every method, as another user, as his program, and as a stranger (CWE-639)."""
    grace, row, world = person("grace"), ROWS[pattern], world_of(ada)
    before = documents_of(db, ada)
    for method, body in itertools.product(METHODS, ("form", "json")):
        for client in clients(grace):
            sent: dict[str, Any] = {body: world.form(row), "headers": form_token(client)}
            answer = client.request(method, world.address(row), **sent)
            assert SECRET not in answer.text.replace(asked_for(world.address(row)), "")
    assert documents_of(db, ada) == before


def form_token(client: TestClient) -> dict[str, str]:
    """Return the header that makes forms of a client good: from its own page, or the log-in form."""
    return {"x-csrf-token": token_of(client.get("/logout", follow=True))}


def asked_for(address: str) -> str:
    """Return what stands in an address itself: nobody learns it by asking."""
    return address.partition("=")[2] or address


@pytest.mark.parametrize("pattern", [pattern for pattern, row in ROWS.items() if row.is_hers])
def test_the_table_leads_to_secrets(pattern: str, ada: Person) -> None:
    """The control: at these addresses Ada herself finds what nobody else may find."""
    world = world_of(ada)
    client = ada.program() if pattern.startswith("^/api/") else ada.browser
    assert SECRET in client.get(world.address(ROWS[pattern])).text
