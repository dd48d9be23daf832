"""The audit log: one plain line a door, written in its transaction, sealed later."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting

INSERT = (
    "INSERT INTO audit_line (at, person_id, role, purpose, what, key, patient_id, patient_ids, outcome)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s)"
)


def write_line(
    acting: Acting,
    what: str,
    outcome: str,
    *,
    key: object = "",
    patient_id: UUID | None = None,
    patient_ids: Sequence[UUID] = (),
) -> None:
    """Add a line: who did (``done``), saw (``seen``), was ``refused`` or hit a bug (``failed``)."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                acting.at,
                acting.person_id,
                str(acting.role),
                str(acting.purpose),
                what,
                str(key)[:200],
                patient_id,
                list(patient_ids),
                outcome,
            ],
        )
