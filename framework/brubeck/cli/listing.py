"""The files that a program is made of, written by a worker and watched by its supervisor."""

import os
import sys
import traceback
from pathlib import Path


def write(path: Path, error: BaseException | None = None) -> None:
    """Write the files of all imported modules, and of the import that failed, one a line.

    Each line begins with the file's time of change in nanoseconds.
    """
    files = sorted({*_imported(), *_blamed(error)})
    lines = [f"{time} {file}" for file in files if (time := _time(file)) is not None]
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text("\n".join(lines))
    draft.replace(path)


def _imported() -> list[str]:
    modules = list(sys.modules.values())
    return [file for module in modules if (file := getattr(module, "__file__", None))]


def _blamed(error: BaseException | None) -> list[str]:
    """Return the files in the traceback of an error and of its causes."""
    files: list[str] = []
    while error is not None:
        files += [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        if isinstance(error, SyntaxError) and error.filename:
            files.append(error.filename)
        error = error.__cause__
    return files


class Watch:
    """Tells which of the listed files have changed since it was asked the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._times: dict[str, int | None] = {}

    def changed(self) -> list[str]:
        """Return the names of files that are not as they were listed, or as they were last."""
        known = self._listed() | self._times
        self._times = {file: _time(file) for file in known}
        return sorted(file for file, time in self._times.items() if time != known[file])

    def _listed(self) -> dict[str, int | None]:
        try:
            lines = self._path.read_text().splitlines()
        except FileNotFoundError:
            return {}
        pairs = (line.partition(" ") for line in lines)
        return {file: int(time) for time, _, file in pairs}


def _time(file: str) -> int | None:
    try:
        return Path(file).stat().st_mtime_ns
    except OSError:
        return None
