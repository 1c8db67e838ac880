"""Running sites and real browsers for the end-to-end tests.

The sites are those that LISTSURF_URL, NOJS_URL and SPOTICHAT_URL name; without the first the launcher is started on free ports,
exactly as `make demo` does it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.browsing import FAILED, keep_evidence
from e2e.sites import LocalStack, Sites
from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Give the addresses to judge: those of the environment, or a stack started for the run."""
    if url := os.environ.get("LISTSURF_URL"):
        others = {name: os.environ.get(f"{name.upper()}_URL", "") for name in ("nojs", "spotichat")}
        yield Sites(listsurf=url, **others)
        return
    with LocalStack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack.sites


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser profile of its own, once with and once without JavaScript."""
    opened = browser.new_context(java_script_enabled=request.param == "with JavaScript")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a tab; when its test fails, leave a screenshot and the page behind."""
    opened = context.new_page()
    yield opened
    keep_evidence(opened, request.node, Path("build/failures"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note on each test whether it failed, for the fixtures that keep evidence."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
