"""Bodies that are too large for a message: they come as files.

Mongrel2 writes a body over its `limits.content_length` to a file below `upload.temp_store`, and
sends two messages without a body: one when it begins, one when all of it is there. An application
with an `UploadStore` gets the second one as an `UploadRequest`; without a store both are refused.
"""

import logging
import os
import re
import stat
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO

from brubeck import headchecks
from brubeck.errors import BadRequest, HTTPError, LengthRequired, PayloadTooLarge
from brubeck.forms import Arguments, Files
from brubeck.request import Request
from brubeck.wire import HeaderValue

MAX_SIZE = 100 * 1024 * 1024
CHUNK = 65_536
BEGUN = "x-mongrel2-upload-start"
DONE = "x-mongrel2-upload-done"
FORGED = "The headers of this request are reserved for the server. Send it without them."
CUT_OFF = "The request ended before all of it had arrived. Send it again."

log = logging.getLogger(__name__)
LARGEST = 2**31 - 1  # bytes; for more Mongrel2 reads none
_LENGTH = re.compile(r"\+?([0-9]{1,100})", re.ASCII)
_NAME = re.compile(r"\w[\w.-]{0,254}", re.ASCII)


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


class UploadRequest(Request):
    """A request whose body is a file: `body_file`, open for reading, at its beginning.

    The file has no name any more, so nothing of it stays. `body` reads all of it into memory, up
    to `limits.body`; of a multipart body the parts are in `files` as ever.
    """

    body_file: IO[bytes]

    @classmethod
    def of(cls, request: Request, body_file: IO[bytes]) -> "UploadRequest":
        """Give a request its body."""
        upload = cls.__new__(cls)
        upload.__dict__.update(request.__dict__)
        del upload.__dict__["body"]
        upload.body_file = body_file
        return upload

    @property
    def body(self) -> bytes:  # type: ignore[override]  # elsewhere it is there from the beginning
        """All bytes of the body. Raises PayloadTooLarge for more than `limits.body`."""
        self.body_file.seek(0)
        body = self.body_file.read(self.limits.body + 1)
        if len(body) > self.limits.body:
            raise PayloadTooLarge
        return body

    def check_limits(self) -> None:
        """Raise the HTTPError for a request that is misleading; its size has been checked."""
        headchecks.check(self)

    def _multipart(self) -> tuple[Arguments, Files]:
        self.body_file.seek(0)
        chunks = iter(partial(self.body_file.read, CHUNK), b"")
        return self._parsed_multipart(chunks)


class UploadStore:
    """The directory in which Mongrel2 keeps large bodies, as this process sees it.

    `directory` is that of Mongrel2's setting `upload.temp_store`; this process must be allowed to
    read and delete what is in there. `max_size` is in bytes.
    """

    def __init__(self, directory: str | os.PathLike[str], max_size: int = MAX_SIZE) -> None:
        self.directory = Path(directory)
        self.max_size = max_size

    def takes(self, request: Request) -> bool:
        """Tell whether a request is a matter of this store: a large body, or Mongrel2's notice."""
        return request.is_upload_notice or len(request.body) > request.limits.body

    def receive(self, request: Request) -> UploadRequest | None:
        """Return the request of a finished upload with its body, None of one that has begun.

        Clients can send such headers as well (CWE-345), but no such request without a body, nor
        the name of the file before it exists. Raises HTTPError for forged ones, for too large
        ones, and for chunked ones, whose size nobody bounds; their file is removed.
        """
        if not request.is_upload_notice:  # small enough for a message, too large for memory
            self._length(request)
            return UploadRequest.of(request, BytesIO(request.body))
        begun, done = request.headers.get(BEGUN), request.headers.get(DONE)
        is_pair = isinstance(begun, str) and (done is None or done == begun)
        if request.body or not is_pair or not _has_been_read(request):
            raise BadRequest(FORGED)
        if done is None:
            self._length(request)
            return None
        return self._taken(request, str(begun))

    def _taken(self, request: Request, claimed: str) -> UploadRequest:
        file = self._take(claimed)
        try:
            self._cut(file, self._length(request))
        except HTTPError:
            file.close()
            raise
        return UploadRequest.of(request, file)

    def _length(self, request: Request) -> int:
        """Return how long a body is to be."""
        headchecks.check(request)
        text = request.headers.get("content-length")
        if text is None:
            raise LengthRequired
        if not (isinstance(text, str) and text.isascii() and text.isdigit() and int(text)):
            raise BadRequest(FORGED)
        if int(text) > self.max_size:
            raise PayloadTooLarge(f"A file may have {self.max_size:,} bytes. Send a smaller one.")
        return int(text)

    def _take(self, claimed: str) -> IO[bytes]:
        """Open a file and remove its name. Only its name counts: who knows where Mongrel2 sees it."""
        name = Path(claimed).name
        if not _NAME.fullmatch(name):
            raise BadRequest(FORGED)
        path = self.directory / name
        try:
            # Not os.fdopen: eventlet's takes every descriptor for a pipe.
            file = open(path, "r+b", opener=_without_links)  # noqa: SIM115 - the request closes it
        except OSError as error:
            raise self._not_to_be_had(error) from error
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise BadRequest(FORGED)
        path.unlink()
        return file

    def _cut(self, file: IO[bytes], length: int) -> None:
        """Cut off what follows the body: it is written behind it, as if it belonged to it."""
        if os.fstat(file.fileno()).st_size < length:
            raise BadRequest(CUT_OFF)
        file.truncate(length)

    def _not_to_be_had(self, error: OSError) -> HTTPError:
        if not isinstance(error, PermissionError):
            return BadRequest(FORGED)
        log.error(
            "This process may not read what Mongrel2 keeps in %s. Run both as one user, or set "
            "upload.temp_store_mode and a common group.",
            self.directory,
        )
        return HTTPError()


def _has_been_read(request: Request) -> bool:
    """Tell whether Mongrel2 has read a body, by the rules that it goes by.

    Where it has not, the body is empty as well, and everything else is what the client says.
    """
    if request.is_handshake:
        return False
    length = _first(request.headers.get("content-length"))
    if length is None:
        return _first(request.headers.get("transfer-encoding")) == "chunked"
    number = _LENGTH.match(length)
    return number is not None and 0 < int(number[1]) <= LARGEST


def _first(value: HeaderValue | None) -> str | None:
    return value[0] if isinstance(value, list) else value
