"""Workers of Readify that are killed: nobody notices, and no work is lost."""

import http.client
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing

import psutil
import pytest
from e2e.articlesite import article_site
from e2e.programs import asks_with_curl
from e2e.readifypeople import Reader
from e2e.sites import LocalStack
from gevent import sleep
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(300)]

PATIENCE = 60.0  # seconds
numbers = itertools.count()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Give Readify as the launcher starts it; its fetch worker may go to this machine."""
    allowed = {"READIFY_FETCH_ALLOWED": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("readify")
    with LocalStack(folder, applications=("readify",), environment=allowed) as stack:
        yield stack


@pytest.fixture
def ada(browser: Browser, stack: LocalStack) -> Iterator[Reader]:
    """Give somebody who has just signed up, with a name that nobody else has."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    name = f"eve{os.getpid()}x{next(numbers)}"
    reader = Reader(context.new_page(), stack.address("readify"), name)
    reader.signs_up()
    yield reader
    context.close()


def workers_of(stack: LocalStack, program: str) -> list[psutil.Process]:
    """Return the processes of a program that answer requests."""
    family = psutil.Process(stack.state["pids"][program]).children(recursive=True)
    return [each for each in family if {"run", "--lifeline=3"} <= set(command_of(each))]


def command_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process; an empty one if it has just ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def waits_until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    for _ in range(int(PATIENCE / 0.1)):
        if condition():
            return
        sleep(0.1)
    raise AssertionError("What was waited for has not come.")


def is_ready(stack: LocalStack, host: str) -> bool:
    """Say whether a host of the stack answers that it works."""
    with closing(http.client.HTTPConnection("127.0.0.1", stack.port, timeout=10)) as connection:
        connection.request("GET", "/readyz", headers={"Host": f"{host}:{stack.port}"})
        return connection.getresponse().status == 200


@pytest.mark.parametrize("program", ["readify", "readify_api"])
def test_a_killed_worker_is_not_noticed(program: str, ada: Reader, stack: LocalStack) -> None:
    """Each of them dies once while somebody reads and a program asks; a new one takes its place."""
    links, token = f"{stack.address('readify_api')}/links/", ada.makes_a_token("A program")
    with article_site() as elsewhere:
        ada.saves(f"{elsewhere}/one", "One")
        for victim in workers_of(stack, program):
            os.kill(victim.pid, signal.SIGKILL)
            for act, opposite in (("Like", "Unlike"), ("Unlike", "Like")) * 3:
                ada.presses(act, "One")
                button = ada.entry("One").get_by_role("button", name=f"{opposite} One", exact=True)
                expect(button).to_be_visible(timeout=PATIENCE * 1000)
                assert len(asks_with_curl(links, token)["data"]) == 1
            ada.page.reload()
            expect(ada.title("One")).to_be_visible()
            waits_until(lambda: len(workers_of(stack, program)) == 2)
            assert victim.pid not in {each.pid for each in workers_of(stack, program)}


def test_killed_fetch_workers_lose_no_page(ada: Reader, stack: LocalStack) -> None:
    """Both are killed while pages wait; the texts come all the same."""
    with article_site() as elsewhere:
        for worker in workers_of(stack, "readify_fetch"):
            os.kill(worker.pid, signal.SIGKILL)
        for name in ("One", "Two", "Three"):
            ada.saves(f"{elsewhere}/{name}", name)
        for name in ("One", "Two", "Three"):
            link = ada.title(name)
            expect(link).to_have_attribute("href", "/read/" + link_id(ada, name), timeout=90_000)
    waits_until(lambda: is_ready(stack, "fetch.readify.localhost"))


def link_id(ada: Reader, title: str) -> str:
    """Return the id of an article in the list."""
    return str(ada.entry(title).get_attribute("data-link"))


def test_readers_end_with_their_worker(ada: Reader, stack: LocalStack) -> None:
    """A process that reads pages does not outlive a worker that was killed."""
    with article_site() as elsewhere:
        ada.saves(f"{elsewhere}/read", "Read")
        ada.waits_for_the_text_of("Read")
    workers = workers_of(stack, "readify_fetch")
    readers = [child for worker in workers for child in worker.children()]
    assert readers
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    waits_until(lambda: not any(is_alive(reader) for reader in readers))


def is_alive(process: psutil.Process) -> bool:
    """Say whether a process runs, and is no mere entry in a table."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
