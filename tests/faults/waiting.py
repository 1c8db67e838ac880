"""Waiting for conditions on a machine that may be busy."""

import time
from collections.abc import Callable

from gevent import sleep

PATIENCE = 120.0  # seconds until a condition that never comes true fails a test


def wait_for(condition: Callable[[], object], what: str | Callable[[], str]) -> None:
    """Wait until a condition holds; fail with what was waited for when it does not come true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what if isinstance(what, str) else what()}")
        sleep(0.05)
