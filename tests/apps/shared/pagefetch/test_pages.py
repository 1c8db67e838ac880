"""Fetching whole pages: what is read, and what is refused."""

from collections.abc import Iterator

import pytest
from apps.shared.pagefetch.sites import Site, page, redirect, running
from pagefetch import FetchedPage, FetchError, PageFetcher
from pagefetch.fetcher import Limits


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a site on this machine."""
    with running(Site()) as site:
        yield site


@pytest.fixture
def fetch() -> PageFetcher:
    """Give a fetcher that may go to this machine, and takes small pages."""
    limits = Limits(seconds=5, page_bytes=100_000)
    return PageFetcher(allowed=("127.0.0.1",), limits=limits)


def test_a_page_comes_whole_with_the_address_where_it_stands(
    site: Site, fetch: PageFetcher
) -> None:
    """Redirects are followed; what relative links count from is the address at the end."""
    body = b"<title>T</title><body>" + b"x" * 50_000
    site.answers["/"] = redirect("/there")
    site.answers["/there"] = page(body)
    found = fetch.page(site.address())
    assert found == FetchedPage(site.address("/there"), "text/html", body.decode())


def test_plain_text_and_other_character_sets_are_read(site: Site, fetch: PageFetcher) -> None:
    """A text is a page, too; the header says how its bytes become signs."""
    site.answers["/"] = page("Größe".encode("latin-1"), kind="text/plain; charset=iso-8859-1")
    assert fetch.page(site.address())[1:] == ("text/plain", "Größe")


def test_a_page_that_is_too_large_is_refused(site: Site, fetch: PageFetcher) -> None:
    """Half an article would be worse than none."""
    site.answers["/"] = page(b"x" * 100_001)
    with pytest.raises(FetchError, match=r"larger than 0\.0954 MiB"):
        fetch.page(site.address())


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json"])
def test_what_is_no_text_is_refused(kind: str, site: Site, fetch: PageFetcher) -> None:
    """The reason names what it is."""
    site.answers["/"] = page(b"%PDF", kind=kind)
    with pytest.raises(FetchError, match=f"no page of text, but {kind}"):
        fetch.page(site.address())


def test_a_whole_page_is_no_way_into_our_network(site: Site) -> None:
    """The guard stands before pages as before heads (CWE-918)."""
    with pytest.raises(FetchError, match="not on the public internet"):
        PageFetcher().page(site.address())
    assert site.requests == []
