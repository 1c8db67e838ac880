"""Links for programs: saved, listed, changed, deleted, followed."""

from urllib.parse import urlencode

import pytest
from apps.readify.api.conftest import Programs
from apps.readify.programs import Program, is_problem
from brubeck.testing import TestClient
from bson import ObjectId
from readify import queries
from readify.apiapp import Api
from readify.article import Article


def test_a_link_is_saved_as_the_site_would(program: Program) -> None:
    """Address, title and tags are cleaned; the page is to be fetched; the answer shows all of it."""
    link = program.saves("example.com/a", title="  A  ", tags=["Two Words", "x", "x"])
    assert (link["url"], link["title"]) == ("http://example.com/a", "A")
    assert (link["tags"], link["fetch_state"]) == (["two-words", "x"], "waiting")
    assert program.get(f"/links/{link['id']}").json()["data"]["url"] == link["url"]
    assert "owner_id" not in link


def test_an_address_is_there_once(program: Program) -> None:
    """Saving it again is a conflict, however it is written."""
    program.saves("http://example.com/a")
    assert is_problem(program.post("/links/", json={"url": "EXAMPLE.com/%61"}), 409)


def test_what_lies_in_the_bin_comes_back_by_saving_it(program: Program) -> None:
    """It is the same link, unread again, with what was said now."""
    link = program.saves("http://example.com/a", archived=True)
    program.request("DELETE", f"/links/{link['id']}")
    again = program.saves("http://example.com/a", title="Again")
    assert (again["id"], again["deleted"], again["archived"]) == (link["id"], False, False)
    assert again["title"] == "Again"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": 5}, "url"),
        ({"url": "http://a.example/", "tags": [1]}, "tags"),
        ({"url": "http://a.example/", "tags": ["x" * 51]}, "tags"),
        ({"url": "http://a.example/", "tags": [f"t{n}" for n in range(31)]}, "tags"),
        ({"url": "http://a.example/", "title": "x" * 301}, "title"),
        ({"url": "http://a.example/", "place": 2}, "place"),
        ({"url": "http://a.example/", "liked": "maybe"}, "liked"),
        ({"url": "http://a.example/", "liked": None}, "liked"),
        ({"url": "http://a.example/", "place": True}, "place"),
        ({"url": "http://a.example/", "titel": "mistyped"}, "titel"),
        ({"url": "http://a.example/", "owner_id": "0" * 24}, "owner_id"),
    ],
)
def test_bad_values_are_named(program: Program, sent: dict[str, object], field: str) -> None:
    """Nothing is stored, and the problem says which field it is."""
    answer = program.post("/links/", json=sent)
    assert is_problem(answer, 400)
    assert any(error["field"].startswith(field) for error in answer.json()["errors"])
    assert program.urls() == []


def test_several_links_stand_alone(program: Program) -> None:
    """Those that can be saved are; the others say why not."""
    program.saves("http://a.example/")
    sent = [{"url": "http://a.example/"}, {"url": "http://b.example/"}, {"url": "ftp://c.example"}]
    answer = program.post("/links/", json=sent)
    assert answer.status_code == 207
    items = answer.json()["data"]
    assert [item["status_code"] for item in items] == [409, 201, 400]
    assert items[2]["errors"][0]["item"] == 2
    assert sorted(program.urls()) == ["http://a.example/", "http://b.example/"]


def test_several_links_are_changed_at_once(program: Program) -> None:
    """By their ids in the address, or each with changes of its own."""
    first, second = (program.saves(f"http://{name}.example/")["id"] for name in "ab")
    missing = "0" * 24
    answer = program.request("PATCH", f"/links/{first},{second},{missing}", json={"liked": True})
    assert [item["status_code"] for item in answer.json()["data"]] == [200, 200, 404]
    each = [{"id": first, "archived": True}, {"id": second, "title": "B"}]
    assert program.request("PATCH", "/links/", json=each).status_code == 200
    assert program.get(f"/links/{second}").json()["data"]["title"] == "B"
    gone = program.request("DELETE", f"/links/{first},{second}").json()["data"]
    assert [item["deleted"] for item in gone] == [True, True]


