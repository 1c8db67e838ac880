"""Form bodies: `application/x-www-form-urlencoded` and `multipart/form-data` (RFC 7578)."""

import weakref
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qsl

from multipart import (  # type: ignore[import-untyped]  # it ships no types
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from brubeck.errors import PayloadTooLarge
from brubeck.limits import DEFAULT_LIMITS, Limits

Arguments = dict[str, list[str]]
Files = dict[str, list["UploadedFile"]]

_CHUNK = 65_536


class MalformedForm(ValueError):  # noqa: N818 - names what came in, as BadMessage does
    """A body that is not the form that its Content-Type promises."""


class UploadedFile(dict[str, object]):
    """One file of a form, with the keys `filename`, `content_type`, `body` and `file`.

    `file` is open for reading; a large one lives on disk, so prefer it to `body`, which is all
    of its bytes. Both last as long as this object.
    """

    def __init__(self, filename: str, content_type: str, max_memory: int) -> None:
        # Not a with statement: the file lives as long as this object.
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=max_memory)  # noqa: SIM115 - see above
        self.filename = filename
        self.content_type = content_type
        super().__init__(filename=filename, content_type=content_type, file=self.file, body=b"")
        weakref.finalize(self, self.file.close)

    @property
    def body(self) -> bytes:
        """All bytes of the file."""
        position = self.file.tell()
        self.file.seek(0)
        content = self.file.read()
        self.file.seek(position)
        return content

    def __getitem__(self, key: str) -> object:
        return self.body if key == "body" else super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        """Return the value of a key, or the default."""
        return self.body if key == "body" else super().get(key, default)


def parse_urlencoded(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Arguments:
    """Return names and their values; blank values are dropped, bad bytes become U+FFFD.

    Raises PayloadTooLarge for too many values or one that is too long.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if text.count("&") >= limits.arguments:
        raise _too_many(limits)
    arguments: Arguments = {}
    for name, value in parse_qsl(text, errors="replace"):
        if len(value) > limits.argument_size:
            raise _too_long(name, limits)
        arguments.setdefault(name, []).append(value)
    return arguments


def parse_multipart(
    body: bytes | Iterable[bytes], content_type: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Arguments, Files]:
    """Return the values and the files of a multipart body, each by name.

    The body may come in pieces.

    Raises MalformedForm, and PayloadTooLarge for too many values or files or one too long.
    """
    arguments: Arguments = {}
    files: Files = {}
    try:
        for name, content in _parts(body, content_type, limits):
            if isinstance(content, UploadedFile):
                files.setdefault(name, []).append(content)
            else:
                arguments.setdefault(name, []).append(content.decode("utf-8", "replace"))
            if sum(map(len, files.values())) > limits.files:
                raise PayloadTooLarge(f"A form may carry {limits.files} files. Send fewer.")
    except ParserLimitReached as error:
        raise _too_many(limits) from error
    except MultipartError as error:
        raise MalformedForm(str(error)) from error
    return arguments, files


def _parts(
    body: bytes | Iterable[bytes], content_type: str, limits: Limits
) -> Iterator[tuple[str, bytearray | UploadedFile]]:
    """Yield name and content of all parts that have a name."""
    _, options = parse_options_header(content_type)
    parser = PushMultipartParser(
        options.get("boundary", ""), max_segment_count=limits.arguments + limits.files
    )
    name = ""
    content: bytearray | UploadedFile = bytearray()
    with parser:
        for event in _events(parser, body):
            if event is None:
                if isinstance(content, UploadedFile):
                    content.file.seek(0)
                if name:
                    yield name, content
            elif isinstance(event, MultipartSegment):
                name, content = event.name, _empty_content(event, limits)
            elif isinstance(content, UploadedFile):
                content.file.write(event)
            else:
                content += event
                if len(content) > limits.argument_size:
                    raise _too_long(name, limits)


def _events(
    parser: PushMultipartParser, body: bytes | Iterable[bytes]
) -> Iterator[MultipartSegment | bytes | None]:
    """Feed the parser piece by piece, so that a large file is never in memory twice."""
    for piece in _pieces(body) if isinstance(body, bytes) else body:
        yield from parser.parse(piece)


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))


def _empty_content(segment: MultipartSegment, limits: Limits) -> bytearray | UploadedFile:
    if not segment.filename:
        return bytearray()
    content_type = segment.header("Content-Type") or "application/unknown"
    return UploadedFile(segment.filename, content_type, limits.file_memory)


def _too_many(limits: Limits) -> PayloadTooLarge:
    return PayloadTooLarge(f"A form may carry {limits.arguments} values. Send fewer.")


def _too_long(name: str, limits: Limits) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"The value of {name!r:.99} is longer than {limits.argument_size} bytes. Shorten it."
    )
