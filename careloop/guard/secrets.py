"""Secrets that must be used again lie sealed in the database: a copy of it alone opens nothing."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal_secret(text: str, *, what: str) -> str:
    """Return a secret as it is kept; ``what`` it is for has a key of its own, made from the clinic's."""
    return _key(what).encrypt(text.encode()).decode()


def open_secret(sealed: str, *, what: str) -> str | None:
    """Return a secret as it was, None if another key sealed it."""
    try:
        return _key(what).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def derive_token(name: str, *, what: str) -> str:
    """Return a token of 256 bits that only the clinic's key can make for a name: it needs to be kept nowhere."""
    key = hashlib.sha256(f"careloop.{what}:{settings.SECRET_KEY}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(key, name.encode(), "sha256")).decode().rstrip("=")


def _key(what: str) -> Fernet:
    key = hashlib.sha256(f"careloop.{what}:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