def test_no_more_than_a_hundred_at_once(program: Program) -> None:
    """The rest is for another request."""
    sent = [{"url": f"http://{number}.example/"} for number in range(101)]
    assert is_problem(program.post("/links/", json=sent), 413)
    assert program.urls() == []


def test_what_the_site_decides_cannot_be_set(program: Program) -> None:
    """Times, numbers, states and owners are read only, also in a new link."""
    forged = {"change": 99, "fetch_state": "done", "owner_username": "eve", "created_at": 1}
    link = program.saves("http://a.example/", **forged)
    assert (link["change"], link["fetch_state"], link["owner_username"]) == (1, "waiting", "ada")
    assert link["created_at"] > 1
    assert program.changes(link["id"], **forged)["change"] == 1


def test_a_change_meets_what_the_client_has_seen(program: Program) -> None:
    """If-Match with an old ETag is refused, and If-None-Match saves the transfer."""
    link = program.saves("http://a.example/")
    address = f"/links/{link['id']}"
    tag = str(program.get(address).headers["etag"])
    assert program.get(address, headers={"If-None-Match": tag}).status_code == 304
    program.changes(link["id"], liked=True)
    stale = program.request("PATCH", address, json={"title": "x"}, headers={"If-Match": tag})
    assert is_problem(stale, 412)
    assert is_problem(program.request("DELETE", address, headers={"If-Match": tag}), 412)
    assert program.get(address).json()["data"]["liked"] is True


def test_a_list_that_is_known_is_not_sent_again(program: Program) -> None:
    """Also a feed in which nothing is new; a change makes another ETag."""
    program.saves("http://a.example/")
    for address in ("/links/", "/links/?since=c1", "/tags", "/profile"):
        first = program.get(address)
        known = {"If-None-Match": str(first.headers["etag"])}
        again = program.get(address, headers=known)
        assert (again.status_code, again.body) == (304, b"")
    known = {"If-None-Match": str(program.get("/links/").headers["etag"])}
    program.saves("http://b.example/")
    assert program.get("/links/", headers=known).status_code == 200


def test_lists_are_narrowed_and_sorted(program: Program, api: Api) -> None:
    """By view, tag, site and words, which are those of the text as well."""
    first = program.saves("http://one.example/a", tags=["x", "y"], title="Alpha")
    second = program.saves("http://two.example/b", tags=["x"], archived=True)
    read = queries.find_link(api.db_conn, program.user.id, first["id"])
    assert read
    article = Article("", "<p>Gamma</p>", "Gamma", "", 9)
    queries.save_article(api.db_conn, read, article)
    assert program.urls() == [second["url"], first["url"]]
    assert program.urls("?order=oldest") == [first["url"], second["url"]]
    assert program.urls("?order=longest") == [first["url"], second["url"]]
    assert program.urls("?view=archived") == [second["url"]]
    assert program.urls("?view=unread") == [first["url"]]
    assert program.urls("?tag=x&tag=y") == [first["url"]]
    assert program.urls("?site=two.example") == [second["url"]]
    assert program.urls("?q=gamma") == [first["url"]]
    assert program.urls("?q=nothing") == []


@pytest.mark.parametrize(
    "query", ["?view=none", "?view=", "?order=none", "?limit=0", "?after=none", "?since=none"]
)
def test_arguments_that_mean_nothing_are_refused(program: Program, query: str) -> None:
    """The problem names the argument."""
    answer = program.get(f"/links/{query}")
    assert is_problem(answer, 400)
    assert query[1:].partition("=")[0] in answer.json()["detail"]


def test_a_cursor_that_is_ahead_is_no_cursor(program: Program) -> None:
    """It is of another account, or from before a backup was put back: one has to begin again."""
    answer = program.get("/links/?since=c99")
    assert is_problem(answer, 409)
    assert "Begin again with 0" in answer.json()["detail"]


def test_pages_neither_skip_nor_repeat(program: Program) -> None:
    """Following `next` leads through all links, while others are saved."""
    urls = {program.saves(f"http://{number}.example/")["url"] for number in range(7)}
    seen, address = [], "/links/?limit=3"
    while address:
        page = program.get(address).json()
        seen += [link["url"] for link in page["data"]]
        address = page.get("next", "")
        program.saves(f"http://later{len(seen)}.example/")
    assert len(seen) == 7
    assert set(seen) == urls


