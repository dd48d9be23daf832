"""Visits that were missed: how often on one promise, and the question to a clinician after the second time."""

from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting, Role
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Booking, CareTeamMember, Loop
from careloop.rules.visits import DECIDES_AFTER
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change


def count_missed(loop_id: UUID) -> int:
    """Return how many visits of one promise were missed."""
    return int(Booking.objects.filter(loop_id=loop_id, state=str(BookingState.NO_SHOW)).count())


def find_decision(loop_id: UUID) -> Loop | None:
    """Return the open question to a clinician whether this promise gets another time, None if none is open."""
    rows = Loop.objects.filter(kind=str(LoopKind.TASK), finding_key=_key(loop_id)).exclude(state=str(State.CLOSED))
    found: Loop | None = rows.first()
    return found


def ask_clinician(acting: Acting, booking: Booking) -> None:
    """Ask a clinician, by the next business day, after the second visit of one promise that was missed."""
    if count_missed(booking.loop_id) < DECIDES_AFTER or find_decision(booking.loop_id) is not None:
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=booking.patient_id,
            unit_id=booking.unit_id,
            label_mask=booking.label_mask,
            title=Say("visit.decide_title", name=booking.visit_type.name),
            because=(Say("visit.missed_twice"),),
            if_waits=Say("visit.if_waits"),
            step=Say("step.visit_decide"),
            severity=Severity.HIGH,
            due_at=after(load_calendar(), "visit.no_show", acting.at, booking.zone),
            owner_id=_clinician(acting, booking),
            queue_id=booking.unit_id,
            finding_key=_key(booking.loop_id),
        ),
    )


def end_decision(acting: Acting, booking: Booking, note: str) -> None:
    """Take the question to a clinician back where the visits that count as missed are fewer again."""
    loop = find_decision(booking.loop_id)
    if loop is None or count_missed(booking.loop_id) >= DECIDES_AFTER:
        return
    locked = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop.pk)
    said = Say("event.visit_not_missed")
    change(acting, locked, Change(Event.FINISH, said, note=note, outcome=Outcome.DONE))


def _clinician(acting: Acting, booking: Booking) -> UUID | None:
    """Return a clinician of the patient's care team who works here, None if there is none: the team's queue has it."""
    rows = CareTeamMember.objects.filter(
        patient_id=booking.patient_id, during__contains=acting.at, person__is_active=True,
        person__role=str(Role.CLINICIAN),
    )  # fmt: skip
    found: UUID | None = rows.order_by("id").values_list("person_id", flat=True).first()
    return found


def _key(loop_id: UUID) -> str:
    return f"visit:{loop_id}"
