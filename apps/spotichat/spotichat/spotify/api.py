"""Two questions to Spotify's Web API: what somebody hears, and what a song is called.

Notice that nothing that comes from there is believed: a picture from another host, a title that is
no text, a length that is no number are left out.
"""

from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from spotichat.spotify.answers import PATIENCE, asked, check, document
from spotichat.tracks import ID, Track, drawn_cover

PICTURE_HOST = "i.scdn.co"
LONGEST_TEXT = 300  # characters of a title or a name
MOST_ARTISTS = 20
LONGEST_SONG = 24 * 60 * 60 * 1000  # milliseconds


class Playing(NamedTuple):
    """What somebody hears: no track where nothing plays, or something that is no song."""

    track: Track | None = None
    is_playing: bool = False
    progress_ms: int = 0


class Bearer(AuthBase):
    """Puts an access token into a request; requests would look for a password in .netrc otherwise."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request


class SpotifyApi:
    """The Web API at one address; its connections are kept and shared by all greenlets."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        # Cookies of one person's answer must not go with another one's question.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def currently_playing(self, access_token: str) -> Playing:
        """Return what the owner of a token hears. Raises SpotifyError.

        https://developer.spotify.com/documentation/web-api/reference/get-the-users-currently-playing-track
        """

        def ask() -> Playing:
            answer = check(self._get("/v1/me/player/currently-playing", access_token))
            is_silent = answer.status_code == HTTPStatus.NO_CONTENT
            return Playing() if is_silent else playing_of(document(answer))

        return asked(ask)

    def track(self, access_token: str, track_id: str) -> Track | None:
        """Return a song, None if Spotify knows none of this id. Raises SpotifyError.

        https://developer.spotify.com/documentation/web-api/reference/get-track
        """

        def ask() -> Track | None:
            answer = self._get(f"/v1/tracks/{track_id}", access_token)
            # Spotify answers 400 for an id that it could never have given, 404 for one it has not.
            if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
                return None
            return track_of(document(check(answer)))

        return asked(ask)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _get(self, path: str, access_token: str) -> requests.Response:
        return self._session.get(
            self._url + path, auth=Bearer(access_token), timeout=PATIENCE, allow_redirects=False
        )


def playing_of(item: dict[str, Any]) -> Playing:
    """Return what an answer of currently-playing says."""
    track = track_of(item.get("item"))
    return Playing(track, item.get("is_playing") is True, _number(item.get("progress_ms")))


def track_of(item: object) -> Track | None:
    """Return a track object of Spotify as a song; None for podcasts, advertisements, local files."""
    if not isinstance(item, dict) or item.get("type", "track") != "track":
        return None
    track_id, title = item.get("id"), _text(item.get("name"))
    if not isinstance(track_id, str) or not ID.fullmatch(track_id) or not title:
        return None
    artists = tuple(filter(None, (_text(each.get("name")) for each in _objects(item, "artists"))))
    cover = _picture(item) or drawn_cover(track_id)
    return Track(track_id, title, artists[:MOST_ARTISTS], _number(item.get("duration_ms")), cover)


def _picture(item: dict[str, Any]) -> str:
    """Return the address of the album's cover, the smallest that is large enough."""
    album = item.get("album")
    images = _objects(album, "images") if isinstance(album, dict) else []
    usable = [image for image in images if _is_picture(image.get("url"))]
    usable.sort(key=lambda image: (_number(image.get("width")) < 300, _number(image.get("width"))))
    return str(usable[0]["url"]) if usable else ""


def _is_picture(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc == PICTURE_HOST


def _objects(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = item.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(value: object) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _number(value: object) -> int:
    """Return a number of milliseconds or pixels within reason; 0 for anything else."""
    return max(0, min(value, LONGEST_SONG)) if type(value) is int else 0
