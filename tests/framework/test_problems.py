"""Promises of brubeck.handlers.problems."""

import pytest
from brubeck.application import Brubeck
from brubeck.connections import WSGIConnection
from brubeck.errors import TooManyRequests
from brubeck.handlers import JSONMessageHandler, Result, WebMessageHandler
from brubeck.handlers.problems import ProblemAnswers
from brubeck.testing import TestClient, TestResponse


class Failing(ProblemAnswers, JSONMessageHandler):
    def get(self) -> Result:
        self.add_to_payload("half", "done")
        raise TooManyRequests("Wait a minute.", headers={"Retry-After": "60"})

    def put(self) -> Result:
        raise ZeroDivisionError

    def post(self) -> Result:
        return self.render_error(409, detail="Taken.", taken_by="ann")

    def delete(self) -> Result:
        self.add_to_payload("data", 1)
        return self.render(200)


class Page(ProblemAnswers, WebMessageHandler):
    def get(self) -> Result:
        self.set_body("well")
        return self.render()


@pytest.fixture
def client() -> TestClient:
    """Give a client of an application with both handlers."""
    return TestClient(Brubeck(WSGIConnection(), [(r"^/$", Failing), (r"^/page$", Page)]))


def problem_of(answer: TestResponse) -> dict[str, object]:
    """Return the problem document of an answer, without the request's id."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert problem.pop("request_id")
    return problem


def test_what_is_raised_becomes_a_problem(client: TestClient) -> None:
    """Status, detail and headers are those of the error; what was collected before is gone."""
    answer = client.get("/")
    assert answer.headers["retry-after"] == "60"
    assert problem_of(answer) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Wait a minute.",
    }


def test_further_members_are_kept(client: TestClient) -> None:
    """A problem says more where the handler knows more (RFC 9457, 3.2)."""
    assert problem_of(client.post("/"))["taken_by"] == "ann"


def test_what_breaks_tells_nothing_of_itself(client: TestClient) -> None:
    """An exception is a problem of status 500 without a word of it."""
    problem = problem_of(client.request("PUT", "/"))
    assert problem["status"] == 500
    assert "Zero" not in str(problem)


@pytest.mark.parametrize("address", ["/", "/page"])
def test_methods_that_are_not_there_are_problems_too(client: TestClient, address: str) -> None:
    """405 comes with the methods that would do."""
    answer = client.request("PATCH", address)
    assert problem_of(answer)["status"] == 405
    assert "GET" in answer.headers["allow"]


def test_what_goes_well_is_as_it_was(client: TestClient) -> None:
    """Only errors change their form."""
    assert client.request("DELETE", "/").json()["data"] == 1
    assert client.get("/page").body == b"well"
