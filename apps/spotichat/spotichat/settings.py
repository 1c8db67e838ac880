"""The settings of SpotiChat: environment variables that begin with SPOTICHAT_, with defaults."""

from dataclasses import dataclass

from brubeck.settings import SettingsError, setting
from sitesettings import ChatSettings

LONGEST_HOLD = 100  # seconds; see brubeck.parking
WAYS = {"poll", "events", "socket"}


@dataclass(frozen=True, kw_only=True)
class Settings(ChatSettings):
    """How SpotiChat is served, where its rooms are, and what strangers may do."""

    prefix: str = "SPOTICHAT_"

    namespace: str = setting("spotichat", "What all keys in Redis begin with.")
    origins: tuple[str, ...] = setting(
        (), "Other sites whose pages may use the API, as https://example.com, with commas between."
    )
    transport_of_page: str = setting(
        "poll", "How the page gets its messages at first: poll, events or socket."
    )

    hold: int = setting(25, "Seconds that a request waits for messages, 100 at the most.")
    away: int = setting(40, "Seconds without a sign of life after which somebody has left.")
    grace: int = setting(3, "Seconds in which somebody may come back whose connection has ended.")
    kept: int = setting(500, "Messages of a room that are kept; who joins gets the last 200.")
    crowd: int = setting(100, "People in a room above whom coming and going is not announced.")

    points: int = setting(30, "Points that one person can save up; a message costs two or more.")
    points_per_second: int = setting(1, "Points that one person gets back in a second.")
    room_points: int = setting(600, "Points that a room can save up for all who are in it.")
    room_points_per_second: int = setting(60, "Points that a room gets back in a second.")
    new_people: int = setting(60, "New names, of all people together, in a minute.")
    new_songs: int = setting(
        120,
        "Songs whose rooms somebody is the first to enter, of all people together, in a minute.",
    )
    new_rooms: int = setting(30, "New private rooms, of all people together, in a minute.")

    spotify_client_id: str = setting(
        "", "Client id at Spotify; empty: SpotiChat works without Spotify.",
        variable="SPOTIFY_CLIENT_ID", shared=True,
    )  # fmt: skip
    spotify_client_secret: str = setting(
        "", "Client secret at Spotify; PKCE needs none.",
        variable="SPOTIFY_CLIENT_SECRET", shared=True,
    )  # fmt: skip
    spotify_accounts_url: str = setting(
        "https://accounts.spotify.com", "Where people sign in with Spotify.",
        variable="SPOTIFY_ACCOUNTS_URL", shared=True,
    )  # fmt: skip
    spotify_api_url: str = setting(
        "https://api.spotify.com", "Address of Spotify's Web API.",
        variable="SPOTIFY_API_URL", shared=True,
    )  # fmt: skip
    spotify_seconds: int = setting(10, "Seconds between two questions what somebody hears.")
    token_secrets: tuple[str, ...] = setting(
        (), "Keys that encrypt Spotify's tokens at rest, oldest first; empty: derived from SECRET."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_choice("transport_of_page", WAYS)
        if not self.hold < self.away or self.hold > LONGEST_HOLD:
            raise SettingsError(
                f"{self.variable('hold')} is {self.hold}. Set it to {LONGEST_HOLD} at the most, and "
                f"to less than {self.variable('away')}, or people vanish while they wait."
            )

    @property
    def pulse(self) -> int:
        """Seconds between two signs of life that a client is asked to give."""
        return max(1, self.away // 3)
