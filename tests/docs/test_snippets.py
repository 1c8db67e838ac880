"""The pages of the documentation say what the framework does: every example is run."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from docs.pages import (
    DOCS,
    FRAMEWORK_PAGES,
    ROOT,
    RUN,
    RUN_PAGES,
    SHOWN,
    blocks_of,
    name_of,
    prose_of,
)

RUNNER = Path(__file__).with_name("run_page.py")
TIMEOUT = 90
SERVED = ["application", "connections", "concurrency"]


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a reader who has installed brubeck, and nothing set."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, arguments in {"brubeck": "-m brubeck", "python": ""}.items():
        script = bin_folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT / "framework"), **variables}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder to run a page in."""
    folder = tmp_path / "reader"
    folder.mkdir()
    return folder


def stores_of(page: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the addresses of the servers that a page asks for; Redis is empty."""
    text, variables = page.read_text(), {}
    if "MONGO_URL" in text:
        variables["MONGO_URL"] = request.getfixturevalue("mongo_url")
    if "REDIS_URL" in text:
        request.getfixturevalue("redis")
        variables["REDIS_URL"] = f"unix://{request.getfixturevalue('redis_socket')}"
    return variables


@pytest.mark.parametrize("page", RUN_PAGES, ids=name_of)
def test_every_example_of_a_page_is_true(
    page: Path, tmp_path: Path, folder: Path, request: pytest.FixtureRequest
) -> None:
    """What the page shows is what happens, in a process of its own and from its first line on."""
    variables = stores_of(page, request)
    ran = subprocess.run(
        [sys.executable, str(RUNNER), str(page)],
        cwd=folder, env=environment(tmp_path, **variables),
        capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert re.search(r"[1-9]\d* examples ran", ran.stdout), f"{name_of(page)} shows no example"


@pytest.mark.parametrize("page", FRAMEWORK_PAGES, ids=name_of)
def test_a_page_begins_with_a_program(page: Path) -> None:
    """A reader sees at once what it is about: a program comes before everything else."""
    first, *_ = blocks_of(page)
    assert first.kind == "python", f"the first block of {name_of(page)} is {first.kind!r}"
    before = page.read_text().partition("```")[0]
    assert len(before.split()) <= 80, f"{name_of(page)} talks for too long before its program"


@pytest.mark.parametrize("page", FRAMEWORK_PAGES, ids=name_of)
def test_a_page_is_read_in_two_minutes(page: Path) -> None:
    """Two minutes are 400 words, at the pace of somebody who wants to understand them."""
    assert len(prose_of(page).split()) <= 400


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=name_of)
def test_no_block_escapes_the_tests(page: Path) -> None:
    """A block is run, or is a file that is written, or plainly shows no code."""
    for block in blocks_of(page):
        known = block.kind in RUN | SHOWN or block.path
        assert known, f"{name_of(page)}:{block.line} has the unknown kind {block.kind!r}"
    if page not in RUN_PAGES and page.name != "dictshield.md":  # which has a test of its own
        kinds = {block.kind for block in blocks_of(page)}
        assert not kinds & RUN, f"{name_of(page)} has examples that nobody runs"


@pytest.mark.parametrize("page", RUN_PAGES, ids=name_of)
def test_a_file_is_named_where_it_is_shown(page: Path) -> None:
    """Renderers hide what follows the word after the fence, so the line above says it."""
    for block in blocks_of(page):
        if block.path:
            above = page.read_text().splitlines()[block.line - 4]
            assert above == f"`{block.path}`:", f"{name_of(page)}:{block.line} names no file"


@contextmanager
def served(folder: Path, variables: dict[str, str]) -> Iterator[str]:
    """Serve program.py by the command line on a free port; give its address."""
    command = [sys.executable, "-m", "brubeck", "run", "program:app", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            lines = (re.match(r"Serving on port (\d+)", line) for line in server.stdout)
            port = next((found[1] for found in lines if found), None)
            assert port, "the program ended before it served"
            yield f"http://127.0.0.1:{port}"
            server.send_signal(signal.SIGTERM)
            assert server.wait(TIMEOUT) == 0
        finally:
            server.kill()


@pytest.mark.parametrize("name", SERVED)
def test_a_program_is_served_by_the_command_line(name: str, tmp_path: Path, folder: Path) -> None:
    """The program of a page really runs: it answers over HTTP, and ends when it is told to."""
    program = next(block for block in blocks_of(DOCS / "framework" / f"{name}.md"))
    (folder / "program.py").write_text(program.text)
    with served(folder, environment(tmp_path)) as address:
        with urlopen(f"{address}/") as answer:
            assert answer.status == 200
            assert answer.read()
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{address}/nothing/is/here")
