"""Section 4 of the interface: what is a URL, and what an e-mail address."""

import email_validator
import pytest
import validators
from dictshield import addresses
from hypothesis import given
from hypothesis import strategies as st

URLS = [
    "http://example.com",
    "HTTPS://EXAMPLE.COM/",
    "http://example.com.",
    "http://example.com.:80/",
    "http://localhost",
    "http://localhost:8080/path",
    "http://127.0.0.1?x=1",
    "http://example.com:8080/a/b?c=d#e",
    "http://example.com/<>|{}ü",
    "http://a-b.example.photography/",
    "http://bücher.example.de/",
    "http://xn--bcher-kva.example.com/",
    "http://пример.рф/",
    "http://example.com/\u200c",
]

NO_URLS = [
    "",
    "example.com",
    "ftp://example.com",
    "http://",
    "http:/example.com",
    "http://example",
    "http://example.c",
    "http://example.c0m",
    "http://user@example.com",
    "http://user:word@example.com",
    "http://a_b.example.com",
    "http://example.com#x",
    "http://example.com/a b",
    "http://example.com/a\n",
    "http://example.com\n",
    "http://example.com/\x00",
    "http://example.com/\udc80",
    "http://.example.com",
    "http://a..example.com",
    "http://example.com:",
    "http://example.com:x",
    "http://[::1]/",
    "http://1.2.3",
    "http://-a.example.com",
    "http://" + "a" * 64 + ".com",
    "http://" + "a." * 150 + "com",
    "http://example.com\\@evil.com",
    "javascript://example.com/%0aalert(1)",
]

ADDRESSES = [
    "a@b.co",
    "a@b.photography",
    "a@b.co.",
    "ada.lovelace@example.com",
    "ada+tag_x-y@mail.example.com",
    "a@127.0.0.1",
    '"ada lovelace"@example.com',
    '"a@b"@example.com',
    "a@bücher.de",
    "a@intranet.local",
    "o'neil!#$%&*/=?^`{|}~@example.com",
]

NO_ADDRESSES = [
    "",
    "a",
    "@",
    "a@",
    "@b.co",
    "a@localhost",
    "a@b",
    "a@b.c",
    "a@b.co\n",
    "a b@c.de",
    "a@b@c.de",
    ".a@b.co",
    "a.@b.co",
    "a..b@c.de",
    "a@-b.co",
    "a@b..co",
    "a@b.co:25",
    "a@[127.0.0.1]",
    "Ada <a@b.co>",
    "a" * 65 + "@b.co",
    "a@" + "b" * 64 + ".co",
    "a@" + "b." * 126 + "co",
    "jö@b.co",
]


@pytest.mark.parametrize("text", URLS)
def test_urls_are_accepted(text: str) -> None:
    """Http or https, a host, an optional port, then the end, a path or a query."""
    assert addresses.is_url(text)


@pytest.mark.parametrize("text", NO_URLS)
def test_what_is_no_url_is_refused(text: str) -> None:
    """User names, underscores, a fragment after the host, white space and other schemes are refused."""
    assert not addresses.is_url(text)


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_are_accepted(text: str) -> None:
    """A dot-atom or a quoted local part, and a host."""
    assert addresses.is_email(text)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused(text: str) -> None:
    """No localhost, no trailing newline, no display name."""
    assert not addresses.is_email(text)


@given(st.text(alphabet="aZ09.-_ö", max_size=70))
def test_a_simple_host_is_one_for_the_validator(text: str) -> None:
    """The quick look accepts nothing that `validators` would refuse."""
    if addresses.is_simple_host(text):
        assert validators.domain(text)
        assert addresses.is_authority(text)
        assert addresses.is_mail_host(text)


@given(st.text(alphabet="aZ09.-_+ö", max_size=70))
def test_a_simple_mailbox_is_one_for_the_validator(text: str) -> None:
    """The quick look accepts nothing that `email-validator` would refuse."""
    if addresses.is_simple_mailbox(text):
        assert email_validator.validate_email(f"{text}@example.com", check_deliverability=False)


@given(st.text(alphabet="aZ09.-@ö", max_size=140))
def test_a_simple_address_is_one_for_the_validators(text: str) -> None:
    """The quick look at a whole address accepts nothing that a look at its parts would refuse."""
    if addresses.is_simple_email(text):
        mailbox, _, host = text.rpartition("@")
        assert validators.domain(host)
        assert email_validator.validate_email(f"{mailbox}@example.com", check_deliverability=False)


@pytest.mark.parametrize("text", ["a.b@c.de", "A1@x.y.museum"])
def test_simple_addresses_pass_the_quick_look(text: str) -> None:
    """Most addresses need no more than that."""
    assert addresses.is_simple_email(text)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    """No text makes the judgement fail, wherever it stands."""
    for pattern in ("{}", "http://{}", "http://{}.com", "http://a.com/{}", "a@{}", "{}@b.co"):
        value = pattern.format(text)
        assert addresses.is_url(value) in {True, False}
        assert addresses.is_email(value) in {True, False}
