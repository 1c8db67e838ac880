"""Workers of the website and of the API die, and nobody notices; a second Mongrel2 joins the first.

The launcher has Readify's dispatchers repeat what a dead worker had in hand (`brubeck run --repeat`).
What cannot be repeated is a request whose answer may be on its way already: its connection ends, and
who asked asks again, as every browser does by itself for a page (RFC 9110, 9.2.2).
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import RemoteDisconnected
from itertools import count
from urllib.error import HTTPError, URLError

import gevent
import pytest
from apps.readify.api.twofronts import ReadifySite, readify_site
from apps.readify.people import PASSWORD
from apps.readify.writers import FormWriter
from framework.conformance.servers import eventually
from readify import queries

CREDITS = 64  # the most requests that a worker has in hand
ENOUGH = 60  # answers
HUNG_UP = {"RemoteDisconnected", "ConnectionResetError", "BrokenPipeError"}


@pytest.fixture
def site(
    tmp_path_factory: pytest.TempPathFactory, mongo_url: str, database: str
) -> Iterator[ReadifySite]:
    """Give a site with a database of its own, of which nothing runs yet."""
    folder = tmp_path_factory.mktemp("site")
    with readify_site(folder, mongo_url, f"{database}_{folder.name}") as site:
        yield site


class Readers:
    """Clients at both Mongrel2 servers who read all the time, and ask once more if they must."""

    def __init__(self, site: ReadifySite, program: str, number: int = 6) -> None:
        self.site, self.program = site, program
        self.first: Counter[str] = Counter()
        self.second: Counter[str] = Counter()
        self.is_over = False
        ports = [front.port for front in (site.front, site.beside)]
        self.clients = [gevent.spawn(self.read, ports[at % 2]) for at in range(number)]

    def read(self, port: int) -> None:
        """Ask until it is over."""
        while not self.is_over:
            status = self.site.status(port, self.program)
            self.first[status] += 1
            if status != "200":
                self.second[self.site.status(port, self.program)] += 1

    def wait_for_more(self) -> None:
        """Return after some more answers."""
        enough = self.first["200"] + ENOUGH
        eventually(lambda: self.first["200"] > enough, "more answers")

    def end(self) -> None:
        """Let all clients finish what they ask."""
        self.is_over = True
        gevent.joinall(self.clients, raise_error=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("program", ["web", "api"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_readers_do_not_notice_that_a_worker_is_gone(
    site: ReadifySite, program: str, number: int
) -> None:
    """No one gets an error; a new worker is there soon."""
    site.start(program)
    site.beside.start()
    site.wait_for(site.beside, program)
    readers = Readers(site, program)
    readers.wait_for_more()
    os.kill(site.workers_of(program)[0], number)
    site.wait_for_another_worker(program, so_far=2)
    readers.wait_for_more()
    readers.end()
    assert set(readers.second) <= {"200"}, readers.second
    assert set(readers.first) - {"200"} <= HUNG_UP, readers.first
    assert readers.second.total() <= CREDITS
    if number == signal.SIGTERM:
        assert readers.second.total() == 0, readers.first


class Saver(FormWriter):
    """Saves links by the form; sends it again where the connection has ended without an answer."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(name, port, PASSWORD)
        self.refused: list[str] = []
        self.is_over = False

    def fetched(self, path: str, form: bytes | None = None) -> str:
        """Return the text of a page."""
        for _ in range(3):
            with suppress(RemoteDisconnected, ConnectionError):
                return self.asked(path, form)
        raise AssertionError(f"{path} was not answered three times")

    def asked(self, path: str, form: bytes | None) -> str:
        """Ask once; raise ConnectionError where nobody answers."""
        try:
            return super().fetched(path, form)
        except HTTPError as error:
            self.refused.append(f"{path}: {error.code}")
            raise AssertionError(self.refused) from error
        except URLError as error:
            raise ConnectionError from error

    def save(self) -> None:
        """Save link after link until it is over."""
        for number in count():
            if self.is_over:
                return
            self.step(number)


@pytest.mark.timeout(300)
def test_forms_survive_the_death_of_each_worker(site: ReadifySite) -> None:
    """Both workers of the website are killed, one after the other, under six who save links.

    Nobody gets an error, and every link is there, once.
    """
    site.start("web")
    savers = [Saver(f"s{at}", site.front.port) for at in range(6)]
    saving = [gevent.spawn(saver.save) for saver in savers]
    for met in (2, 3):
        enough = sum(len(saver.saved) for saver in savers) + 12
        eventually(
            lambda enough=enough: sum(len(saver.saved) for saver in savers) > enough, "more links"
        )
        os.kill(site.workers_of("web")[0], signal.SIGKILL)
        site.wait_for_another_worker("web", so_far=met)
    for saver in savers:
        saver.is_over = True
    gevent.joinall(saving, raise_error=True)
    urls = [item["url"] for item in site.db.listitems.find({"owner_id": site.user.id})]
    saved = [url for saver in savers for url in saver.saved]
    assert sorted(urls) == sorted([*saved, "http://mine.example/"])
    assert all(queries.find_link_to(site.db, site.user.id, url) for url in saved)


@pytest.mark.timeout(300)
def test_a_second_mongrel2_is_put_beside_the_first(site: ReadifySite) -> None:
    """The website and the API answer there as well, without a restart; then the first one dies."""
    site.start("web", "api")
    assert site.status(site.beside.port, "web") == "ConnectionRefusedError"
    site.beside.start()
    for program in ("web", "api"):
        site.wait_for(site.beside, program)
        assert site.status(site.front.port, program) == "200"
    assert site.front.process
    site.front.process.signal(signal.SIGKILL)
    site.front.process.wait()
    for program in ("web", "api") * 5:
        assert site.status(site.beside.port, program) == "200"
        assert len(site.workers_of(program)) == 2
