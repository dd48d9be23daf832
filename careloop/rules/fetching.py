"""When an address elsewhere is asked again, and which places of the network may be asked at all."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Product choices, for want of a published rule. A visit is seldom booked for the same half day, and a calendar that is
# asked six times a day costs whoever serves it nothing.
EVERY = timedelta(hours=4)
# After a failure it is asked again soon, then ever more seldom: most troubles end within the hour or need a person.
FIRST, SELDOM = timedelta(minutes=15), timedelta(days=1)
# So many failures in a row are no accident: somebody has to look.
SILENT = 3
# Whoever presses "fetch now" again and again asks no more often than this.
APART = timedelta(minutes=1)
# Whoever asks to be left alone for longer is asked again after this.
LONGEST_WAIT = timedelta(days=7)
# What repeats is known for so long ahead. Who says that nothing changed is asked for all of it once a week, so that
# the end of what is known moves on.
AHEAD, WHOLE_EVERY = timedelta(days=400), timedelta(days=7)

# Global unicast as it is given out today; everything else of IPv6 is local, mapped, or not in use.
GLOBAL = IPv6Network("2000::/3")
# Addresses that some networks answer inside although they look public: protocol assignments (RFC 6890; Oracle's cloud
# keeps metadata there), the former relays from IPv6 (RFC 7526), and the platform of Azure (168.63.129.16). The
# first two are in the registry of IANA; the clouds' own are common knowledge and were not looked up again.
INSIDE = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))

Place = IPv4Address | IPv6Address


def next_after_answer(at: datetime) -> datetime:
    """Return when a calendar that answered is asked next."""
    return at + EVERY


def next_after_trouble(at: datetime, *, failures: int, wait_until: datetime | None) -> datetime:
    """Return when an address is asked again after so many failures in a row; ``wait_until`` is what they asked for."""
    again = at + min(FIRST * (1 << min(failures - 1, 10)), SELDOM)
    return max(again, min(wait_until, at + LONGEST_WAIT)) if wait_until else again


def next_when_pressed(at: datetime, *, tried_at: datetime | None, wait_until: datetime | None) -> datetime:
    """Return when an address is asked for which somebody pressed "fetch now"."""
    return max(one for one in (at, tried_at and tried_at + APART, wait_until) if one)


def may_ask_for_changes(at: datetime, known_until: datetime) -> bool:
    """Tell whether it is enough to ask what changed: all of it was read within the last week."""
    return known_until - at > AHEAD - WHOLE_EVERY


def is_public(place: Place) -> bool:
    """Tell whether an address is one that anybody on the internet could mean.

    Loopback, private, link-local (where clouds keep their metadata), multicast, reserved and shared addresses are not,
    nor are those of IPv6 that carry one of IPv4 inside. Source: the special-purpose registries of IANA, as Python's
    ``ipaddress`` has them.
    """
    if isinstance(place, IPv6Address):
        return place in GLOBAL and place.is_global and not (place.sixtofour or place.teredo)
    odd = place.is_multicast or place.is_reserved or any(place in network for network in INSIDE)
    return place.is_global and not odd


def read_place(number: str) -> Place | None:
    """Return an address of the network that is written as a number, None for a name."""
    try:
        return ip_address(number)
    except ValueError:
        return None
