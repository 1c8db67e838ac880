"""What rooms are called, and where an invitation is hidden."""

from contextlib import suppress

import pytest
from apps.spotichat.people import SONG
from brubeck.request import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from spotichat.keys import Keys
from spotichat.rooms import (
    NoRoomError,
    invitation_of,
    is_channel,
    is_private,
    new_private_room,
    path_of,
    room_of_channel,
    room_of_path,
    take_invitation,
)

quick = settings(deadline=None, max_examples=60)
ROOMS = {
    f"track:{SONG}": f"track:{SONG}",
    f"track%3A{SONG}": f"track:{SONG}",
    SONG: f"track:{SONG}",
    "channel:public": "channel:public",
    "channel%3Apublic": "channel:public",
}


def asked(path: str) -> Request:
    """Return a request for a path, after the hook."""
    request = Request("sender", "1", path, {"METHOD": "GET"}, b"")
    take_invitation(None, request)
    return request


@pytest.mark.parametrize(("part", "room"), ROOMS.items())
def test_a_room_has_one_name(part: str, room: str) -> None:
    """However it is written."""
    assert room_of_path(part, asked("/")) == room


@pytest.mark.parametrize("page", ["", "/messages", "/here"])
@pytest.mark.parametrize("before", ["/api/rooms/", "/t/"])
@pytest.mark.parametrize("tilde", ["~", "%7E"])
def test_an_invitation_is_taken_off_the_address(before: str, page: str, tilde: str) -> None:
    """And the room is found all the same."""
    room = new_private_room(SONG)
    invitation = room.partition("~")[2]
    request = asked(f"{before}{path_of(room).replace('~', tilde)}{page}")
    assert invitation not in request.path
    assert request.path == f"{before}track:{SONG}~{page}"
    assert invitation_of(request) == invitation
    assert room_of_path(f"track:{SONG}~", request) == room
    assert is_private(room)


def test_clients_cannot_send_an_invitation_of_their_own() -> None:
    """What stands in a header of theirs is in small letters."""
    request = Request("sender", "1", "/", {"METHOD": "GET", "invitation": "x" * 22}, b"")
    assert invitation_of(request) == ""


@quick
@given(st.text(max_size=80))
def test_what_is_no_room_is_none(part: str) -> None:
    """Nothing but rooms comes out, whatever goes in."""
    with suppress(NoRoomError):
        room = room_of_path(part, asked("/"))
        assert room.startswith("track:") or is_channel(room)
        assert room.isprintable()


@quick
@given(st.text(max_size=80))
def test_a_channel_is_a_room_or_refused(typed: str) -> None:
    """Case does not matter, nothing is public."""
    with suppress(NoRoomError):
        room = room_of_channel(typed)
        assert is_channel(room) or room.startswith("track:")
    assert room_of_channel("") == room_of_channel("Public") == "channel:public"


@quick
@given(st.text(), st.text())
def test_no_name_leads_into_the_keys_of_another(one: str, other: str) -> None:
    """Colons and whatever else are quoted in keys."""
    keys = Keys("x")
    first, second = (
        set(keys.of(f"channel:{one}", "p", "k")),
        set(keys.of(f"channel:{other}", "p", "k")),
    )
    shared = {keys.rooms, keys.present} | {key for key in first if key.endswith("points:p")}
    assert (one == other) == (first - shared == second - shared)
    assert one == other or not (first - shared) & (second - shared)
