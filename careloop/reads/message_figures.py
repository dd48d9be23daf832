"""How messages went in the last weeks, for who answers for a team: counts, and nobody's name."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.catalog.threads import load_threads
from careloop.facts.access import Acting, Right
from careloop.facts.answers import Meaning
from careloop.facts.message_figures import Counted, MessageFigures, Wait
from careloop.facts.outbox import ThreadWith
from careloop.facts.threads import Did
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.rules.defaults import value_on
from careloop.rules.message_figures import count, measure
from careloop.rules.threads import ANSWER_HOURS, SETTLED
from careloop.worklist.calendar import load_calendar
from careloop.worklist.settle import clinic_zone

SPAN = timedelta(days=30)
# Colleagues write among themselves: nobody outside waits for it.
PARTNERS = tuple(one for one in ThreadWith if one is not ThreadWith.COLLEAGUE)
# What is settled by itself: nobody waits for a person after it.
BY_ITSELF = (Did.DECLINED, Did.AUTOMATIC)
WITHIN = "(t.unit_id = ANY(%(units)s) OR t.patient_id = ANY(%(patients)s)) AND t.partner = ANY(%(partners)s)"
# Whoever works here wrote or noted it, and it was not taken back.
BY_US = (
    "m.direction IN ('out', 'call') AND b.kind = 'staff' AND NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.state = 'withdrawn')"
)
OWED = (
    "m.direction = 'in' AND EXISTS (SELECT 1 FROM answer a LEFT JOIN answer_correction c ON c.answer_id = a.message_id"
    " WHERE a.message_id = m.id AND NOT a.did = ANY(%(by_itself)s)"
    " AND coalesce(m.pieces->>'by_machine', 'false') <> 'true' AND EXISTS (SELECT 1 FROM"
    " jsonb_array_elements_text(jsonb_build_array(a.meaning, c.meaning) || a.also) e(meaning)"
    " WHERE e.meaning IS NOT NULL AND NOT e.meaning = ANY(%(settled)s)))"
)
# A turn of a talk begins when one of us writes; who wrote first in it waits until the next turn begins.
WAITS = (
    "WITH talk AS MATERIALIZED (SELECT t.id, t.partner, t.unanswered_since FROM thread t"
    f" WHERE {WITHIN} AND EXISTS (SELECT 1 FROM message n WHERE n.thread_id = t.id AND n.at >= %(since)s)),"
    f" said AS (SELECT t.*, m.id AS message_id, m.at, ({BY_US}) AS ours, ({OWED}) AS owed"
    " FROM talk t JOIN message m ON m.thread_id = t.id JOIN person b ON b.id = m.by_id),"
    " turned AS (SELECT s.*, count(*) FILTER (WHERE s.ours)"
    " OVER (PARTITION BY s.id ORDER BY s.at, s.message_id) AS turn FROM said s),"
    " turns AS (SELECT r.id, r.partner, r.unanswered_since, r.turn, min(r.at) FILTER (WHERE r.owed) AS asked_at,"
    " min(r.at) FILTER (WHERE r.ours) AS ours_at FROM turned r GROUP BY r.id, r.partner, r.unanswered_since, r.turn),"
    " waits AS (SELECT w.partner, w.unanswered_since, w.asked_at,"
    " lead(w.ours_at) OVER (PARTITION BY w.id ORDER BY w.turn) AS answered_at FROM turns w)"
    " SELECT partner, asked_at, answered_at FROM waits WHERE asked_at >= %(since)s AND asked_at <= %(at)s"
    # Settled otherwise, as by a word that somebody noted: nobody waits, and nobody knows since when not.
    " AND (answered_at IS NOT NULL OR unanswered_since IS NOT NULL) ORDER BY asked_at"
)
AFTER_HOURS = (
    "WITH said AS MATERIALIZED (SELECT m.direction = 'in' AS came, t.unit_id,"
    " m.at AT TIME ZONE coalesce(nullif(u.zone, ''), %(zone)s) AS wall"
    " FROM message m JOIN thread t ON t.id = m.thread_id JOIN unit u ON u.id = t.unit_id"
    " JOIN person b ON b.id = m.by_id"
    f" WHERE {WITHIN} AND m.at >= %(since)s AND m.at <= %(at)s"
    f" AND (m.direction = 'in' AND NOT m.pieces ? 'heard_by' OR {BY_US}))"
    " SELECT s.came, EXISTS (SELECT 1 FROM opening_hours h WHERE h.unit_id = s.unit_id) AS is_known,"
    " NOT s.wall::date = ANY(%(closed)s) AND EXISTS (SELECT 1 FROM opening_hours h WHERE h.unit_id = s.unit_id"
    " AND h.weekday = extract(isodow FROM s.wall) AND s.wall::time >= h.opens AND s.wall::time < h.closes) AS is_open,"
    " count(*) FROM said s GROUP BY 1, 2, 3"
)


@listing(needs=Right.CASELOAD_WRITE)
def get_message_figures(acting: Acting, reach: Reach) -> Shown[MessageFigures]:
    """Return how the messages of the last thirty days within reach went, in a constant number of statements.

    A wait begins with the first message that a person must answer and ends when one of us writes, or notes that they
    spoke. What was answered by itself, and what somebody noted by hand, begins none.
    """
    zone, since = clinic_zone(), acting.at - SPAN
    values = {
        "units": list(reach.units), "patients": list(reach.patients), "since": since, "at": acting.at, "zone": zone,
        "partners": [str(one) for one in PARTNERS], "by_itself": [str(one) for one in BY_ITSELF],
        "settled": [str(one) for one in (*SETTLED, Meaning.STOP)], "closed": list(load_calendar().holidays),
    }  # fmt: skip
    waits = _waits(values)
    dated = load_threads()[ANSWER_HOURS]
    measured = [
        measure(waits, acting.at, zone=zone, hours_on=lambda on: value_on(dated, on), partner=partner)
        for partner in (None, *PARTNERS)
    ]
    came, wrote, without = _after_hours(values)
    figures = MessageFigures(
        since=since,
        until=acting.at,
        hours=value_on(dated, acting.at.astimezone(ZoneInfo(zone)).date()),
        all=measured[0],
        by_partner=tuple(one for one in measured[1:] if one.on_time.whole or one.waiting),
        came_late=came,
        wrote_late=wrote,
        without_hours=without,
    )
    return Shown(figures, ())


def _waits(values: dict[str, Any]) -> list[Wait]:
    with connection.cursor() as cursor:
        cursor.execute(WAITS, values)
        rows: list[tuple[str, datetime, datetime | None]] = cursor.fetchall()
    return [Wait(ThreadWith(partner), asked, answered) for partner, asked, answered in rows]


def _after_hours(values: dict[str, Any]) -> tuple[Counted, Counted, int]:
    """Return how many came in after hours, how many were written then, and how many cannot be judged."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER_HOURS, values)
        rows: list[tuple[bool, bool, bool, int]] = cursor.fetchall()
    late, whole = {True: 0, False: 0}, {True: 0, False: 0}
    for came, is_known, is_open, many in rows:
        whole[came] += many if is_known else 0
        late[came] += many if is_known and not is_open else 0
    without = sum(many for _came, is_known, _open, many in rows if not is_known)
    return count(late[True], whole[True]), count(late[False], whole[False]), without
