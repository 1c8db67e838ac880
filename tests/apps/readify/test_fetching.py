"""The fetch worker: texts that come by themselves, failures that are told, work that is never lost."""

import time
from collections.abc import Iterator

import pytest
from apps.readify.articlepages import html_page, paragraphs
from apps.readify.people import Person
from apps.shared.pagefetch.sites import Site, page, running
from gevent import sleep
from pagefetch import PageFetcher
from readify import queries
from readify.extractors import Readers
from readify.fetching import FetchWorker
from readify.models import Link
from readify.queries import Db
from weblinks.typedlinks import TypedLink

PATIENCE = 20.0  # seconds


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a site on this machine with one article."""
    with running(Site()) as site:
        body = html_page(paragraphs(3)).text.encode()
        site.answers["/"] = page(body, kind="text/html; charset=utf-8")
        yield site


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Give readers, shared by the tests of this module: starting one takes a while."""
    readers = Readers(1)
    yield readers
    readers.stop()


@pytest.fixture
def worker(db: Db, readers: Readers) -> Iterator[FetchWorker]:
    """Give a worker that is not at work yet, and may go to this machine."""
    worker = FetchWorker(db, PageFetcher(allowed=("127.0.0.1",)).page, readers)
    yield worker
    worker.stop()


def saved(db: Db, person: Person, url: str, title: str = "") -> Link:
    """Return a link that was just saved."""
    return queries.add_link(db, person.user, TypedLink(url=url, title=title))


def now(db: Db, link: Link) -> Link:
    """Return a link as it is now."""
    found = queries.find_link(db, link.owner_id, link.id)
    assert found
    return found


def settled(db: Db, link: Link) -> Link:
    """Wait until nobody waits for the text of a link any more; return the link."""
    deadline = time.monotonic() + PATIENCE
    while (found := now(db, link)).fetch_state == Link.WAITING:
        assert time.monotonic() < deadline
        sleep(0.02)
    return found


def test_the_text_of_a_saved_page_comes_by_itself(
    ada: Person, db: Db, worker: FetchWorker, site: Site
) -> None:
    """Title, excerpt, minutes and the article; the change is one that programs hear of."""
    link = saved(db, ada, site.address())
    worker.start()
    found = settled(db, link)
    assert (found.fetch_state, found.title, found.reading_minutes) == ("done", "The whale", 1)
    assert found.excerpt.startswith("Paragraph 0.")
    assert found.change > link.change
    article = queries.article_of(db, found)
    assert article
    assert "The whale was seen again" in article.text


def test_a_title_that_was_typed_stays(ada: Person, db: Db, worker: FetchWorker, site: Site) -> None:
    """The page's own does not replace it."""
    link = saved(db, ada, site.address(), "My whale")
    worker.start()
    assert settled(db, link).title == "My whale"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/pdf", "no page of text, but application/pdf"),
        ("/gone", "answered with status 404"),
        ("/empty", "No text to read"),
    ],
)
def test_a_page_that_cannot_be_read_is_told(
    path: str, reason: str, ada: Person, db: Db, worker: FetchWorker, site: Site
) -> None:
    """The link stays, with a reason beside it."""
    site.answers |= {
        "/pdf": page(b"%PDF", kind="application/pdf"),
        "/gone": page(b"", status="404 Not Found"),
        "/empty": page(b"<title>Nothing</title>"),
    }
    link = saved(db, ada, site.address(path))
    worker.start()
    found = settled(db, link)
    assert found.fetch_state == "failed"
    assert reason in found.fetch_error


def test_pages_inside_our_network_are_not_fetched(
    ada: Person, db: Db, readers: Readers, site: Site
) -> None:
    """Without an exception this machine is refused like every address that is not public (CWE-918)."""
    worker = FetchWorker(db, PageFetcher().page, readers)
    link = saved(db, ada, site.address())
    assert worker.step()
    assert "not on the public internet" in now(db, link).fetch_error
    assert site.requests == []


def test_a_failed_page_is_fetched_again_when_somebody_asks(
    ada: Person, db: Db, worker: FetchWorker, site: Site
) -> None:
    """What was gone may be there tomorrow."""
    site.answers["/later"] = page(b"", status="503 Service Unavailable")
    link = saved(db, ada, site.address("/later"))
    assert worker.step()
    assert now(db, link).fetch_state == "failed"
    site.answers["/later"] = site.answers["/"]
    queries.retry_fetch(db, now(db, link))
    assert worker.step()
    assert now(db, link).fetch_state == "done"


def test_the_work_of_a_killed_worker_is_taken_over(
    ada: Person, db: Db, worker: FetchWorker, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever claims a link and dies leaves it to the others when his time is over."""
    link = saved(db, ada, site.address())
    claimed = queries.next_to_fetch(db)
    assert claimed
    assert not worker.step()
    db.listitems.update_one({"_id": link.id}, {"$set": {"fetch_at": 0}})  # his time is over
    assert worker.step()
    assert now(db, link).fetch_state == "done"


def test_a_page_that_means_harm_comes_out_harmless(
    ada: Person, db: Db, worker: FetchWorker, site: Site
) -> None:
    """All the way from the server to the store (CWE-79)."""
    evil = f"{paragraphs(2)}<p><b onclick=alert(1)>bold</b><script>alert(1)</script>"
    site.answers["/evil"] = page(html_page(evil).text.encode())
    link = saved(db, ada, site.address("/evil"))
    assert worker.step()
    article = queries.article_of(db, now(db, link))
    assert article
    assert "alert" not in article.html


def test_workers_share_their_work(ada: Person, db: Db, readers: Readers, site: Site) -> None:
    """Two of them fetch each page once."""
    links = []
    for number in range(6):
        site.answers[f"/{number}"] = site.answers["/"]
        links.append(saved(db, ada, site.address(f"/{number}")))
    fetch = PageFetcher(allowed=("127.0.0.1",)).page
    workers = [FetchWorker(db, fetch, readers, workers=2) for _ in range(2)]
    for worker in workers:
        worker.start()
    assert [settled(db, link).fetch_state for link in links] == ["done"] * 6
    for worker in workers:
        worker.stop()
    assert len(site.requests) == 6


def test_somebody_who_deletes_his_account_meanwhile_leaves_nothing(
    db: Db, ada: Person, worker: FetchWorker, site: Site
) -> None:
    """A text that arrives for nobody is not kept."""
    link = saved(db, ada, site.address())
    claimed = queries.next_to_fetch(db)
    assert claimed
    article = worker.read(worker.fetched(claimed))
    queries.delete_all_of(db, ada.user)
    queries.save_article(db, claimed, article)
    assert db.articles.count_documents({}) == 0
    assert queries.find_link(db, link.owner_id, link.id) is None
