"""The settings of Readify: environment variables that begin with READIFY_, with defaults.

Notice that all three programs read the same class. What differs between them, the port or the address
of Mongrel2's sockets, differs in the environment of each.
"""

from dataclasses import dataclass
from ipaddress import ip_network

from brubeck.settings import ServerSettings, SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """How Readify is served, and where it keeps its data."""

    prefix: str = "READIFY_"

    concurrency: str = setting("gevent", "Coroutine library: gevent or eventlet.", shared=True)
    mongo_url: str = setting("mongodb://127.0.0.1:27017", "Address of MongoDB.", shared=True)
    database: str = setting("readify", "Name of the database.")
    other_hosts: tuple[str, ...] = setting(
        (), "More host names of the website, with commas between; `api.` before them is the API."
    )
    site_address: str = setting("", "Address of the website, if not that of the API without `api.`")
    api_address: str = setting("", "Address of the API, if not that of the website behind `api.`")
    signups: int = setting(60, "New accounts that one network address may make in an hour.")
    comments: int = setting(30, "Comments that one account may write in an hour.")
    operators: tuple[str, ...] = setting(
        (), "Names of the accounts that decide about reported comments, with commas between."
    )
    uploads: str = setting(
        "run/uploads", "Folder of Mongrel2's upload.temp_store, as seen from here.", shared=True
    )
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
        """The host names that the website answers to; all others get status 421."""
        return (f"readify.{self.site_domain}", *filter(None, self.other_hosts))

    @property
    def api_hosts(self) -> tuple[str, ...]:
        """The host names that the API answers to."""
        return tuple(f"api.{host}" for host in self.hosts)

    @property
    def fetch_hosts(self) -> tuple[str, ...]:
        """The host names under which the fetch worker says how it is."""
        return tuple(f"fetch.{host}" for host in self.hosts)
