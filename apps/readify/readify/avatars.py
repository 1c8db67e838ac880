"""Pictures of people: those they upload, those that are drawn for them, and Gravatar's.

Notice that nothing of an uploaded file is ever sent to anybody. It is decoded, turned, cut to a
square and encoded again, so that neither what is hidden in it (the place where a photo was taken)
nor what pretends to be a picture (CWE-434) gets any further.
"""

import io
from hashlib import sha256
from urllib.parse import urlencode

from brubeck.concurrency import current
from markupsafe import escape
from PIL import Image, ImageOps

SIZE = 256  # pixels, both ways
CONTENT_TYPE = "image/webp"
LARGEST_FILE = 5 * 1024 * 1024  # bytes
# Some cameras make as many pixels, and JPEG is decoded at a fraction of its size. Of the other formats
# a few KB can become hundreds of MB in memory: a bomb (CWE-409).
MOST_PIXELS = 50_000_000
MOST_WHOLE_PIXELS = 12_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # each decoder that is not needed is one that cannot fail
GRAVATAR = "https://gravatar.com/avatar/"
CELLS = 5  # of a drawn picture, both ways; its right half mirrors the left one


class BadPictureError(ValueError):
    """A file that is no picture for us; its text says why, and what would do."""


def reencode(data: bytes) -> bytes:
    """Return a picture as a square WebP of 256 pixels, with nothing of the file but what is seen.

    Raises BadPictureError. It computes for a while: see `reencode_elsewhere`.
    """
    if len(data) > LARGEST_FILE:
        raise BadPictureError("The picture is larger than 5 MB. Choose a smaller one.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return _encoded(_square(picture))
    except BadPictureError:
        raise
    except Exception as error:
        # Pillow's decoders raise whatever occurs to them when a file is broken.
        raise BadPictureError(
            "This file could not be read as a picture. Choose a PNG, JPEG, GIF or WebP file."
        ) from error


def reencode_elsewhere(data: bytes) -> bytes:
    """Do `reencode` in a thread, while other requests are served."""
    return current().run_in_thread(reencode, data)


def _square(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    most = MOST_PIXELS if picture.format == "JPEG" else MOST_WHOLE_PIXELS
    if width * height > most:  # known from the head of the file, before anything is decoded
        raise BadPictureError(
            f"The picture has {width} x {height} pixels, which is too much. Choose a smaller one."
        )
    picture.draft("RGB", (SIZE, SIZE))  # lets JPEG decode at a fraction of its size
    turned = ImageOps.exif_transpose(picture).convert("RGBA")
    return ImageOps.fit(turned, (SIZE, SIZE))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=85)
    return out.getvalue()


def drawn(name: str) -> str:
    """Return an SVG that is always the same for a name, and hardly ever the same for two."""
    digest = sha256(name.encode()).digest()
    hue = int.from_bytes(digest[:2], "big") % 360
    columns = range((CELLS + 1) // 2)
    cells = "".join(
        _cell(column, row)
        for row in range(CELLS)
        for column in columns
        if digest[2 + row * len(columns) + column] % 2
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {CELLS + 2} {CELLS + 2}" role="img" '
        f'aria-label="{escape(name)}" shape-rendering="crispEdges">'
        f'<rect width="100%" height="100%" fill="hsl({hue} 45% 92%)"/>'
        f'<g fill="hsl({hue} 55% 42%)">{cells}</g></svg>'
    )


def _cell(column: int, row: int) -> str:
    """Return one cell and its mirror image; the middle column is its own."""
    places = {column, CELLS - 1 - column}
    return "".join(
        f'<rect x="{place + 1}" y="{row + 1}" width="1" height="1"/>' for place in sorted(places)
    )


def gravatar(email: str, size: int = SIZE) -> str:
    """Return where Gravatar keeps the picture of an address, 404 if it has none.

    The address of the picture tells Gravatar's owner who is looked at, and by whom: only for
    people who have asked for it.
    """
    digest = sha256(email.strip().lower().encode()).hexdigest()
    return f"{GRAVATAR}{digest}?{urlencode({'s': size, 'd': '404'})}"
