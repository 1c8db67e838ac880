"""A chat: where its rooms are, and who keeps order."""

from dataclasses import dataclass

from brubeck.settings import SettingsError, setting

from sitesettings.site import SiteSettings

SHORTEST_OPERATOR_KEY = 12  # characters


@dataclass(frozen=True, kw_only=True)
class ChatSettings(SiteSettings):
    """Where the rooms of a chat are, and what its operators type in."""

    redis_url: str = setting("redis://127.0.0.1:6379/0", "Address of Redis.", shared=True)
    namespace: str = setting("chat", "What all keys in Redis begin with.")
    operator_key: str = setting(
        "", "What operators type in to keep order; empty: there are no operators."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < len(self.operator_key) < SHORTEST_OPERATOR_KEY:
            raise SettingsError(
                f"{self.variable('operator_key')} has fewer than {SHORTEST_OPERATOR_KEY} "
                "characters. Set it to a longer one, or leave it empty."
            )
