"""Passwords as lines of text: `<algorithm>|||<salt>|||<digest>`.

New lines are argon2id (RFC 9106); lines of bcrypt, as older programs stored them, verify and ask
to be replaced. Hashing takes about a tenth of a second and 64 MiB on purpose, so it runs in a
real thread whenever the process serves requests: the others do not wait.
"""

import base64
import binascii
import functools
import hashlib
import hmac
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import bcrypt
from argon2 import low_level
from argon2.exceptions import HashingError

from brubeck import concurrency

BCRYPT = "bcrypt"
ARGON2ID = "argon2id"
PASSWD_DELIM = "|||"  # noqa: S105 - a separator, not a password

# One lane: two cores with two logins at once finish as many logins a second as with more lanes
# each, and leave requests in between undisturbed.
_PARALLELISM = 1
_TIME_COST = 3
_MEMORY_KIB = 65_536
_HASH_BYTES = 32
_SALT_BYTES = 16
_PARAMETERS = (
    f"$argon2id$v={low_level.ARGON2_VERSION}$m={_MEMORY_KIB},t={_TIME_COST},p={_PARALLELISM}$"
)

_BCRYPT_MAX_BYTES = 72

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


def gen_hexdigest(
    raw_password: str | None, algorithm: str = BCRYPT, salt: str | bytes | None = None
) -> tuple[str, str, str]:
    """Return (algorithm, salt, digest) of a password; the same salt gives the same digest.

    Raises ValueError for None and for an algorithm other than `bcrypt` and `argon2id`.
    """
    if raw_password is None:
        raise _refusal("No empty passwords, fool", "Ask for a password and pass it as text.")
    digest_with = _ALGORITHMS.get(algorithm)
    if digest_with is None:
        raise _refusal("Unknown password algorithm", f"Use one of: {', '.join(_ALGORITHMS)}.")
    return algorithm, *_off_the_loop(digest_with, _secret(raw_password), _text(salt))


def _refusal(message: str, next_action: str) -> ValueError:
    """Return an error whose text is the one that programs compare with."""
    error = ValueError(message)
    error.add_note(next_action)
    return error


def build_passwd_line(algorithm: str, salt: str, digest: str) -> str:
    """Join the parts of a password line."""
    return PASSWD_DELIM.join((algorithm, salt, digest))


def split_passwd_line(password_line: str) -> list[str]:
    """Split a password line into algorithm, salt and digest."""
    return password_line.split(PASSWD_DELIM)


def hash_password(raw_password: str | None) -> str:
    """Return a new line for a password, with the algorithm of the day."""
    return build_passwd_line(*gen_hexdigest(raw_password, ARGON2ID))


def verify_password(raw_password: str | None, password_line: str | None) -> bool:
    """Tell, in constant time, whether a password belongs to a line. Nonsense does not."""
    if raw_password is None or not password_line:
        return False
    try:
        algorithm, salt, digest = split_passwd_line(password_line)
        _, _, given = gen_hexdigest(raw_password, algorithm, salt)
    except ValueError:
        return False
    return hmac.compare_digest(given.encode(), digest.encode())


def needs_rehash(password_line: str) -> bool:
    """Tell whether a line was made by an algorithm or a cost that is no longer the default."""
    return not password_line.startswith(f"{ARGON2ID}{PASSWD_DELIM}{_PARAMETERS}")


def verify_nobody(raw_password: str | None) -> bool:
    """Spend the time of a check and return False: for names that do not exist.

    An answer that comes sooner for unknown names would tell which names are known (CWE-208).
    """
    verify_password(raw_password or "", _line_of_nobody())
    return False


@functools.cache
def _line_of_nobody() -> str:
    return hash_password(base64.b64encode(os.urandom(_SALT_BYTES)).decode())


def _bcrypt(secret: bytes, salt: str) -> tuple[str, str]:
    if len(secret) > _BCRYPT_MAX_BYTES:
        # bcrypt sees only the first 72 bytes; the rest must not stop mattering.
        secret = base64.b64encode(hashlib.sha256(secret).digest())
    salt = salt or bcrypt.gensalt().decode()
    return salt, bcrypt.hashpw(secret, salt.encode()).decode()


def _argon2id(secret: bytes, salt: str) -> tuple[str, str]:
    # As with bcrypt, the salt carries the parameters and the digest follows it.
    salt = salt or _PARAMETERS + _base64(os.urandom(_SALT_BYTES))
    memory, time_cost, lanes, raw_salt = _read_salt(salt)
    try:
        digest = low_level.hash_secret_raw(
            secret, raw_salt, time_cost, memory, lanes, _HASH_BYTES, low_level.Type.ID
        )
    except HashingError as error:
        raise ValueError(
            f"{ARGON2ID} refuses the salt {salt!r}: {error}. Leave it out to get a new one."
        ) from error
    return salt, _base64(digest)


def _read_salt(salt: str) -> tuple[int, int, int, bytes]:
    try:
        _, _, _, parameters, encoded = salt.split("$")
        costs = dict(pair.split("=") for pair in parameters.split(","))
        raw_salt = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        memory, time_cost, lanes = (int(costs[key]) for key in "mtp")
    except (ValueError, KeyError, binascii.Error) as error:
        raise ValueError(
            f"{salt!r} is no salt of {ARGON2ID}. Leave it out to get a new one."
        ) from error
    return memory, time_cost, lanes, raw_salt


_ALGORITHMS: dict[str, Callable[[bytes, str], tuple[str, str]]] = {
    BCRYPT: _bcrypt,
    ARGON2ID: _argon2id,
}


def _off_the_loop(
    function: Callable[Arguments, Value], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Value:
    library = concurrency.active()
    if library is None:
        return function(*args, **kwargs)
    return library.run_in_thread(function, *args, **kwargs)


def _secret(raw_password: str | bytes) -> bytes:
    if isinstance(raw_password, bytes):
        return raw_password
    return raw_password.encode("utf-8", "surrogatepass")


def _text(salt: str | bytes | None) -> str:
    return salt.decode("ascii") if isinstance(salt, bytes) else salt or ""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
