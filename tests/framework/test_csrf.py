import base64

import pytest
from brubeck import csrf
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=50)
KEY = "a key for tests"


@quick
@given(st.text(max_size=20), st.text(max_size=20), st.binary(min_size=1, max_size=20))
def test_an_issued_token_verifies(nonce: str, session: str, key: bytes) -> None:
    """The browser and login that got the form may send it."""
    assert csrf.verify(csrf.issue(nonce, session, key), nonce, session, key)


@quick
@given(st.text(max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    """Whatever a stranger sends is refused, without an exception."""
    assert not csrf.verify(text, "nonce", "session", KEY)


@pytest.mark.parametrize(
    ("nonce", "session", "key"),
    [
        ("other", "s", KEY),
        ("n", "other", KEY),
        ("n", "s", "other"),
        ("ns", "", KEY),
        ("", "ns", KEY),
    ],
)
def test_a_token_is_bound_to_browser_session_and_key(nonce: str, session: str, key: str) -> None:
    """A token of somebody else, of another login or of another site is worth nothing."""
    assert not csrf.verify(csrf.issue("n", "s", KEY), nonce, session, key)


def test_every_page_gets_another_token() -> None:
    """Compressed pages of different sizes betray nothing about it."""
    assert len({csrf.issue("n", "s", KEY) for _ in range(20)}) == 20


def test_every_byte_of_a_token_counts() -> None:
    """A token that was changed anywhere is refused."""
    raw = base64.urlsafe_b64decode(csrf.issue("n", "s", KEY))
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        token = base64.urlsafe_b64encode(changed).decode()
        assert not csrf.verify(token, "n", "s", KEY)


def test_tokens_of_an_old_key_verify_until_it_is_dropped() -> None:
    """Keys can be rotated while people have forms open; the newest issues."""
    old = csrf.issue("n", "s", "old")
    assert csrf.verify(old, "n", "s", ["old", "new"])
    assert not csrf.verify(old, "n", "s", ["new"])
    assert csrf.verify(csrf.issue("n", "s", ["old", "new"]), "n", "s", "new")


def test_nonces_do_not_repeat() -> None:
    """A nonce has 256 random bits and is fit for a cookie."""
    nonces = {csrf.new_nonce() for _ in range(20)}
    assert len(nonces) == 20
    assert all(len(nonce) == 43 and nonce.isascii() for nonce in nonces)


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time tells how many signs were right (CWE-208): only `hmac.compare_digest` decides."""
    token = csrf.issue("n", "s", KEY)
    monkeypatch.setattr(csrf.hmac, "compare_digest", lambda _one, _other: False)
    assert not csrf.verify(token, "n", "s", KEY)


def test_a_session_may_be_any_text() -> None:
    """Halves of characters, which bytes of strangers become, are no defect."""
    token = csrf.issue("n", "\udcff", KEY)
    assert csrf.verify(token, "n", "\udcff", KEY)
    assert not csrf.verify(token, "n", "\udcfe", KEY)
