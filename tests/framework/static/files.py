"""Files, and how they are asked for."""

import os
from pathlib import Path
from typing import Any, cast

from brubeck.request import Request
from brubeck.response import Response
from brubeck.static import StaticFiles

CSS = b"body { color: #111 }"
MODIFIED = 1_000_000_000


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
