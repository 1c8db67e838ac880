"""Running sites and real browsers for the end-to-end tests.

The sites are those that the environment names (see targets.py); without one the launcher is
started on free ports, exactly as `make demo` does it.
"""

from collections.abc import Iterator

import pytest
from e2e.articlesite import article_site
from e2e.evidence import pytest_runtest_makereport
from e2e.sites import LocalStack
from e2e.targets import HERE, Sites, articles_host, can_judge, named_sites
from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["pytest_runtest_makereport"]

LEFT_OUT = pytest.StashKey[int]()
FETCHERS = {"READIFY_FETCH_ALLOWED": HERE}


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Give the addresses to judge: those of the environment, or a stack started for the run."""
    if (named := named_sites()) is not None:
        yield named
        return
    with LocalStack(tmp_path_factory.mktemp("stack"), environment=FETCHERS) as stack:
        yield stack.sites


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """Give the address of another site, which has articles that the fetchers may fetch."""
    with article_site(articles_host()) as address:
        yield address


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser profile of its own, once with and once without JavaScript."""
    opened = browser.new_context(java_script_enabled=request.param == "with JavaScript")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give a tab."""
    return context.new_page()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what can be judged on this machine alone, when sites elsewhere are judged."""
    left_out = [item for item in items if not can_judge(item)]
    if left_out:
        config.stash[LEFT_OUT] = len(left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if can_judge(item)]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which sites were judged, and how much of the suite was not run against them."""
    if (named := named_sites()) is not None:
        terminalreporter.write_line(f"judged: {', '.join(named.addresses.values())}")
        terminalreporter.write_line(
            f"{config.stash.get(LEFT_OUT, 0)} tests stop parts of the sites, look into their stores, "
            "or need a machine that the sites can reach (ARTICLES_HOST); they were not run."
        )
