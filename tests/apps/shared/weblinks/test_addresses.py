"""Which addresses are saved, and in which form."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weblinks.addresses import MAX_LENGTH, BadAddressError, clean_address, host_of, normal_form

AUTHORITY_END = st.sampled_from(["", "/", "/path", "?query", "#fragment", ":80", "@evil.example"])


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("example.com", "http://example.com/"),
        ("  https://example.com/a  ", "https://example.com/a"),
        ("HTTPS://Example.COM/Path", "https://example.com/Path"),
        ("//example.com/a", "http://example.com/a"),
        ("localhost:3000/a", "http://localhost:3000/a"),
        ("example.com:8080", "http://example.com:8080/"),
        ("httpfoo", "http://httpfoo/"),
        ("example.com?u=http://a.b/", "http://example.com/?u=http://a.b/"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://[::1]:81/", "http://[::1]:81/"),
        ("http://example.com/a\u202egpj.exe", "http://example.com/a%E2%80%AEgpj.exe"),
        ("http://example.com/a\u2066b\u2069", "http://example.com/a%E2%81%A6b%E2%81%A9"),
        ("http://bücher.example/ä?ö#ü", "http://bücher.example/ä?ö#ü"),
        ("日本語.jp", "http://日本語.jp/"),
        ("http://example.com/a b\tc", "http://example.com/a%20b%09c"),
        ("https://me:secret@example.com/", "https://me:secret@example.com/"),
    ],
)
def test_an_address_is_saved_as_it_was_meant(typed: str, saved: str) -> None:
    """A missing scheme is http, hosts are lower case, blanks are encoded, the rest is as typed."""
    assert clean_address(typed) == saved


@pytest.mark.parametrize(
    ("spellings", "saved"),
    [
        (
            [
                "http://bücher.example",
                "BÜCHER.example",
                "xn--bcher-kva.example:80",
                "bu\u0308cher.example",
            ],
            "http://bücher.example/",
        ),
        (
            ["https://example.com:443", "https://\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45。com/"],
            "https://example.com/",
        ),
        (["http://example.com:443"], "http://example.com:443/"),
        (["http://faß.example"], "http://faß.example/"),
        (["http://xn--.example"], "http://xn--.example/"),
    ],
)
def test_a_site_has_one_spelling(spellings: list[str], saved: str) -> None:
    """Capitals, punycode, wide letters and the default port make no second link."""
    assert {clean_address(typed) for typed in spellings} == {saved}


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "java\nscript:alert(1)",
        "java\tscript:1",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com/",
        "mailto:ada@example.com",
        "http:example.com",
    ],
)
def test_only_web_pages_are_saved(typed: str) -> None:
    """What would run as a script, or is no web page, is refused with a reason."""
    with pytest.raises(BadAddressError, match=r"web (pages|site)"):
        clean_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "http://",
        "http:///path",
        "http://a..b/",
        "http://a b/",
        "http://host:99999/",
        "http://host:port/",
        "http://[::zz]/",
        "http://good.example\\@evil.example/",
        'http://"@example.com/',
        "http://a%20b/",
        "http://-/",
        "http://--.-/",
        "http://a\u202eb.example/",
        "http://a\uff05b.example/",
        "http://a\uff3cb.example/",
        "http://" + "a" * 64 + ".example/",
    ],
)
def test_an_address_without_a_site_is_refused(typed: str) -> None:
    """A host that cannot exist is pointed out, with an example of a good address."""
    with pytest.raises(BadAddressError, match=r"example\.com/page"):
        clean_address(typed)


def test_an_empty_field_asks_for_an_address() -> None:
    """Blanks are no address."""
    with pytest.raises(BadAddressError, match="Enter an address"):
        clean_address("   ")


def test_an_address_has_at_most_two_thousand_characters() -> None:
    """The limit counts what is stored, encoded blanks included."""
    path = "a" * (MAX_LENGTH - len("http://example.com/"))
    assert len(clean_address(f"http://example.com/{path}")) == MAX_LENGTH
    for too_long in (f"{path}b", path[:-1] + " "):
        with pytest.raises(BadAddressError, match="too long"):
            clean_address(f"http://example.com/{too_long}x")


@pytest.mark.parametrize("text", ["http://[@evil.example", "http://a[b]@example.com/"])
def test_brackets_belong_to_ipv6_addresses_only(text: str) -> None:
    """Before an @ they make an address that no program can read."""
    with pytest.raises(BadAddressError):
        clean_address(text)


@given(st.text(max_size=200), AUTHORITY_END)
def test_whatever_is_typed_the_result_is_a_web_address_or_a_complaint(text: str, end: str) -> None:
    """No text makes it fail otherwise, or gives an address that is not of a web page."""
    try:
        address = clean_address(text + end)
    except BadAddressError:
        return
    assert address.startswith(("http://", "https://"))
    assert urlsplit(address).hostname


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """An address that was saved is saved again as the same one: duplicates are found."""
    try:
        address = clean_address(text)
    except BadAddressError:
        return
    assert clean_address(address) == address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.example.com:8443/a", "example.com"),
        ("https://bank.example:pw@evil.example/", "evil.example"),
        ("http://[broken/", "http://[broken/"),
    ],
)
def test_the_host_that_is_shown_is_the_one_that_is_visited(address: str, shown: str) -> None:
    """Names before an @ are never shown, or one site could look like another (CWE-451)."""
    assert host_of(address) == shown


@pytest.mark.parametrize(
    "spellings",
    [
        ["https://example.com/%7Eada/", "https://example.com/~ada/", "https://EXAMPLE.com/a/../~ada/"],
        ["https://example.com/ä?ö#ü", "https://example.com/%C3%A4?%c3%b6#%C3%BC"],
        ["https://example.com/a/b", "https://example.com/a/./b", "https://example.com/a/x/../b"],
        ["https://example.com/", "https://example.com/..", "https://example.com?", "https://example.com/#"],
        ["https://example.com/a%2fb", "https://example.com/a%2Fb"],
    ],
)  # fmt: skip
def test_a_page_is_known_however_its_address_is_written(spellings: list[str]) -> None:
    """Encoding, dots and empty ends make no other page (RFC 3986, 6.2.2)."""
    assert len({normal_form(clean_address(typed)) for typed in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/", "https://example.com/"),
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a?b", "https://example.com/a?b&c"),
        ("https://example.com/a#b", "https://example.com/a#c"),
        ("https://example.com/a/b", "https://example.com/a%2Fb"),
        ("https://example.com/a+b", "https://example.com/a%2Bb"),
        ("https://www.example.com/", "https://example.com/"),
    ],
)
def test_what_may_be_another_page_is_another_link(one: str, other: str) -> None:
    """Nothing is taken for the same that a server may tell apart."""
    assert normal_form(clean_address(one)) != normal_form(clean_address(other))


@given(st.text(max_size=200))
def test_the_normal_form_is_normal(text: str) -> None:
    """Taken twice it is the same, and it is itself an address."""
    try:
        address = clean_address(f"https://example.com/{text}")
    except BadAddressError:
        return
    normal = normal_form(address)
    assert normal_form(normal) == normal
    assert urlsplit(normal).hostname == "example.com"
