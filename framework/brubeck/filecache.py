"""Files in memory, as long as they do not change on disk."""

import hashlib
import os
import stat
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CACHED_FILE_SIZE = 262_144  # larger files are read from disk each time
CACHE_SIZE = 33_554_432
MAX_FILES = 4096


class _Signature(NamedTuple):
    """What changes when a file does."""

    device: int
    inode: int
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file as it was when it was read: size in bytes, SHA-256 in hex, Unix time in seconds."""

    path: Path
    size: int
    digest: str
    modified: int
    content: bytes | None

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes from start up to but not including end."""
        end = self.size if end is None else end
        if self.content is not None:
            return self.content[start:end]
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)


class FileCache:
    """The regular files below one directory. A look-up of a known one costs one `stat`."""

    def __init__(
        self, base: Path, *, file_size: int = CACHED_FILE_SIZE, size: int = CACHE_SIZE
    ) -> None:
        self.base = base.resolve(strict=True)
        self.file_size = file_size
        self.size = size
        self._prefix = f"{self.base}{os.sep}"
        self._used = 0
        self._known: OrderedDict[str, tuple[_Signature, StoredFile]] = OrderedDict()

    def get(self, name: str) -> StoredFile | None:
        """Return a file by its relative path, None for all that is no file below the directory."""
        try:
            signature = _signature(os.stat(self._prefix + name))  # noqa: PTH116 - Path costs more
            known = self._known.get(name)
            if known and known[0] == signature:
                self._known.move_to_end(name)
                return known[1]
            return self._load(name, signature)
        except (OSError, ValueError):
            return None

    def _load(self, name: str, signature: _Signature) -> StoredFile | None:
        path = Path(self._prefix + name).resolve(strict=True)
        # A link may lead out of the directory (CWE-59).
        if not path.is_relative_to(self.base) or not path.is_file():
            return None
        with path.open("rb") as file:
            is_small = signature.size <= self.file_size
            content = file.read() if is_small else None
            digest = (
                hashlib.sha256(content)
                if content is not None
                else hashlib.file_digest(file, "sha256")
            )
        stored = StoredFile(
            path=path,
            size=signature.size if content is None else len(content),
            digest=digest.hexdigest(),
            modified=signature.modified_ns // 1_000_000_000,
            content=content,
        )
        self._remember(name, signature, stored)
        return stored

    def _remember(self, name: str, signature: _Signature, stored: StoredFile) -> None:
        self._forget(name)
        self._known[name] = signature, stored
        self._used += len(stored.content or b"")
        while self._used > self.size or len(self._known) > MAX_FILES:
            self._forget(next(iter(self._known)))

    def _forget(self, name: str) -> None:
        _, stored = self._known.pop(name, (None, None))
        self._used -= len(stored.content or b"") if stored else 0


def _signature(status: os.stat_result) -> _Signature:
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError
    return _Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
