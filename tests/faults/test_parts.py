"""Every part of the suite is killed, stopped and started again while people write on all sites."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from faults.assembly import STORES, Assembly, Part, assembled
from faults.waiting import wait_for
from faults.writers import WRITERS, Ledger, wait_until_more
from gevent import Greenlet, joinall

pytestmark = pytest.mark.timeout(600)

SITES = ("listsurf", "readify", "readify_api", "readify_fetch", "nojs", "spotichat", "index")
PARTS = ("mongo", "redis", "mongrel2", *SITES)
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
def writing(writers: list[Ledger], part: str) -> Iterator[None]:
    """Have all write while something happens to a part; when the block ends, see that they write again.

    Nothing that was acknowledged is lost, nothing is there twice; who does not need the part hears no
    refusal.
    """
    others = [writer for writer in writers if not needs(writer.site, part)]
    for writer in writers:
        writer.begin()
    try:
        wait_until_more(writers)
        before = refused(others)
        yield
        wait_until_more(writers)
        assert refused(others) == before
    finally:
        for writer in writers:
            writer.stop()
    assert [problem for writer in writers for problem in writer.problems()] == []


def refused(writers: list[Ledger]) -> dict[str, dict[int, int]]:
    """Return how often each writer was refused, by status."""
    return {
        w.site: {s: w.statuses[s] for s in w.statuses if s not in {0, w.thanks}} for w in writers
    }


ENDS = {"killed": Part.kill, "stopped": Part.end}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("end", ENDS)
def test_a_part_ends_and_is_started_again(
    end: str, part: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """Sites that need it say 502 or 503 or nothing; then all goes on, and what was acknowledged is there."""
    with writing(writers, part):
        ENDS[end](assembly.parts[part])
        if part in STORES:  # requests for a program that is not there wait in Mongrel2
            wait_until_missed(assembly, part)
        assembly.start_part(part)
        assembly.wait_until_works()


def wait_until_missed(assembly: Assembly, part: str) -> None:
    """Wait until every site that needs a part says so, or says nothing."""
    waiting = [Greenlet.spawn(wait_until_broken, assembly, site, part) for site in needing(part)]
    joinall(waiting, raise_error=True)


def wait_until_broken(assembly: Assembly, site: str, part: str) -> None:
    """Wait until one site misses a part."""
    wait_for(lambda: not assembly.site_works(site), f"that {site} misses {part}")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_stands_still_for_a_while(
    part: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """Those who do not need it go on; the others say that they miss it, or wait for it."""
    others = [writer for writer in writers if not needs(writer.site, part)]
    with writing(writers, part):
        assembly.parts[part].signal(signal.SIGSTOP)
        try:
            wait_until_more(others)
            wait_until_missed(assembly, part)
        finally:
            assembly.parts[part].signal(signal.SIGCONT)
        assembly.wait_until_works()


@pytest.mark.parametrize("word", ["run", "dispatch"])
@pytest.mark.parametrize("part", SEVERAL)
def test_a_worker_or_the_dispatcher_is_killed(
    part: str, word: str, assembly: Assembly, writers: list[Ledger]
) -> None:
    """The supervisor puts another one in its place."""
    before = assembly.children(part, word)
    with writing(writers, part):
        before[0].kill()
        wait_for(
            lambda: len(set(assembly.children(part, word)) - {before[0]}) == len(before),
            f"another {word} process of {part}",
        )
        assembly.wait_until_works()


def needing(part: str) -> list[str]:
    """Return the sites that do not work without a part."""
    return [site for site in SITES if needs(site, part)]


def needs(site: str, part: str) -> bool:
    """Say whether a site does not work without a part."""
    store = "redis" if site in {"nojs", "spotichat"} else "mongo"
    return part in {site, "mongrel2"} or (part == store and site != "index")
