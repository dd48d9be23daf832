"""Which of several versions of a value set is the newest, and what tells two of them apart."""

import hashlib
import re
from collections.abc import Iterable

from careloop.facts.measures import ValueSet


def sort_version(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return what versions are sorted by: runs of digits count as numbers and come before words."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[^\d.\-/: ]+", version)
    )


def newest_of(found: Iterable[ValueSet]) -> dict[str, ValueSet]:
    """Return the newest version of each value set by OID; of two of one version the first."""
    newest: dict[str, ValueSet] = {}
    for one in found:
        known = newest.get(one.oid)
        if known is None or sort_version(known.version) < sort_version(one.version):
            newest[one.oid] = one
    return newest


def fingerprint(one: ValueSet) -> bytes:
    """Return a SHA-256 over all that a value set says: it differs when anything in it does."""
    text = "\n".join([one.version, one.name, one.source, *sorted(one.codes)])
    return hashlib.sha256(text.encode()).digest()
