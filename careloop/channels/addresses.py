"""Addresses on the web as people enter them: https only, of a public name, without a sign-in inside."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.rules.fetching import read_place

LONGEST = 2000
# Of what is asked for at the host nothing is shown if four signs were much of it.
SHORT = 16
HTTPS = 443
# How calendars write an address that is meant to be subscribed to; it is fetched as any other.
WEBCAL = ("webcal", "webcals")
# Signs that an address may have as they are; others are written as numbers (RFC 3986).
SIGNS = "/?:@!$&'()*+,;=-._~%[]"


class NotAnAddress(Refusal):
    """An address that cannot be used: why, and how to mend it. It never repeats the address."""

    status = 422


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address in its parts: the name of the host in ASCII, the port, and what is asked for there (a secret)."""

    host: str
    port: int
    path: str = field(repr=False)

    @property
    def url(self) -> str:
        """The whole address."""
        return f"https://{self.origin}{self.path}"

    @property
    def origin(self) -> str:
        """Host and port, as a request names them."""
        return self.host if self.port == HTTPS else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """What people may be shown: the host, and the last four signs of a longer address."""
        return f"{self.host} (… {self.path[-4:]})" if len(self.path) >= SHORT else self.host


def read_address(text: str) -> WebAddress:
    """Return an address as it is fetched.

    :raises NotAnAddress: if it is not https (or webcal), names no public host, carries a sign-in, or has odd signs
    """
    given = text.strip()
    if not given:
        raise NotAnAddress(Say("refusal.address_empty"))
    if len(given) > LONGEST or any(sign <= " " or sign in "\\\x7f" for sign in given):
        raise NotAnAddress(Say("refusal.address_signs", count=LONGEST))
    try:
        parts = urlsplit(given)
        host, port = (parts.hostname or "").rstrip(".").encode("idna").decode(), parts.port
    except ValueError:  # UnicodeError as well: a name that has no form in ASCII
        raise NotAnAddress(Say("refusal.address_signs", count=LONGEST)) from None
    if parts.scheme not in ("https", *WEBCAL):
        raise NotAnAddress(Say("refusal.address_https"))
    if "@" in parts.netloc:
        raise NotAnAddress(Say("refusal.address_sign_in"))
    if "." not in host or read_place(host) is not None or not host.rpartition(".")[2].strip("0123456789"):
        raise NotAnAddress(Say("refusal.address_host"))
    asked = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return WebAddress(host, port or HTTPS, quote(asked, safe=SIGNS))
