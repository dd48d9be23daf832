"""Whether what a gateway sends in is from it: a keyed hash over the address and everything that came, in order.

The shape that most text gateways use: base64 of HMAC-SHA1 over the address and each name with its value, in order of
the names; a name with the same value twice counts once. So Twilio's libraries have it; their examples are tested.
The hash is theirs to choose; it guards a message of a moment, and is compared in constant time.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(url: str, values: Iterable[tuple[str, str]], token: str) -> str:
    """Return the signature of a call to an address with these names and values."""
    whole = url + "".join(f"{name}{value}" for name, value in sorted(set(values)))
    return base64.b64encode(hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()).decode()


def is_signed(url: str, values: Iterable[tuple[str, str]], token: str, signature: str) -> bool:
    """Tell whether a signature is right; without a token nothing is."""
    right = sign(url, values, token).encode()
    return bool(token) and hmac.compare_digest(right, signature.encode("utf-8", "replace"))
