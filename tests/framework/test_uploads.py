"""Bodies that come as files."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from brubeck.connections import WSGIConnection
from brubeck.errors import BadRequest, HTTPError, LengthRequired, PayloadTooLarge
from brubeck.limits import Limits
from brubeck.request import Request
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.testing import TestClient
from brubeck.uploads import UploadRequest, UploadStore
from hypothesis import given
from hypothesis import strategies as st

BODY = b"0123456789" * 20
LIMITS = Limits(body=100)


def notice(name: str | None, *, done: Any = None, body: bytes = b"", **headers: Any) -> Request:
    """Return what Mongrel2 says of a large body in a file."""
    sent: dict[str, Any] = {"METHOD": "POST", "VERSION": "HTTP/1.1", "host": "localhost"}
    sent |= {"content-length": str(len(BODY))} | headers
    if name is not None:
        sent["x-mongrel2-upload-start"] = name
    if done is not None:
        sent["x-mongrel2-upload-done"] = done
    return Request("sender", "7", "/", sent, body, limits=LIMITS)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    (tmp_path / "up.x").write_bytes(BODY)
    return UploadStore(tmp_path, max_size=1000)


def test_a_finished_upload_is_a_request_with_a_file(store: UploadStore) -> None:
    """The file has no name any more; everything else of the request stays."""
    request = notice("run/up.x", done="run/up.x")
    request.note = "kept"  # type: ignore[attr-defined]  # programs may keep attributes there
    upload = store.receive(request)
    assert upload is not None
    assert upload.body_file.read() == BODY
    assert (upload.method, upload.conn_id, upload.note) == ("POST", "7", "kept")  # type: ignore[attr-defined]
    assert names(store.directory) == []
    upload.check_limits()
    upload.body_file.close()


def test_an_upload_that_has_begun_is_no_request_yet(store: UploadStore) -> None:
    """Its file stays where it is."""
    assert store.receive(notice("up.x")) is None
    assert names(store.directory) == ["up.x"]


def test_what_follows_the_body_does_not_belong_to_it(store: UploadStore) -> None:
    """Mongrel2 writes pipelined bytes behind the body."""
    upload = store.receive(notice("up.x", done="up.x", **{"content-length": "150"}))
    assert upload is not None
    assert upload.body_file.read() == BODY[:150]
    upload.body_file.close()


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (notice(None, done="up.x"), BadRequest),
        (notice("up.x", done="up.y"), BadRequest),
        (notice("up.x", done=["up.x", "up.x"]), BadRequest),
        (notice("up.x", done="up.x", body=b"x"), BadRequest),
        (notice("up.x", done="up.x", **{"content-length": "0"}), BadRequest),
        (notice("up.x", done="up.x", **{"content-length": "5abc"}), BadRequest),
        (notice("up.x", done="up.x", **{"content-length": ["5", "0"]}), BadRequest),
        (notice("up.x", done="up.x", **{"content-length": "201"}), BadRequest),
        (notice("up.x", done="up.x", **{"transfer-encoding": "chunked"}), BadRequest),
        (notice("up.x", **{"content-length": "1001"}), PayloadTooLarge),
        (notice("gone", done="gone"), BadRequest),
        (notice("..", done=".."), BadRequest),
        (notice(".hidden", done=".hidden"), BadRequest),
        (notice("up.x\0", done="up.x\0"), BadRequest),
        (notice("a directory", done="a directory"), BadRequest),
    ],
)
def test_what_mongrel2_would_not_say_is_refused(
    store: UploadStore, request_: Request, error: type[HTTPError]
) -> None:
    """Clients can send such headers too; nothing is opened for them."""
    with pytest.raises(error):
        store.receive(request_)


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"content-length": "1001"}, PayloadTooLarge),
        ({"content-length": "201"}, BadRequest),
        ({"content-length": "5abc"}, BadRequest),
        ({"content-length": "+5"}, BadRequest),
        ({"content-length": ["5", "0"]}, BadRequest),
        ({"host": ["one", "two"]}, BadRequest),
        ({"content-length": None, "transfer-encoding": "chunked"}, LengthRequired),
        ({"transfer-encoding": "chunked"}, BadRequest),
    ],
)
def test_nothing_stays_of_what_is_refused_when_it_is_there(
    store: UploadStore, headers: dict[str, Any], error: type[HTTPError]
) -> None:
    """Mongrel2 has written the body before anybody could say no; the disk must not fill up."""
    request = notice("up.x", done="up.x", **headers)
    request.headers = {name: value for name, value in request.headers.items() if value is not None}
    with pytest.raises(error):
        store.receive(request)
    assert names(store.directory) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "0"},
        {"content-length": "x5"},
        {"content-length": ["0", "5"]},
        {"content-length": str(2**31)},
        {"content-length": "9" * 5000},
        {"content-length": None, "transfer-encoding": "Chunked"},
        {"content-length": None},
    ],
)
def test_files_of_others_are_left_alone(store: UploadStore, headers: dict[str, Any]) -> None:
    """Where Mongrel2 reads no body it says nothing of a file: the client has made that up."""
    request = notice("up.x", done="up.x", **headers)
    request.headers = {name: value for name, value in request.headers.items() if value is not None}
    with pytest.raises(HTTPError):
        store.receive(request)
    assert names(store.directory) == ["up.x"]


def test_a_handshake_has_no_body_and_so_no_file(store: UploadStore) -> None:
    """Whatever its headers say."""
    request = notice("up.x", done="up.x", body=b"the proof")
    request.become_handshake()
    with pytest.raises(BadRequest):
        store.receive(request)
    assert names(store.directory) == ["up.x"]


def test_a_body_without_a_length_is_refused(store: UploadStore) -> None:
    """Nobody would bound its size."""
    request = notice("up.x", **{"transfer-encoding": "chunked"})
    del request.headers["content-length"]
    with pytest.raises(LengthRequired):
        store.receive(request)
    del request.headers["transfer-encoding"]
    with pytest.raises(BadRequest):
        store.receive(request)


@pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
def test_only_regular_files_are_taken(store: UploadStore, tmp_path: Path, kind: str) -> None:
    """No link leads elsewhere, and nothing else is removed."""
    path = tmp_path / kind
    if kind == "link":
        path.symlink_to(tmp_path / "up.x")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(BadRequest):
        store.receive(notice(kind, done=kind))
    assert names(tmp_path) == sorted(["up.x", kind])


def test_a_file_that_may_not_be_read_is_the_operators_matter(
    store: UploadStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets 500, the log says what to do."""

    def refuse(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(HTTPError) as raised:
        store.receive(notice("up.x", done="up.x"))
    assert raised.value.status_code == 500
    assert "temp_store_mode" in caplog.text


@given(name=st.text(), done=st.text(), length=st.text())
def test_no_name_leads_out_of_the_store(
    tmp_path_factory: pytest.TempPathFactory, name: str, done: str, length: str
) -> None:
    """Whatever the headers say, the end is a refusal."""
    store = UploadStore(tmp_path_factory.getbasetemp() / "empty")
    request = notice(name, done=done, **{"content-length": length})
    with pytest.raises(HTTPError):
        store.receive(request)


# -- the request -----------------------------------------------------------------------------------


def test_a_body_that_fits_can_be_read_at_once() -> None:
    """As often as one likes; a larger one is refused, and is to be had from its file."""
    small = UploadRequest.of(notice("f"), BytesIO(b"a" * 100))
    assert small.body == small.body == b"a" * 100
    large = UploadRequest.of(notice("f"), BytesIO(b"a" * 101))
    with pytest.raises(PayloadTooLarge):
        _ = large.body


class Photo(WebMessageHandler):
    """Says how large the uploaded file is, and how large all of it was."""

    def post(self) -> Any:
        file = self.message.files["photo"][0]
        size = len(file["body"])
        self.set_body(f"{file['filename']} {size} {self.get_argument('title')}")
        return self.render()


@pytest.mark.parametrize("size", [10, 5000])
def test_a_form_with_a_large_file_is_read_from_the_file(tmp_path: Path, size: int) -> None:
    """Handlers need not know whether a form was too large for memory."""
    app = Brubeck(
        WSGIConnection(0), [("^/$", Photo)], limits=Limits(body=1000), uploads=UploadStore(tmp_path)
    )
    files = {"photo": ("a.png", b"x" * size, "image/png")}
    answer = TestClient(app).post("/", form={"title": "A"}, files=files)
    assert answer.text == f"a.png {size} A"


def test_without_a_store_large_bodies_are_refused() -> None:
    """An application that expects no files takes none."""
    app = Brubeck(WSGIConnection(0), [("^/$", Photo)], limits=Limits(body=1000))
    assert TestClient(app).post("/", body=b"x" * 1001).status_code == 413
