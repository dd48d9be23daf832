"""FHIR addresses as people enter them: https and public, or on this machine in a demo."""

from urllib.parse import urlsplit

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.channels.addresses import NotAnAddress, read_address
from careloop.channels.settings import is_loopback


def read_endpoint(text: str, *, is_demo: bool) -> str:
    """Return the base address of a FHIR server as it is kept, without a slash at its end.

    A demo may reach this machine alone, and nobody else may reach this machine.

    :raises Refusal: if it is none that can be used, with how to mend it; it never repeats the address
    """
    given = text.strip().rstrip("/")
    if "?" in given or "#" in given:
        raise Refusal(Say("refusal.endpoint_address"))
    if is_here(given):
        if not is_demo:
            raise Refusal(Say("refusal.endpoint_address"))
        return given
    try:
        return read_address(given).url.rstrip("/")
    except NotAnAddress:
        raise Refusal(Say("refusal.endpoint_address")) from None


def is_here(url: str) -> bool:
    """Tell whether an address is of this machine; no name is looked up."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and is_loopback(parts.hostname or "") and "@" not in parts.netloc and port is not None


def show_endpoint(url: str) -> str:
    """Return what people may see of an address: its host, which is no secret."""
    return urlsplit(url).netloc
