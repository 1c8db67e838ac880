"""``python -m docsite``: build docs/ into build/site, if anything has changed since."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
DRAFT = ROOT / "build" / "site.new"
STAMP = ROOT / "build" / "site.stamp"
# What pages are made of: they show code of the applications, and what the docstrings say.
SOURCES = ("docs", "framework", "apps", "stack", "tests/apps", "mkdocs.yml", "SECURITY.md")
KINDS = {".md", ".py", ".yml", ".html", ".mustache", ".js", ".css", ".png", ".svg"}


def main() -> int:
    """Build; return the exit code."""
    STAMP.parent.mkdir(exist_ok=True)
    with STAMP.open("a+") as stamp:
        fcntl.flock(stamp, fcntl.LOCK_EX)  # `make demo` and `make docs` may start together
        stamp.seek(0)
        state = digest()
        if SITE.is_dir() and stamp.read() == state:
            return 0
        if not build():
            return 1
        stamp.truncate(0)
        stamp.write(state)
    return 0


def digest() -> str:
    """Return a hash of all that the site is made of: names, sizes and times of files."""
    found = hashlib.sha256()
    for source in SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.suffix in KINDS:
                status = path.stat()
                found.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()


def build() -> bool:
    """Build beside the site that is served, and put it in its place; say whether that was done."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(DRAFT)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, check=False)  # noqa: S603 - our own tool
    if done.returncode:
        return False
    shutil.rmtree(SITE, ignore_errors=True)
    DRAFT.rename(SITE)
    return True


if __name__ == "__main__":
    sys.exit(main())
