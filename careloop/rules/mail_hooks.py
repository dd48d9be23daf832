"""Whether mail that a mail server hands in is from it, and of this moment: the signature of Standard Webhooks.

HMAC-SHA256 over the id, the moment and the body, in base64 after "v1,"; a moment more than five minutes away is
refused. Source: the specification of Standard Webhooks, as the product's design names it, 2026-11-21; general
knowledge.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta

PREFIX = "whsec_"
# How far the clocks of two machines may be apart.
TOLERANCE = timedelta(minutes=5)
# A secret of fewer bytes can be guessed.
LEAST_BYTES = 24
# With this the sandbox signs, which is on this machine alone and guards nothing.
SANDBOX_SECRET = PREFIX + base64.b64encode(b"the sandbox of the demo clinic").decode()


def sign_mail(name: str, seconds: str, body: bytes, secret: str) -> str:
    """Return the signature of mail, "" if the secret is none: ``whsec_`` and base64 of 24 bytes or more.

    ``seconds`` is the moment in seconds since 1970, as text.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if len(key) < LEAST_BYTES:
        return ""
    whole = name.encode() + b"." + seconds.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, whole, hashlib.sha256).digest()).decode()


def is_signed_mail(name: str, seconds: str, body: bytes, secret: str, signatures: str, at: datetime) -> bool:
    """Tell whether one of the signatures is right and the moment is now; without a secret nothing is."""
    right = sign_mail(name, seconds, body, secret)
    if not right or not seconds.isdecimal() or len(seconds) > LEAST_BYTES:
        return False
    is_now = abs(at.timestamp() - int(seconds)) <= TOLERANCE.total_seconds()
    given = [one.encode("utf-8", "replace") for one in signatures.split(" ")]
    return is_now and any(hmac.compare_digest(right.encode(), one) for one in given)
