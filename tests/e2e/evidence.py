"""What a failing test leaves in build/failures/<test>/: its pages, their answers, and all logs.

`pages` are pictures and texts of all tabs that are open, `answers.txt` says what each request of
theirs got, with the request id that stands in the logs as well.
"""

import os
import shlex
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from e2e import serverlogs
from playwright.sync_api import Browser, Error, Page, Request

FAILURES = Path("build/failures")
MOST = 1_000_000  # bytes of one log, counted from its end
SECONDS = 60  # for the command that prints the logs of sites elsewhere


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[pytest.TestReport]:
    """Keep the evidence of a failure while its tabs and servers are still there."""
    report: pytest.TestReport = yield
    if report.failed and report.when != "teardown":
        folder = FAILURES / name_of(item)
        keep(folder, report, item.funcargs.get("browser"))
        report.sections.append(("evidence", f"Pages, answers and logs are in {folder}"))
    return report


def name_of(test: pytest.Item) -> str:
    """Return the name of a test as a folder has it."""
    whole = f"{test.path.stem}-{test.name}"
    return "".join(sign if sign.isalnum() or sign == "_" else "-" for sign in whole).strip("-")


def keep(folder: Path, report: pytest.TestReport, browser: Browser | None) -> None:
    """Write everything that is known; what is there from an earlier run is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "failure.txt").write_text(report.longreprtext)
    tabs = [page for context in browser.contexts for page in context.pages] if browser else []
    for number, page in enumerate(tabs, 1):
        with suppress(Error):  # a tab that is just closing has nothing to show
            _keep_page(page, folder / f"page-{number}")
    for number, logs in enumerate(serverlogs.folders(), 1):
        _keep_logs(logs, folder / "logs" / str(number))
    if command := os.environ.get("SITES_LOGS"):
        (folder / "logs").mkdir(exist_ok=True)
        (folder / "logs" / "sites.log").write_text(_output_of(command))


def _keep_page(page: Page, name: Path) -> None:
    answers = [_in_words(request) for request in page.requests()]
    name.with_suffix(".txt").write_text("\n".join([page.url, "", *answers, ""]))
    # By the browser's own protocol: Playwright would wait for a page that waits for the next one.
    protocol = page.context.new_cdp_session(page)
    protocol.send("Page.stopLoading")
    picture = protocol.send("Page.captureScreenshot", {"captureBeyondViewport": True})
    name.with_suffix(".png").write_bytes(b64decode(picture["data"]))
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    text = protocol.send("DOM.getOuterHTML", {"nodeId": root})["outerHTML"]
    name.with_suffix(".html").write_text(f"<!-- {page.url} -->\n{text}")


def _in_words(request: Request) -> str:
    answer = request.existing_response
    if answer is None:
        return f"no answer        {request.method} {request.url} {request.failure or ''}".rstrip()
    ident = answer.headers.get("x-request-id", "-")
    return f"{answer.status} {ident} {request.method} {request.url}"


def _keep_logs(source: Path, target: Path) -> None:
    for log in sorted(source.rglob("*.log")):
        copy = target / log.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(log.read_bytes()[-MOST:])


def _output_of(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command}: {error}\n"
    return done.stdout + done.stderr
