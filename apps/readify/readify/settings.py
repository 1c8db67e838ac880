"""The settings of Readify: environment variables that begin with READIFY_, with defaults.

Notice that all three programs read the same class. What differs between them, the port or the address
of Mongrel2's sockets, differs in the environment of each.
"""

from dataclasses import dataclass

from brubeck.settings import setting
from sitesettings import SavedLinksSettings


@dataclass(frozen=True, kw_only=True)
class Settings(SavedLinksSettings):
    """How Readify is served, and where it keeps its data."""

    prefix: str = "READIFY_"

    concurrency: str = setting("gevent", "Coroutine library: gevent or eventlet.", shared=True)
    database: str = setting("readify", "Name of the database.")
    other_hosts: tuple[str, ...] = setting(
        (), "More host names of the website, with commas between; `api.` before them is the API."
    )
    site_address: str = setting("", "Address of the website, if not that of the API without `api.`")
    api_address: str = setting("", "Address of the API, if not that of the website behind `api.`")
    comments: int = setting(30, "Comments that one account may write in an hour.")
    operators: tuple[str, ...] = setting(
        (), "Names of the accounts that decide about reported comments, with commas between."
    )

    @property
    def api_hosts(self) -> tuple[str, ...]:
        """The host names that the API answers to."""
        return tuple(f"api.{host}" for host in self.hosts)

    @property
    def fetch_hosts(self) -> tuple[str, ...]:
        """The host names under which the fetch worker says how it is."""
        return tuple(f"fetch.{host}" for host in self.hosts)
