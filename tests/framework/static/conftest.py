"""Static files in a folder.."""

from pathlib import Path

import pytest
from brubeck.static import StaticFiles
from framework.static.files import CSS, write


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
