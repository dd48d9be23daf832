"""The limits of referrals and what a packet holds, read from ``data/referrals.toml``: dated, each with its source."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from careloop.catalog.clocks import ClockError
from careloop.facts.clocks import ClockValue
from careloop.facts.packets import PacketPart, PacketProfile
from careloop.facts.worklist import Confidence
from careloop.rules.referrals import LIMITS

FILE = Path(__file__).with_name("data") / "referrals.toml"
PROFILE = "specialist"


@cache
def load_limits() -> dict[str, tuple[ClockValue, ...]]:
    """Return every limit by name, its values in order of their first day.

    :raises ClockError: if one is missing or unknown, lacks a field, or its values are not in order
    """
    found = tomllib.loads(FILE.read_text("utf-8"))
    limits = {name: _read(name, entry) for name, entry in found.items() if isinstance(entry, list)}
    if set(limits) != set(LIMITS):
        message = f"{FILE.name}: these limits are missing or unknown: {', '.join(sorted(set(limits) ^ set(LIMITS)))}"
        raise ClockError(message)
    return limits


@cache
def load_profile() -> PacketProfile:
    """Return what a packet for a specialist holds.

    :raises ClockError: if the file does not say so
    """
    try:
        entry = tomllib.loads(FILE.read_text("utf-8"))[f"profile.{PROFILE}"]
        return PacketProfile(
            name=PROFILE,
            parts=tuple(PacketPart(part) for part in entry["parts"]),
            results_days=int(entry["results_days"]),
            results_most=int(entry["results_most"]),
            source=str(entry["source"]),
            confidence=Confidence(entry["confidence"]),
        )
    except (KeyError, ValueError) as wrong:
        message = f"{FILE.name}: the profile {PROFILE!r} is not clear: {wrong}"
        raise ClockError(message) from None


def _read(name: str, entries: list[dict[str, object]]) -> tuple[ClockValue, ...]:
    try:
        values = tuple(_read_value(entry) for entry in entries)
    except (KeyError, ValueError) as wrong:
        message = f"limit {name!r} in {FILE.name} is not clear: {wrong}"
        raise ClockError(message) from None
    if [v.from_on for v in values] != sorted(v.from_on for v in values):
        message = f"limit {name!r} in {FILE.name}: put its values in order of 'from'"
        raise ClockError(message)
    return values


def _read_value(entry: dict[str, object]) -> ClockValue:
    business = "business_days" in entry
    return ClockValue(
        from_on=date.fromisoformat(str(entry["from"])),
        days=int(str(entry["business_days"] if business else entry["days"])),
        is_business=business,
        source=str(entry["source"]),
        is_ours=bool(entry.get("ours", False)),
        confidence=Confidence(str(entry["confidence"])),
    )
