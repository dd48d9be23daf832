"""Grants as rows: given and closed inside the doors of staff, visits and links. One is shortened, never changed."""

from uuid import UUID

from django.db import connection
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import Acting, Relation, Role
from careloop.records.models import Person
from careloop.rules.access import grant_labels


def give_grant(
    acting: Acting,
    person: Person,
    relation: Relation,
    *,
    patient_id: UUID | None = None,
    unit_id: int | None = None,
    during: TimestamptzRange | None = None,
) -> None:
    """Let somebody reach a patient or a unit through something, from now on unless ``during`` says when."""
    lasting = during or TimestamptzRange(acting.at, None)
    bounds = (lasting.lower, lasting.upper)
    mask = int(grant_labels(Role(person.role)))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_grant (person_id, patient_id, unit_id, source, label_mask, purpose, during,"
            " granted_by, reason) VALUES (%s, %s, %s, %s, %s, '', tstzrange(%s, %s), %s, '')",
            [person.pk, patient_id, unit_id, str(relation), mask, *bounds, acting.person_id],
        )


def end_grants(acting: Acting, person_id: UUID, patient_id: UUID | None = None, through: str = "") -> None:
    """Close running grants of a person at this moment; grants are closed, never deleted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT end_grants(%s, %s, %s, %s)", [person_id, patient_id, through, acting.at])
