"""The directory of one suite's state: databases, logs, sockets, the secret, and the lock."""

import fcntl
import hashlib
import hmac
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from launcher.errors import LaunchError

# sizeof(sockaddr_un.sun_path) - 1. Mongrel2 stays up with a dead route beyond it.
SOCKET_PATH_BYTES = 107
# Characters that mean nothing to Mongrel2's configuration language.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")


class State:
    """What lies under ``VAR_DIR``. Only its owner can read it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.logs = directory / "log"
        self.run = directory / "running"
        self.uploads = self.run / "uploads"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Prepare the directory and keep other launchers out until the end of this one."""
        os.umask(0o077)
        with self._lock_file() as lock:
            self._take(lock)
            self._start_afresh()
            yield

    def _lock_file(self) -> TextIO:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            return (self.directory / "launcher.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise LaunchError(
                f"Cannot use {self.directory} for the suite's data: {error.strerror}. "
                "Make it writable, or name another directory: VAR_DIR=/some/where make demo"
            ) from None

    def _take(self, lock: TextIO) -> None:
        # flock ends with the process however it dies, so a stale lock cannot exist.
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LaunchError(self._already_running(lock.read())) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()

    def _already_running(self, owner: str) -> str:
        return (
            f"The suite is already running on {self.directory} (process {owner}). "
            f"Stop it with Ctrl-C in its terminal or with: kill {owner}. "
            "A second one needs its own directory and port: VAR_DIR=var2 SITE_PORT=6868 make demo"
        )

    def _start_afresh(self) -> None:
        """Remove what a killed run may have left: sockets, the pid file, aborted uploads."""
        shutil.rmtree(self.run, ignore_errors=True)
        self.uploads.mkdir(parents=True)

    def secret(self, name: str) -> str:
        """Return the cookie secret of one application: stable over restarts, its own.

        All are derived from one random file, so that no application can sign for another.
        """
        master = self._master_secret()
        return hmac.new(master, name.encode(), hashlib.sha256).hexdigest()

    def _master_secret(self) -> bytes:
        path = self.directory / "secret"
        if not path.exists():
            draft = path.with_suffix(".new")
            draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
            draft.chmod(0o600)
            draft.replace(path)
        path.chmod(0o600)
        if len(master := path.read_bytes().strip()) < 32:
            raise LaunchError(
                f"The secret in {path} is too short. Delete the file to get a new one."
            )
        return master

    @contextmanager
    def sockets(self, longest_name: int) -> Iterator[Path]:
        """Yield a directory whose sockets have usable paths, for file names up to this length.

        That is ``running`` itself, or a private temporary directory where that path is too
        long for a socket or has characters that Mongrel2's configuration would misread.
        """
        if usable_for_sockets(self.run, longest_name):
            yield self.run
            return
        parent = tempfile.gettempdir()
        if not usable_for_sockets(Path(parent) / "brubeck-12345678", longest_name):
            parent = "/tmp"  # noqa: S108 - mkdtemp makes a private directory there
        directory = tempfile.mkdtemp(prefix="brubeck-", dir=parent)
        try:
            yield Path(directory)
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def usable_for_sockets(directory: Path, longest_name: int) -> bool:
    """Say whether sockets with names of this length can be bound and configured there."""
    path = os.fsencode(directory)
    fits = len(path) + 1 + longest_name <= SOCKET_PATH_BYTES
    return fits and bool(_PLAIN_PATH.fullmatch(os.fsdecode(path)))
