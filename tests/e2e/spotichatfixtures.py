"""What every module of SpotiChat's browser tests shares: a site of two processes, and people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from e2e.spotichatpeople import Listener
from e2e.spotichatserver import SpotiChatServer
from playwright.sync_api import Browser

People = Callable[..., Listener]


@contextmanager
def people(browser: Browser, server: SpotiChatServer) -> Iterator[People]:
    """Give a function that returns a person at one of the processes; no script may complain."""
    opened: list[Listener] = []

    def listener(name: str, process: int = 0, **options: Any) -> Listener:
        opened.append(Listener(browser, server.sites[process], name, **options))
        return opened[-1]

    yield listener
    complaints = [complaint for person in opened for complaint in person.complaints]
    for person in opened:
        person.goes()
    assert complaints == []
