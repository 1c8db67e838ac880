"""Songs: every way to write one leads to the same room, and what is none is told so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spotichat.catalogue import ALPHABET, SONGS
from spotichat.tracks import (
    ID,
    LONGEST_TYPED,
    NoTrackError,
    Track,
    drawn_cover,
    room_of,
    track_id,
    track_of_room,
    unnamed,
)

SONG = "6rqhFgbbKwnb9MLmUQDhG6"
IDS = st.text(ALPHABET, min_size=22, max_size=22)


@pytest.mark.parametrize(
    "typed",
    [
        SONG,
        f"  {SONG}\n",
        f"spotify:track:{SONG}",
        f"SPOTIFY:TRACK:{SONG}",
        f"spotify%3Atrack%3A{SONG}",
        f"https://open.spotify.com/track/{SONG}",
        f"http://open.spotify.com/track/{SONG}",
        f"open.spotify.com/track/{SONG}",
        f"https://play.spotify.com/track/{SONG}",
        f"https://open.spotify.com/track/{SONG}?si=0123456789abcdef&context=spotify%3Aalbum%3A1",
        f"https://open.spotify.com/track/{SONG}#0:42",
        f"https://open.spotify.com/track/{SONG}/",
        f"https://open.spotify.com/intl-de/track/{SONG}?si=abc",
        f"https://open.spotify.com/intl-pt-br/track/{SONG}",
        f"https://open.spotify.com/embed/track/{SONG}?utm_source=generator",
        f"HTTPS://OPEN.SPOTIFY.COM/track/{SONG}",
        f"Listen to this! https://open.spotify.com/track/{SONG}?si=x :)",
        f"<https://open.spotify.com/track/{SONG}>",
    ],
)
def test_every_way_to_write_a_song_leads_to_one_room(typed: str) -> None:
    """Links, URIs and share addresses, with and without language and query, mean the same id."""
    assert room_of(track_id(typed)) == f"track:{SONG}"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Paste the link"),
        ("   ", "Paste the link"),
        ("https://spotify.link/AbCdEf", "short link"),
        ("https://spotify.app.link/AbCdEf", "short link"),
        ("https://open.spotify.com/album/6rqhFgbbKwnb9MLmUQDhG6", "an album"),
        ("https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M", "a playlist"),
        ("spotify:artist:6rqhFgbbKwnb9MLmUQDhG6", "an artist"),
        ("spotify:episode:6rqhFgbbKwnb9MLmUQDhG6", "an episode"),
        ("https://open.spotify.com/track/6rqhFgbb", "not copied whole"),
        (f"https://open.spotify.com/track/{SONG}X", "not copied whole"),
        ("https://example.org/track/6rqhFgbbKwnb9MLmUQDhG6", "no link to a song"),
        (f"https://notopen.spotify.com.example.org/track/{SONG}", "no link to a song"),
        ("my favourite song", "no link to a song"),
        ("<script>alert(1)</script>", "no link to a song"),
        ("6rqhFgbbKwnb9MLmUQDhG", "no link to a song"),
        ("6rqhFgbbKwnb9MLmUQDhé6", "no link to a song"),
    ],
)
def test_what_is_no_song_is_told_so(typed: str, told: str) -> None:
    """Each mistake gets a text that says what it was and what to do."""
    with pytest.raises(NoTrackError, match=told):
        track_id(typed)


@given(IDS, st.sampled_from(["", "intl-fr/", "embed/"]), st.text(ALPHABET, max_size=20))
def test_links_of_any_song_are_understood(song: str, language: str, si: str) -> None:
    """The id comes back as it was, large and small letters told apart."""
    assert track_id(f"https://open.spotify.com/{language}track/{song}?si={si}") == song


@given(st.text())
def test_any_text_gives_an_id_or_an_explanation(typed: str) -> None:
    """Nothing else comes out, whatever is typed."""
    try:
        found = track_id(typed)
    except NoTrackError as error:
        found, told = "", str(error)
    else:
        told = ""
    assert ID.fullmatch(found) or told.endswith(".")


def test_a_very_long_text_is_read_to_a_limit() -> None:
    """A link behind more than a person would paste is not looked for."""
    with pytest.raises(NoTrackError):
        track_id("x " * LONGEST_TYPED + f"spotify:track:{SONG}")


@given(IDS)
def test_a_room_knows_its_song(song: str) -> None:
    """Public rooms and private ones lead back to the id."""
    assert track_of_room(room_of(song)) == song
    assert track_of_room(f"{room_of(song)}~{'s' * 22}") == song


@pytest.mark.parametrize("room", ["", "track:", "track:abc", f"track:{SONG}~", f"album:{SONG}"])
def test_other_texts_are_no_rooms(room: str) -> None:
    """Rooms are songs."""
    with pytest.raises(ValueError, match="is no room"):
        track_of_room(room)


def test_the_catalogue_is_two_dozen_different_songs() -> None:
    """Every invented song has a title, a band, a length, a cover, and an id that looks like Spotify's."""
    assert len(SONGS) == 24
    for song_id, song in SONGS.items():
        assert ID.fullmatch(song_id)
        assert song.title
        assert song.artists
        assert song.length_ms > 0
        assert song.cover == drawn_cover(song_id)


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, ""), (61_000, "1:01"), (187_499, "3:07"), (4_021_000, "67:01")]
)
def test_lengths_are_written_as_people_write_them(ms: int, shown: str) -> None:
    """Minutes and seconds; nothing where nobody knows."""
    assert Track(SONG, "x", (), ms, "").length == shown


def test_a_song_of_which_nothing_is_known_pretends_nothing() -> None:
    """It has a room and a cover, and no invented artists."""
    song = unnamed(SONG)
    assert (song.artists, song.length, song.room) == ((), "", f"track:{SONG}")
