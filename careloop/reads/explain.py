"""Why a loop is here: its reasons, its moment, its source, its evidence and its history."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import OuterRef, Subquery

from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind
from careloop.facts.pages import EvidenceLine, Explanation, HistoryLine
from careloop.facts.signing import SELDOM_HELPS, JudgedBy
from careloop.facts.worklist import Confidence, Event, Source
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import Loop, LoopEvent, PatientContact
from careloop.rules.access import has_right
from careloop.rules.checks import find_checks
from careloop.rules.deadlines import say_order, say_why_now
from careloop.rules.signing import say_thresholds
from careloop.rules.worklist import NO_UNDO, UNDO_SECONDS, words_at_hand

HISTORY = 30


def explain_loop(acting: Acting, loop_id: UUID, viewer: Viewer) -> Explanation | None:
    """Return the explanation of a loop in reach, or None if it is not there."""
    loop = Loop.objects.annotate(phone=_phone()).filter(pk=loop_id).first()
    if loop is None:
        return None
    of_person = "SELECT id FROM loop WHERE patient_id = %s AND state <> 'closed' UNION SELECT %s::uuid"
    rows = select_rows(viewer, f"l.id = ANY(ARRAY({of_person}))", [loop.patient_id, loop_id])
    row = next(one for one in rows if one.id == loop_id)
    others = [one for one in rows if one.id != loop_id]
    events = list(LoopEvent.objects.filter(loop_id=loop_id).select_related("person").order_by("-version")[:HISTORY])
    history = tuple(read_line(event) for event in events)
    judged = read_judged_by(loop.source)
    opened_on = loop.opened_at.astimezone(ZoneInfo(viewer.zone)).date()
    return Explanation(
        row=row,
        phone=str(loop.phone or ""),
        why_here=row.because,
        why_now=say_why_now(row.deadline, opened_on=opened_on, is_escalated=row.reminders > 0),
        if_waits=Say.from_stored(loop.if_waits) if loop.if_waits else Say("if_waits.task"),
        next_step=row.next_step,
        moved=say_order(row.severity, same_person=row.same_person),
        source=read_source(loop.source),
        evidence=_evidence(loop),
        same_person=tuple(others),
        history=history,
        can_act=has_right(acting, Right.LOOP_WRITE),
        undo_until=_undo_until(acting, events[0]) if events else None,
        check=_check_of(loop),
        judged_by=judged,
        thresholds=say_thresholds(find_checks().get(judged.check), judged.thresholds) if judged else (),
        words_at_hand=words_at_hand(history),
    )


def read_source(stored: Mapping[str, object] | None) -> Source | None:
    """Return the source that a loop carries, or None for one made by hand."""
    if not stored:
        return None
    effective = stored.get("effective_on")
    return Source(
        id=str(stored["id"]),
        organization=str(stored["organization"]),
        title=str(stored["title"]),
        year=int(str(stored["year"])),
        section=str(stored["section"]),
        confidence=Confidence(str(stored["confidence"])),
        checked_on=date.fromisoformat(str(stored["checked_on"])),
        effective_on=date.fromisoformat(str(effective)) if effective else None,
        address=str(stored.get("address", "")),
    )


def read_judged_by(stored: Mapping[str, Any] | None) -> JudgedBy | None:
    """Return the rule by which a loop's finding was found, or None where none was kept."""
    judged = (stored or {}).get("judged_by")
    if not judged:
        return None
    return JudgedBy(
        check=str(judged["check"]),
        version=int(judged["version"]),
        from_on=date.fromisoformat(judged["from"]),
        thresholds={str(name): Decimal(value) for name, value in judged["thresholds"].items()},
        knowledge=str(judged["knowledge"]),
    )


def _check_of(loop: Loop) -> str:
    """Return the name of the check that a loop is about, if there still is such a check."""
    name = str(loop.finding_key if loop.check_name == SELDOM_HELPS else loop.check_name)
    return name if name in find_checks() else ""


def read_line(event: LoopEvent) -> HistoryLine:
    """Return one change of a loop's history with who made it; its person is loaded with it."""
    return HistoryLine(
        at=event.at,
        who=event.person.name,
        event=Event(event.event),
        say=Say.from_stored(event.say),
        note=event.note,
    )


def _undo_until(acting: Acting, last: LoopEvent) -> datetime | None:
    """Return until when the last action can be taken back by this person."""
    if last.before is None or last.event in NO_UNDO or last.person_id != acting.person_id:
        return None
    until: datetime = last.at + timedelta(seconds=UNDO_SECONDS)
    return until if until >= acting.at else None


def _phone() -> Subquery:
    """Return the first number at which the patient of a loop can be reached, as a column of the loop."""
    ways = PatientContact.objects.filter(patient_id=OuterRef("patient_id"), system__in=["phone", "sms"])
    return Subquery(ways.order_by("id").values("value")[:1])


def _evidence(loop: Loop) -> tuple[EvidenceLine, ...]:
    if loop.patient_id is None or not loop.evidence:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (f.resource_id) f.resource_id, f.kind, f.label, f.start_on, r.type, r.source"
            " FROM chart_fact f JOIN resource r ON r.id = f.resource_id"
            " WHERE f.patient_id = %s AND f.resource_id = ANY(%s) ORDER BY f.resource_id, f.n",
            [loop.patient_id, list(loop.evidence)],
        )
        rows = sorted(cursor.fetchall(), key=lambda r: (r[3] or date.min, r[2], r[0]))
    return tuple(
        EvidenceLine(resource_id=r[0], kind=FactKind(r[1]), label=r[2], on=r[3], said_by=f"{r[4]}, {r[5]}")
        for r in rows
    )
