"""Static files: what is not served, and methods that are not allowed."""

from pathlib import Path

import pytest
from brubeck.connections import WSGIConnection
from brubeck.errors import MethodNotAllowed, NotFound
from brubeck.request_handling import Brubeck
from brubeck.static import StaticFiles
from brubeck.testing import TestClient
from framework.static.files import ask, write
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "css",
        "css/",
        "missing.css",
        "missing.01234567.css",
        "../secret.txt",
        "css/../suite.css",
        "css/../../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "%252e%252e/secret.txt",
        "..\\secret.txt",
        "//suite.css",
        "./suite.css",
        "/etc/passwd",
        ".env",
        "css/.hidden",
        "suite.css%00.png",
        "suite.css\0",
        "suite.css%0A",
        "%ff",
        "\udcff",
        "x" * 5000,
        "suite.css/more",
    ],
)
def test_other_names_are_not_found(files: StaticFiles, name: str) -> None:
    """No listing, no hidden files, no way out of the directory."""
    with pytest.raises(NotFound):
        ask(files, name)


def test_a_link_out_of_the_directory_is_not_followed(files: StaticFiles, folder: Path) -> None:
    """Whoever can write there must not read everything."""
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(NotFound):
        ask(files, "link.txt")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> StaticFiles:
    """Return the files of a folder with a secret beside it and below it."""
    base = tmp_path_factory.mktemp("guarded")
    (base / "static" / "css" / ".hidden").mkdir(parents=True)
    for place in (base, base / "static" / "css" / ".hidden"):
        write(place / "secret.txt", b"secret")
    return StaticFiles([base / "static"])


STEPS = ["..", ".", "/", "%2e", "%2f", "%252e", "\\", "%5c", "%00", "css", "static", ".hidden"]


@settings(deadline=None, max_examples=200)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8))
def test_no_way_leads_to_a_secret(guarded: StaticFiles, steps: list[str]) -> None:
    """Neither what lies beside the directory nor what is hidden in it is ever served."""
    with pytest.raises(NotFound):
        ask(guarded, "".join(steps) + "/secret.txt")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(files: StaticFiles, method: str) -> None:
    """The answer says which are."""
    with pytest.raises(MethodNotAllowed) as caught:
        ask(files, "suite.css", method)
    assert caught.value.headers == {"Allow": "GET, HEAD, OPTIONS"}


def test_options_lists_the_methods(files: StaticFiles) -> None:
    """Whether or not there is a file of this name: the address is ours."""
    answer = ask(files, "suite.css", "OPTIONS")
    assert (answer.status_code, answer.header("allow")) == (200, "GET, HEAD, OPTIONS")


def test_writing_to_a_file_is_405_with_csrf_protection_too(folder: Path) -> None:
    """The method is wrong with a token as without one, so nobody is asked for one."""
    app = Brubeck(
        WSGIConnection(),
        static=StaticFiles([folder]),
        csrf=True,
        cookie_secret="a secret of sufficient length, for tests",
    )
    assert TestClient(app).post("/static/suite.css").status_code == 405


def test_head_has_the_headers_of_get(files: StaticFiles) -> None:
    """And no body."""
    head = ask(files, "suite.css", "HEAD")
    assert head.body == b""
    assert head.headers == ask(files, "suite.css").headers
    assert b"Content-Length: 20\r\n" in head.to_http(head=True)
