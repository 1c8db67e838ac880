"""The texts of saved pages, fetched while nobody waits for them: `python -m readify fetch`.

Notice that saving a link never waits for a foreign site. The queue is the database; any number of
workers take from it, and whoever dies leaves his work to the others. What goes wrong with a page is
written down beside its link, where its owner reads it and may have it tried again.
"""

from collections.abc import Callable

from brubeck.concurrency import current
from chores import Chores
from pagefetch import FetchedPage, FetchError

from readify import queries
from readify.article import Article
from readify.extractors import UnreadableError
from readify.models import Link

WORKERS = 4
NAP = 2.0  # seconds until a worker looks for what the web site has saved meanwhile
PATIENCE = 30.0  # seconds; the fetcher itself is faster, unless the look-up of a name hangs

Fetch = Callable[[str], FetchedPage]
Read = Callable[[FetchedPage], Article]


class FetchWorker(Chores):
    """Fetches pages, and keeps what can be read of them."""

    nap = NAP

    def __init__(self, db: queries.Db, fetch: Fetch, read: Read, workers: int = WORKERS) -> None:
        super().__init__(db, workers)
        self.fetch = fetch
        self.read = read

    def step(self) -> bool:
        """Fetch the page of one link; False if none waits."""
        link = queries.next_to_fetch(self.db)
        if link is None:
            return False
        try:
            article = self.read(self.fetched(link))
        except (FetchError, UnreadableError) as error:
            queries.fetch_failed(self.db, link, str(error))
        else:
            queries.save_article(self.db, link, article)
        return True

    def fetched(self, link: Link) -> FetchedPage:
        """Return the page of a link; raise FetchError."""
        try:
            with current().timeout(PATIENCE):
                return self.fetch(link.url)
        except TimeoutError as error:
            raise FetchError("The page took too long to answer.") from error
