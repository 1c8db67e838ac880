"""A site: by which names it is called."""

from dataclasses import dataclass

from brubeck.settings import ServerSettings, setting


@dataclass(frozen=True, kw_only=True)
class SiteSettings(ServerSettings):
    """How one of the sites is served."""

    other_hosts: tuple[str, ...] = setting((), "More host names to answer to, with commas between.")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that the site answers to; all others get status 421."""
        name = self.prefix.rstrip("_").lower()
        return (f"{name}.{self.site_domain}", *filter(None, self.other_hosts))
