"""Opening a loop: for a finding, a task made by hand or something to review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from careloop.basics.ids import new_id
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.worklist import Event, LoopKind, Severity, State
from careloop.records.models import Caseload, Loop, LoopEvent
from careloop.worklist.calendar import load_calendar
from careloop.worklist.settle import Change, make_event, settle, stored, write_event, zone_of, zones_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new loop is about. Without an owner it goes to the queue of its unit.

    ``parent_id`` is the loop of the whole of which it is a step.
    """

    kind: LoopKind
    patient_id: UUID | None
    unit_id: int
    label_mask: int
    title: Say
    because: tuple[Say, ...]
    if_waits: Say | None
    step: Say
    severity: Severity
    due_at: datetime | None = None
    owner_id: UUID | None = None
    queue_id: int | None = None
    check_name: str = ""
    finding_key: str = ""
    finding_print: str = ""
    source: dict[str, object] | None = None
    evidence: tuple[UUID, ...] = ()
    note: str = ""
    parent_id: UUID | None = None
    clock: str = ""


def open_loop(acting: Acting, draft: Draft, *, zone: str = "") -> Loop:
    """Open a loop with its first line of history.

    ``zone`` is that in which its days are counted; without it the database is asked.

    :raises Refusal: if the patient has died or the owner no longer works here (by constraint)
    """
    loop = _make_loop(acting, draft)
    settle(loop, zone or zone_of(loop))
    loop.save(force_insert=True)
    opened = Change(event=Event.OPEN, say=Say("event.opened"), note=draft.note)
    write_event(acting, loop, opened, from_state="", before=None)
    return loop


def open_loops(acting: Acting, drafts: Sequence[Draft]) -> list[Loop]:
    """Open many loops, each with its first line of history, in a constant number of statements.

    :raises Refusal: as of one (by constraint)
    """
    loops = [_make_loop(acting, draft) for draft in drafts]
    zones, calendar = zones_of(loops), load_calendar()
    lines = []
    for loop, draft in zip(loops, drafts, strict=True):
        settle(loop, zones[loop.pk], calendar)
        opened = Change(event=Event.OPEN, say=Say("event.opened"), note=draft.note)
        lines.append(make_event(acting, loop, opened, from_state="", before=None))
    Loop.objects.bulk_create(loops)
    LoopEvent.objects.bulk_create(lines)
    return loops


def _make_loop(acting: Acting, draft: Draft) -> Loop:
    return Loop(
        id=new_id(acting.at),
        kind=str(draft.kind),
        patient_id=draft.patient_id,
        unit_id=draft.unit_id,
        label_mask=draft.label_mask,
        state=str(State.TO_DO),
        state_since=acting.at,
        opened_at=acting.at,
        asked_by_id=acting.person_id,
        title=draft.title.as_stored(),
        because=stored(draft.because),
        if_waits=draft.if_waits.as_stored() if draft.if_waits else None,
        base_step=draft.step.as_stored(),
        severity=int(draft.severity),
        due_at=draft.due_at,
        clock=draft.clock or str((draft.source or {}).get("id", "")),
        owner_id=draft.owner_id,
        queue_id=None if draft.owner_id else (draft.queue_id or draft.unit_id),
        check_name=draft.check_name,
        finding_key=draft.finding_key,
        finding_print=draft.finding_print,
        source=draft.source,
        evidence=list(draft.evidence),
        parent_id=draft.parent_id,
    )


def primary_coordinators(acting: Acting, patient_ids: list[UUID]) -> dict[UUID, UUID]:
    """Return the active primary coordinator of each patient that has one at this moment."""
    rows = Caseload.objects.filter(Q(patient_id__in=patient_ids), during__contains=acting.at, person__is_active=True)
    return dict(rows.values_list("patient_id", "person_id"))
