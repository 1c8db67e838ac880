"""Processes that read pages: what one bad page may do to the others, which is nothing."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from apps.readify.articlepages import ADDRESS, html_page, paragraphs
from pagefetch import FetchedPage
from readify import extractors
from readify.article import Article
from readify.extractors import Reader, Readers, UnreadableError, environment

GOOD = html_page(paragraphs(2))


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Give one reader; its process is ended afterwards."""
    reader = Reader()
    yield reader
    reader.stop()


def test_an_article_comes_back_whole(reader: Reader) -> None:
    """What is sent over the line is what was found, signs of all alphabets included."""
    article = reader(html_page(paragraphs(2) + "<p>鯨 \U0001f433 ä</p>", lang="ja"))
    assert isinstance(article, Article)
    assert (article.title, article.language, article.minutes) == ("The whale", "ja", 1)
    assert "鯨 \U0001f433 ä" in article.text


def test_a_page_without_text_is_told_and_the_process_goes_on(reader: Reader) -> None:
    """That is no accident: the next page is read by the same process."""
    reader(GOOD)
    process = reader.process
    with pytest.raises(UnreadableError, match="No text to read"):
        reader(FetchedPage(ADDRESS, "text/html", ""))
    assert reader(GOOD).title == "The whale"
    assert reader.process is process


def test_a_process_that_has_died_is_replaced_unnoticed(reader: Reader) -> None:
    """A killed process costs no page."""
    reader(GOOD)
    assert reader.process
    os.kill(reader.process.pid, signal.SIGKILL)
    assert reader(GOOD).title == "The whale"


def test_a_process_that_does_not_answer_is_given_up(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who stops it gains a moment, and one page that could not be read."""
    monkeypatch.setattr(extractors, "PATIENCE", 0.3)
    reader.ready()
    assert reader.process
    stopped = reader.process.pid
    os.kill(stopped, signal.SIGSTOP)
    monkeypatch.setattr(extractors, "PATIENCE", 30)
    assert reader(GOOD).title == "The whale"
    assert reader.process
    assert reader.process.pid != stopped


def test_a_page_that_kills_its_reader_is_told_as_unreadable(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends at the limit that the system keeps for it."""
    monkeypatch.setattr(extractors, "environment", lambda: {"PATH": "/nowhere"})
    monkeypatch.setattr(extractors.sys, "executable", "/bin/false")
    with pytest.raises(UnreadableError, match="too long or too twisted"):
        reader(GOOD)
    assert reader.process is None


def test_a_fresh_process_takes_over_after_many_pages(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a library leaves lying about in memory goes with the process."""
    monkeypatch.setattr(extractors, "PAGES", 2)
    seen = []
    for _ in range(4):
        reader(GOOD)
        assert reader.process
        seen.append(reader.process.pid)
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_many_pages_share_a_few_processes() -> None:
    """Whoever comes waits for a free one; every page gets its own article."""
    readers, titles = Readers(2), []

    def read(number: int) -> None:
        titles.append(readers(html_page(paragraphs(2), title=f"Number {number}")).title)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(titles) == [f"Number {number}" for number in range(8)]
    assert sum(reader.process is not None for reader in readers.all) <= 2
    readers.stop()
    assert [reader.process for reader in readers.all] == [None, None]


def test_readers_know_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of the database, and all that is called a secret, stay outside."""
    monkeypatch.setenv("MONGO_URL", "mongodb://name:hush@127.0.0.1")
    monkeypatch.setenv("READIFY_SECRET", "hush")
    assert "hush" not in str(environment())
