"""The directory: what an entry must say, when it is stale, and the key by which its name is found."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from careloop.basics.words import Say
from careloop.facts.directory import WORDS_LIMIT, EntryDraft, EntryKind

# An entry that nobody looked at for longer says so. Source: the product's screens (resource finder), a choice of ours.
STALE_AFTER = timedelta(days=180)

# What is written about an entry in plain words.
WORDS = ("about", "eligibility", "cost", "hours", "how_to_apply")
BOOKED = (EntryKind.PRACTITIONER, EntryKind.ROOM, EntryKind.DEVICE, EntryKind.INTERPRETER)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# The fewest digits of a number that can be dialled: a service's short one (211, 988) to call, a local one to fax to.
LEAST_TO_CALL, LEAST_TO_FAX = 3, 7


def make_name_key(name: str) -> str:
    """Return a name folded for sorting and finding: without case, accents and doubled blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def is_stale(checked_on: date | None, today: date) -> bool:
    """Tell whether nobody looked at an entry for long, or ever."""
    return checked_on is None or today - checked_on > STALE_AFTER


@cache
def _zones() -> set[str]:
    # Each time it is asked, Python walks through the files of all zones.
    return available_timezones()


def find_fault(draft: EntryDraft) -> Say | None:
    """Return what of an entry cannot be, and how to mend it; None if all is well."""
    return next(list_faults(draft), None)


def list_faults(draft: EntryDraft) -> Iterator[Say]:
    """Yield all that cannot be of an entry, each with how to mend it."""
    if not draft.name.strip() or len(draft.name) > 200:
        yield Say("refusal.entry_name")
    if draft.zone and draft.zone not in _zones():
        yield Say("refusal.zone", zone=draft.zone[:60])
    if draft.kind in BOOKED and not draft.zone:
        yield Say("refusal.entry_zone")
    if draft.kind is EntryKind.ROLE and draft.practitioner_id is None:
        yield Say("refusal.entry_role")
    yield from _list_faults_of_parts(draft)


def _list_faults_of_parts(draft: EntryDraft) -> Iterator[Say]:
    odd = next((code for code in draft.languages if not _LANGUAGE.fullmatch(code)), None)
    if odd is not None:
        yield Say("refusal.entry_language", code=odd[:40])
    if draft.email and not _MAIL.fullmatch(draft.email):
        yield Say("refusal.email")
    if _lacks_digits(draft.phone, LEAST_TO_CALL):
        yield Say("refusal.entry_phone")
    if _lacks_digits(draft.fax, LEAST_TO_FAX):
        yield Say("refusal.entry_fax")
    if max(len(getattr(draft, name)) for name in WORDS) > WORDS_LIMIT:
        yield Say("refusal.entry_words", count=WORDS_LIMIT)
    if draft.wait_days is not None and not 0 <= draft.wait_days <= 3650:
        yield Say("refusal.entry_wait")
    if not _is_on_earth(draft.latitude, draft.longitude):
        yield Say("refusal.entry_position")


def _lacks_digits(number: str, least: int) -> bool:
    """Tell whether something is written as a number that cannot be one."""
    return bool(number) and sum(one.isdecimal() for one in number) < least


def _is_on_earth(latitude: Decimal | None, longitude: Decimal | None) -> bool:
    """Tell whether a position is one, or none at all."""
    if latitude is None or longitude is None:
        return latitude is longitude
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
