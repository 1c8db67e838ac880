"""The fetch worker, put together: an application that answers nobody but those who ask how it is.

Notice that it is an application all the same. Signals, the start, an end that lets a page be
finished, health and metrics come from there, and are the same for all three programs.
"""

from functools import partial

from brubeck.health import add_health_routes
from brubeck.metricsport import serve_metrics
from brubeck.request_handling import Brubeck
from mongostore import connect
from pagefetch import PageFetcher

from readify.extractors import Readers
from readify.fetching import FetchWorker
from readify.settings import Settings

USER_AGENT = "Readify (fetches pages that somebody has saved)"
READERS = 1  # process for each worker; there are more of these where there are more processors


def create_fetch(settings: Settings) -> Brubeck:
    """Return the application, ready to run."""
    db = connect(settings.mongo_url, settings.database)
    app = Brubeck(
        msg_conn=settings.connection(),
        db_conn=db,
        allowed_hosts=settings.fetch_hosts,
        log_level=settings.log_level,
    )
    add_health_routes(app, checks={"mongo": partial(db.command, "ping")})
    serve_metrics(app, settings.metrics_port)
    readers = Readers(READERS)
    fetcher = PageFetcher(allowed=settings.fetch_allowed, user_agent=USER_AGENT)
    worker = FetchWorker(db, fetcher.page, readers)
    app.on_start.append(worker.start)
    app.on_stop += [worker.stop, readers.stop, db.client.close]
    return app
