"""A test that fails leaves its pages, their request ids and the logs of all servers behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from framework.conformance.servers import ROOT

SAMPLE = """
import pytest
from e2e.nojsserver import running


@pytest.fixture
def server(tmp_path):
    with running(tmp_path, "wsgi") as started:
        yield started


def test_sample(server, browser):
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    page.goto(server.site + "/r/lobby/messages", wait_until="commit")  # a page that waits
    other.goto(server.site + "/no/such/page")
    assert {condition}
    context.close()


@pytest.fixture
def broken(browser):
    page = browser.new_page()
    page.set_content("<p>in the middle of it")
    raise RuntimeError("no such luck")


@pytest.mark.skipif({condition}, reason="is for the failing sample")
def test_without_a_beginning(broken):
    pass
"""


def run_sample(folder: Path, condition: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a test in a process of its own, in an empty folder."""
    (folder / "test_it.py").write_text(SAMPLE.format(condition=condition))
    plugins = [
        "-p",
        "conftest",
        "-p",
        "e2e.conftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        ROOT / "pyproject.toml",
        *plugins,
        "test_it.py",
    ]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": f"{ROOT}/tests", **environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what a failing test has left, with sites elsewhere whose logs a command prints."""
    folder = tmp_path_factory.mktemp("failing")
    done = run_sample(folder, "False", SITES_LOGS="echo from elsewhere")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Pages, answers and logs are in build/failures/test_it-test_sample" in done.stdout
    return folder / "build" / "failures"


def test_every_tab_has_its_picture_and_its_text(failures: Path) -> None:
    """Also one that is still waiting for the end of its page."""
    kept = failures / "test_it-test_sample"
    for number in (1, 2):
        assert (kept / f"page-{number}.png").read_bytes().startswith(b"\x89PNG")
    assert "<html" in (kept / "page-1.html").read_text()
    assert "/no/such/page -->" in (kept / "page-2.html").read_text()
    assert "assert False" in (kept / "failure.txt").read_text()


def test_the_request_id_of_an_answer_stands_in_the_page(failures: Path) -> None:
    """So that what the visitor saw is found in the logs."""
    kept = failures / "test_it-test_sample"
    url, _, line, *_ = (kept / "page-2.txt").read_text().splitlines()
    assert line.endswith(url)
    status, ident, method, _ = line.split()
    assert (status, method) == ("404", "GET")
    assert ident in (kept / "page-2.html").read_text()


def test_the_logs_of_all_processes_are_kept(failures: Path) -> None:
    """Those of this machine, and what the command prints."""
    logs = failures / "test_it-test_sample" / "logs"
    assert {log.name for log in logs.rglob("*.log")} == {"nojs.log", "redis.log", "sites.log"}
    assert "/no/such/page" in (logs / "1" / "nojs.log").read_text()
    assert (logs / "sites.log").read_text() == "from elsewhere\n"


def test_a_fixture_that_fails_is_kept_as_well(failures: Path) -> None:
    """Most tests fail where they begin."""
    kept = failures / "test_it-test_without_a_beginning"
    assert "no such luck" in (kept / "failure.txt").read_text()
    assert "in the middle of it" in "".join(page.read_text() for page in kept.glob("page-*.html"))


def test_who_succeeds_leaves_nothing(tmp_path: Path) -> None:
    """There is nothing to look for."""
    done = run_sample(tmp_path, "True")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "build").exists()
