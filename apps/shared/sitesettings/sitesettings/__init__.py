"""What the sites of the suite can be told, as far as several can be told the same."""

from sitesettings.chat import ChatSettings
from sitesettings.links import MembersSettings, SavedLinksSettings
from sitesettings.site import SiteSettings

__all__ = ["ChatSettings", "MembersSettings", "SavedLinksSettings", "SiteSettings"]
