"""Until when a record is kept by a rule that the clinic sets, what keeps it longer, and how it is known again. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from careloop.basics.days import add_years
from careloop.basics.words import Say
from careloop.facts.intake import IdentifierColumns
from careloop.facts.retention import Obstacles, RetentionRule
from careloop.rules.matching import PERSONAL, SYSTEMS, make_plain


def kept_until(rule: RetentionRule, last_on: date, birth_on: date | None) -> date:
    """Return the last day on which a record is kept; without a birth date nobody is taken for young."""
    begins = max(last_on, add_years(birth_on, rule.begins_at_age)) if birth_on else last_on
    return add_years(begins, rule.years)


def say_obstacle(rule: RetentionRule, obstacles: Obstacles, until: date, today: date) -> Say | None:
    """Say the first thing that keeps a record from being deleted, None if nothing does."""
    if not rule.is_verified:
        return Say("refusal.retention_not_verified")
    if obstacles.is_held:
        return Say("refusal.record_held")
    if until >= today:
        return Say("refusal.record_not_past", day=until)
    if obstacles.open_loops:
        return Say("refusal.record_has_loops", count=obstacles.open_loops)
    if obstacles.is_linked:
        return Say("refusal.record_linked")
    if obstacles.is_in_inbox:
        return Say("refusal.record_in_inbox")
    return None


def say_not_the_second(asked_by: UUID | None, second: UUID) -> Say | None:
    """Say why somebody cannot be the second who agrees to a deletion, None if they can."""
    if asked_by is None:
        return Say("refusal.deletion_not_asked")
    return Say("refusal.same_second_person") if asked_by == second else None


def make_late_keys(source: str, fhir_id: str, identifiers: Iterable[IdentifierColumns]) -> tuple[bytes, ...]:
    """Return the SHA-256 by which a record is known when it comes again: its id in its source, and its own numbers.

    Numbers that one system gives to one person count, written in any way; those that a family may share do not.
    """
    keys = {_hash("record", source, fhir_id)}
    for one in identifiers:
        kind = SYSTEMS.get(one.system, one.type_code)
        if one.system and one.value and kind in PERSONAL:
            keys.add(_hash("number", one.system, make_plain(one.value)))
    return tuple(sorted(keys))


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
