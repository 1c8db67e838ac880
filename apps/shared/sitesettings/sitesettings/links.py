"""A site with accounts, and one whose people save links."""

from dataclasses import dataclass
from ipaddress import ip_network

from brubeck.settings import SettingsError, setting

from sitesettings.site import SiteSettings


@dataclass(frozen=True, kw_only=True)
class MembersSettings(SiteSettings):
    """Where the people of a site are stored, and what strangers may do."""

    mongo_url: str = setting("mongodb://127.0.0.1:27017", "Address of MongoDB.", shared=True)
    database: str = setting("accounts", "Name of the database.")
    signups: int = setting(60, "New accounts that one network address may make in an hour.")
    api_calls: int = setting(300, "Requests to the API that one account may make in a minute.")


@dataclass(frozen=True, kw_only=True)
class SavedLinksSettings(MembersSettings):
    """What is fetched from where, and where files wait that are sent."""

    uploads: str = setting(
        "run/uploads", "Folder of Mongrel2's upload.temp_store, as seen from here.", shared=True
    )
    fetch_allowed: tuple[str, ...] = setting(
        (), "Addresses or networks that pages are fetched from though they are not public."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            list(map(ip_network, self.fetch_allowed))
        except ValueError as error:
            name = self.variable("fetch_allowed")
            raise SettingsError(f"{name}: {error}. Set it to addresses like 127.0.0.1.") from error
