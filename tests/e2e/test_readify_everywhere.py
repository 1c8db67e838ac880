"""Readify under each coroutine library and through each transport, and what of it may die."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.articlesite import article_site
from e2e.programs import asks_with_curl
from e2e.readifypeople import Reader
from e2e.sites import LocalStack
from gevent import sleep
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

COMBINATIONS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]
ALLOWED = {"READIFY_FETCH_ALLOWED": "127.0.0.1"}


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """Give one browser profile, with JavaScript."""
    opened = browser.new_context()
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def readify(folder: Path, **options: str) -> LocalStack:
    """Return Readify alone, as the launcher starts it."""
    return LocalStack(folder, applications=("readify",), environment=ALLOWED, **options)


@pytest.mark.parametrize(("transport", "concurrency"), COMBINATIONS)
def test_all_three_programs_work_together_and_start_again(
    transport: str, concurrency: str, tmp_path: Path, scripted: BrowserContext
) -> None:
    """Save, have it fetched, read, show a picture, ask the API; Ctrl-C, start: all is there."""
    stack = readify(tmp_path, transport=transport, concurrency=concurrency)
    with stack, article_site() as elsewhere:
        grace = Reader(scripted.new_page(), stack.address("readify"), name="grace")
        grace.signs_up()
        grace.saves(f"{elsewhere}/kept", "Kept over night", is_public=True)
        grace.waits_for_the_text_of("Kept over night")
        shows_a_picture(grace, tmp_path / "me.png")
        token = grace.makes_a_token("A program")
        answer = asks_with_curl(f"{stack.address('readify_api')}/links/", token)
        assert [link["title"] for link in answer["data"]] == ["Kept over night"]
    with stack:
        grace.goes_to("/")
        grace.reads("Kept over night")
        answer = asks_with_curl(f"{stack.address('readify_api')}/profile", token)
        assert answer["username"] == "grace"
    assert stack.exit_code == 0


def shows_a_picture(reader: Reader, path: Path) -> None:
    """Upload a picture as large as those of phones are, and see it on the profile."""
    Image.effect_noise((1200, 1200), 80).save(path)
    assert path.stat().st_size > 2**20, "larger than what Mongrel2 keeps in memory"
    reader.goes_to("/settings")
    reader.page.get_by_label("Choose a picture").set_input_files(path)
    reader.page.get_by_role("button", name="Save my profile").click()
    reader.page.wait_for_url(f"{reader.site}/u/{reader.name}")
    picture = reader.page.locator("img.avatar")
    expect(picture).to_have_js_property("naturalWidth", 256)


def children_of(pid: int) -> dict[int, list[str]]:
    """Return the command lines of the processes that a process has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return {child: line.split("\0") for child, line in lines.items()}


def dispatcher_of(supervisor: int) -> str:
    """Return the address of the dispatcher that a supervisor has started."""
    line = next(line for line in children_of(supervisor).values() if "dispatch" in line)
    return next(word.partition("=")[2] for word in line if word.startswith("--bind="))


def workers_of(supervisor: int) -> list[int]:
    """Return the processes that ask the dispatcher of a supervisor for requests."""
    command = [sys.executable, "-m", "brubeck", "dispatch", "--stats"]
    command.append(f"--bind={dispatcher_of(supervisor)}")
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    return [worker["pid"] for worker in json.loads(done.stdout)["workers"]]


def test_killing_any_worker_is_not_noticed(tmp_path: Path, scripted: BrowserContext) -> None:
    """The website and the API go on while each of their processes dies once, and so does fetching."""
    with readify(tmp_path) as stack, article_site() as elsewhere:
        ada = Reader(scripted.new_page(), stack.address("readify"), name="ada")
        ada.signs_up()
        links = f"{stack.address('readify_api')}/links/"
        token = ada.makes_a_token("A program")
        for program in ("readify", "readify_api"):
            supervisor = stack.state["pids"][program]
            for worker in workers_of(supervisor):
                os.kill(worker, signal.SIGKILL)
                works(ada, links, token)
                waits_until_replaced(supervisor, worker)
        ada.saves(f"{elsewhere}/late", "Saved late")
        ada.waits_for_the_text_of("Saved late")


def works(reader: Reader, links: str, token: str) -> None:
    """Ask the website and the API several times, so that every worker would have its turn."""
    for _ in range(6):
        reader.goes_to("/")
        expect(reader.page.get_by_role("heading", level=1, name="Unread")).to_be_visible()
        assert asks_with_curl(links, token)["data"] == []


def waits_until_replaced(supervisor: int, worker: int) -> None:
    """Return once another process asks for requests in place of a dead worker."""
    while worker in (working := workers_of(supervisor)) or len(working) < 2:
        sleep(0.1)
