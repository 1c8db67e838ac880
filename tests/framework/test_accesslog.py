"""One line for each answer."""

import logging

import pytest
from brubeck import accesslog
from brubeck.response import Response
from doubles import make_request


def test_a_line_says_who_got_what_and_how_long_it_took(caplog: pytest.LogCaptureFixture) -> None:
    """Status, method, path, client, milliseconds and request id."""
    request = make_request("POST", "/a", headers={"REMOTE_ADDR": "192.0.2.1"})
    with caplog.at_level(logging.INFO, "brubeck.access"):
        assert accesslog.is_on()
        accesslog.note(request, Response(404), 0.0125)
    assert caplog.messages == [f"404 POST /a (192.0.2.1) 12.5ms {request.id}"]


def test_a_broadcast_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """However many it reached."""
    with caplog.at_level(logging.INFO, "brubeck.access"):
        accesslog.note_broadcast("jazz", Response(200), 5000, 0.1)
    assert caplog.messages == ["200 BROADCAST 'jazz' to 5000 100.0ms"]


def test_nobody_reads_it_above_info(caplog: pytest.LogCaptureFixture) -> None:
    """The lines need not be made then."""
    with caplog.at_level(logging.WARNING, "brubeck.access"):
        assert not accesslog.is_on()
