"""Patients of caseloads as lines: one statement for any number, whoever asks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.caseloads import PatientLine
from careloop.facts.pages import LoopRow
from careloop.reads.rows import PLACE, Viewer, select_rows

NOBODY: Mapping[UUID, str] = {}
NO_TEAMS: Mapping[UUID, tuple[str, ...]] = {}

# Whom somebody has while the caseload of a colleague is shared out, from %(at)s on as long as that lasts.
SHARED = (
    "FROM absence_share s JOIN absence a ON a.id = s.absence_id WHERE s.covering_id = %(me)s AND s.ended_at IS NULL"
    " AND a.ended_at IS NULL AND a.during @> %(at)s::timestamptz"
)
# Of a patient: what is open, the most urgent loop, the next look and the last contact.
_COLUMNS = (
    "SELECT p.id, p.full_name, p.name_key, p.birth_on, p.languages, p.needs_interpreter, c.person_id AS coordinator_id,"
    " o.n, o.late, o.top, o.sort_at, o.next_at, k.at AS contact_at, k.say AS contact"
)
_OPEN = f"""
CROSS JOIN LATERAL (
  SELECT count(*) AS n, count(*) FILTER (WHERE l.due_at < %s) AS late,
    (array_agg(l.id ORDER BY s.place, l.id))[1] AS top, min(s.place) AS sort_at, min(l.next_at) AS next_at
  FROM loop l CROSS JOIN LATERAL (SELECT {PLACE} AS place) s
  WHERE l.patient_id = p.id AND l.state <> 'closed') o
LEFT JOIN LATERAL (
  SELECT e.at, e.say FROM loop l JOIN loop_event e ON e.loop_id = l.id
  WHERE l.patient_id = p.id AND e.event = 'log_contact' ORDER BY e.at DESC LIMIT 1) k ON true
"""
# A caseload as rows. Its values: the moment, whose, the moment.
MINE = (
    f"{_COLUMNS} FROM caseload c JOIN patient p ON p.id = c.patient_id {_OPEN}"
    " WHERE c.person_id = ANY(%s) AND c.during @> %s::timestamptz"
)
# Patients of somebody: of their caseload and of those whom they cover, and whom they have while a caseload is shared
# out; whose each is. Values: %(me)s, %(owners)s, %(at)s.
_IN_MY_CARE = (
    "SELECT DISTINCT ON (patient_id) patient_id, person_id FROM ("
    "SELECT c.patient_id, c.person_id FROM caseload c"
    " WHERE c.person_id = ANY(%(owners)s) AND c.during @> %(at)s::timestamptz"
    f" UNION ALL SELECT s.patient_id, a.person_id {SHARED}) w ORDER BY patient_id, (person_id = %(me)s) DESC, person_id"
)
IN_MY_CARE = f"{_COLUMNS} FROM ({_IN_MY_CARE}) c JOIN patient p ON p.id = c.patient_id {_OPEN.replace('%s', '%(at)s')}"
LINE = "id, full_name, birth_on, languages, needs_interpreter, coordinator_id, n, top, next_at, contact_at, contact"


def read_lines(
    viewer: Viewer,
    rows: Sequence[Sequence[Any]],
    coordinators: Mapping[UUID, str] = NOBODY,
    care_teams: Mapping[UUID, tuple[str, ...]] = NO_TEAMS,
) -> tuple[PatientLine, ...]:
    """Return rows of LINE as lines, with their most urgent loops.

    ``coordinators`` names those for whom a patient is covered, ``care_teams`` who else cares for a patient.
    """
    wanted = [row[7] for row in rows if row[7] is not None]
    tops = {row.id: row for row in select_rows(viewer, "l.id = ANY(%s)", [wanted])}
    return tuple(_line(row, tops, coordinators.get(row[5], ""), care_teams.get(row[0], ())) for row in rows)


def _line(
    row: Sequence[Any], tops: Mapping[UUID, LoopRow], coordinator: str, care_team: tuple[str, ...]
) -> PatientLine:
    return PatientLine(
        patient_id=row[0],
        name=row[1],
        birth_on=row[2],
        language=row[3][0] if row[3] else "",
        needs_interpreter=row[4],
        open_count=row[6],
        top=tops.get(row[7]),
        contact_at=row[9],
        contact=read_say(row[10]) if row[10] else None,
        next_at=row[8],
        coordinator=coordinator,
        care_team=care_team,
    )


def read_say(stored: object) -> Say:
    """Return a sentence as it is stored."""
    value = json.loads(stored) if isinstance(stored, str) else stored
    assert isinstance(value, dict)
    return Say.from_stored(value)


def read_cursor(cursor: str) -> UUID | None:
    """Read a cursor, the last patient of a page; anything else is the beginning."""
    try:
        return UUID(cursor)
    except ValueError:
        return None


def fetch(sql: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as asked:
        asked.execute(sql, values)
        return list(asked.fetchall())
