"""Tokens against cross-site request forgery (CWE-352): issued with a form, demanded with its answer.

A token proves that a page of this site was given to the same browser (the nonce, which lives in a
signed cookie) and the same login (the session id). It is masked with random bytes, so that every
page carries another text and nothing can be learned from compressed sizes (the BREACH attack).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from brubeck.cookies import SigningKey, key_ring

_SIZE = hashlib.sha256().digest_size


def new_nonce() -> str:
    """Return 256 random bits as text for the browser's cookie."""
    return secrets.token_urlsafe(_SIZE)


def issue(nonce: str, session: str, key: SigningKey) -> str:
    """Return a fresh token for one browser and one session (`""` when there is none)."""
    mask = secrets.token_bytes(_SIZE)
    proof = _proof(nonce, session, key_ring(key)[-1])
    return urlsafe_b64encode(mask + _xor(mask, proof)).decode()


def verify(token: str, nonce: str, session: str, key: SigningKey) -> bool:
    """Tell whether the token was issued for this nonce and session by one of the keys."""
    try:
        masked = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    if len(masked) != 2 * _SIZE:
        return False
    proof = _xor(masked[:_SIZE], masked[_SIZE:])
    return any(hmac.compare_digest(proof, _proof(nonce, session, k)) for k in key_ring(key))


def _proof(nonce: str, session: str, key: bytes) -> bytes:
    purpose = hmac.digest(key, b"brubeck.csrf", "sha256")
    # The length keeps (nonce, session) pairs with the same joined text apart.
    text = f"{len(nonce)}:{nonce}{session}".encode("utf-8", "surrogatepass")
    return hmac.digest(purpose, text, "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
