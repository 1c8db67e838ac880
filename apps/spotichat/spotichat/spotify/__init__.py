"""Everything between SpotiChat and Spotify."""

from typing import TYPE_CHECKING

from spotichat.spotify.accounts import Accounts
from spotichat.spotify.api import SpotifyApi
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.poller import Poller
from spotichat.spotify.service import Spotify
from spotichat.spotify.signin import SignIn
from spotichat.spotify.songs import Songs
from spotichat.spotify.vault import Vault

if TYPE_CHECKING:
    from spotichat.app import SpotiChat


def attach(app: "SpotiChat") -> None:
    """Give an application its songs and, if there are keys, Spotify and the poller."""
    settings, redis = app.settings, app.store.redis
    keys = SpotifyKeys(settings.namespace)
    app.spotify = connected(app, keys) if settings.spotify_client_id else None
    app.songs = Songs(redis, keys, app.spotify)
    if app.spotify is not None:
        poller = Poller(redis, keys, app.spotify, app.songs, settings.spotify_seconds)
        app.on_start.append(poller.start)
        app.on_stop += [poller.stop, app.spotify.close]


def connected(app: "SpotiChat", keys: SpotifyKeys) -> Spotify:
    """Return Spotify at the addresses of the settings."""
    settings, redis = app.settings, app.store.redis
    signin = SignIn(
        settings.spotify_accounts_url, settings.spotify_client_id, settings.spotify_client_secret
    )
    vault = Vault(settings.token_secrets or settings.secrets)
    accounts = Accounts(redis, keys, signin, vault)
    return Spotify(redis, keys, SpotifyApi(settings.spotify_api_url), signin, accounts)
