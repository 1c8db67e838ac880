"""Tokens at rest: whoever reads Redis, or a copy of it, reads none of them.

The keys are derived from secrets of the settings (HKDF, RFC 5869), and Fernet of the package
cryptography encrypts and signs. The newest secret encrypts; the older ones still open, so that a
secret can be changed without signing everybody out.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from spotichat.spotify.signin import Tokens

PURPOSE = b"SpotiChat: tokens of Spotify at rest"


class Vault:
    """Seals tokens with secrets, of which the last is the newest."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in reversed(secrets)])

    def seal(self, owner: str, tokens: Tokens) -> str:
        """Return tokens as a text that says nothing; it can be opened for the same owner only."""
        text = json.dumps({"owner": owner, **asdict(tokens)})
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, owner: str, sealed: str) -> Tokens | None:
        """Return sealed tokens; None if they are somebody else's, or no secret fits."""
        try:
            found = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            return None
        return Tokens(**found) if found.pop("owner") == owner else None


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
