"""What only root may do, and what is missing where somebody is not: said aloud, once for each test."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def run(*command: object) -> str:
    """Run a program; return what it says."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def need(*programs: str, root: bool = False) -> None:
    """Skip a test where a program is missing, or where it takes root and this is somebody else."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing. Install it with: python3 stack/bootstrap.py test")
    if root and os.geteuid() != 0:
        pytest.skip("Only root may do this. Run it with: sudo make test")


def try_root(*command: object) -> None:
    """Skip a test where this machine does not let even root do something, as in a plain container."""
    try:
        run(*command)
    except AssertionError as error:
        pytest.skip(f"This machine does not allow it: {error}")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Give a disk of that size, in memory; it is gone after the block."""
    need("mount", "umount", root=True)
    folder.mkdir()
    try_root("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield folder
    finally:
        run("umount", "-l", folder)
