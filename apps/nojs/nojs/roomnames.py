"""Names of rooms: any language, and each of them has an address."""

from urllib.parse import quote, unquote_to_bytes

from brubeck.formerrors import FormErrors
from chatnames import cleaned
from chatnames.names import JOINERS

ROOM_LENGTH = 40  # characters


def path_of(name: str) -> str:
    """Return a name as a part of an address."""
    return quote(name, safe="")


def name_in(path: str) -> str:
    """Return the name in a part of an address; browsers older than UTF-8 there send Latin-1."""
    name = unquote_to_bytes(path)
    try:
        return cleaned(name.decode())
    except UnicodeDecodeError:
        return cleaned(name.decode("latin-1"))


def check_room(room: str, form: FormErrors) -> None:
    """Say in the field "room" what is wrong with the name of a room; the name was `cleaned`."""
    if not room.strip("." + JOINERS):
        form.add("room", "A room needs a name. Type one in any language.")
    elif len(room) > ROOM_LENGTH:
        form.add(
            "room",
            f"The name of a room has {ROOM_LENGTH} characters at the most; this has {len(room)}.",
        )
    elif "/" in room or "\\" in room:
        form.add("room", "The name of a room stands in its address: leave out / and \\.")
