"""The settings of the stand-in: environment variables that begin with SPOTIFYSTANDIN_."""

from dataclasses import dataclass

from brubeck.settings import ServerSettings, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings):
    """Where the stand-in listens, and whom it knows."""

    prefix: str = "SPOTIFYSTANDIN_"

    transport: str = setting("wsgi", "How requests arrive: wsgi, or mongrel2.")
    port: int = setting(8099, "Port to listen on with the transport wsgi.")
    client_id: str = setting("stand-in", "The one client id that it takes.")
    client_secret: str = setting("stand-in", "The secret of that client, where one is sent.")
    token_seconds: int = setting(3600, "Seconds that an access token is good for.")
