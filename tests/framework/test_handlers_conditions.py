"""Pages that are sent if they are new, and changes to what was seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from brubeck.conditional import http_date
from brubeck.connections import WSGIConnection
from brubeck.handlers import JSONMessageHandler, WebMessageHandler
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient, TestResponse

WRITTEN = datetime(2024, 5, 6, 7, 8, 9, 500_000, tzinfo=UTC)
LAST_MODIFIED = "Mon, 06 May 2024 07:08:09 GMT"


class Page(WebMessageHandler):
    conditional = True
    text = "page"

    def get(self, *args: Any) -> Any:
        self.set_cookie("seen", "yes")
        self.set_body(type(self).text, headers={"Content-Language": "en", "X-Own": "1"})
        return self.render()

    post = get


class Personal(Page):
    is_personal = True


class Own(Page):
    def get(self) -> Any:
        self.set_body("x", headers={"etag": '"mine"', "cache-control": "max-age=60"})
        return self.render()


class Missing(Page):
    def get(self) -> Any:
        return self.render_error(404)


class Note(WebMessageHandler):
    """A note with a version that its handler knows; `None` where there is none."""

    version: str | None = "v1"
    written: Any = WRITTEN
    work = 0

    def prepare(self) -> Any:
        self.check_preconditions(etag=self.version, modified=self.written)
        type(self).work += 1

    def get(self) -> Any:
        self.set_body("note", headers={"Content-Type": "text/plain"})
        return self.render()

    def put(self) -> Any:
        self.set_body("changed")
        return self.render()

    delete = put


class Document(JSONMessageHandler):
    conditional = True

    def get(self) -> Any:
        self.add_to_payload("data", {"a": 1})
        self.set_status(200)
        return self.render(hide_status=True)


def ask(handler: type, method: str = "GET", **headers: str) -> TestResponse:
    """Ask a handler; `if_match="x"` is the header If-Match."""
    app = Brubeck(WSGIConnection(), [(r"^/", handler)])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(app).request(method, "/", headers=named)


def version_of(handler: type) -> str:
    tag = ask(handler).headers["ETag"]
    assert tag
    return tag


# -- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", [Page, Document])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_has_not_changed_is_not_sent_again(handler: type, method: str) -> None:
    """Its tag comes back, and 304 without a body."""
    tag = version_of(handler)
    again = ask(handler, method, if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.headers["Content-Type"] is None


def test_what_is_not_about_the_body_is_sent_with_304(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cookies and headers of the program's own; and a changed page comes whole."""
    tag = version_of(Page)
    again = ask(Page, if_none_match=tag)
    assert again.cookies["seen"].value == "yes"
    assert (again.headers["X-Own"], again.headers["Content-Language"]) == ("1", None)
    monkeypatch.setattr(Page, "text", "new page")
    changed = ask(Page, if_none_match=tag)
    assert (changed.status_code, changed.text) == (200, "new page")
    assert changed.headers["ETag"] != tag


def test_only_pages_that_are_read_have_versions() -> None:
    """Not the answer to a POST, an error, or what a browser must not keep."""
    assert ask(Page, "POST", if_none_match="*").status_code == 200
    assert ask(Page, "POST").headers["ETag"] is None
    assert ask(Missing, if_none_match="*").status_code == 404
    assert ask(Missing).headers["ETag"] is None
    personal = ask(Personal, if_none_match="*")
    assert (personal.status_code, personal.headers["ETag"]) == (200, None)
    assert personal.headers["Cache-Control"] == "private, no-store"


def test_the_programs_own_headers_count() -> None:
    """A tag that it has made itself is compared, and its Cache-Control stays."""
    assert ask(Own, if_none_match='"mine"').status_code == 304
    page = ask(Own)
    assert page.headers.get_all("ETag") == ['"mine"']
    assert page.headers.get_all("Cache-Control") == ["max-age=60"]


def test_pages_without_the_attribute_are_as_ever() -> None:
    """No tag, and no work for one."""

    class Plain(Page):
        conditional = False

    assert ask(Plain).headers["ETag"] is None
    assert ask(Plain, if_none_match="*").status_code == 200


# -- versions that a handler knows -----------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"if_none_match": '"v1"'},
        {"if_none_match": 'W/"v1"'},
        {"if_none_match": "*"},
        {"if_modified_since": LAST_MODIFIED},
    ],
)
def test_who_has_the_version_costs_no_work(headers: dict[str, str]) -> None:
    """The handler does not go on, and 304 names the version."""
    before = Note.work
    answer = ask(Note, **headers)
    assert (answer.status_code, answer.headers["ETag"]) == (304, '"v1"')
    assert answer.headers["Last-Modified"] == LAST_MODIFIED
    assert Note.work == before


def test_everybody_else_gets_page_and_version() -> None:
    """Also when the handler replaces all headers on its way."""
    answer = ask(Note, if_none_match='"v0"', if_modified_since=LAST_MODIFIED)
    assert (answer.status_code, answer.text) == (200, "note")
    assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == ('"v1"', LAST_MODIFIED)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
@pytest.mark.parametrize(
    "headers",
    [
        {"if_match": '"v0"'},
        {"if_match": 'W/"v1"'},
        {"if_unmodified_since": "Mon, 06 May 2024 07:08:08 GMT"},
    ],
)
def test_who_means_another_version_gets_412(method: str, headers: dict[str, str]) -> None:
    """Nothing is changed, and the page says what to do."""
    before = Note.work
    refused = ask(Note, method, **headers)
    assert refused.status_code == 412
    assert "Load it again" in refused.text
    assert refused.headers["ETag"] is None
    assert Note.work == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"if_match": '"v1"'}, {"if_match": "*"}, {"if_unmodified_since": LAST_MODIFIED}],
)
def test_who_means_this_version_may_change_it(headers: dict[str, str]) -> None:
    """The answer does not claim that the old version is the new one."""
    changed = ask(Note, "PUT", **headers)
    assert (changed.status_code, changed.text) == (200, "changed")
    assert changed.headers["ETag"] is None


@pytest.mark.parametrize(
    ("version", "written", "headers", "status"),
    [
        (None, None, {"if_none_match": "*"}, 200),
        (None, None, {"if_match": "*"}, 412),
        ("v1", None, {"if_none_match": "*"}, 412),
        ("v1", None, {"if_none_match": '"v1"'}, 412),
        ("v1", None, {"if_none_match": '"v0"'}, 200),
    ],
)
def test_things_can_be_made_only_if_they_are_not_there(
    version: str | None, written: Any, headers: dict[str, str], status: int
) -> None:
    """`If-None-Match: *` protects what exists already."""
    kind = type("Kind", (Note,), {"version": version, "written": written})
    assert ask(kind, "PUT", **headers).status_code == status


@pytest.mark.parametrize("written", [WRITTEN.replace(tzinfo=None), WRITTEN.timestamp() * 1000])
def test_times_have_the_forms_of_brubeck(written: Any) -> None:
    """A naive datetime in UTC, or milliseconds."""
    kind = type("Kind", (Note,), {"version": None, "written": written})
    answer = ask(kind)
    assert answer.headers["Last-Modified"] == LAST_MODIFIED
    assert answer.headers["ETag"] is None
    assert ask(kind, if_modified_since=LAST_MODIFIED).status_code == 304


def test_a_time_in_the_future_is_now() -> None:
    """Clocks differ; nobody must keep a page because of that (RFC 9110, 8.8.2.1)."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    kind = type("Kind", (Note,), {"version": None, "written": ahead})
    assert ask(kind).headers["Last-Modified"] != http_date(ahead.timestamp())
