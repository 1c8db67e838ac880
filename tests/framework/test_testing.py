"""The in-process test client behaves like a browser with one window."""

import json
from typing import Any

import pytest
from brubeck.connections import Connection
from brubeck.request_handling import Brubeck, WebMessageHandler, http_response, render
from brubeck.testing import TestClient


def echo(application: Brubeck, message: Any) -> Any:
    facts = {
        "method": message.method,
        "path": message.path,
        "arguments": message.arguments,
        "host": message.host,
        "secure": message.is_secure,
        "remote": message.remote_addr,
        "type": message.content_type,
        "body": message.body.decode("latin-1"),
        "cookies": {name: morsel.value for name, morsel in message.cookies.items()},
        "x-test": message.header("x-test"),
    }
    return render(json.dumps(facts), 200, "OK", {"Content-Type": "application/json"})


class Cookies(WebMessageHandler):
    def get(self) -> Any:
        self.set_cookie("plain", "a b", path="/")
        self.set_cookie("narrow", "n", path="/only/here")
        self.set_cookie("safe", "s", secure=True, httponly=True, path="/")
        self.set_body("")
        return self.render()

    def delete(self) -> Any:
        self.delete_cookie("plain", path="/")
        self.set_body("")
        return self.render()


class Redirects(WebMessageHandler):
    def get(self, target: str) -> Any:
        return self.redirect({"loop": "/to/loop", "echo": "/echo?x=1", "up": "../echo"}[target])

    def post(self, target: str) -> Any:
        self.redirect("/echo")
        return self.render(status_code=int(target))


def files(application: Brubeck, message: Any) -> Any:
    found = {
        name: [(each["filename"], each["content_type"], each["body"].decode()) for each in parts]
        for name, parts in message.files.items()
    }
    return render(json.dumps([found, message.arguments]), 200, "OK", {})


@pytest.fixture
def app() -> Brubeck:
    """Give an application that shows what reached it."""
    routes: list[Any] = [
        (r"^/echo", echo),
        (r"^/only", echo),
        (r"^/ü|^/%C3%BC", echo),
        (r"^/cookies$", Cookies),
        (r"^/to/(\w+)$", Redirects),
        (r"^/files$", files),
        (r"^/nothing$", lambda app, message: None),
        (r"^/raw$", lambda app, message: http_response("raw", 201, "Made", {"X-A": "1"})),
    ]
    return Brubeck(msg_conn=Connection(), handler_tuples=routes)


@pytest.fixture
def client(app: Brubeck) -> TestClient:
    """Give a visitor of it."""
    return TestClient(app)


def test_arguments_come_from_path_and_query(client: TestClient) -> None:
    """Both are joined; a list gives several values."""
    got = client.get("/echo?a=1", query={"b": ["2", "ü"]}).json()
    assert got["arguments"] == {"a": ["1"], "b": ["2", "ü"]}
    assert client.get("/echo", query={"c": "3"}).json()["arguments"] == {"c": ["3"]}


def test_a_form_is_posted_as_browsers_do(client: TestClient) -> None:
    """The content type is set and the values arrive."""
    got = client.post("/echo", form={"name": "Jürgen & Co"}).json()
    assert got["type"] == "application/x-www-form-urlencoded"
    assert got["arguments"] == {"name": ["Jürgen & Co"]}


def test_json_is_sent_as_json(client: TestClient) -> None:
    """Any value, with its content type."""
    got = client.request("PUT", "/echo", json=[1, None]).json()
    assert (got["method"], got["type"], got["body"]) == ("PUT", "application/json", "[1, null]")


def test_files_are_uploaded_with_the_form(client: TestClient) -> None:
    """A multipart body carries both."""
    found, arguments = client.post(
        "/files", form={"note": "n"}, files={"data": ("a.txt", b"content", "text/plain")}
    ).json()
    assert found == {"data": [["a.txt", "text/plain", "content"]]}
    assert arguments == {"note": ["n"]}


