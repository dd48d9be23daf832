"""The records of one person, as a page of any of them sees them: one statement, whatever there is."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting
from careloop.facts.pages import LinkedRecord
from careloop.guard.context import name_in_line


@dataclass(frozen=True, slots=True)
class Linked:
    """What belongs to a record: the ids whose rows its page shows, and what it says of links.

    A record that goes on in another shows its own rows only. ``has_died`` is so by the word of any record of them.
    """

    ids: tuple[UUID, ...]
    records: tuple[LinkedRecord, ...]
    goes_on_in: UUID | None
    is_held_elsewhere: bool
    has_died: bool


def load_linked(acting: Acting, patient_id: UUID) -> Linked:
    """Return the records that go on in this one, and where it goes on itself; the line of the passage names them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root, id, may_open, full_name, source, linked_at, how, apart_asked_by,"
            " EXISTS (SELECT FROM records_of_the_dead(%s)) FROM linked_records(%s)",
            [[patient_id], [patient_id]],
        )
        rows = cursor.fetchall()
    root, has_died = rows[0][0], rows[0][8]
    elsewhere = any(not row[2] for row in rows)
    if root != patient_id:
        may_open = any(row[1] == root and row[2] for row in rows)
        own = _list_records(acting, [row for row in rows if row[1] == patient_id])
        return Linked((patient_id,), own, root if may_open else None, elsewhere, has_died)
    seen = [row for row in rows if row[2] and row[1] != patient_id]
    name_in_line(row[1] for row in seen)
    return Linked((patient_id, *(row[1] for row in seen)), _list_records(acting, seen), None, elsewhere, has_died)


def _list_records(acting: Acting, rows: list[tuple[object, ...]]) -> tuple[LinkedRecord, ...]:
    return tuple(
        LinkedRecord(
            patient_id=row[1],  # type: ignore[arg-type]
            name=str(row[3]),
            source=str(row[4]),
            linked_at=row[5],  # type: ignore[arg-type]
            by_rule=row[6] == "rule",
            apart_asked=row[7] is not None,
            apart_asked_by_me=row[7] == acting.person_id,
        )
        for row in rows
    )
