"""Where the output of the started programs goes: one file each, and the screen on request."""

import logging
import sys
import threading
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

from honcho.printer import Message, Printer

FILE_BYTES = 5_000_000
OLD_FILES = 3
TAIL_LINES = 15


class Log:
    """The log file of one program. Every start begins a fresh one; three older ones are kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._handler = RotatingFileHandler(
            path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True
        )
        if path.exists() and path.stat().st_size:
            self._handler.doRollover()
        self._logger = logging.Logger(path.stem)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._logger.addHandler(self._handler)

    def write(self, line: str) -> None:
        """Append one line, with the time before it."""
        self.tail.append(line)
        self._logger.info("%s", line)

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


class Screen:
    """Shows lines with their time and program, as honcho does; off unless it is wanted."""

    def __init__(self, *, shown: bool) -> None:
        self._printer = Printer(sys.stdout, width=10) if shown else None
        self._lock = threading.Lock()

    def show(self, message: Message, line: str) -> None:
        """Print one line of a program, as long as there is somebody to read it."""
        with self._lock:
            try:
                if self._printer:
                    self._printer.write(message._replace(data=line))
            except OSError:
                self._printer = None


def readable(data: bytes) -> str:
    """Return a line as text without control characters: strangers choose part of what is logged."""
    line = data.decode("utf-8", "replace").rstrip("\r\n").replace("\t", "    ")
    if line.isprintable():
        return line
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
