"""What was said to and by a patient and those around them, for the timeline, inside the doors of the patient's page."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.basics.words import first_words
from careloop.facts.outbox import FOR_INFORMATION, Direction
from careloop.facts.overview import Talked

# So many of the newest messages stand on the timeline, each with so many letters of its words.
TALKED, LETTERS = 30, 60
# What came, what really went, calls, and what was kept for information. Of a talk among colleagues and of notes among
# ourselves nothing else: those stand in their thread alone.
_TALKED = (
    "SELECT m.id, coalesce(o.sent_at, m.at) AS at, m.direction, m.road, coalesce(c.name, e.name, k.name, p.full_name),"
    " CASE WHEN b.kind = 'staff' THEN b.name ELSE '' END, left(m.words, %s)"
    " FROM message m JOIN thread t ON t.id = m.thread_id JOIN patient p ON p.id = m.patient_id"
    " JOIN person b ON b.id = m.by_id LEFT JOIN circle_member c ON c.id = t.member_id"
    " LEFT JOIN directory_entry e ON e.id = t.entry_id LEFT JOIN person k ON k.id = t.colleague_id"
    " LEFT JOIN outbox o ON o.id = m.id WHERE m.patient_id = ANY(%s)"
    " AND (m.situation = %s OR m.direction <> 'note' AND t.partner <> 'colleague'"
    "  AND (o.id IS NULL OR o.state IN ('sent', 'delivered')))"
    " ORDER BY m.at DESC, m.id DESC LIMIT %s"
)


def load_talked(ids: Sequence[UUID]) -> tuple[Talked, ...]:
    """Return the newest of what was said about some patients, newest first: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TALKED, [LETTERS + 1, list(ids), FOR_INFORMATION, TALKED])
        rows = cursor.fetchall()
    return tuple(
        Talked(
            id=row[0],
            at=row[1],
            direction=Direction(row[2]),
            road=row[3],
            with_whom=row[4],
            by=row[5],
            words=first_words(row[6], LETTERS),
        )
        for row in rows
    )
