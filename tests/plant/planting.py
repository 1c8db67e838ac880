"""Bugs that are put in on purpose, and what the tests make of them."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("bugs.toml")
FAILED = 1  # pytest's exit code where tests have run, and some have failed


class WrongPlaceError(Exception):
    """The text that a bug replaces is not there exactly once."""


class Bug(NamedTuple):
    """A small exact change of one file, and the tests that must notice it."""

    name: str
    what: str
    file: str
    before: str
    after: str
    tests: list[str]
    cwe: int | None = None

    def planted(self, text: str) -> str:
        """Return the text of the file with the bug in it. Raises WrongPlaceError."""
        if (found := text.count(self.before)) != 1:
            raise WrongPlaceError(
                f"{self.name}: {self.file} has {self.before!r} {found} times. "
                f"Write it anew in {TABLE.relative_to(ROOT)}."
            )
        return text.replace(self.before, self.after)


class Verdict(NamedTuple):
    """What the tests have said: how pytest ended, the first test that failed, all the output."""

    status: int
    caught_by: str
    output: str


def bugs() -> list[Bug]:
    """Return the bugs of the table."""
    return [Bug(name, **fields) for name, fields in tomllib.loads(TABLE.read_text()).items()]


def copied(folder: Path) -> None:
    """Copy the files of the repository, as they are now, into a folder."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def tested(folder: Path, tests: Iterable[str]) -> Verdict:
    """Run tests of a copy until one fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return Verdict(done.returncode, found[1] if found else "", done.stdout + done.stderr)


def tested_with(bug: Bug, folder: Path) -> Verdict:
    """Put a bug into a copy, run its tests, and take it out again."""
    path = folder / bug.file
    sound = path.read_text()
    path.write_text(bug.planted(sound))
    try:
        return tested(folder, bug.tests)
    finally:
        path.write_text(sound)
