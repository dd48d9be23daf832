"""Whose page is open when somebody calls: who they could be, without what they may hear."""

from careloop.facts.access import Acting, Right
from careloop.facts.callers import CallerPage
from careloop.facts.consents import Relation
from careloop.guard.doors import reading
from careloop.records.models import CircleMember, Patient


@reading(needs=Right.CALLER_CHECK, about=Patient)
def get_caller_page(acting: Acting, patient: Patient) -> CallerPage:
    """Return the patient and the people of the circle by name, to choose who calls."""
    rows = CircleMember.objects.filter(patient=patient, ended_at=None).order_by("added_at", "id")
    people = tuple((row.pk, row.name, Relation(row.relation)) for row in rows)
    return CallerPage(patient.pk, patient.full_name, patient.birth_on, people)
