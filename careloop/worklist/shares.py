"""Which colleague has a patient of somebody who is away: given, passed on and ended, with the grants that go along."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from careloop.basics.words import Say
from careloop.facts.access import Acting, Relation, Role
from careloop.records.models import Absence, Person
from careloop.rules.access import grant_labels


def give_shares(
    acting: Acting, absence: Absence, who: Mapping[UUID, UUID], because: Mapping[UUID, Sequence[Say]]
) -> None:
    """Give patients (keys) to colleagues (values) until the absence ends: a row and a grant each, in two statements."""
    patients, people = list(who), [who[key] for key in who]
    said = [Jsonb([one.as_stored() for one in because.get(key, ())]) for key in patients]
    roles = dict(Person.objects.filter(pk__in=set(people)).values_list("pk", "role"))
    masks = [int(grant_labels(Role(roles[key]))) for key in people]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO absence_share (absence_id, patient_id, unit_id, label_mask, covering_id, because, given_at)"
            " SELECT %s, p.id, p.unit_id, p.label_mask, w.who, w.said, %s"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::jsonb[]) AS w (patient, who, said)"
            " JOIN patient p ON p.id = w.patient",
            [absence.pk, acting.at, patients, people, said],
        )
        cursor.execute(
            "INSERT INTO access_grant (person_id, patient_id, unit_id, source, label_mask, purpose, during, granted_by,"
            " reason) SELECT w.who, w.patient, NULL, %s, w.mask, '', tstzrange(%s, %s), %s, ''"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS w (patient, who, mask)",
            [
                str(Relation.COVER), max(absence.during.lower, acting.at), absence.during.upper, acting.person_id,
                patients, people, masks,
            ],
        )  # fmt: skip


def end_shares(
    at: datetime, patient_ids: Sequence[UUID], absent: UUID, covering: UUID | None = None
) -> list[tuple[UUID, UUID]]:
    """End who has these patients of somebody, with the grants; return the pairs of patient and colleague.

    ``covering`` ends only what this colleague has. A grant that would never have begun keeps a microsecond.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE absence_share s SET ended_at = %s FROM absence a WHERE a.id = s.absence_id AND a.person_id = %s"
            " AND s.ended_at IS NULL AND s.patient_id = ANY(%s) AND (%s::uuid IS NULL OR s.covering_id = %s)"
            " RETURNING s.patient_id, s.covering_id",
            [at, absent, list(patient_ids), covering, covering],
        )
        pairs = list(cursor.fetchall())
        cursor.execute(
            "SELECT count(end_grants(w.who, w.patient, %s, %s))"
            " FROM unnest(%s::uuid[], %s::uuid[]) AS w (patient, who)",
            [str(Relation.COVER), at, [pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        )
    return pairs
