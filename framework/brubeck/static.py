"""Files for browsers: style sheets, scripts, pictures.

The application serves them itself, because Mongrel2's own way (a Dir route) can be crashed by one
request with a false Content-Length and lets readers into sibling directories.
"""

import posixpath
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from brubeck import conditional, negotiation
from brubeck.conditional import http_date
from brubeck.errors import MethodNotAllowed, NotFound
from brubeck.filecache import FileCache, StoredFile
from brubeck.lazy import lazy
from brubeck.methods import options_answer
from brubeck.request import Request
from brubeck.response import Response

if TYPE_CHECKING:
    from brubeck.application import Brubeck

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
HASH_LENGTH = 8
METHODS = ("GET", "HEAD", "OPTIONS")

# Preferred first. A file `x.css.br` beside `x.css` is the same, compressed.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<hash>[0-9a-f]{8})(?P<suffix>\.[^./]+)?")
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")

# The operating system's table differs from machine to machine.
CONTENT_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


class StaticFiles:
    """Serve the files of some directories; of equal names the first directory's counts.

    `url_prefix` begins and ends with a slash. Raises FileNotFoundError for a directory that does
    not exist. Files up to 256 KB stay in memory; larger ones are read whole for each answer.
    """

    def __init__(self, directories: Sequence[Path], url_prefix: str = "/static/") -> None:
        self.url_prefix = f"/{url_prefix.strip('/')}/"
        self._caches = [FileCache(Path(directory)) for directory in directories]

    @property
    def route(self) -> tuple[str, Callable[["Brubeck", Request, str], Response]]:
        """The rule for `handler_tuples`."""
        return f"^{re.escape(self.url_prefix)}(.*)$", self.serve

    def url(self, name: str) -> str:
        """Return the address of a file, with a hash that changes when the file does.

        Raises FileNotFoundError for a file that is in none of the directories.
        """
        found = self._find(name)
        if found is None:
            places = ", ".join(str(cache.base) for cache in self._caches)
            raise FileNotFoundError(f"{name!r} is in none of {places}. Check its spelling.")
        stem, suffix = posixpath.splitext(name)
        return f"{self.url_prefix}{quote(stem)}.{found.file.digest[:HASH_LENGTH]}{quote(suffix)}"

    def serve(self, application: "Brubeck", request: Request, name: str) -> Response:  # noqa: ARG002 - the form of a handler
        """Answer GET and HEAD for the file with this percent-encoded name.

        Raises NotFound and MethodNotAllowed.
        """
        if request.method == "OPTIONS":
            return options_answer(METHODS)
        if request.method not in METHODS:
            raise MethodNotAllowed(headers={"Allow": ", ".join(METHODS)})
        asset = self._asset(_decoded(name))
        if asset is None:
            raise NotFound
        file, encoding = asset.for_client(request)
        headers = asset.headers(file, encoding)
        if conditional.is_current(request.header, _etag(file), file.modified):
            return Response(304, headers=headers)
        part = _requested_range(request, file)
        if part is not None:
            return _partial(request, file, headers, part)
        return _answer(request, 200, headers, file, range(file.size))

    serve.csrf_exempt = True  # type: ignore[attr-defined]  # it changes nothing, and 405 says so

    def _asset(self, name: str) -> "_Asset | None":
        asset = self._find(name)
        hashed = _HASHED.fullmatch(name)
        if asset is not None or hashed is None:
            return asset
        asset = self._find(hashed["stem"] + (hashed["suffix"] or ""))
        # An old page may ask for an old hash: it gets the new file, but not for ever.
        if asset is not None and asset.file.digest.startswith(hashed["hash"]):
            asset.cache_control = FOREVER
        return asset

    def _find(self, name: str) -> "_Asset | None":
        if not _is_safe(name):
            return None
        for cache in self._caches:
            file = cache.get(name)
            if file is not None:
                return _Asset(name, file, cache)
        return None


class _Asset:
    """What lies at one address: a file, its compressed forms, how long browsers may keep it."""

    def __init__(self, name: str, file: StoredFile, cache: FileCache) -> None:
        self.name = name
        self.file = file
        self.cache = cache
        self.cache_control = REVALIDATE

    @lazy
    def variants(self) -> dict[str, StoredFile]:
        """Return compressed forms by encoding; one older than the file is out of date."""
        found = {code: self.cache.get(self.name + suffix) for code, suffix in _ENCODINGS.items()}
        return {
            code: variant
            for code, variant in found.items()
            if variant and variant.modified >= self.file.modified
        }

    def for_client(self, request: Request) -> tuple[StoredFile, str | None]:
        """Return the file or a compressed form of it, with the name of the encoding."""
        if self.variants and request.header("range") is None:
            accepted = negotiation.weights(request.header("accept-encoding", ""))
            for encoding, variant in self.variants.items():
                if accepted.get(encoding, 0) > 0:
                    return variant, encoding
        return self.file, None

    def headers(self, file: StoredFile, encoding: str | None) -> dict[str, str]:
        suffix = posixpath.splitext(self.name)[1].lower()
        headers = {
            "Content-Type": CONTENT_TYPES.get(suffix, "application/octet-stream"),
            "ETag": _etag(file),
            "Last-Modified": http_date(file.modified),
            "Cache-Control": self.cache_control,
            "Accept-Ranges": "bytes",
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        if self.variants:
            headers["Vary"] = "Accept-Encoding"
        return headers


def _answer(
    request: Request, status_code: int, headers: dict[str, str], file: StoredFile, part: range
) -> Response:
    headers["Content-Length"] = str(len(part))
    body = b"" if request.is_head else file.read(part.start, part.stop)
    return Response(status_code, body, headers)


def _partial(request: Request, file: StoredFile, headers: dict[str, str], part: range) -> Response:
    if not part:
        return Response(416, headers={"Content-Range": f"bytes */{file.size}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    return _answer(request, 206, headers, file, part)


def _requested_range(request: Request, file: StoredFile) -> range | None:
    """Return the part asked for: empty if there is none, None if the whole file is wanted.

    Several ranges in one request are not supported, and then the whole is the right answer
    (RFC 9110, 14.2).
    """
    wanted = _RANGE.fullmatch(request.header("range", "").strip())
    if request.method != "GET" or wanted is None or not _is_same_file(request, file):
        return None
    if wanted["first"]:
        first = int(wanted["first"])
        last = int(wanted["last"] or max(first, file.size))
        return range(first, min(last + 1, file.size)) if first <= last else None
    if wanted["last"]:
        return range(max(file.size - int(wanted["last"]), 0), file.size)
    return None


def _is_same_file(request: Request, file: StoredFile) -> bool:
    """Check If-Range: a part of another version must not be joined to the client's."""
    condition = request.header("if-range")
    return condition is None or condition.strip() in {
        _etag(file),
        http_date(file.modified),
    }


def _etag(file: StoredFile) -> str:
    return f'"{file.digest[:32]}"'


def _decoded(name: str) -> str:
    """Decode a path once; what is not UTF-8 becomes a name that no file has."""
    try:
        return unquote_to_bytes(name).decode()
    except ValueError:
        return ""


def _is_safe(name: str) -> bool:
    """Tell whether a name stays below its directory and shows nothing hidden (CWE-22)."""
    return not _UNSAFE.search(name) and all(
        part and not part.startswith(".") for part in name.split("/")
    )
