"""The corpus: what once failed, or is odd in a way of its own, is tried before anything else.

Each file in corpus/KIND is what stands at that place: a message of Mongrel2, a Cookie header, a query, a
body, a search, a file of bookmarks. Whatever a long run of `make fuzz` finds becomes a file here.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from bookmarks import BadFileError, read_file
from fuzz.fuzzing import Target, message
from weblinks.search import BadSearchError, parse

CORPUS = Path(__file__).with_name("corpus")
FORM = "application/x-www-form-urlencoded"
target = Target()


def text_of(data: bytes) -> str:
    """Return bytes as text, as Mongrel2's headers have them."""
    return data.decode("utf-8", "surrogateescape")


def send(data: bytes, path: str = "/", **headers: str) -> None:
    """Send a body to the application that looks at everything."""
    target.receive(message({"METHOD": "POST", **headers}, data, path))


def try_cookie(data: bytes) -> None:
    """Send a Cookie header."""
    target.receive(message({"cookie": text_of(data)}))


def try_query(data: bytes) -> None:
    """Send a query, as the body of a form and as an address to be led to as well."""
    send(data, **{"content-type": FORM, "QUERY": text_of(data)})
    target.receive(message({"QUERY": text_of(data)}, path="/away"))


def try_multipart(data: bytes) -> None:
    """Send a form with files."""
    send(data, **{"content-type": "multipart/form-data; boundary=line"})


def try_json(data: bytes) -> None:
    """Send a JSON body, and the same as a message of Mongrel2's own kind."""
    send(data, path="/json", **{"content-type": "application/json"})
    target.receive(message({"METHOD": "JSON"}, data))


def try_search(data: bytes) -> None:
    """Look for something."""
    with suppress(BadSearchError):
        parse(data.decode()).filter()


def try_bookmarks(data: bytes) -> None:
    """Import a file; links of the web come of it, and no others."""
    with suppress(BadFileError):
        for bookmark in read_file(data).bookmarks:
            assert bookmark.url.startswith(("http://", "https://"))


TRIED: dict[str, Callable[[bytes], None]] = {
    "messages": target.receive,
    "cookies": try_cookie,
    "queries": try_query,
    "multipart": try_multipart,
    "json": try_json,
    "searches": try_search,
    "bookmarks": try_bookmarks,
}
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_is_in_the_corpus_is_answered_or_refused(path: Path) -> None:
    """The same promise as for what is found at random."""
    TRIED[path.parent.name](path.read_bytes())


def test_every_kind_has_examples() -> None:
    """No kind is forgotten, and no file lies where nobody tries it."""
    assert {path.parent.name for path in FILES} == set(TRIED)
    assert all(path.parent.parent == CORPUS for path in FILES)
