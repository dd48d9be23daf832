"""The loops that come of an outage: one in which a patient is told, one for each visit that is left to a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from careloop.basics.words import Say, Value
from careloop.facts.access import Acting
from careloop.facts.outages import Moved, NeedsPerson
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Booking, Loop, Outage, OutageMove
from careloop.rules.outages import say_person
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change, stored
from careloop.worklist.visits import lock_numbers, say_when

Pairs = Sequence[tuple[Booking, Booking]]


def tell_patient(acting: Acting, outage: Outage, moved: Pairs) -> Loop:
    """Open the one loop in which a patient is told of new times in an outage, or add them to it.

    ``moved`` are old and new bookings of one patient.
    """
    old = [one for one, _new in moved]
    patient_id, key = old[0].patient_id, _told_key(outage.pk)
    lock_numbers([old[0].patient.no])
    said = tuple(Say("outage.moved_line", name=one.visit_type.name, **_both(one, new)) for one, new in moved)
    loop = _find_loop(patient_id, key)
    if loop is None:
        owner = primary_coordinators(acting, [patient_id]).get(patient_id)
        mask = 0
        for one in old:
            mask |= one.label_mask
        draft = Draft(
            kind=LoopKind.TASK,
            patient_id=patient_id,
            unit_id=old[0].unit_id,
            label_mask=mask,
            title=Say("outage.tell_title"),
            because=said,
            if_waits=Say("outage.tell_if_waits"),
            step=Say("step.outage_tell"),
            severity=Severity.HIGH,
            due_at=_due(acting, old),
            owner_id=owner,
            queue_id=old[0].unit_id,
            finding_key=key,
        )
        return open_loop(acting, draft)
    because = [*loop.because, *stored(said)]
    due_at = min(loop.due_at or _due(acting, old), _due(acting, old))
    columns: dict[str, object] = {"because": because, "due_at": due_at}
    event = Event.FACTS_CHANGED
    if loop.state == State.CLOSED:
        event, columns["because"] = Event.REOPEN, stored(said)
    change(acting, loop, Change(event, Say("event.outage_moved"), columns=columns))
    return loop


def leave_visit(acting: Acting, outage: Outage, booking: Booking, why: NeedsPerson) -> OutageMove:
    """Open the loop in which a person sees to a visit of an outage, unless one is open, and keep that it was left."""
    key = f"hours:{booking.pk}"
    loop = _find_loop(booking.patient_id, key)
    if loop is None or loop.state == State.CLOSED:
        loop = open_loop(
            acting,
            Draft(
                kind=LoopKind.TASK,
                patient_id=booking.patient_id,
                unit_id=booking.unit_id,
                label_mask=booking.label_mask,
                title=Say("visit.outside_title", name=booking.visit_type.name, **say_when(booking)),
                because=(Say("visit.outside_hours"), say_person(why)),
                if_waits=Say("visit.if_waits"),
                step=Say("step.visit_outside"),
                severity=Severity.HIGH,
                due_at=_due(acting, [booking]),
                owner_id=primary_coordinators(acting, [booking.patient_id]).get(booking.patient_id),
                queue_id=booking.unit_id,
                finding_key=key,
            ),
        )
    return keep_move(acting, outage, booking, None, loop, (say_person(why),))


def keep_move(
    acting: Acting, outage: Outage, old: Booking, new: Booking | None, loop: Loop, why: Sequence[Say],
    *, was_confirmed: bool = False,
) -> OutageMove:  # fmt: skip
    """Keep what became of a visit of an outage."""
    move = OutageMove(
        outage=outage,
        patient_id=old.patient_id,
        unit_id=old.unit_id,
        label_mask=old.label_mask,
        booking=old,
        new_booking=new,
        loop=loop,
        became=str(Moved.LEFT if new is None else Moved.MOVED),
        was_confirmed=was_confirmed,
        why=stored(why),
        made_by_id=acting.person_id,
        made_at=acting.at,
    )
    move.save(force_insert=True)
    return move


def close_undone(acting: Acting, loop_id: UUID) -> None:
    """Close a loop of an outage that was undone: nobody needs to be told, nothing to be seen to."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop_id)
    if loop.state != State.CLOSED:
        change(acting, loop, Change(Event.ENDED_BY_FACTS, Say("event.outage_undone"), outcome=Outcome.WITHDRAWN))


def _find_loop(patient_id: UUID, key: str) -> Loop | None:
    """Return the newest loop of this key, locked, the open one if there is one."""
    rows = Loop.objects.filter(patient_id=patient_id, finding_key=key, kind=str(LoopKind.TASK))
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("-opened_at", "-id"))
    return next((one for one in found if one.state != State.CLOSED), found[0] if found else None)


def _due(acting: Acting, old: Sequence[Booking]) -> datetime:
    """Return by when somebody must have called: the next business day, and before anybody comes in vain."""
    first = min(old, key=lambda one: one.starts_at)
    return min(after(load_calendar(), "visit.bumped", acting.at, first.zone), first.starts_at)


def _told_key(outage_id: UUID) -> str:
    return f"outage:{outage_id}:told"


def _both(old: Booking, new: Booking) -> dict[str, Value]:
    was, now = say_when(old), say_when(new)
    return {"day": was["day"], "time": was["time"], "new_day": now["day"], "new_time": now["time"]}
