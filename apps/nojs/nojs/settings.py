"""The settings of no.js: environment variables that begin with NOJS_, with defaults."""

from dataclasses import dataclass

from brubeck.settings import ServerSettings, SettingsError, setting

SHORTEST_OPERATOR_KEY = 12


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """How no.js is served, where it keeps its rooms, and what strangers may do."""

    prefix: str = "NOJS_"

    redis_url: str = setting("redis://127.0.0.1:6379/0", "Address of Redis.", shared=True)
    namespace: str = setting("nojs", "What all keys in Redis begin with.")
    other_hosts: tuple[str, ...] = setting((), "More host names to answer to, with commas between.")
    operator_key: str = setting(
        "", "What operators type in to keep order; empty: there are no operators."
    )
    hold: int = setting(25, "Seconds that a reader's request waits for news, 100 at the most.")
    away: int = setting(90, "Seconds of silence after which somebody has left a room.")
    messages: int = setting(6, "Messages that one visitor may send in ten seconds.")
    room_messages: int = setting(60, "Messages that one room takes in ten seconds.")
    new_names: int = setting(60, "New names, of all visitors together, in a minute.")
    new_rooms: int = setting(30, "New rooms, of all visitors together, in a minute.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < len(self.operator_key) < SHORTEST_OPERATOR_KEY:
            raise SettingsError(
                f"{self.variable('operator_key')} has fewer than {SHORTEST_OPERATOR_KEY} "
                "characters. Set it to a longer one, or leave it empty."
            )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that this site answers to; the empty one is HTTP/1.0 without a name."""
        return (f"nojs.{self.site_domain}", "", *filter(None, self.other_hosts))
