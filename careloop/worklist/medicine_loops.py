"""The loops of reminders of medicines: a clinician is asked the same day, a person calls, a list is looked at."""

from datetime import date
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting, Role
from careloop.facts.reminders import ReminderAnswer
from careloop.facts.worklist import Event, LoopKind, Severity, State
from careloop.records.models import CareTeamMember, Loop, MedicineSchedule
from careloop.rules.medicine_reminders import same_day
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change, stored


def ask_clinician(acting: Acting, schedule: MedicineSchedule, answer: ReminderAnswer) -> Loop:
    """Ask a clinician of the patient's team the same day what to do about a medicine; else the team's queue has it."""
    is_effect = answer is ReminderAnswer.SIDE_EFFECT
    title = Say("medicine.effect_title") if is_effect else Say("medicine.ask_title")
    said = Say("medicine.said_effect") if is_effect else Say("medicine.said_stopped")
    return _open(
        acting, schedule, "ask", title, said, step=Say("step.medicine_ask"), severity=Severity.HIGH,
        owner_id=_clinician(acting, schedule),
    )  # fmt: skip


def ask_why_not(acting: Acting, schedule: MedicineSchedule, on: date) -> Loop:
    """Ask a person to call the same day, since the patient could not take a dose."""
    said = Say("medicine.said_not_taken", day=on)
    return _open(acting, schedule, "not_taken", Say("medicine.not_taken_title"), said, Say("step.medicine_not_taken"))


def ask_for_barrier(acting: Acting, schedule: MedicineSchedule, days: int) -> Loop:
    """Ask a person to find out what stands in the way, since nothing was answered for days."""
    said = Say("medicine.silent", count=days)
    return _open(acting, schedule, "silent", Say("medicine.barrier_title"), said, Say("step.medicine_barrier"))


def ask_to_look(acting: Acting, schedule: MedicineSchedule, said: Say) -> Loop:
    """Ask a person to look at the list, since reminders have stopped."""
    return _open(acting, schedule, "look", Say("medicine.changed_title"), said, Say("step.medicine_changed"))


def last_asked_for_barrier(schedule: MedicineSchedule) -> Loop | None:
    """Return the newest loop that asks what stands in the way of a medicine, open or closed."""
    rows = Loop.objects.filter(patient_id=schedule.patient_id, finding_key=_key(schedule, "silent"))
    found: Loop | None = rows.order_by("-opened_at").first()
    return found


def _open(
    acting: Acting,
    schedule: MedicineSchedule,
    what: str,
    title: Say,
    said: Say,
    step: Say,
    *,
    severity: Severity = Severity.MODERATE,
    owner_id: UUID | None = None,
) -> Loop:
    """Open a loop, or add to the one that is open about the same."""
    key = _key(schedule, what)
    open_rows = Loop.objects.filter(patient_id=schedule.patient_id, finding_key=key).exclude(state=str(State.CLOSED))
    loop: Loop | None = open_rows.select_for_update(of=("self",), no_key=True).order_by("opened_at").first()
    if loop is not None:
        because = [*loop.because, *(one for one in stored([said]) if one not in loop.because)]
        change(acting, loop, Change(Event.FACTS_CHANGED, said, columns={"because": because}))
        return loop
    draft = Draft(
        kind=LoopKind.TASK,
        patient_id=schedule.patient_id,
        unit_id=schedule.unit_id,
        label_mask=schedule.label_mask,
        title=title,
        because=(Say("medicine.which", name=schedule.label), said),
        if_waits=Say("medicine.if_changed") if what == "look" else Say("medicine.if_waits"),
        step=step,
        severity=severity,
        due_at=same_day(acting.at, schedule.zone),
        owner_id=owner_id or (None if severity is Severity.HIGH else _coordinator(acting, schedule)),
        queue_id=schedule.unit_id,
        finding_key=key,
        evidence=(schedule.resource_id,),
    )
    return open_loop(acting, draft)


def _key(schedule: MedicineSchedule, what: str) -> str:
    return f"medicine:{what}:{schedule.pk}"


def _coordinator(acting: Acting, schedule: MedicineSchedule) -> UUID | None:
    return primary_coordinators(acting, [schedule.patient_id]).get(schedule.patient_id)


def _clinician(acting: Acting, schedule: MedicineSchedule) -> UUID | None:
    rows = CareTeamMember.objects.filter(
        patient_id=schedule.patient_id, during__contains=acting.at, person__is_active=True,
        person__role=str(Role.CLINICIAN),
    )  # fmt: skip
    found: UUID | None = rows.order_by("id").values_list("person_id", flat=True).first()
    return found
