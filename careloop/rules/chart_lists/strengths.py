"""Strengths: how much of an ingredient a medicine's label names, "10 mg", "12.5 mg / 20 mg", "90 mcg/actuat"."""

import re

# A number with a unit of amount, and what it is in. Volumes and hours ("1 ML", "24 HR") are no strength.
_STRENGTH = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)\s*(mg|mcg|ug|µg|g|meq|mmol|units?|unt|iu|%)(?![\w])"
    r"(?:\s*/\s*((?:\d+(?:\.\d+)?\s*)?(?:ml|hr|h|actuat|dose|puff|spray|tablet|patch)(?!\w)))?",
    re.IGNORECASE,
)
_SAME = {"ug": "mcg", "µg": "mcg", "unt": "units", "unit": "units", "iu": "units"}


def find_strength(label: str) -> str:
    """Return the strength that a label names, in one spelling; empty if it names none."""
    return " / ".join(_spell(*found.groups()) for found in _STRENGTH.finditer(label))


def _spell(number: str, unit: str, per: str | None) -> str:
    spelled = _SAME.get(unit.lower(), unit.lower())
    amount = f"{number} {spelled}" if spelled != "%" else f"{number}%"
    return f"{amount}/{' '.join(per.lower().split())}" if per else amount
