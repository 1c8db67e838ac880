"""The settings of every site with accounts: where its people are stored, and what strangers may do."""

from dataclasses import dataclass

from brubeck.settings import ServerSettings, setting


@dataclass(frozen=True, kw_only=True)
class MembersSettings(ServerSettings):
    """How a site with accounts is served. A site gives `prefix` and `database` defaults of its own."""

    mongo_url: str = setting("mongodb://127.0.0.1:27017", "Address of MongoDB.", shared=True)
    database: str = setting("accounts", "Name of the database.")
    other_hosts: tuple[str, ...] = setting((), "More host names to answer to, with commas between.")
    signups: int = setting(60, "New accounts that one network address may make in an hour.")
    api_calls: int = setting(300, "Requests to the API that one account may make in a minute.")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that the site answers to; all others get status 421."""
        name = self.prefix.rstrip("_").lower()
        return (f"{name}.{self.site_domain}", *filter(None, self.other_hosts))
