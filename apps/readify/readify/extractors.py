"""Processes that read pages, so that one bad page stops neither a web site nor other pages.

Notice that a process is not repaired. Whoever fails is ended, and the next page gets a new one; the
page itself is told to its owner as one that could not be read.
"""

import os
import queue
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pagefetch import FetchedPage

from readify.article import Article
from readify.line import HungUpError, receive, send

LONGEST_READING = 20.0  # seconds for one page
PATIENCE = LONGEST_READING + 10.0  # seconds; the process itself is stricter, unless it is stopped
PAGES = 200  # that one process reads before a fresh one takes its place
TOO_HARD = "The text of this page could not be read: its HTML is too long or too twisted."
KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")  # of the environment; no address, no secret


class UnreadableError(ValueError):
    """A page that gave no article; its text says why, fit for showing."""


class Reader:
    """One process that reads pages, started when there is one to read."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.sock: socket.socket | None = None
        self.pages = 0

    def __call__(self, page: FetchedPage) -> Article:
        """Return the article of a page; raise UnreadableError.

        A process that is not new may have died before this page came: then another one tries.
        """
        is_new = self.process is None
        try:
            answer = self.asked(page)
        except (HungUpError, OSError) as error:  # a TimeoutError is an OSError
            self.stop()
            if not is_new:
                return self(page)
            raise UnreadableError(TOO_HARD) from error
        if "reason" in answer:
            raise UnreadableError(answer["reason"])
        return Article(*answer["article"])

    def asked(self, page: FetchedPage) -> dict[str, Any]:
        """Return what the process answers; raise HungUpError or OSError."""
        sock = self.ready()
        self.pages += 1
        send(sock, page)
        return dict(receive(sock))

    def ready(self) -> socket.socket:
        """Return the line to a process that can read a page."""
        if self.pages >= PAGES or (self.process and self.process.poll() is not None):
            self.stop()
        return self.sock or self.start()

    def start(self) -> socket.socket:
        """Start the process; return the line to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "readify.extracting"]
            self.process = subprocess.Popen(  # noqa: S603  no part of it comes from outside
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=environment()
            )
        ours.settimeout(PATIENCE)
        self.sock, self.pages = ours, 0
        return ours

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.sock:
            self.sock.close()
        if self.process:
            with suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
        self.sock, self.process, self.pages = None, None, 0


class Readers:
    """A few readers, each used by one page at a time."""

    def __init__(self, count: int) -> None:
        self.all = [Reader() for _ in range(count)]
        self.free: queue.LifoQueue[Reader] = queue.LifoQueue()
        for reader in self.all:
            self.free.put(reader)

    def __call__(self, page: FetchedPage) -> Article:
        """Return the article of a page when its turn has come; raise UnreadableError."""
        with self.one() as reader:
            return reader(page)

    @contextmanager
    def one(self) -> Iterator[Reader]:
        """Give a reader that nobody uses meanwhile."""
        reader = self.free.get()
        try:
            yield reader
        except BaseException as error:
            if not isinstance(error, UnreadableError):
                reader.stop()  # somebody lost patience: an answer that still comes is not for the next
            raise
        finally:
            self.free.put(reader)

    def stop(self) -> None:
        """End all processes."""
        for reader in self.all:
            reader.stop()


def environment() -> dict[str, str]:
    """Return the environment of a reader: where Python's modules are, and little else."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
