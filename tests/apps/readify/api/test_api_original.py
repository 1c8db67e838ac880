"""The list as programs of the first Readify ask for it."""

from base64 import b64encode

import pytest
from apps.readify.people import PASSWORD
from apps.readify.programs import Program, is_problem
from brubeck.testing import TestClient

BASIC = {"Authorization": f"Basic {b64encode(f'ada:{PASSWORD}'.encode()).decode()}"}


def test_unread_links_come_in_the_old_envelope(program: Program) -> None:
    """Status, message, time and data; the latest change first; neither archived nor deleted ones."""
    first, second = (program.saves(f"http://{name}.example/")["id"] for name in "ab")
    program.saves("http://c.example/", archived=True)
    program.request("DELETE", f"/links/{program.saves('http://d.example/')['id']}")
    program.changes(first, liked=True)
    answer = program.get("/").json()
    assert list(answer) == ["status_code", "status_msg", "data", "timestamp"]
    assert answer["data"]["num_items"] == 2
    items = answer["data"]["items"]
    assert [item["id"] for item in items] == [first, second]
    assert "owner_id" not in items[0]
    assert items[0]["owner_username"] == "ada"


def test_since_page_count_and_skip_work_as_they_did(program: Program) -> None:
    """`num_items` counts before paging; 25 are the most; skip is page times count unless given."""
    saved = [program.saves(f"http://{number}.example/") for number in range(4)]
    newest_first = [link["id"] for link in reversed(saved)]

    def ids(query: str) -> list[str]:
        data = program.get(f"/{query}").json()["data"]
        assert data["num_items"] >= len(data["items"])
        return [item["id"] for item in data["items"]]

    assert ids("?count=100") == newest_first
    assert ids("?count=2&page=1") == newest_first[2:]
    assert ids("?skip=3") == newest_first[3:]
    assert ids("?count=2&page=1&skip=1") == newest_first[1:3]
    last = saved[-1]["updated_at"]
    assert saved[-1]["id"] in ids(f"?since={last}")
    assert ids(f"?since={last + 1}") == []


@pytest.mark.parametrize("query", ["?since=x", "?page=-1", "?count=99999999999999999999"])
def test_numbers_that_are_none_are_refused(program: Program, query: str) -> None:
    """With a word about what would do."""
    assert is_problem(program.get(f"/{query}"), 400)


def test_a_name_and_a_password_will_do(program: Program, stranger: TestClient) -> None:
    """In the header, or in the body of a POST."""
    program.saves("http://a.example/")
    by_header = stranger.get("/", headers=BASIC)
    by_body = stranger.post("/", form={"username": "ada", "password": PASSWORD})
    assert by_header.json()["data"] == by_body.json()["data"] == program.get("/").json()["data"]


def test_a_password_in_the_address_opens_nothing(program: Program, stranger: TestClient) -> None:
    """Addresses end up in logs and histories."""
    assert program.user.username == "ada"
    answer = stranger.get(f"/?username=ada&password={PASSWORD.replace(' ', '+')}")
    assert is_problem(answer, 401)


def test_wrong_passwords_are_refused_and_soon_too_many(
    program: Program, stranger: TestClient
) -> None:
    """401 with a challenge; whoever goes on guessing is told to wait."""
    assert program.user.username == "ada"
    statuses = [
        stranger.post("/", form={"username": "ada", "password": f"guess {number}"}).status_code
        for number in range(12)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429
