"""Which requests may be answered twice."""

import pytest
from brubeck.dispatching.repeating import PROMISES, SAFE, latest, may_be_repeated
from framework.test_dispatching import key, message


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"])
def test_methods_are_repeated_as_was_promised(method: str) -> None:
    """What is safe always, what is idempotent or anything else where the application says so."""
    sent = message(1, METHOD=method)
    assert may_be_repeated(sent, SAFE) == (method in {"GET", "HEAD", "OPTIONS"})
    assert may_be_repeated(sent, PROMISES["idempotent"]) == (method not in {"POST", "PATCH"})
    assert may_be_repeated(sent, PROMISES["all"])


def test_what_is_no_whole_request_is_never_repeated() -> None:
    """A body that lies in a file may be gone; frames, notices and noise are no requests."""
    uploaded = message(1, METHOD="PUT", **{"x-mongrel2-upload-done": "run/body"})
    for sent in (uploaded, message(1, METHOD="WEBSOCKET"), message(1, METHOD="JSON"), b"noise"):
        assert not may_be_repeated(sent, PROMISES["all"])


def test_the_last_request_of_each_connection_counts() -> None:
    """A connection is used again: what it has asked before was answered."""
    old, other, new = message(1, "/old"), message(2), message(1, "/new")
    assert latest([old, other, new]) == {key(1): new, key(2): other}
