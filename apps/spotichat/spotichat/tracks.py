"""Songs, and what people write when they mean one: links, URIs, share addresses.

Notice that many spellings lead to one id, and the id to one room. Spotify's ids are 22 letters and
digits that large and small letters tell apart.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote

LONGEST_TYPED = 2_000  # characters; what is longer is no link that somebody has copied

ID = re.compile(r"[0-9A-Za-z]{22}")
URI = re.compile(r"\bspotify:(?P<kind>[a-z]+):(?P<id>[0-9A-Za-z]+)", re.IGNORECASE)
LINK = re.compile(
    r"\b(?:open|play)\.spotify\.com(?::\d+)?/(?:intl-[a-z-]+/)?(?:embed/)?"
    r"(?P<kind>[a-z]+)/(?P<id>[0-9A-Za-z]+)",
    re.IGNORECASE,
)
SHORT_LINK = re.compile(
    r"\b(?:spotify\.link|spotify\.app\.link|link\.tospotify\.com|spoti\.fi)\b", re.IGNORECASE
)
ROOM = re.compile(rf"track:({ID.pattern})(?:~[\w-]+)?")

HOW = "In Spotify choose Share at a song, then Copy Song Link, and paste that here."
NOTHING = f"Paste the link of a song, or choose one of the list. {HOW}"
NO_LINK = f"This is no link to a song on Spotify. {HOW}"
SHORT = (
    "This is a short link, and it hides which song it means. Open it in your browser; when the song "
    "is there, copy the address of that page and paste it here."
)
BROKEN = (
    "This link was not copied whole: the number of a song has 22 letters and digits. "
    "Copy it once more."
)


class NoTrackError(ValueError):
    """What was typed means no song; the text says why, and what to do."""


@dataclass(frozen=True)
class Track:
    """One song: `cover` is the address of a picture, `length_ms` is 0 where nobody knows it."""

    id: str
    title: str
    artists: tuple[str, ...]
    length_ms: int
    cover: str

    @property
    def room(self) -> str:
        """The public room of this song."""
        return room_of(self.id)

    @property
    def link(self) -> str:
        """The address of this song at Spotify."""
        return f"https://open.spotify.com/track/{self.id}"

    @property
    def artist_names(self) -> str:
        """All artists in one line."""
        return ", ".join(self.artists)

    @property
    def length(self) -> str:
        """The length as people write it, `3:07`; nothing where it is not known."""
        minutes, seconds = divmod(round(self.length_ms / 1000), 60)
        return f"{minutes}:{seconds:02}" if self.length_ms else ""

    def to_python(self) -> dict[str, Any]:
        """Return the song as JSON shows it."""
        return {**asdict(self), "artists": list(self.artists)}


def track_id(typed: str) -> str:
    """Return the id of the song that somebody means.

    It may be a link with or without scheme, language and query, a URI, the id alone, or a text in
    which one of these stands. Raises NoTrackError.
    """
    text = typed.strip()[:LONGEST_TYPED]
    if not text:
        raise NoTrackError(NOTHING)
    if ID.fullmatch(text):
        return text
    found = LINK.search(text) or URI.search(text) or URI.search(unquote(text))
    if found is None:
        raise NoTrackError(SHORT if SHORT_LINK.search(text) else NO_LINK)
    return _checked(found["kind"].lower(), found["id"])


def _checked(kind: str, found_id: str) -> str:
    """Return an id if it is a song's."""
    if kind != "track":
        article = "an" if kind[0] in "aeiou" else "a"
        raise NoTrackError(f"This is the link of {article} {kind}, and a room is one song. {HOW}")
    if not ID.fullmatch(found_id):
        raise NoTrackError(BROKEN)
    return found_id


def room_of(song_id: str) -> str:
    """Return the public room of a song."""
    return f"track:{song_id}"


def track_of_room(room: str) -> str:
    """Return the id of a room's song, private rooms included. Raises ValueError for other rooms."""
    found = ROOM.fullmatch(room)
    if found is None:
        raise ValueError(f"{room!r} is no room. Rooms are called track: and the id of a song.")
    return found[1]


def drawn_cover(song_id: str) -> str:
    """Return the address of the cover that we draw ourselves."""
    return f"/cover/{song_id}.svg"


def unnamed(song_id: str) -> Track:
    """Return a song of which nothing is known but its id."""
    return Track(song_id, "A song on Spotify", (), 0, drawn_cover(song_id))
