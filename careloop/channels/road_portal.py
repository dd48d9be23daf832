"""A page behind a signed link: nothing is pushed; a text or an e-mail with neutral words carries the link to it."""

from urllib.parse import urlsplit

from careloop.channels.outgoing import ByHand, Channel
from careloop.channels.settings import ChannelSettings, is_loopback, read_settings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState


def make(settings: ChannelSettings) -> Channel:
    """Return the channel: it can be used once the address is known under which patients reach this house."""
    address = safe_address(settings.get("url"))
    state = ChannelState.OFF if not address else ChannelState.SANDBOX if settings.is_demo else ChannelState.ON
    lacks = () if address else ("CARELOOP_PORTAL_URL",)
    return ByHand(ChannelLine(Road.PORTAL, state, address, can_look_up=False, lacks=lacks))


def find_address() -> str:
    """Return under which address patients reach their pages, such as "https://careloop.clinic.example"; "" if none.

    It is https, or this machine: a birth date is typed there.
    """
    return safe_address(read_settings("portal").get("url"))


def safe_address(typed: str) -> str:
    """Return an address under which patients can reach their pages, as it is kept; "" if it is none or not safe."""
    address = typed.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return address if host and is_safe and not parts.query and not parts.fragment else ""
