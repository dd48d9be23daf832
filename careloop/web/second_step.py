"""The second step of signing in: the secrets of authenticators and recovery codes lie sealed in the database."""

import base64
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter

from careloop.guard.secrets import open_secret, seal_secret

WHAT = "second-step"


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals the secrets with the clinic's own key: a copy of the database alone opens nothing."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is kept."""
        return seal_secret(text, what=WHAT)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it was; one that another key sealed becomes a secret whose codes nobody has."""
        return open_secret(encrypted_text, what=WHAT) or base64.b32encode(secrets.token_bytes(20)).decode()
