"""Who reaches whom: the grants of one person at one moment."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from careloop.facts.access import ALL_LABELS, Acting, Relation, Role


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person reaches: whole units, single patients, and whose loops they answer for.

    ``owners`` is the person and those whom the person covers at this moment.
    """

    units: tuple[int, ...]
    patients: tuple[UUID, ...]
    owners: tuple[UUID, ...]


def load_relations(acting: Acting, patient_id: UUID | None, unit_id: int) -> tuple[frozenset[Relation], int]:
    """Return through what the person reaches this patient, and the label bits of those grants."""
    if acting.role is Role.SYSTEM:
        return frozenset(), int(ALL_LABELS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, label_mask FROM access_grant WHERE person_id = %s AND during @> %s::timestamptz"
            " AND purpose IN ('', %s) AND (patient_id = %s OR unit_id = %s)",
            [acting.person_id, acting.at, str(acting.purpose), patient_id, unit_id],
        )
        rows = cursor.fetchall()
    labels = 0
    for _source, mask in rows:
        labels |= mask
    return frozenset(Relation(source) for source, _mask in rows), labels


def load_reach(acting: Acting) -> Reach:
    """Return everything the person reaches at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(unit_id) FILTER (WHERE unit_id IS NOT NULL),"
            " array_agg(patient_id) FILTER (WHERE patient_id IS NOT NULL),"
            " (SELECT array_agg(absent_id) FROM cover WHERE covering_id = %s AND during @> %s::timestamptz)"
            " FROM access_grant WHERE person_id = %s AND during @> %s::timestamptz AND purpose IN ('', %s)",
            [acting.person_id, acting.at, acting.person_id, acting.at, str(acting.purpose)],
        )
        units, patients, covered = cursor.fetchone()
    return Reach(
        units=tuple(units or ()),
        patients=tuple(patients or ()),
        owners=(acting.person_id, *(covered or ())),
    )
