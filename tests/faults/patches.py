"""Code that every Python program of a suite begins with: what a test needs inside of them."""

from pathlib import Path


def patched(folder: Path, code: str) -> dict[str, str]:
    """Return the environment in which programs begin with some code; it is kept in a folder."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": str(folder)}