def test_a_program_keeps_a_copy_by_following_the_changes(program: Program) -> None:
    """Each change comes once, as the link is then; what was purged leaves a tombstone."""
    first = program.saves("http://a.example/")
    start = program.since("0")
    assert [link["id"] for link in start["data"]] == [first["id"]]
    assert program.since(start["since"])["data"] == []
    program.changes(first["id"], liked=True)
    program.changes(first["id"], archived=True)
    second = program.saves("http://b.example/")
    news = program.since(start["since"])
    assert [(link["id"], link["change"]) for link in news["data"]] == [
        (first["id"], 3),
        (second["id"], 4),
    ]
    program.request("DELETE", f"/links/{second['id']}")
    queries.purge(program.app.db_conn, program.user.id, [ObjectId(second["id"])])
    last = program.since(news["since"])
    assert [(each["id"], each["deleted"], each["status_code"]) for each in last["data"]] == [
        (second["id"], True, 410)
    ]


def test_a_feed_begins_now_or_at_a_time_as_well(program: Program) -> None:
    """`latest` gives the cursor alone; milliseconds are understood as in the first Readify."""
    link = program.saves("http://a.example/")
    now = program.since("latest")
    assert now["data"] == []
    assert program.since(now["since"])["data"] == []
    assert [each["id"] for each in program.since(str(link["updated_at"]))["data"]] == [link["id"]]
    assert program.since(str(link["updated_at"] + 1))["data"] == []


def test_an_address_can_be_asked_for(program: Program) -> None:
    """Before saving it, in any spelling."""
    link = program.saves("http://example.com/a")
    assert program.get("/check?url=EXAMPLE.com/%61").json()["link"]["id"] == link["id"]
    assert program.get("/check?url=example.com/b").json() == {
        "url": "http://example.com/b",
        "link": None,
    }
    assert is_problem(program.get("/check?url=javascript:x"), 400)


@pytest.mark.parametrize("filling", [" ", "\x07", "a"])
def test_no_address_is_longer_than_the_document_says(filling: str, program: Program) -> None:
    """Whatever it consists of; blanks and signs that nobody sees count as well."""
    url = "m" + filling * 2000
    assert is_problem(program.get(f"/check?{urlencode({'url': url})}"), 400)
    assert is_problem(program.post("/links/", json={"url": url}), 400)


def test_tags_sites_and_the_profile_are_there(program: Program) -> None:
    """With numbers of links, but for those in the bin."""
    program.saves("http://a.example/1", tags=["x"])
    program.saves("http://a.example/2", tags=["x", "y"])
    assert program.get("/tags").json()["items"] == [
        {"tag": "x", "links": 2},
        {"tag": "y", "links": 1},
    ]
    assert program.get("/sites").json()["items"] == [{"site": "a.example", "links": 2}]
    assert program.get("/profile").json()["username"] == "ada"


def test_too_many_requests_are_told_when_to_come_back(program: Program, api: Api) -> None:
    """Each answer says how many are left; the one too many says how long to wait."""
    api.api_throttle.limit = 2
    assert program.get("/tags").headers["ratelimit-remaining"] == "1"
    assert program.get("/tags").headers["ratelimit-remaining"] == "0"
    refused = program.get("/tags")
    assert is_problem(refused, 429)
    assert int(str(refused.headers["retry-after"])) > 0
    assert refused.headers["ratelimit-remaining"] == "0"
    assert refused.headers["ratelimit-limit"] == "2"


def test_limits_are_those_of_a_user(program: Program, program_of: Programs, api: Api) -> None:
    """What one has used up, another one still has."""
    api.api_throttle.limit = 1
    program.get("/tags")
    assert program.get("/tags").status_code == 429
    assert program_of("grace").get("/tags").status_code == 200


def test_addresses_that_lead_nowhere_are_problems(stranger: TestClient) -> None:
    """Also for strangers: what is there is no secret."""
    assert is_problem(stranger.get("/nowhere"), 404)


def test_the_page_shows_what_the_document_says(stranger: TestClient) -> None:
    """Every operation of the document has its section."""
    document = stranger.get("/openapi.json").json()
    page = stranger.get("/docs").text
    operations = [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(operations) == 12
    assert all(f'id="{operation}"' in page for operation in operations)
