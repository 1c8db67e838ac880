"""The settings of Listsurf: environment variables that begin with LISTSURF_, with defaults.

Notice that a setting is read once, when the program starts, into an object with types. Nothing else
looks at the environment, so the tests make a Settings object and are done.
"""

from dataclasses import dataclass

from brubeck.settings import ServerSettings, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """How Listsurf is served, and where it keeps its data."""

    prefix: str = "LISTSURF_"

    concurrency: str = setting("eventlet", "Coroutine library: gevent or eventlet.", shared=True)
    mongo_url: str = setting("mongodb://127.0.0.1:27017", "Address of MongoDB.", shared=True)
    database: str = setting("linksurf", "Name of the database.")
    other_hosts: tuple[str, ...] = setting((), "More host names to answer to, with commas between.")
    signups: int = setting(60, "New accounts that one network address may make in an hour.")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that this site answers to; all others get status 421."""
        return (f"listsurf.{self.site_domain}", *filter(None, self.other_hosts))
