"""The settings of Listsurf: environment variables that begin with LISTSURF_, with defaults.

Notice that a setting is read once, when the program starts, into an object with types. Nothing else
looks at the environment, so the tests make a Settings object and are done.
"""

from dataclasses import dataclass
from ipaddress import ip_network

from brubeck.settings import ServerSettings, SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """How Listsurf is served, and where it keeps its data."""

    prefix: str = "LISTSURF_"

    concurrency: str = setting("eventlet", "Coroutine library: gevent or eventlet.", shared=True)
    mongo_url: str = setting("mongodb://127.0.0.1:27017", "Address of MongoDB.", shared=True)
    database: str = setting("linksurf", "Name of the database.")
    other_hosts: tuple[str, ...] = setting((), "More host names to answer to, with commas between.")
    signups: int = setting(60, "New accounts that one network address may make in an hour.")
    uploads: str = setting(
        "run/uploads", "Folder of Mongrel2's upload.temp_store, as seen from here.", shared=True
    )
    fetch: bool = setting(True, "Fetch titles and descriptions of saved pages in the background.")
    fetch_allowed: tuple[str, ...] = setting(
        (), "Addresses or networks that pages are fetched from though they are not public."
    )
    api_calls: int = setting(300, "Requests to the API that one account may make in a minute.")

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            list(map(ip_network, self.fetch_allowed))
        except ValueError as error:
            name = self.variable("fetch_allowed")
            raise SettingsError(f"{name}: {error}. Set it to addresses like 127.0.0.1.") from error

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that this site answers to; all others get status 421."""
        return (f"listsurf.{self.site_domain}", *filter(None, self.other_hosts))
