import string
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from types import SimpleNamespace

import pytest
from brubeck import cookies
from brubeck.cookies import (
    cookie_decode,
    cookie_encode,
    cookie_is_encoded,
    parse_cookies,
    set_cookie,
    set_cookie_header,
)
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=60)
NOW = 1_800_000_000
KEY = "a key for tests"

PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
)
KEYS = st.integers() | st.text() | st.binary() | st.tuples(st.text(), st.integers())
DATA = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)
SIGNING_KEYS = st.text(min_size=1) | st.binary(min_size=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """Stand in for the time of day."""
    clock = Clock()
    monkeypatch.setattr(cookies, "time", SimpleNamespace(time=clock))
    return clock


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


def expires(setting: object) -> float:
    """Return the Unix time in the expires attribute that a setting leads to."""
    header = set_cookie_header("a", "b", expires=setting)  # type: ignore[arg-type]  # any setting
    return parsedate_to_datetime(header.partition("expires=")[2]).timestamp()


@quick
@given(DATA, SIGNING_KEYS)
def test_signed_data_comes_back_as_it_was(data: object, key: str | bytes) -> None:
    """None, booleans, numbers, text, bytes, lists, tuples and dicts survive, types included."""
    decoded = cookie_decode(cookie_encode(data, key), key)
    assert decoded == data
    assert repr(decoded) == repr(data)


def test_tuples_come_back_as_tuples() -> None:
    """Data first, key second; the pair of name and value is what set_cookie signs."""
    assert cookie_decode(cookie_encode(("k", "v"), "s"), "s") == ("k", "v")
    assert cookie_decode(cookie_encode([("k", (1,))], "s"), "s") == [("k", (1,))]


@quick
@given(DATA)
def test_signed_text_is_fit_for_cookies_and_json(data: object) -> None:
    """ASCII without quotes, blanks, commas or semicolons: `!`, signature, `?`, payload."""
    text = cookie_encode(data, KEY)
    assert set(text) <= set(string.ascii_letters + string.digits + "-_!?")
    assert text.startswith("!")
    assert text.count("?") == 1
    assert cookie_is_encoded(text)


def test_the_value_is_not_readable_in_the_text() -> None:
    """The plain value never occurs as a substring."""
    assert "visible" not in cookie_encode(("name", "visible"), KEY)


@quick
@given(st.integers(min_value=0), st.sampled_from(string.ascii_letters + "!?é"))
def test_changed_text_is_refused(position: int, character: str) -> None:
    """One other character anywhere, and nothing is decoded."""
    text = cookie_encode(("user_id", "1"), KEY)
    position %= len(text)
    changed = text[:position] + character + text[position + 1 :]
    if changed != text:
        assert cookie_decode(changed, KEY) is None


@quick
@given(st.text() | st.binary() | st.none() | st.integers())
def test_nothing_unsigned_is_decoded(text: object) -> None:
    """Whatever a stranger sends gives None, never an exception."""
    assert cookie_decode(text, KEY) is None


def test_a_cookie_that_is_changed_in_any_bit_is_refused() -> None:
    """Also in the last character of the signature, of which not every bit means something."""
    text = cookies.cookie_encode(("user", 7), "key")
    raw = text.encode()
    for position in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[position // 8] ^= 1 << position % 8
        assert cookies.cookie_decode(changed.decode("latin-1"), "key") is None
    assert cookies.cookie_decode(text, "key") == ("user", 7)


@pytest.mark.parametrize("text", ["!?", "!a?b", "!?é", "!é?b", "!" + "?" * 50])
def test_text_of_the_right_form_needs_the_right_signature(text: str) -> None:
    """The form alone says nothing."""
    assert cookie_is_encoded(text)
    assert cookie_decode(text, KEY) is None


@pytest.mark.parametrize("text", ["", "!", "?", "a!b?c", None, b"!ab", 1])
def test_other_texts_do_not_have_the_form(text: object) -> None:
    """Signed text begins with `!` and contains `?`."""
    assert not cookie_is_encoded(text)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time tells how many signs were right (CWE-208): only `hmac.compare_digest` decides."""
    text = cookie_encode("data", KEY)
    monkeypatch.setattr(cookies.hmac, "compare_digest", lambda _one, _other: False)
    assert cookie_decode(text, KEY) is None


def test_another_key_does_not_verify() -> None:
    """Who lacks the key can neither make nor change a cookie."""
    assert cookie_decode(cookie_encode("a", "one"), "other") is None


def test_text_and_bytes_are_the_same_key() -> None:
    """A key may come from a file or from the environment."""
    assert cookie_decode(cookie_encode("a", "key"), b"key") == "a"


def test_of_several_keys_the_newest_signs_and_all_verify() -> None:
    """Keys are rotated by appending a new one and dropping the oldest later."""
    old = cookie_encode("a", "old")
    new = cookie_encode("a", ["old", "new"])
    assert cookie_decode(old, ["old", "new"]) == "a"
    assert cookie_decode(new, "new") == "a"
    assert cookie_decode(new, "old") is None


@pytest.mark.parametrize("key", ["", b"", [], ["", "a"]])
def test_an_empty_key_is_refused(key: cookies.SigningKey) -> None:
    """A forgotten secret must not make cookies that everybody can forge."""
    with pytest.raises(ValueError, match="cookie_secret"):
        cookie_encode("a", key)


@pytest.mark.parametrize("data", [object(), {1, 2}, datetime.now(UTC), [object()]])
def test_unsupported_types_fail_when_they_are_signed(data: object) -> None:
    """The mistake shows where it is made."""
    with pytest.raises(TypeError, match="cannot be signed"):
        cookie_encode(data, KEY)


def test_signed_data_can_be_too_old(clock: Clock) -> None:
    """With an age limit in seconds, what was signed earlier is worth nothing."""
    text = cookie_encode("a", KEY)
    clock.now += 60
    assert cookie_decode(text, KEY, max_age=60) == "a"
    clock.now += 1
    assert cookie_decode(text, KEY, max_age=60) is None
    assert cookie_decode(text, KEY) == "a"


def test_signed_data_from_the_future_is_refused(clock: Clock) -> None:
    """More than a minute of difference between clocks is no difference between clocks."""
    text = cookie_encode("a", KEY)
    clock.now -= 60
    assert cookie_decode(text, KEY, max_age=10) == "a"
    clock.now -= 1
    assert cookie_decode(text, KEY, max_age=10) is None


def test_a_cookie_header_is_read() -> None:
    """Names and values, quoted ones and strange ones too."""
    jar = parse_cookies('a=1; b="x\\"y"; c=a=b; d=; e=\xe9')
    assert {name: morsel.value for name, morsel in jar.items()} == {
        "a": "1",
        "b": 'x"y',
        "c": "a=b",
        "d": "",
        "e": "\xe9",
    }


@pytest.mark.parametrize("bad", ["a[b]=1", "path=/", "lonely", "=1", "\x00=1", ""])
def test_a_bad_cookie_does_not_hide_the_others(bad: str) -> None:
    """Before and after it, cookies are read."""
    jar = parse_cookies(f"first=1; {bad}; last=2")
    assert list(jar) == ["first", "last"]


@pytest.mark.parametrize("value", ["0\x1f0", '"\\037"', "\x7f"])
def test_a_cookie_with_control_characters_is_skipped(value: str) -> None:
    """No browser sends one, and no answer could repeat it (RFC 6265, 4.1.1)."""
    assert list(parse_cookies(f"a={value}; b=2")) == ["b"]


def test_the_first_of_several_cookies_counts() -> None:
    """Browsers send the most specific path first."""
    assert parse_cookies("a=1; a=2")["a"].value == "1"


def test_no_cookie_header_is_an_empty_jar() -> None:
    """Whoever asks for a cookie need not ask for the header first."""
    assert not parse_cookies(None)


@quick
@given(st.text())
def test_any_cookie_header_is_read_without_an_exception(header: str) -> None:
    """Strangers may send what they like."""
    assert isinstance(parse_cookies(header), SimpleCookie)


@quick
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_a_value_survives_the_browser(value: str) -> None:
    """What is set can be read back, in all scripts."""
    header = set_cookie_header("name", value)
    assert parse_cookies(header)["name"].value == value
    assert not set(header) & set("\r\n\0")


@pytest.mark.parametrize("value", ["a\nb", "\x00", "\x1f", "\x7f"])
def test_a_value_with_control_characters_is_refused(value: str) -> None:
    """Whatever the version of Python thinks of them; signed values may hold any text."""
    with pytest.raises(CookieError, match="Sign it"):
        set_cookie_header("name", value)
    signed = cookies.cookie_encode(value, "key")
    assert (
        cookies.cookie_decode(parse_cookies(set_cookie_header("name", signed))["name"].value, "key")
        == value
    )


def test_attributes_are_written_as_browsers_know_them() -> None:
    """Underscores become hyphens; flags that are off are left out."""
    header = set_cookie_header(
        "a", "b", max_age=60, path="/", domain="x.test", secure=True, httponly=False, samesite="lax",
        comment=None,
    )  # fmt: skip
    assert header == "a=b; Domain=x.test; Max-Age=60; Path=/; SameSite=Lax; Secure"


def test_a_cookie_goes_into_the_jar() -> None:
    """Handlers collect outgoing cookies in one jar."""
    jar = SimpleCookie()
    morsel = set_cookie(jar, "a", "b", httponly=True)
    assert jar["a"] is morsel
    assert jar.output() == "Set-Cookie: a=b; HttpOnly"


@pytest.mark.parametrize(
    "attributes", [{"colour": "red"}, {"samesite": "maybe"}, {"path": "/;a"}, {"domain": "a\r\nb"}]
)
def test_wrong_attributes_are_refused(attributes: dict[str, str]) -> None:
    """An attribute that does not exist, or that would smuggle in another one, raises."""
    with pytest.raises(CookieError):
        set_cookie_header("a", "b", **attributes)


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a=b", "path", "é"])
def test_wrong_names_are_refused(name: str) -> None:
    """A name that browsers would not send back raises."""
    with pytest.raises(CookieError):
        set_cookie_header(name, "b")


def test_a_value_that_is_no_text_is_refused() -> None:
    """Without a secret only text can be a value."""
    with pytest.raises(TypeError, match="int"):
        set_cookie_header("a", 1)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize(
    ("setting", "moment"),
    [
        (0, 0),
        (-1, 0),
        (1, NOW + 1),
        (3600, NOW + 3600),
        (1_000_000_000, 1_000_000_000),
        (1_900_000_000, 1_900_000_000),
        (1_900_000_000.5, 1_900_000_000),
        (datetime(2030, 1, 2, 3, 4, 5), 1_893_553_445),  # noqa: DTZ001 - naive on purpose
        (datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), 1_893_553_445),
        (datetime(2030, 1, 2, 4, 4, 5, tzinfo=timezone(timedelta(hours=1))), 1_893_553_445),
        ("Wed, 02 Jan 2030 03:04:05 GMT", 1_893_553_445),
    ],
)
def test_expires_takes_dates_texts_and_numbers(clock: Clock, setting: object, moment: int) -> None:
    """0 and less are the past, small numbers seconds from now, large ones Unix time."""
    assert expires(setting) == moment


def test_naive_dates_are_utc_wherever_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server in Tokyo writes the same cookie as one in Lisbon."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        moment = expires(datetime(2030, 1, 2, 3, 4, 5))  # noqa: DTZ001 - naive on purpose
    time.tzset()
    assert moment == 1_893_553_445
