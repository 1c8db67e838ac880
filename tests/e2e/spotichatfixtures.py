"""What every module of SpotiChat's browser tests shares: a site of two processes, and people."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from e2e.spotichatpeople import Listener
from e2e.spotichatserver import running
from e2e.targets import named_sites
from playwright.sync_api import Browser

People = Callable[..., Listener]


@contextmanager
def addresses(folder: Path, **settings: str) -> Iterator[Sequence[str]]:
    """Give two addresses of the site: of its two processes, or twice what the environment names."""
    if (named := named_sites()) is not None:
        yield [named.spotichat] * 2
        return
    with running(folder, **settings) as server:
        yield server.sites


@contextmanager
def people(browser: Browser, sites: Sequence[str]) -> Iterator[People]:
    """Give a function that returns a person at one of the addresses; no script may complain.

    Their names end in the same random letters, as nobody can have a name that is taken.
    """
    opened: list[Listener] = []
    family = secrets.token_hex(3)

    def listener(name: str, process: int = 0, **options: Any) -> Listener:
        opened.append(Listener(browser, sites[process], f"{name} {family}", **options))
        return opened[-1]

    yield listener
    complaints = [complaint for person in opened for complaint in person.complaints]
    for person in opened:
        person.goes()
    assert complaints == []
