"""`python -m readify.extracting`: the process that reads pages which may have been made to do harm.

It is started by `extractors.py`, gets pages over its standard input, which is a socket, and sends
articles back the same way. Nothing else is in its reach: no database, no secrets, bounded memory, and
a bounded time for each page, after which the system ends it (CWE-400).
"""

import logging
import resource
import signal
import socket
import sys
from typing import Any

from pagefetch import FetchedPage

from readify.extraction import NothingToReadError, extract
from readify.extractors import LONGEST_READING
from readify.line import HungUpError, receive, send

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space


def serve(sock: socket.socket) -> None:
    """Answer with the article of each page, until the other process is gone."""
    while True:
        page = FetchedPage(*receive(sock))
        signal.setitimer(signal.ITIMER_REAL, LONGEST_READING)
        try:
            answer: dict[str, Any] = {"article": extract(page)}
        except NothingToReadError as error:
            answer = {"reason": str(error)}
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(sock, answer)


def main() -> None:
    """Take on the limits, and read pages."""
    logging.disable()  # what the library says about a page, its owner reads in our words
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which hangs up then
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        with socket.socket(fileno=sys.stdin.fileno()) as sock:
            serve(sock)
    except (HungUpError, OSError):
        return


if __name__ == "__main__":
    main()
