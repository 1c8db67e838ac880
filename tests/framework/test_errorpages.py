"""Error pages: what happened, why, what next, in the form that the client asks for."""

import json
import re
from typing import Any

import pytest
from brubeck.errorpages import Problem, default_detail, explain
from brubeck.response import Response
from doubles import make_request
from hypothesis import given
from hypothesis import strategies as st


def explained(
    status: int = 404, detail: str = "", accept: str | None = None, **options: Any
) -> Any:
    response = Response(status)
    headers = {} if accept is None else {"accept": accept}
    explain(make_request(headers=headers), response, detail, **options)
    return response


@pytest.mark.parametrize("accept", [None, "*/*", "text/html,application/xml;q=0.9", "image/png"])
def test_people_get_a_page(accept: str | None) -> None:
    """Browsers, and whoever does not say, get HTML with status and request id."""
    response = explained(accept=accept)
    assert response.header("content-type") == "text/html; charset=utf-8"
    text = response.body.decode()
    assert "<h1>Not Found</h1>" in text
    assert "nothing at this address" in text
    assert re.search(r"Error 404 .*request [0-9a-f]{16}", text)


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_programs_get_a_problem_document(kind: str) -> None:
    """Title, status, detail and request id (RFC 9457)."""
    response = explained(403, "Ask for an invitation.", kind)
    assert response.header("content-type") == kind
    document = json.loads(response.body)
    assert document.pop("request_id")
    assert document == {
        "title": "Forbidden",
        "status": 403,
        "detail": "Ask for an invitation.",
    }


def test_terminals_get_text() -> None:
    """Two lines, ending in a line break."""
    response = explained(429, "Wait.", "text/plain")
    assert response.header("content-type") == "text/plain; charset=utf-8"
    assert response.body.decode().startswith("429 Too Many Requests\nWait. (request ")


@given(st.text())
def test_details_never_become_markup(detail: str) -> None:
    """Whatever the detail says, the page keeps its elements."""
    page = Problem(400, "Bad Request", detail, "0" * 16).page()
    assert len(re.findall(r"<[a-z!/]", page)) == len(
        re.findall(r"<[a-z!/]", Problem(400, "Bad Request", "", "0" * 16).page())
    )


def test_an_application_may_make_the_page() -> None:
    """Its function gets the problem and returns HTML."""
    response = explained(404, page=lambda problem: f"<i>{problem.title}</i>")
    assert response.body == b"<i>Not Found</i>"


def test_a_page_that_fails_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """The client gets the plain page, the log the reason."""
    response = explained(404, page=lambda problem: str(1 / 0))
    assert b"<h1>Not Found</h1>" in response.body
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("status", [400, 401, 404, 405, 413, 418, 421, 429, 431, 500, 503, 599])
def test_every_error_status_has_something_to_say(status: int) -> None:
    """Statuses that nobody thought of get the general words of their class."""
    assert default_detail(status).endswith(".")


def test_unknown_statuses_speak_of_who_has_to_act() -> None:
    """4xx is about the request, 5xx about the server."""
    assert default_detail(418) == default_detail(400)
    assert default_detail(599) == default_detail(500)
