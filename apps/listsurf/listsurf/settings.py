"""The settings of Listsurf: environment variables that begin with LISTSURF_, with defaults.

Notice that a setting is read once, when the program starts, into an object with types. Nothing else
looks at the environment, so the tests make a Settings object and are done. What other sites
can be told as well stands in the shared package `sitesettings`.
"""

from dataclasses import dataclass

from brubeck.settings import setting
from sitesettings import SavedLinksSettings


@dataclass(frozen=True, kw_only=True)
class Settings(SavedLinksSettings):
    """How Listsurf is served, and where it keeps its data."""

    prefix: str = "LISTSURF_"

    concurrency: str = setting("eventlet", "Coroutine library: gevent or eventlet.", shared=True)
    database: str = setting("linksurf", "Name of the database.")
    fetch: bool = setting(True, "Fetch titles and descriptions of saved pages in the background.")
