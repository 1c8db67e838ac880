"""The first page of the documentation: its chat, in two browsers, as a reader would start it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from docs.pages import DOCS, blocks_of
from framework.conformance.servers import ROOT, Process, eventually
from playwright.sync_api import Browser, expect
from ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.local]

LIMIT = 60_000  # milliseconds
PAGE_PORT = "port=6767"  # the one that the page's configuration has


def start(folder: Path, name: str, *command: str) -> Process:
    """Start a command of the page in the reader's folder."""
    return Process(list(command), folder, name, PYTHONPATH=str(ROOT / "framework"))


def run_program(folder: Path, *options: str) -> Process:
    """Start the chat by `brubeck run`."""
    return start(
        folder, "chat", sys.executable, "-W", "ignore", "-m", "brubeck", "run", "program:app", *options
    )  # fmt: skip


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """Give a folder with what the page tells its reader to save."""
    program, *_ = (block for block in blocks_of(DOCS / "start.md") if block.kind == "python")
    (tmp_path / "program.py").write_text(program.text)
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture(params=["alone", "behind Mongrel2"])
def chat(request: pytest.FixtureRequest, reader: Path) -> Iterator[str]:
    """Give the address of the chat, started in the two ways that the page tells."""
    port = free_port()
    address = f"http://localhost:{port}/"
    if request.param == "alone":
        started = [run_program(reader, "--port", str(port))]
    else:
        started = [behind_mongrel2(reader, port)]
        started.append(run_program(reader, "--pull", "ipc://run/in", "--pub", "ipc://run/out"))
    try:
        eventually(lambda: answers(address), "the chat shows its page")
        yield address
    finally:
        for process in reversed(started):
            process.end()


def behind_mongrel2(folder: Path, port: int) -> Process:
    """Start Mongrel2 with the page's configuration, on a free port."""
    found = next(block for block in blocks_of(DOCS / "start.md") if block.path == "mongrel2.conf")
    assert PAGE_PORT in found.text
    (folder / "mongrel2.conf").write_text(found.text.replace(PAGE_PORT, f"port={port}"))
    load = ["m2sh", "load", "--config", "mongrel2.conf", "--db", "mongrel2.sqlite"]
    subprocess.run(load, cwd=folder, check=True, capture_output=True)
    return start(folder, "mongrel2", "mongrel2", "mongrel2.sqlite", "main")


def answers(address: str) -> bool:
    """Say whether the chat shows its page."""
    try:
        with urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_two_browsers_talk_by_the_program_of_the_first_page(chat: str, browser: Browser) -> None:
    """From nothing to two browsers: what one says, both see, and markup stays text."""
    ada, bo = (browser.new_context().new_page() for _ in range(2))
    for page in (ada, bo):
        page.set_default_timeout(LIMIT)
        with page.expect_response("**/feed"):  # its head comes when the browser is in the room
            page.goto(chat)
    bo.get_by_label("Say something").fill("<b>Take five</b>")
    bo.keyboard.press("Enter")
    for page in (ada, bo):
        expect(page.locator("li").last).to_have_text("<b>Take five</b>", timeout=LIMIT)
        page.context.close()


def test_the_program_has_thirty_lines() -> None:
    """The page promises a chat in 30 lines; blank ones are not counted."""
    program = next(block for block in blocks_of(DOCS / "start.md") if block.kind == "python")
    assert len([line for line in program.text.splitlines() if line.strip()]) <= 30
