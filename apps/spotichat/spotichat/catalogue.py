"""Songs that nobody has ever sung, by bands that do not exist: rooms for those without Spotify.

Notice that their ids are made from their titles. Spotify's ids are random numbers of 128 bits, so
none of these is the number of a real song.
"""

from hashlib import sha256

from spotichat.tracks import Track, drawn_cover

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ID_LENGTH = 22

# Title, bands, seconds.
INVENTED = [
    ("Rain on the Seventh Platform", ("Brass Pigeon Assembly",), 227),
    ("Slow Lift to the Roof Garden", ("Ninth Floor Orchard",), 312),
    ("Marmalade Satellite", ("Kettle & Gantry", "Lanternfish Union"), 198),
    ("Letters to a Lighthouse", ("Saltmarsh Switchboard",), 254),
    ("Five in the Morning, Five in the Bar", ("Halfpast Umbrella",), 305),
    ("Polar Night, Open Window", ("Café Antarctique",), 241),
    ("Nebel über der Autobahn", ("Möwen in Uniform",), 276),
    ("Тихий автобус", ("Трамвай до моря",), 189),
    ("夜の自動販売機", ("雨傘電話局",), 233),
    ("مقهى آخر الليل", ("قطار الياسمين",), 264),
    ("Sleepwalking Through the Supermarket", ("Velvet Cartographers",), 219),
    ("Origami Thunder", ("Paper Weather Bureau",), 176),
    ("The Lamp Keeps a Diary", ("Moth Parliament",), 248),
    ("Bicycle Weather", ("Tuesday's Understudies",), 163),
    ("Copper Wire Lullaby", ("Saltmarsh Switchboard", "Moth Parliament"), 287),
    ("Half a Mile of Blue Paint", ("Ladder Company Nine and a Half",), 204),
    ("Tango for Two Photocopiers", ("Orquesta Fotocopia",), 211),
    ("Everything the Elevator Overheard Between the Ground Floor and the Forty-First",
     ("The Society for the Preservation of Very Long Band Names", "Halfpast Umbrella"), 4_021),
    ("Soup", ("Kettle & Gantry",), 61),
    ("Windmill Arithmetic", ("Paper Weather Bureau", "Brass Pigeon Assembly"), 238),
    ("A Quiet Word with the Sea", ("Lanternfish Union",), 342),
    ("Static in the Greenhouse", ("Ninth Floor Orchard",), 229),
    ("Last Tram, First Snow", ("Tuesday's Understudies", "Трамвай до моря"), 258),
    ("Encore for an Empty Hall", ("Velvet Cartographers",), 367),
]  # fmt: skip


def invented_id(title: str) -> str:
    """Return the id of an invented song: 22 letters and digits that look like Spotify's."""
    number = int.from_bytes(sha256(f"SpotiChat: {title}".encode()).digest())
    signs = []
    for _ in range(ID_LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


def _song(title: str, bands: tuple[str, ...], seconds: int) -> Track:
    song_id = invented_id(title)
    return Track(song_id, title, bands, seconds * 1000, drawn_cover(song_id))


SONGS = {song.id: song for song in (_song(*entry) for entry in INVENTED)}
