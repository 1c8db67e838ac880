"""Static files: conditions, ranges and compressed forms (RFC 9110)."""

from email.utils import formatdate
from pathlib import Path

import pytest
from brubeck.static import FOREVER, StaticFiles
from framework.static.files import CSS, MODIFIED, ask, etag, hashed, write


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
