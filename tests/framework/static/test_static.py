"""Static files: which are served, and how their addresses come about."""

import re
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from brubeck.request import Request
from brubeck.routing import Router
from brubeck.static import FOREVER, REVALIDATE, StaticFiles
from framework.static.files import CSS, MODIFIED, ask, etag, hashed, write


def test_a_file_is_served(files: StaticFiles) -> None:
    """With its type, length, age and a strong ETag."""
    response = ask(files, "suite.css")
    assert (response.status_code, response.body) == (200, CSS)
    assert dict(response.headers) == {
        "Content-Type": "text/css; charset=utf-8",
        "Content-Length": str(len(CSS)),
        "ETag": etag(files),
        "Last-Modified": formatdate(MODIFIED, usegmt=True),
        "Cache-Control": REVALIDATE,
        "Accept-Ranges": "bytes",
    }
    assert re.fullmatch('"[0-9a-f]{32}"', etag(files))


def test_the_route_fits_into_handler_tuples(files: StaticFiles) -> None:
    """Pattern and callable, which gets what follows the prefix."""
    table: Router[Any] = Router()
    table.add(*files.route)
    match = table.match("/static/css/a.min.css")
    assert match is not None
    request = Request("s", "1", "/static/css/a.min.css", {"METHOD": "GET"}, b"")
    assert match.target(None, request, *match.url_args).body == b"min"
    assert table.match("/other/suite.css") is None


@pytest.mark.parametrize("prefix", ["/assets/", "assets", "/assets"])
def test_the_prefix_has_its_slashes(folder: Path, prefix: str) -> None:
    """However it is written, addresses are right."""
    files = StaticFiles([folder], prefix)
    assert files.url("suite.css").startswith("/assets/suite.")
    assert files.route[0] == "^/assets/(.*)$"


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    """A misspelt setting shows at the start."""
    with pytest.raises(FileNotFoundError):
        StaticFiles([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.JSON", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.woff2", "font/woff2"),
        ("a.wasm", "application/wasm"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.strange", "application/octet-stream"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_types_do_not_depend_on_the_machine(folder: Path, name: str, content_type: str) -> None:
    """The table is our own; text says its encoding."""
    write(folder / name, b"1")
    files = StaticFiles([folder])
    assert ask(files, name).header("content-type") == content_type
    assert ask(files, hashed(files, name)).header("content-type") == content_type


@pytest.mark.parametrize("name", ["suite.css", "css/a.min.css"])
def test_a_hashed_address_may_be_kept_for_ever(files: StaticFiles, name: str) -> None:
    """It changes when the file does, so browsers need not ask again."""
    stem, _, suffix = name.rpartition(".")
    assert re.fullmatch(rf"/static/{re.escape(stem)}\.[0-9a-f]{{8}}\.{suffix}", files.url(name))
    response = ask(files, hashed(files, name))
    assert response.header("cache-control") == FOREVER
    assert response.body == ask(files, name).body


def test_the_hash_follows_the_file(files: StaticFiles, folder: Path) -> None:
    """An old page still gets the style sheet, but not for ever."""
    old = hashed(files, "suite.css")
    write(folder / "suite.css", b"new", MODIFIED + 1)
    assert hashed(files, "suite.css") != old
    response = ask(files, old)
    assert (response.body, response.header("cache-control")) == (b"new", REVALIDATE)


def test_a_file_whose_name_looks_hashed_is_served(files: StaticFiles, folder: Path) -> None:
    """Build tools have hashes of their own."""
    write(folder / "app.0123abcd.js", b"1")
    assert ask(files, "app.0123abcd.js").header("cache-control") == REVALIDATE
    assert ask(files, hashed(files, "app.0123abcd.js")).header("cache-control") == FOREVER


def test_names_are_encoded_in_addresses(files: StaticFiles, folder: Path) -> None:
    """And decoded once when they come back."""
    write(folder / "na\xefve 100%.txt", b"1")
    address = hashed(files, "na\xefve 100%.txt")
    assert address.startswith("na%C3%AFve%20100%25.")
    assert ask(files, address).header("cache-control") == FOREVER


def test_the_address_of_a_missing_file_is_an_error(files: StaticFiles, folder: Path) -> None:
    """A misspelt name in a template shows, with the places that were searched."""
    with pytest.raises(FileNotFoundError, match=re.escape(str(folder))):
        files.url("suit.css")


def test_the_first_directory_counts(folder: Path, tmp_path: Path) -> None:
    """An application may replace single shared files."""
    own = tmp_path / "own"
    own.mkdir()
    write(own / "suite.css", b"own")
    files = StaticFiles([own, folder])
    assert ask(files, "suite.css").body == b"own"
    assert ask(files, "css/a.min.css").body == b"min"
