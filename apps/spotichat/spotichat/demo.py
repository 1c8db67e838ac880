"""Some rooms in which something was said already, so that nobody meets an empty site.

Notice that running this twice is harmless: a room in which something was said is left alone.
"""

from spotichat import queries
from spotichat.catalogue import SONGS
from spotichat.models import Person
from spotichat.queries import NameTakenError, Store, Tariff
from spotichat.settings import Settings
from spotichat.tracks import Track, room_of

FREE = Tariff(1_000, 1_000, 1_000, 1_000)
GUIDES = ("Marigold", "Pixel", "Onkel Ü", "雨傘")
SAID = [
    ("Welcome. This room belongs to one song, and everybody with its link comes here.",
     "Open it in a second browser, and talk to yourself: two processes share this room.",
     "Pull the plug while you talk. Nothing gets lost, and nothing comes twice.",
     "🎺"),
    ("Links are clickable: https://github.com/j2labs/brubeck (and brackets stay outside).",
     "@Pixel, who is mentioned reads it on a coloured line.",
     "Thank you, @Marigold!"),
    ("Grüße! こんにちは! مرحبا! Γειά! Привет!",
     '<b>Tags</b> & "quotes" are shown as they were typed.',
     "Lines break\nwhere you press Shift and Enter."),
    ("The bass player deserves a raise.", "🔥🔥🔥"),
]  # fmt: skip


def songs() -> list[Track]:
    """Return the songs whose rooms are filled."""
    return list(SONGS.values())[: len(SAID)]


def fill(settings: Settings) -> None:
    """Fill the rooms of a site, and say where to go."""
    store = queries.connect(settings.redis_url, settings.namespace)
    fill_rooms(store)
    store.redis.close()
    print(f"SpotiChat: take a nickname and go to {songs()[0].title}, without a password")  # noqa: T201


def fill_rooms(store: Store) -> int:
    """Fill the rooms that are empty; return the number of lines that were said."""
    people = [guide(store, name) for name in GUIDES]
    if None in people:
        return 0  # somebody else has one of the names: the site is in use
    known = [person for person in people if person is not None]
    return sum(
        fill_room(store, room_of(song.id), known, texts)
        for song, texts in zip(songs(), SAID, strict=True)
    )


def guide(store: Store, nickname: str) -> Person | None:
    """Return somebody who talks here; None if the name is somebody else's."""
    # No secret has this digest: nobody can come and be him.
    person = Person(id=f"demo{GUIDES.index(nickname)}", nickname=nickname)
    try:
        queries.claim_nickname(store, person, nickname)
    except NameTakenError:
        return None
    return person


def fill_room(store: Store, room: str, people: list[Person], texts: tuple[str, ...]) -> int:
    """Say these texts in a room if nothing was said there; return how many that were."""
    if queries.read_news(store, room).messages:
        return 0
    for number, text in enumerate(texts):
        queries.say(store, room, people[number % len(people)], text, key="", cost=0, tariff=FREE)
    return len(texts)
