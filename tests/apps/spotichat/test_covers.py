"""Covers that are drawn."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from spotichat.catalogue import ALPHABET, SONGS
from spotichat.covers import draw


@given(st.text(ALPHABET, min_size=22, max_size=22))
def test_every_song_gets_a_picture(song: str) -> None:
    """It is XML, square, and the same each time."""
    picture = ET.fromstring(draw(song))  # noqa: S314  our own picture
    assert picture.tag.endswith("svg")
    assert picture.get("viewBox") == "0 0 160 160"
    assert len(picture) > 1
    assert draw(song) == draw(song)


def test_songs_look_different() -> None:
    """No two songs of the catalogue share a cover."""
    assert len({draw(song) for song in SONGS}) == len(SONGS)
