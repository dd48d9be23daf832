"""Attempts to reach somebody, inside the doors of the patient's page."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.facts.overview import ContactLine
from careloop.reads.rows import read_say

# The last attempts about some patients, newest first, as one JSON text; each carries how many there are in all.
CONTACTED = (
    "SELECT json_agg(json_build_array(c.id, c.at, c.who, c.say, c.note, c.loop_id, c.title, c.n_all)"
    " ORDER BY c.at DESC, c.id DESC) FROM (SELECT e.id, e.at, coalesce(p.name, '') AS who, e.say, e.note,"
    " l.id AS loop_id, l.title, count(*) OVER () AS n_all FROM loop l JOIN loop_event e ON e.loop_id = l.id"
    " LEFT JOIN person p ON p.id = e.person_id WHERE l.patient_id = ANY(%(ids)s) AND e.event = 'log_contact'"
    " ORDER BY e.at DESC, e.id DESC LIMIT %(contacts)s OFFSET %(skipped)s) c"
)


def load_contacts(ids: Sequence[UUID], *, how_many: int, skipped: int = 0) -> tuple[list[ContactLine], int]:
    """Return the last attempts to reach somebody about these patients, newest first, and how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({CONTACTED})::text", {"ids": list(ids), "contacts": how_many, "skipped": skipped})
        found = cursor.fetchone()[0]
    return read_contacts(json.loads(found) if found else [])


def read_contacts(rows: Sequence[Sequence[str]]) -> tuple[list[ContactLine], int]:
    """Read the lines of such a list, and how many there are in all."""
    lines = [
        ContactLine(
            id=UUID(r[0]),
            at=datetime.fromisoformat(r[1]),
            who=r[2],
            result=read_say(r[3]),
            note=r[4],
            loop_id=UUID(r[5]),
            title=read_say(r[6]),
        )
        for r in rows
    ]
    return lines, int(rows[0][7]) if rows else 0
