"""The songs of the stand-in: track objects as Spotify's documentation describes them.

They are as invented as those of SpotiChat's catalogue, and other ones: so their names can only have
come by `GET /v1/tracks/{id}` or from what is playing.
"""

from typing import Any

# Id, title, bands, seconds.
INVENTED = [
    ("0StandIn1Umbrella3Wind", "Umbrellas Against the Wind", ["Drizzle Department"], 214),
    ("0StandIn2Tram4Depot6Se", "Tram Depot by the Sea", ["The Improbable Ferrymen"], 187),
    ("0StandIn3Cactus5Radio7", "Cactus Radio", ["Dust Devil Choir", "Drizzle Department"], 243),
    ("0StandIn4Glass6Harmoni", "Harmonica Made of Glass", ["Unplugged Refrigerators"], 266),
    ("0StandIn5Stairs7Number", "Nobody Counts the Stairs", ["The Improbable Ferrymen"], 158),
    ("0StandIn6Kiosk8Midnigh", "Kiosk at Midnight", ["Late Bus Serenade"], 301),
]  # fmt: skip


def _track(song_id: str, title: str, bands: list[str], seconds: int) -> dict[str, Any]:
    return {
        "album": {"album_type": "single", "images": [], "name": title, "type": "album"},
        "artists": [{"name": band, "type": "artist"} for band in bands],
        "duration_ms": seconds * 1000,
        "explicit": False,
        "external_urls": {"spotify": f"https://open.spotify.com/track/{song_id}"},
        "id": song_id,
        "is_local": False,
        "name": title,
        "type": "track",
        "uri": f"spotify:track:{song_id}",
    }


TRACKS = {entry[0]: _track(*entry) for entry in INVENTED}
ORDER = list(TRACKS)
