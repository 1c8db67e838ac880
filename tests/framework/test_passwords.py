"""Passwords: contract section 10, line by line, and argon2id."""

from typing import Any

import bcrypt
import pytest
from brubeck import auth, concurrency, passwords
from brubeck.passwords import (
    build_passwd_line,
    gen_hexdigest,
    hash_password,
    needs_rehash,
    split_passwd_line,
    verify_nobody,
    verify_password,
)

FAST_SALT = bcrypt.gensalt(4).decode()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make argon2id cheap: what is promised here does not depend on its cost."""
    monkeypatch.setattr(passwords, "_PARAMETERS", "$argon2id$v=19$m=64,t=1,p=1$")
    passwords._line_of_nobody.cache_clear()


def bcrypt_line(password: str) -> str:
    return build_passwd_line(*gen_hexdigest(password, salt=FAST_SALT))


def test_the_default_algorithm_is_bcrypt() -> None:
    """Parts are text, and the same salt gives the same digest."""
    algorithm, salt, digest = gen_hexdigest("secret", salt=FAST_SALT)
    assert (algorithm, salt) == ("bcrypt", FAST_SALT)
    assert digest == bcrypt.hashpw(b"secret", FAST_SALT.encode()).decode()
    assert gen_hexdigest("secret", "bcrypt", FAST_SALT.encode()) == (algorithm, salt, digest)


def test_without_a_salt_there_is_a_new_one() -> None:
    """Two hashes of one password differ."""
    assert hash_password("secret") != hash_password("secret")
    assert gen_hexdigest("secret")[1].startswith("$2b$12$")


def test_none_is_no_password() -> None:
    """The empty string is one."""
    with pytest.raises(ValueError, match="Ask for a password") as caught:
        gen_hexdigest(None)
    assert str(caught.value) == "No empty passwords, fool"
    assert verify_password("", bcrypt_line(""))


def test_other_algorithms_are_unknown() -> None:
    """By name."""
    with pytest.raises(ValueError, match=r"Use one of: bcrypt, argon2id\.$") as caught:
        gen_hexdigest("secret", "md5")
    assert str(caught.value) == "Unknown password algorithm"


def test_lines_are_joined_and_split() -> None:
    """With three bars."""
    assert auth.PASSWD_DELIM == "|||"
    assert auth.BCRYPT == "bcrypt"
    assert build_passwd_line("a", "b", "c") == "a|||b|||c"
    assert split_passwd_line("a|||b|||c") == ["a", "b", "c"]


def test_lines_of_the_original_verify() -> None:
    """A line as py-bcrypt made it under Python 2 (`$2a$`)."""
    salt = "$2a$04$abcdefghijklmnopqrstuu"
    digest = bcrypt.hashpw(b"joshua", salt.encode()).decode()
    assert verify_password("joshua", f"bcrypt|||{salt}|||{digest}")
    assert not verify_password("joshua2", f"bcrypt|||{salt}|||{digest}")


def test_new_lines_are_argon2id_and_fit_the_model() -> None:
    """Cost and salt in the middle, at most 128 characters at the real cost."""
    line = hash_password("secret")
    algorithm, salt, _ = split_passwd_line(line)
    assert algorithm == "argon2id"
    assert salt.startswith(passwords._PARAMETERS)
    assert verify_password("secret", line)
    assert not verify_password("Secret", line)
    longest_parameters = "$argon2id$v=19$m=65536,t=3,p=1$"
    assert len(line) - len(passwords._PARAMETERS) + len(longest_parameters) <= 128


def test_the_real_cost_is_the_recommended_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """64 MiB and three passes (RFC 9106, 4), in one lane."""
    monkeypatch.undo()
    assert passwords._PARAMETERS == "$argon2id$v=19$m=65536,t=3,p=1$"
    assert verify_password("secret", hash_password("secret"))


def test_unicode_passwords_work() -> None:
    """Lone surrogates included, which broken clients send."""
    for password in ("pässwörd ✓", "\ud800"):
        assert verify_password(password, hash_password(password))


def test_bytes_are_passwords_too() -> None:
    """As Python 2 programs passed them."""
    password: Any = "pässwörd".encode()
    assert verify_password(password, hash_password("pässwörd"))


@pytest.mark.parametrize("shared", ["x" * 72, "é" * 36])
def test_what_follows_72_bytes_matters(shared: str) -> None:
    """Bcrypt alone would ignore it silently (fix 29)."""
    line = bcrypt_line(shared + "a")
    assert verify_password(shared + "a", line)
    assert not verify_password(shared + "b", line)
    assert not verify_password(shared, line)
    assert not verify_password(shared + "b", bcrypt_line(shared))


@pytest.mark.parametrize(
    "line",
    [
        None,
        "",
        "plain",
        "a|||b",
        "md5|||salt|||digest",
        "bcrypt|||nonsense|||digest",
        "argon2id|||nonsense|||digest",
        "argon2id|||$argon2id$v=19$m=64,t=1$c2FsdHNhbHQ|||digest",
        "argon2id|||$argon2id$v=19$m=64,t=1,p=1$c2E|||digest",
        "argon2id|||$argon2id$v=19$m=x,t=1,p=1$c2FsdHNhbHQ|||digest",
    ],
)
def test_nonsense_is_no_line(line: str | None) -> None:
    """It verifies nothing, and raises nothing."""
    assert verify_password("secret", line) is False


def test_no_password_verifies_nothing() -> None:
    """None is no exception (fix 29)."""
    assert verify_password(None, bcrypt_line("secret")) is False


def test_old_lines_want_a_new_hash() -> None:
    """bcrypt, and argon2id of another cost."""
    line = hash_password("secret")
    assert needs_rehash(line) is False
    assert needs_rehash(line.replace("t=1", "t=2")) is True
    assert needs_rehash(bcrypt_line("secret")) is True


def test_nobody_costs_as_much_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown names take one hash, too, so that they cannot be told from known ones."""
    hashed: list[str] = []
    original = gen_hexdigest

    def counted(raw: Any, algorithm: str = "bcrypt", salt: Any = None) -> Any:
        hashed.append(algorithm)
        return original(raw, algorithm, salt)

    assert verify_nobody("warm up") is False
    monkeypatch.setattr(passwords, "gen_hexdigest", counted)
    assert verify_nobody("secret") is False
    assert verify_nobody(None) is False
    assert hashed == ["argon2id", "argon2id"]


def test_passwords_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time tells how many signs were right (CWE-208): only `hmac.compare_digest` decides."""
    line = hash_password("secret")
    monkeypatch.setattr(passwords.hmac, "compare_digest", lambda _one, _other: False)
    assert not verify_password("secret", line)


def test_hashing_runs_in_a_real_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that are being served do not wait for it."""
    in_threads: list[Any] = []

    class Library:
        def run_in_thread(self, function: Any, *args: Any, **kwargs: Any) -> Any:
            in_threads.append(function)
            return function(*args, **kwargs)

    monkeypatch.setattr(concurrency, "active", Library)
    line = hash_password("secret")
    assert verify_password("secret", line)
    assert len(in_threads) == 2


def test_hashing_works_without_a_coroutine_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts that make users need none."""
    monkeypatch.setattr(concurrency, "active", lambda: None)
    assert verify_password("secret", hash_password("secret"))
