"""Pages of other sites that use the API (CORS)."""

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import HOST, Person, is_problem
from brubeck.testing import TestClient
from listsurf.app import Listsurf

URL = "https://example.com/"
SITE = "https://tools.example"


def allows(app: Listsurf, person: Person, site: str = SITE) -> None:
    """Let a person allow a site."""
    person.sends("/settings/origins", origins=site)


def test_a_page_of_an_allowed_site_may_read_and_write(ada: Person, app: Listsurf) -> None:
    """The browser asks first, then it lets the page see the answer."""
    allows(app, ada)
    asked = TestClient(app, host=HOST).request(
        "OPTIONS",
        "/api/links",
        headers={"origin": SITE, "access-control-request-method": "POST"},
    )
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == SITE
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    answer = ada.program(origin=SITE).post("/api/links", json={"url": URL})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("site", ["https://evil.example", "null", "http://tools.example"])
def test_a_page_of_another_site_may_nothing(
    site: str, ada: Person, person: People, app: Listsurf
) -> None:
    """Not even with a token; and what one user allows, another has not allowed."""
    allows(app, ada)
    asked = TestClient(app, host=HOST).request("OPTIONS", "/api/links", headers={"origin": site})
    assert asked.headers["access-control-allow-origin"] is None
    answer = ada.program(origin=site).post("/api/links", json={"url": URL})
    assert is_problem(answer, 403)
    assert answer.headers["access-control-allow-origin"] is None
    foreign = person("grace").program(origin=SITE).get("/api/links")
    assert is_problem(foreign, 403)
    assert foreign.headers["access-control-allow-origin"] is None
    assert ada.links() == []


def test_a_page_of_an_allowed_site_can_read_why_it_was_refused(ada: Person, app: Listsurf) -> None:
    """Without a good token, too: the answer holds no secrets."""
    allows(app, ada)
    answer = TestClient(app, host=HOST).get("/api/links", headers={"origin": SITE})
    assert is_problem(answer, 401)
    assert answer.headers["access-control-allow-origin"] == SITE


def test_pages_of_our_own_need_no_permission(ada: Person) -> None:
    """The origin of this very site is none of another."""
    answer = ada.program(origin=f"http://{HOST}").get("/api/links")
    assert answer.status_code == 200
