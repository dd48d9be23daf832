"""Constraints of the database as refusals in plain words, without a word of the row."""

from django.db import DatabaseError

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say

SAID = {
    "caseload_one_primary_at_a_time": "refusal.two_primary_coordinators",
    "loop_is_of_the_living": "refusal.patient_has_died",
    "death_closes_loops": "refusal.patient_has_died",
    "nobody_leaves_loops": "refusal.leaves_loops",
    "loop_owner_is_active": "refusal.owner_not_active",
    "loop_one_open_a_finding": "refusal.open_already",
    "loop_one_open_a_document": "refusal.open_already",
}


def explain_constraint(fault: Exception) -> Refusal | None:
    """Return the refusal that a broken constraint means, or None if it is a bug."""
    if not isinstance(fault, DatabaseError):
        return None
    diagnosis = getattr(fault.__cause__, "diag", None)
    key = SAID.get(getattr(diagnosis, "constraint_name", None) or "")
    return Refusal(Say(key)) if key else None
