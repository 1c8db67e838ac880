"""Pictures of people."""

import io
import re
import struct
import zlib
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from readify import avatars


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """Return a file with a picture: red at the left, blue at the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("WEBP", (avatars.SIZE, avatars.SIZE))
    return image.convert("RGB")


def is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return colour[0] > 200 and colour[2] < 60


@pytest.mark.parametrize("kind", avatars.FORMATS)
def test_every_usual_kind_of_picture_is_taken(kind: str) -> None:
    """What comes out is a square in one format, whatever went in."""
    image = read(avatars.reencode(picture(kind)))
    assert is_red(image.getpixel((5, 128)))
    assert not is_red(image.getpixel((250, 128)))


def test_nothing_hidden_in_a_file_is_passed_on() -> None:
    """Neither where a photo was taken nor a comment (CWE-212)."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N"}
    data = avatars.reencode(picture("JPEG", exif=exif, comment=b"a secret"))
    assert not Image.open(io.BytesIO(data)).getexif()
    assert b"home" not in data
    assert b"secret" not in data


def test_a_photo_that_lies_on_its_side_is_turned() -> None:
    """Cameras only note how they were held."""
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    image = read(avatars.reencode(picture("JPEG", exif=exif)))
    assert not is_red(image.getpixel((5, 128)))


def bomb(side: int) -> bytes:
    """Return the head of a PNG that announces a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "could not be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "could not be read"),
        (picture()[:60], "could not be read"),
        (picture("TIFF"), "could not be read"),
        (picture("BMP"), "could not be read"),
        (bomb(9_000), "9000 x 9000 pixels"),
        (bomb(3_500), "3500 x 3500 pixels"),
        (bomb(60_000), "Choose"),
        (b"x" * (avatars.LARGEST_FILE + 1), "larger than 5 MB"),
    ],
    ids=["nothing", "svg", "half", "tiff", "bmp", "bomb", "small bomb", "large bomb", "large"],
)
def test_what_is_no_picture_for_us_is_refused_in_words(data: bytes, words: str) -> None:
    """Also what would take all memory when it is unpacked (CWE-409)."""
    with pytest.raises(avatars.BadPictureError, match=words):
        avatars.reencode(data)


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_damaged_file_gives_a_picture_or_words(place: int, noise: bytes) -> None:
    """Nothing else is raised, whatever was changed."""
    data = bytearray(picture("PNG"))
    data[place : place + len(noise)] = noise
    try:
        read(avatars.reencode(bytes(data)))
    except avatars.BadPictureError as error:
        assert "Choose" in str(error)  # noqa: PT017  either outcome is right


@given(st.text(min_size=1))
@example('"><script>alert(1)</script>')
@example("\x00\ud800")
def test_a_drawn_picture_is_valid_and_always_the_same(name: str) -> None:
    """Whatever the name is: it is text in the picture and nothing else (CWE-79)."""
    name = name.encode("utf-8", "replace").decode()
    drawing = avatars.drawn(name)
    assert drawing == avatars.drawn(name)
    if name.isprintable():
        assert fromstring(drawing).get("aria-label") == name  # noqa: S314  made by ourselves


def test_people_look_different() -> None:
    """A hundred names have a hundred pictures."""
    drawings = {re.sub('aria-label="[^"]*"', "", avatars.drawn(f"n{n}")) for n in range(100)}
    assert len(drawings) == 100


def test_gravatar_is_asked_by_an_address_that_cannot_be_read() -> None:
    """Over TLS, with SHA-256 of the address in small letters, as its documentation says."""
    url = avatars.gravatar(" Ada@Example.com ")
    assert url == avatars.gravatar("ada@example.com")
    assert url.startswith("https://gravatar.com/avatar/")
    assert url.endswith("?s=256&d=404")
    assert "example" not in url
