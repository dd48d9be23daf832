"""Colleagues of whom something can be asked about a patient: those who work on loops there and may see the patient."""

from dataclasses import replace
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Relation, Right, Role
from careloop.records.models import Patient, Person
from careloop.rules.access import is_allowed, may_see_labels


def list_colleagues(acting: Acting, patient: Patient) -> list[Person]:
    """Return the others of the patient's unit who work on loops and may see this patient, by name: two statements."""
    members = Person.objects.filter(membership__unit_id=patient.unit_id, is_active=True).exclude(pk=acting.person_id)
    people = list(members.distinct().order_by("name", "id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, source, label_mask FROM access_grant WHERE person_id = ANY(%s)"
            " AND during @> %s::timestamptz AND purpose IN ('', %s) AND (patient_id = %s OR unit_id = %s)",
            [[one.pk for one in people], acting.at, str(acting.purpose), patient.pk, patient.unit_id],
        )
        grants = cursor.fetchall()
    return [one for one in people if _may_see(acting, one, patient, grants)]


def _may_see(acting: Acting, person: Person, patient: Patient, grants: list[tuple[UUID, str, int]]) -> bool:
    asked = replace(acting, person_id=person.pk, role=Role(person.role))
    own = [(Relation(source), mask) for key, source, mask in grants if key == person.pk]
    labels = 0
    for _source, mask in own:
        labels |= mask
    may_work = is_allowed(asked, Right.LOOP_WRITE, {source for source, _mask in own})
    return may_work and may_see_labels(asked, patient.label_mask, labels)
