"""The settings of no.js: environment variables that begin with NOJS_, with defaults."""

from dataclasses import dataclass

from brubeck.settings import setting
from sitesettings import ChatSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ChatSettings):
    """How no.js is served, where it keeps its rooms, and what strangers may do."""

    prefix: str = "NOJS_"

    namespace: str = setting("nojs", "What all keys in Redis begin with.")
    hold: int = setting(25, "Seconds that a reader's request waits for news, 100 at the most.")
    away: int = setting(90, "Seconds of silence after which somebody has left a room.")
    messages: int = setting(6, "Messages that one visitor may send in ten seconds.")
    room_messages: int = setting(60, "Messages that one room takes in ten seconds.")
    new_names: int = setting(60, "New names, of all visitors together, in a minute.")
    new_rooms: int = setting(30, "New rooms, of all visitors together, in a minute.")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that this site answers to; the empty one is HTTP/1.0 without a name."""
        return (*super().hosts, "")