def test_a_body_of_its_own(client: TestClient) -> None:
    """Bytes and headers go as they are."""
    headers = {"Content-Type": "text/x-test", "X-Test": "t"}
    got = client.post("/echo", body=b"\xff", headers=headers).json()
    assert (got["body"], got["type"], got["x-test"]) == ("\xff", "text/x-test", "t")


def test_the_visitor_has_an_address_and_a_scheme(app: Brubeck) -> None:
    """As typed: host with port, http or https, and headers that go with every request."""
    client = TestClient(app, "Site.localhost:6767", scheme="https", headers={"X-Test": "always"})
    got = client.get("/echo").json()
    assert (got["host"], got["secure"], got["x-test"]) == ("site.localhost", True, "always")
    assert got["remote"] == "127.0.0.1"


def test_paths_are_quoted_once(client: TestClient) -> None:
    """Text becomes percent-encoded; what is encoded already stays."""
    assert client.get("/ü").json()["path"] == "/%C3%BC"
    assert client.get("/%C3%BC").json()["path"] == "/%C3%BC"


def test_cookies_are_kept_like_in_a_browser(client: TestClient) -> None:
    """They come back where path and scheme allow it."""
    answer = client.get("/cookies")
    assert answer.cookies["safe"]["httponly"]
    assert set(client.cookies) == {"plain", "narrow", "safe"}
    assert set(client.get("/echo").json()["cookies"]) == {"plain"}
    assert set(client.get("/only/here").json()["cookies"]) == {"plain", "narrow"}


def test_cookies_can_be_deleted(client: TestClient) -> None:
    """By the application, and by the visitor."""
    client.get("/cookies")
    client.request("DELETE", "/cookies")
    assert "plain" not in client.cookies
    client.clear_cookies()
    assert client.cookies == {}


def test_cookies_can_be_planted(client: TestClient) -> None:
    """A test may pretend that a cookie was there, and look at what is stored."""
    client.set_cookie("mine", "1")
    assert client.get("/echo").json()["cookies"] == {"mine": "1"}
    stored = client.stored_cookie("mine")
    assert stored is not None
    assert stored.path == "/"
    assert client.stored_cookie("other") is None


def test_redirects_are_followed_on_request(client: TestClient) -> None:
    """Without `follow` the redirect itself is the answer."""
    assert client.get("/to/echo").headers["Location"] == "/echo?x=1"
    followed = client.get("/to/echo", follow=True)
    assert followed.url == "http://localhost/echo?x=1"
    assert followed.json()["arguments"] == {"x": ["1"]}
    assert client.get("/to/up", follow=True).json()["path"] == "/echo"


@pytest.mark.parametrize(("status", "method"), [("302", "GET"), ("303", "GET"), ("307", "POST")])
def test_a_followed_post_becomes_a_get_where_browsers_do_so(
    client: TestClient, status: str, method: str
) -> None:
    """307 and 308 repeat the request, body and all (RFC 9110, 15.4)."""
    got = client.post(f"/to/{status}", form={"a": "1"}, follow=True).json()
    assert got["method"] == method
    assert got["arguments"] == ({"a": ["1"]} if method == "POST" else {})


def test_endless_redirects_are_an_error(client: TestClient) -> None:
    """A test does not hang."""
    with pytest.raises(RuntimeError, match="redirects more than 20 times"):
        client.get("/to/loop", follow=True)


def test_finished_responses_are_taken_apart(client: TestClient) -> None:
    """Status, headers in any spelling, body and text."""
    answer = client.get("/raw")
    assert (answer.status_code, answer.status_msg, answer.text) == (201, "Made", "raw")
    assert (answer.headers["x-a"], answer.headers["missing"]) == ("1", None)


def test_no_answer_is_an_empty_one(client: TestClient) -> None:
    """A handler that answers later shows as 204, as over WSGI."""
    answer = client.get("/nothing")
    assert (answer.status_code, answer.body) == (204, b"")


def test_head_has_no_body(client: TestClient) -> None:
    """But the length of the body that GET would have."""
    answer = client.request("HEAD", "/echo")
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) > 0
