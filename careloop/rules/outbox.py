"""What goes out: how an address is written to be compared, when a try is made again, and who hears of it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from careloop.basics.words import Say
from careloop.facts.consents import Road
from careloop.facts.outbox import PENDING, OutState, Stopped
from careloop.facts.worklist import Severity

# The names of the defaults in ``catalog/data/outbox.toml``.
FIRST_HOUR, LAST_HOUR, MOST_TRIES, MOST_LOOK_UPS, OUTAGE_HOURS, PACKET_MEGABYTES = (
    "first_hour", "last_hour", "most_tries", "most_look_ups", "outage_hours", "packet_megabytes",
)  # fmt: skip
VALUES = (FIRST_HOUR, LAST_HOUR, MOST_TRIES, MOST_LOOK_UPS, OUTAGE_HOURS, PACKET_MEGABYTES)

# Minutes until a try is made again, by how many were made: a gateway that is down is not pressed.
BACK_OFF = (1, 5, 15, 60, 240)
# Whoever has not come back by then was killed, or hangs: what it held is looked up at the provider.
LEASE = timedelta(minutes=2)
# The national number of the United States and Canada has ten digits; E.164 has fifteen at most.
NATIONAL, LONGEST = 10, 15
EMAIL = re.compile(r"[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[^@\s<>\"',;:]+")
EMAIL_LONGEST = 254

# What did not go for these reasons is somebody's to make good; the others need nothing more.
TO_MEND: Mapping[Stopped, Severity] = {
    Stopped.NO_CONSENT: Severity.LOW,
    Stopped.STOPPED: Severity.MODERATE,
    Stopped.FROZEN: Severity.MODERATE,
    Stopped.TOO_LATE: Severity.MODERATE,
    Stopped.NOT_SENT_AGAIN: Severity.MODERATE,
    Stopped.OFFICE_CHANGED: Severity.MODERATE,
}


def fold_phone(text: str) -> str:
    """Return a telephone number as +1 and ten digits, or as it is dialled elsewhere; "" if it is none.

    Numbers without a country are taken for those of North America (NANP: no area code begins with 0 or 1).
    """
    given = text.strip()
    digits = re.sub(r"[\s().\-/]", "", given)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return ""
    bare = digits.removeprefix("+")
    if digits.startswith("+") and not bare.startswith("1"):
        return digits if NATIONAL - 3 <= len(bare) <= LONGEST else ""
    national = bare[1:] if len(bare) == NATIONAL + 1 and bare.startswith("1") else bare
    return f"+1{national}" if len(national) == NATIONAL and national[0] not in "01" else ""


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two writings are one telephone number; what is no whole number is the same only as it stands."""
    return one == other or (fold_phone(one) != "" and fold_phone(one) == fold_phone(other))


def fold_address(road: Road, text: str) -> str:
    """Return an address on a road as it is kept and compared; "" if it is none for that road."""
    match road:
        case Road.TEXT | Road.PHONE:
            return fold_phone(text)
        case Road.EMAIL:
            given = text.strip()
            return given.lower() if len(given) <= EMAIL_LONGEST and EMAIL.fullmatch(given) else ""
        case _:
            return " ".join(text.split())


def next_try(at: datetime, attempts: int) -> datetime:
    """Return when a try is made again after so many."""
    return at + timedelta(minutes=BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1])


def may_withdraw(state: OutState) -> bool:
    """Tell whether something can still be taken back."""
    return state in PENDING


def why_stopped(because: Stopped) -> Say:
    """Say why something did not go."""
    return Say(f"outbox.stopped_{because}")
