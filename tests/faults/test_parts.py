"""Every part of the suite is killed, stopped and started again while people write on all sites."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from faults.assembly import STORES, Assembly, assembled
from faults.waiting import wait_for
from faults.writers import WRITERS, Ledger, wait_until_more

pytestmark = pytest.mark.timeout(600)

SITES = ("listsurf", "readify", "readify_api", "readify_fetch", "nojs", "spotichat", "index")
PARTS = ("mongo", "redis", "mongrel2", *SITES)
STILL = (*STORES, "mongrel2", "readify_api", "nojs")
SEVERAL = ("readify_api", "spotichat")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """Give the running suite, which each test leaves as whole as it was."""
    with assembled(tmp_path_factory.mktemp("parts")) as assembly:
        yield assembly


@pytest.fixture(scope="module")
def writers(assembly: Assembly) -> list[Ledger]:
    """Give somebody who writes on each site that keeps things."""
    return [writer(assembly) for writer in WRITERS]


@contextmanager
def writing(writers: list[Ledger]) -> Iterator[None]:
    """Have all write; when the block ends, see that they write again, and what has become of it."""
    for writer in writers:
        writer.begin()
    try:
        wait_until_more(writers)
        yield
        wait_until_more(writers)
    finally:
        for writer in writers:
            writer.stop()
    assert [problem for writer in writers for problem in writer.problems()] == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_was_killed_and_is_started_again(
    part: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """Sites that need it say 502 or 503 or nothing; then all goes on, and what was acknowledged is there."""
    with writing(writers):
        assembly.parts[part].kill()
        if part in STORES:  # requests for a program that is not there wait in Mongrel2
            for site in needing(part):
                wait_for(lambda site=site: not assembly.site_works(site), f"{site} misses {part}")
        assembly.start_part(part)
        wait_for(assembly.works, "that all sites work")


@pytest.mark.parametrize("part", STILL)
def test_a_part_that_stands_still_for_a_while(
    part: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """Those who do not need it notice nothing; the others go on with it."""
    others = [writer for writer in writers if not needs(writer.site, part)]
    with writing(writers):
        assembly.parts[part].signal(signal.SIGSTOP)
        try:
            wait_until_more(others)
        finally:
            assembly.parts[part].signal(signal.SIGCONT)
        wait_for(assembly.works, "that all sites work")


@pytest.mark.parametrize("word", ["run", "dispatch"])
@pytest.mark.parametrize("part", SEVERAL)
def test_a_worker_or_the_dispatcher_is_killed(
    part: str, word: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """The supervisor puts another one in its place."""
    before = assembly.children(part, word)
    with writing(writers):
        before[0].kill()
        wait_for(
            lambda: len(set(assembly.children(part, word)) - {before[0]}) == len(before),
            f"another {word} process of {part}",
        )
        wait_for(assembly.works, "that all sites work")


def needing(part: str) -> list[str]:
    """Return the sites that do not work without a part."""
    return [site for site in SITES if needs(site, part)]


def needs(site: str, part: str) -> bool:
    """Say whether a site does not work without a part."""
    store = "redis" if site in {"nojs", "spotichat"} else "mongo"
    return part in {site, "mongrel2"} or (part == store and site != "index")
