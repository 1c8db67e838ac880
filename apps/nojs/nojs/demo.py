"""Some rooms in which something was said already, so that nobody meets an empty site.

Notice that running this twice is harmless: a room that has lines is left alone, whoever said them.
"""

from brubeck.timekeeping import curtime

from nojs import queries
from nojs.models import Line, Visitor
from nojs.queries.lines import NOTHING

GUIDE = "no.js"
FIRST_ROOM = "Take Five"
MINUTE = 60_000  # milliseconds
ROOMS = {
    FIRST_ROOM: [
        "Welcome. This page has no script in it, and yet it is alive.",
        "Open it a second time, in another browser or in lynx, and talk to yourself.",
        "Whatever you type appears at once: your browser has asked for news, and waits.",
        "Click on a name at the side, and only that person reads what you write.",
        "Everything can be chosen below: frames or none, how often it refreshes, or never.",
    ],
    "Text browsers": [
        "lynx, w3m, links and elinks are at home here.",
        "Without frames the form is on top, and the newest line comes first.",
        "No cookies? Your address carries a key then. Keep it to yourself.",
    ],
    "Café ☕ 日本語 العربية": [
        "Rooms and people may have names in any language.",
        "Grüße! こんにちは! مرحبا! Γειά! Привет!",
        '<b>Tags</b> & "quotes" are shown as they were typed.',
    ],
}


def fill(store: queries.Store) -> int:
    """Fill the rooms that are empty; return the number of lines that were said."""
    owner = Visitor(id="demo")  # no secret has this digest: nobody else gets the name
    try:
        queries.claim_name(store, owner, GUIDE)
    except queries.NameTakenError:
        return 0  # somebody of this name is here: the site is in use
    return sum(fill_room(store, title, texts) for title, texts in ROOMS.items())


def fill_room(store: queries.Store, title: str, texts: list[str]) -> int:
    """Say these texts in a room if nothing was said there; return how many that were."""
    room = store.keys.room(title)
    if queries.version_for(store, room) != NOTHING:
        return 0
    queries.create_room(store, room, title)
    for age, text in zip(range(len(texts), 0, -1), texts, strict=True):
        queries.say(store, room, Line(name=GUIDE, text=text, at=curtime() - age * MINUTE))
    return len(texts)
