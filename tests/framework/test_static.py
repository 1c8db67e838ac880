import os
import re
from email.utils import formatdate
from pathlib import Path
from typing import Any, cast

import pytest
from brubeck.connections import WSGIConnection
from brubeck.errors import MethodNotAllowed, NotFound
from brubeck.request import Request
from brubeck.request_handling import Brubeck
from brubeck.response import Response
from brubeck.routing import Router
from brubeck.static import FOREVER, REVALIDATE, StaticFiles
from brubeck.testing import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

CSS = b"body { color: #111 }"
MODIFIED = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a style sheet in it and a secret beside it."""
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    write(folder / "suite.css", CSS)
    write(folder / "css" / "a.min.css", b"min")
    write(folder / ".env", b"secret")
    write(tmp_path / "secret.txt", b"secret")
    return folder


@pytest.fixture
def files(folder: Path) -> StaticFiles:
    return StaticFiles([folder])


def write(path: Path, content: bytes, modified: int = MODIFIED) -> None:
    path.write_bytes(content)
    os.utime(path, (modified, modified))


def ask(files: StaticFiles, name: str, method: str = "GET", **headers: str) -> Response:
    named = {"METHOD": method, **{key.replace("_", "-"): value for key, value in headers.items()}}
    request = Request("s", "1", f"/static/{name}", cast("Any", named), b"")
    return files.serve(cast("Any", None), request, name)


def etag(files: StaticFiles, name: str = "suite.css") -> str:
    value = ask(files, name).header("etag")
    assert value is not None
    return value


def hashed(files: StaticFiles, name: str) -> str:
    return files.url(name).removeprefix("/static/")


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


# -- addresses with a hash -------------------------------------------------------------------------


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


# -- what is not served ----------------------------------------------------------------------------


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


# -- conditions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "status_code"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", {etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("nonsense", 200),
    ],
)
def test_a_client_with_the_same_file_need_not_load_it(
    files: StaticFiles, condition: str, status_code: int
) -> None:
    """If-None-Match takes a list, weak ones too, or a star (RFC 9110, 13.1.2)."""
    response = ask(files, "suite.css", if_none_match=condition.format(etag=etag(files)))
    assert response.status_code == status_code
    assert response.header("etag") == etag(files)


@pytest.mark.parametrize(
    ("since", "status_code"),
    [
        (formatdate(MODIFIED, usegmt=True), 304),
        (formatdate(MODIFIED + 1, usegmt=True), 304),
        (formatdate(MODIFIED - 1, usegmt=True), 200),
        ("yesterday", 200),
        ("Fri, 01 Jan 99999 00:00:00 GMT", 200),
        ("", 200),
    ],
)
def test_a_client_may_ask_by_date(files: StaticFiles, since: str, status_code: int) -> None:
    """If-Modified-Since in any time zone; what is no date is ignored."""
    assert ask(files, "suite.css", if_modified_since=since).status_code == status_code


def test_the_etag_counts_more_than_the_date(files: StaticFiles) -> None:
    """Dates are exact to the second only (RFC 9110, 13.1.3)."""
    date = formatdate(MODIFIED, usegmt=True)
    response = ask(files, "suite.css", if_none_match='"other"', if_modified_since=date)
    assert response.status_code == 200


def test_not_modified_has_no_body_and_says_how_long(files: StaticFiles) -> None:
    """A 304 renews what the client knows (RFC 9110, 15.4.5)."""
    response = ask(files, hashed(files, "suite.css"), if_none_match="*")
    assert (response.status_code, response.body) == (304, b"")
    assert response.header("cache-control") == FOREVER


# -- ranges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "part", "content_range"),
    [
        ("bytes=0-3", CSS[:4], "bytes 0-3/20"),
        ("bytes=5-", CSS[5:], "bytes 5-19/20"),
        ("bytes=-5", CSS[-5:], "bytes 15-19/20"),
        ("bytes=0-99", CSS, "bytes 0-19/20"),
        ("bytes=-99", CSS, "bytes 0-19/20"),
        ("bytes=19-19", CSS[19:], "bytes 19-19/20"),
    ],
)
def test_a_part_of_a_file_is_served(
    files: StaticFiles, wanted: str, part: bytes, content_range: str
) -> None:
    """Players jump, and downloads go on (RFC 9110, 14)."""
    response = ask(files, "suite.css", range=wanted)
    assert (response.status_code, response.body) == (206, part)
    assert response.header("content-range") == content_range
    assert response.header("content-length") == str(len(part))


@pytest.mark.parametrize("wanted", ["bytes=20-", "bytes=21-", "bytes=99-100", "bytes=-0"])
def test_a_part_that_does_not_exist_is_not_satisfiable(files: StaticFiles, wanted: str) -> None:
    """The answer says how long the file is."""
    response = ask(files, "suite.css", range=wanted)
    assert (response.status_code, response.body) == (416, b"")
    assert response.header("content-range") == "bytes */20"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=-",
        "bytes=a-b",
        "bytes",
        "bytes=9-3",
        f"bytes={'9' * 5000}-",
        "",
    ],
)
def test_other_ranges_are_ignored(files: StaticFiles, wanted: str) -> None:
    """The whole file is a right answer to them."""
    response = ask(files, "suite.css", range=wanted)
    assert (response.status_code, response.body) == (200, CSS)


def test_head_ignores_ranges(files: StaticFiles) -> None:
    """They are defined for GET only."""
    assert ask(files, "suite.css", "HEAD", range="bytes=0-1").status_code == 200


@pytest.mark.parametrize(
    ("condition", "status_code"),
    [
        ("{etag}", 206),
        (formatdate(MODIFIED, usegmt=True), 206),
        ('"other"', 200),
        ("W/{etag}", 200),
        (formatdate(MODIFIED + 1, usegmt=True), 200),
    ],
)
def test_parts_of_different_versions_are_never_joined(
    files: StaticFiles, condition: str, status_code: int
) -> None:
    """If-Range wants exactly this version, or the whole (RFC 9110, 13.1.5)."""
    response = ask(
        files, "suite.css", range="bytes=0-1", if_range=condition.format(etag=etag(files))
    )
    assert response.status_code == status_code


# -- compressed forms ------------------------------------------------------------------------------


@pytest.fixture
def compressed(folder: Path) -> StaticFiles:
    write(folder / "suite.css.br", b"brotli")
    write(folder / "suite.css.gz", b"gzip")
    return StaticFiles([folder])


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("br;q=0, gzip;q=0.1", "gzip", b"gzip"),
        ("deflate", None, CSS),
        ("", None, CSS),
    ],
)
def test_the_smallest_form_that_the_client_knows_is_served(
    compressed: StaticFiles, accepted: str, encoding: str | None, body: bytes
) -> None:
    """With the type of the file itself; caches are told what the choice depends on."""
    response = ask(compressed, "suite.css", accept_encoding=accepted)
    assert (response.body, response.header("content-encoding")) == (body, encoding)
    assert response.header("vary") == "Accept-Encoding"
    assert response.header("content-type") == "text/css; charset=utf-8"
    assert (response.header("etag") == etag(compressed)) is (encoding is None)


def test_a_compressed_form_works_under_the_hashed_address(compressed: StaticFiles) -> None:
    """The hash is that of the file itself."""
    response = ask(compressed, hashed(compressed, "suite.css"), accept_encoding="br")
    assert (response.body, response.header("cache-control")) == (b"brotli", FOREVER)


def test_a_compressed_form_older_than_its_file_is_ignored(folder: Path) -> None:
    """Somebody forgot to compress again."""
    write(folder / "suite.css.gz", b"old", MODIFIED - 1)
    response = ask(StaticFiles([folder]), "suite.css", accept_encoding="gzip")
    assert (response.body, response.header("vary")) == (CSS, None)


def test_a_compressed_form_lies_beside_its_file(compressed: StaticFiles, tmp_path: Path) -> None:
    """That of a file of the same name in another directory is another file's."""
    own = tmp_path / "own"
    own.mkdir()
    write(own / "suite.css", b"own")
    files = StaticFiles([own, tmp_path / "static"])
    assert ask(compressed, "suite.css", accept_encoding="br").body == b"brotli"
    assert ask(files, "suite.css", accept_encoding="br").body == b"own"


def test_ranges_are_those_of_the_file_itself(compressed: StaticFiles) -> None:
    """A part of a compressed file is of no use to anybody."""
    response = ask(compressed, "suite.css", accept_encoding="br", range="bytes=0-3")
    assert (response.status_code, response.body) == (206, CSS[:4])
