"""Loops as rows of a list: one statement for any number of rows, whoever asks."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.matching import SAME_PERSON
from careloop.facts.pages import LoopRow
from careloop.facts.worklist import Ball, LoopKind, Outcome, Severity, State, Tone
from careloop.rules.deadlines import say_deadline
from careloop.worklist.calendar import OWN_DAYS, read_calendar

COLUMNS = (
    "l.id, l.version, l.patient_id, coalesce(p.full_name, ''), p.birth_on, p.languages, p.needs_interpreter,"
    " l.kind, l.state, l.outcome, l.severity, l.title, l.because, l.next_step, l.base_step, l.ball, l.owner_id,"
    " coalesce(o.name, ''), coalesce(q.name, ''), l.due_at, l.next_at, l.closed_at, p.zone, l.sort_at, l.reminders,"
    " (SELECT count(*) FROM loop s WHERE s.patient_id = l.patient_id AND s.state <> 'closed' AND s.id <> l.id),"
    f" l.check_name = '{SAME_PERSON}', {OWN_DAYS}"
)
LAST_COLUMN = 27
JOINS = (
    " LEFT JOIN patient p ON p.id = l.patient_id LEFT JOIN person o ON o.id = l.owner_id"
    " LEFT JOIN unit q ON q.id = l.queue_id"
)
# Where a loop of one person stands among the others: what is snoozed is no more urgent than the day it comes back.
PLACE = "CASE l.state WHEN 'snoozed' THEN greatest(l.sort_at, l.next_at) ELSE l.sort_at END"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, when, and in which zone things without a patient are dated."""

    person_id: UUID
    at: datetime
    zone: str


def select_rows(viewer: Viewer, where: str, values: Sequence[Any], order: str = "l.sort_at, l.id") -> list[LoopRow]:
    """Return the rows of ``SELECT ... FROM loop l ... WHERE <where>``; ``where`` is the caller's own text."""
    sql = f"SELECT {COLUMNS} FROM loop l {JOINS} WHERE {where} ORDER BY {order}"
    return read_rows(viewer, sql, values)


def read_rows(viewer: Viewer, sql: str, values: Sequence[Any]) -> list[LoopRow]:
    """Return the rows of a statement that selects COLUMNS."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    # The same in every row: the clinic's own days came along.
    holidays = read_calendar(str(found[0][LAST_COLUMN])).holidays if found else frozenset()
    return [_read(viewer, row, holidays) for row in found]


def patients_of(rows: Iterable[LoopRow]) -> tuple[UUID, ...]:
    """Return the patients on a list, each once."""
    return tuple(dict.fromkeys(row.patient_id for row in rows if row.patient_id is not None))


def _read(viewer: Viewer, r: tuple[object, ...], holidays: Container[date]) -> LoopRow:
    state, severity = State(str(r[8])), Severity(int(str(r[10])))
    deadline = say_deadline(
        state=state,
        due_at=_moment(r[19]),
        next_at=_moment(r[20]),
        closed_at=_moment(r[21]),
        at=viewer.at,
        zone=str(r[22] or viewer.zone),
        holidays=holidays,
    )
    languages = r[5] if isinstance(r[5], list) else []
    step = r[13] or r[14]
    return LoopRow(
        id=_uuid(r[0]),
        version=int(str(r[1])),
        patient_id=_uuid(r[2]) if r[2] else None,
        patient_name=str(r[3]),
        birth_on=r[4] if isinstance(r[4], date) else None,
        language=str(languages[0]) if languages else "",
        needs_interpreter=bool(r[6]),
        kind=LoopKind(str(r[7])),
        state=state,
        outcome=Outcome(str(r[9])) if r[9] else None,
        severity=severity,
        tone=_tone(LoopKind(str(r[7])), state, severity, deadline.tone, Ball(str(r[15]))),
        title=read_say(r[11]),
        because=tuple(read_say(s) for s in _list(r[12])),
        deadline=deadline,
        next_step=read_say(step),
        ball=Ball(str(r[15])),
        owner_id=_uuid(r[16]) if r[16] else None,
        owner_name=str(r[17]),
        queue_name=str(r[18]),
        is_mine=r[16] == viewer.person_id,
        same_person=int(str(r[25])),
        sort_at=_moment(r[23]),
        next_at=_moment(r[20]),
        reminders=int(str(r[24])),
        asks_same=bool(r[26]),
    )


def _tone(kind: LoopKind, state: State, severity: Severity, deadline: Tone, ball: Ball) -> Tone:
    """Say how the row is marked: harm and lateness first, then who has the ball."""
    if state is State.CLOSED:
        return Tone.OK
    if deadline is Tone.LATE or severity is Severity.CRITICAL:
        return Tone.LATE
    if state is State.SNOOZED or ball is not Ball.US:
        return Tone.WAIT
    if kind is LoopKind.SAFETY:
        return Tone.LATE
    return deadline


def read_say(stored: object) -> Say:
    """Return a sentence as a statement gives it: stored JSON, as text or read already."""
    value = json.loads(stored) if isinstance(stored, str) else stored
    assert isinstance(value, dict)
    return Say.from_stored(value)


def _list(stored: object) -> list[object]:
    value = json.loads(stored) if isinstance(stored, str) else stored
    return value if isinstance(value, list) else []


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
