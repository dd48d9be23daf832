"""The checks: each file asks one pure question of a patient's record, and ``find_checks`` names them all."""

from collections.abc import Mapping
from types import MappingProxyType

from careloop.facts.checks import Check
from careloop.rules.checks import (
    colorectal_screening,
    hba1c_overdue,
    interacting_medicines,
    visit_after_discharge,
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for check in (
            colorectal_screening.CHECK,
            hba1c_overdue.CHECK,
            interacting_medicines.CHECK,
            visit_after_discharge.CHECK,
        )
    }
)


def find_checks() -> Mapping[str, Check]:
    """Return every check by its name, in the order of the alphabet."""
    return CHECKS
