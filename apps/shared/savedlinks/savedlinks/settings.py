"""The settings of every site whose people save links: what is fetched from where, what may be sent."""

from dataclasses import dataclass
from ipaddress import ip_network

from accounts.settings import MembersSettings
from brubeck.settings import SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class SavedLinksSettings(MembersSettings):
    """How a site for saved links is served."""

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
