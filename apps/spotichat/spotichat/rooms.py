"""What rooms are called: after songs, after songs and an invitation, or as clients of old did.

    track:6rqhFgbbKwnb9MLmUQDhG6                          everybody's
    track:6rqhFgbbKwnb9MLmUQDhG6~Zk3jPm0oQxk2mB7n9wXlUw   for those who were invited
    channel:public                                        by the original's addresses alone

Notice that an invitation is a secret. It stands in addresses, so it is taken off them before
anything else sees the address: no route knows of it, and no log keeps it (CWE-532).
"""

import re
import secrets
from urllib.parse import quote, unquote

from brubeck.request import Request
from chatnames import folded

from spotichat.tracks import ID, NoTrackError, room_of, track_id

LONGEST_CHANNEL = 64  # characters
PUBLIC_CHANNEL = "public"
INVITED = re.compile(r"(?P<before>.*?/(?:track(?::|%3[Aa]))?[0-9A-Za-z]{22})(?:~|%7[Ee])(?P<invitation>[\w-]{22})(?P<after>/.*)?")  # fmt: skip
HEADER = "INVITATION"  # clients cannot send headers in capitals
TRACK_ROOM = re.compile(rf"track:{ID.pattern}(?:~[\w-]{{22}})?")


class NoRoomError(ValueError):
    """A text that names no room; it says why."""


def take_invitation(_app: object, message: Request) -> None:
    """Move an invitation out of the path; runs before every request."""
    if found := INVITED.fullmatch(message.path):
        message.headers[HEADER] = found["invitation"]
        message.path = found["before"] + "~" + (found["after"] or "")


def invitation_of(message: Request) -> str:
    """Return the invitation that was in the address, nothing without one."""
    found = message.headers.get(HEADER, "")
    return found if isinstance(found, str) else ""


def room_of_path(part: str, message: Request) -> str:
    """Return the room that a part of an address names. Raises NoRoomError."""
    name = unquote(part)
    if ID.fullmatch(name.rstrip("~")):
        name = room_of(name)
    if name.endswith("~"):
        name += invitation_of(message)
    if not TRACK_ROOM.fullmatch(name) and not is_channel(name):
        raise NoRoomError("There is no such room. A room is called track: and the id of a song.")
    return name


def room_of_channel(typed: str) -> str:
    """Return the room for a channel of the original: that of a song if it names one.

    Raises NoRoomError for what can be none.
    """
    try:
        return room_of(track_id(typed))
    except NoTrackError:
        room = f"channel:{folded(typed.strip() or PUBLIC_CHANNEL)}"
    if not is_channel(room):
        raise NoRoomError(
            f"A channel has 1 to {LONGEST_CHANNEL} visible characters. Choose a shorter name."
        )
    return room


def is_channel(room: str) -> bool:
    """Say whether a room is one of the original's channels."""
    kind, _, name = room.partition(":")
    return kind == "channel" and 0 < len(name) <= LONGEST_CHANNEL and name.isprintable()


def is_private(room: str) -> bool:
    """Say whether only those who were invited may enter."""
    return room.startswith("track:") and "~" in room


def new_private_room(song_id: str) -> str:
    """Return a room for a song that nobody can guess: its invitation has 128 random bits."""
    return f"{room_of(song_id)}~{secrets.token_urlsafe(16)}"


def path_of(room: str) -> str:
    """Return a room as a part of an address."""
    return quote(room, safe=":~")
