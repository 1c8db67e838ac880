"""Names and passwords: who may have which, and whether they belong together.

Notice that the page and the API ask the same function, so that neither of them is a way around a
throttle. It writes nothing but that throttle: only a log-in is noted with the user.
"""

import re

from brubeck.formerrors import FormErrors
from brubeck.passwords import verify_nobody
from brubeck.throttle import LoginThrottle
from mongostore import Db

from accounts.members import Membership
from accounts.models import User
from accounts.people import find_user

SHORTEST_PASSWORD = 8  # characters (NIST SP 800-63B, 5.1.1.2)
LONGEST_PASSWORD = 1024
RESERVED_NAMES = {
    *("admin", "administrator", "api", "demo", "root", "security", "support"),
}
EDGES = re.compile(r"[A-Za-z0-9].*[A-Za-z0-9]", re.DOTALL)
COMMON_PASSWORDS = {
    *("password", "password1", "password123", "passw0rd", "p@ssw0rd", "changeme", "letmein1"),
    *("12345678", "123456789", "1234567890", "87654321", "123123123", "1q2w3e4r", "1qaz2wsx"),
    *("qwertyui", "qwertyuiop", "qwerty123", "asdfghjkl", "abc12345", "abcd1234", "iloveyou"),
    *("sunshine", "princess", "football", "baseball", "superman", "trustno1", "welcome1"),
}
FEWEST_SIGNS = 4  # different ones in a password; fewer make a pattern


def check_credentials(
    db: Db, throttle: LoginThrottle, name: str, password: str, address: str
) -> User | None:
    """Return the user that the name and the password belong to, or None. Nothing of his is changed.

    `address` is where the attempt comes from; raises brubeck.errors.TooManyRequests when there
    have been too many of them.
    """
    throttle.attempt(name, address)
    user = find_user(db, name)
    if user is None or len(password) > LONGEST_PASSWORD:
        verify_nobody(password[:LONGEST_PASSWORD])
        return None
    if not user.check_password(password):
        return None
    throttle.succeeded(name, address)
    return user


def check_name(name: str, form: FormErrors, membership: Membership) -> None:
    """Write down what speaks against a new user name."""
    if not name:
        form.add("username", "Choose a user name.")
    elif name.lower() in RESERVED_NAMES | membership.reserved_names | {membership.key}:
        form.add("username", "This name is reserved. Choose another one.")
    elif not 2 <= len(name) <= 30:
        form.add("username", "A user name has 2 to 30 characters.")
    elif not User.username_regex.match(name):
        form.add("username", "Use letters from a to z, digits, dots and underscores only.")
    elif not EDGES.fullmatch(name):
        form.add("username", "A user name begins and ends with a letter or a digit.")


def check_password(password: str, name: str, form: FormErrors, membership: Membership) -> None:
    """Write down what speaks against a new password (NIST SP 800-63B, 5.1.1.2)."""
    if password and not password.strip():
        form.add("password", "Blanks alone are no password. Choose a few words, for example.")
    elif len(password) < SHORTEST_PASSWORD:
        form.add("password", f"Choose a password of at least {SHORTEST_PASSWORD} characters.")
    elif len(password) > LONGEST_PASSWORD:
        form.add("password", f"This password is too long: {LONGEST_PASSWORD:,} characters at most.")
    elif password.lower() == name.lower():
        form.add("password", "The user name is the first guess. Choose another password.")
    elif is_common(password, membership) or len(set(password)) < FEWEST_SIGNS:
        form.add("password", "This password is guessed at once. Choose a few words, for example.")


def is_common(password: str, membership: Membership) -> bool:
    """Say whether a password is among the first guesses, the name of this site included."""
    guesses = COMMON_PASSWORDS | {membership.key, f"demo-{membership.key}"}
    return password.lower() in guesses
