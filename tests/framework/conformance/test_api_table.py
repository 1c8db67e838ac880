"""One table of requests to an API with owners, over every transport and coroutine library."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from framework.conformance.servers import Server, ask

PATCH = {"Content-Type": "application/merge-patch+json"}
NEXT = "/note/?limit=2&after=YW5uLTE"


@dataclass
class Case:
    """One request of somebody's, and what must come back. Those in CHANGES follow each other."""

    name: str
    method: str
    path: str
    status: int
    data: Any = None
    """Ids of the documents in the answer, or of the one."""
    sent: Any = None
    user: str | None = "ann"
    headers: dict[str, str] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)
    contains: str = ""


READING = [
    Case("stranger", "GET", "", 401, user=None, answer={"Cache-Control": "private, no-store"}),
    Case("own documents", "GET", "", 200, ["ann-0", "ann-1", "ann-2"], answer={"Link": None}),
    Case("page", "GET", "?limit=2", 200, ["ann-0", "ann-1"], answer={"Link": f'<{NEXT}>; rel="next"'}),
    Case("last page", "GET", NEXT.removeprefix("/note/"), 200, ["ann-2"], answer={"Link": None}),
    Case("page that is none", "GET", "?limit=0", 400, contains="limit"),
    Case("cursor that is none", "GET", "?after=!", 400, contains="Begin again without one."),
    Case("one", "GET", "ann-0", 200, "ann-0", contains='"text":"old"'),
    Case("foreign", "GET", "bob-0", 404, "bob-0"),
    Case("own and foreign", "GET", "ann-0,bob-0,nobody", 207, ["ann-0", "bob-0", "nobody"]),
    Case("head", "HEAD", "ann-0", 200),
    Case("encoded id", "GET", "%C3%BC%20%25", 404, "ü %"),
]  # fmt: skip

CHANGES = [
    Case("create", "POST", "", 201, "ü %", {"id": "ü %", "text": "a", "owner": "bob", "rank": "last"}, "eve"),
    Case("create again", "POST", "", 200, "ü %", {"id": "ü %", "text": "b"}, "eve"),
    Case("create a foreign one", "POST", "", 409, "bob-0", {"id": "bob-0", "text": "a"}, "eve"),
    Case("create several", "POST", "", 207, ["c", "bob-0"], [{"id": "c", "text": "c"}, {"id": "bob-0", "text": "a"}], "eve"),
    Case("invalid", "POST", "", 400, None, [{"id": "d"}], "eve", contains="Nothing was stored."),
    Case("update", "PUT", "c", 200, "c", {"text": "d"}, "eve"),
    Case("update a foreign one", "PUT", "bob-0", 404, "bob-0", {"text": "d"}, "eve"),
    Case("patch", "PATCH", "c", 200, "c", {"text": "e"}, "eve", PATCH, contains='"text":"e"'),
    Case("patch several", "PATCH", "c,%C3%BC%20%25", 200, ["c", "ü %"], {"text": "f"}, "eve", PATCH),
    Case("patch a foreign one", "PATCH", "c,bob-0", 404, ["bob-0"], {"text": "g"}, "eve", PATCH),
    Case("invalid patch", "PATCH", "c", 400, None, {"text": None}, "eve", PATCH),
    Case("other version", "PATCH", "c", 412, None, {"text": "h"}, "eve", {**PATCH, "If-Match": '"x"'}),
    Case("remove a foreign one", "DELETE", "c,bob-0", 404, ["bob-0"], None, "eve"),
    Case("remove", "DELETE", "c,%C3%BC%20%25", 200, ["c", "ü %"], None, "eve"),
    Case("all gone", "GET", "", 200, [], None, "eve"),
]  # fmt: skip


def check(server: Server, case: Case) -> None:
    """Send the request of a case and compare the answer."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", **case.headers}
    if case.user:
        headers["X-User"] = case.user
    body = None if case.sent is None else json.dumps(case.sent).encode()
    got = ask(server.port, case.method, f"/note/{case.path}", headers, body)
    assert got.status == case.status, case.name
    for name, value in case.answer.items():
        assert got.headers[name] == value, case.name
    assert case.contains.encode() in got.body, case.name
    if case.data is not None:
        data = json.loads(got.body)["data"]
        found = [item["id"] for item in data] if isinstance(data, list) else data["id"]
        assert found == case.data, case.name


@pytest.mark.parametrize("case", READING, ids=lambda case: case.name)
def test_every_transport_reads_alike(server: Server, case: Case) -> None:
    """Pages, single documents, and what belongs to others."""
    check(server, case)


def test_every_transport_changes_alike(server: Server) -> None:
    """The life of some documents, one request after the other."""
    for case in CHANGES:
        check(server, case)


def test_every_transport_describes_the_api(server: Server) -> None:
    """The document of OpenAPI is served like any other."""
    got = server.ask("GET", "/openapi.json")
    assert sorted(json.loads(got.body)["paths"]) == ["/note/", "/note/{ids}"]
