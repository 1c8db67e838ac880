"""What workers tell their supervisor, by files in a folder that both know."""

import json
import os
from pathlib import Path

FRONTS = "fronts"


def tell_ready(folder: Path) -> None:
    """Tell that this process can serve requests."""
    (folder / _ready(os.getpid())).touch()


def is_ready(folder: Path, pid: int) -> bool:
    """Say whether a worker can serve requests."""
    return (folder / _ready(pid)).exists()


def forget(folder: Path, pid: int) -> None:
    """Remove what a worker has told that is no more."""
    (folder / _ready(pid)).unlink(missing_ok=True)


def tell_fronts(folder: Path, pull: str, pub: str) -> None:
    """Tell from which Mongrel2 servers requests come, and where answers go."""
    draft = folder / f"{FRONTS}.{os.getpid()}"
    draft.write_text(json.dumps([pull, pub]))
    draft.replace(folder / FRONTS)


def fronts(folder: Path) -> tuple[str, str] | None:
    """Return what a worker has told about Mongrel2; None as long as nobody has."""
    try:
        pull, pub = json.loads((folder / FRONTS).read_text())
    except FileNotFoundError:
        return None
    return pull, pub


def _ready(pid: int) -> str:
    return f"ready.{pid}"
