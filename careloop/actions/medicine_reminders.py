"""Reminders of medicines: set up with the patient from the list, paused, stopped, and sent when their time comes."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.reminders import load_reminder_numbers
from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind
from careloop.facts.medicine_reminders import ScheduleDraft, ScheduleState, StopWhy
from careloop.guard.context import enter
from careloop.guard.doors import action, creating, unattended
from careloop.records.models import ChartFactRow, MedicineSchedule, Patient, Resource
from careloop.rules.access import has_right
from careloop.rules.defaults import value_on
from careloop.rules.medicine_reminders import STATEMENTS, check_schedule
from careloop.rules.reminders import REVIEW_DAYS
from careloop.worklist.medicine_answers import end_schedule
from careloop.worklist.medicine_plans import plan_schedules, send_medicines

CONSENT_LIMIT = 1000


@creating(needs=Right.LOOP_WRITE, about=Patient)
def start_medicine_reminders(acting: Acting, patient: Patient, draft: ScheduleDraft) -> UUID:
    """Set up reminders of one medicine of the list, as somebody agreed with the patient; return the schedule.

    It rests on the statement as it stands: when the record says something else of it, the reminders stop.

    :raises Refusal: if the draft is not clear, the statement has changed or does not say that it is taken, there are
        reminders of it already, or the patient has died
    """
    if not has_right(acting, Right.CHART_READ):
        raise NotFound
    if patient.is_dead:
        raise Refusal(Say("refusal.outbox_dead"))
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    check_schedule(draft, today, today + timedelta(days=value_on(load_reminder_numbers()[REVIEW_DAYS], today)))
    consent = " ".join(draft.consent.replace("\x00", "").split())
    if len(consent) > CONSENT_LIMIT:
        raise Refusal(Say("refusal.note_too_long", count=CONSENT_LIMIT))
    statement, label = _find_statement(patient, draft)
    schedule = MedicineSchedule(
        id=new_id(acting.at),
        patient=patient,
        unit_id=patient.unit_id,
        label_mask=patient.label_mask | statement.label_mask,
        resource=statement,
        statement_version=draft.statement_version,
        label=label,
        times=sorted(draft.times),
        zone=patient.zone,
        road=str(draft.road),
        starts_on=today,
        ends_on=draft.ends_on,
        consent=consent,
        state=str(ScheduleState.ACTIVE),
        state_since=acting.at,
        planned_until=acting.at,
        made_by_id=acting.person_id,
        made_at=acting.at,
    )
    schedule.save(force_insert=True)
    return UUID(str(schedule.pk))


@action(needs=Right.LOOP_WRITE, about=Patient)
def stop_medicine_reminders(acting: Acting, patient: Patient, *, schedule_id: UUID, version: int) -> None:
    """Stop the reminders of one medicine for good: what was planned does not go.

    :raises Refusal: if they have ended already
    :raises TakenMeanwhile: if somebody changed them after ``version``
    """
    schedule = _lock(patient, schedule_id, version)
    end_schedule(acting, schedule, ScheduleState.STOPPED, StopWhy.BY_HAND)


@action(needs=Right.LOOP_WRITE, about=Patient)
def resume_medicine_reminders(acting: Acting, patient: Patient, *, schedule_id: UUID, version: int) -> None:
    """Let reminders go again that waited for a clinician's word, from the next time of the day on.

    :raises Refusal: if they do not wait, or the statement has changed
    :raises TakenMeanwhile: if somebody changed them after ``version``
    """
    schedule = _lock(patient, schedule_id, version)
    if schedule.state != ScheduleState.PAUSED:
        raise Refusal(Say("refusal.schedule_moved"))
    schedule.state, schedule.why, schedule.state_since = str(ScheduleState.ACTIVE), "", acting.at
    schedule.planned_until, schedule.version = acting.at, schedule.version + 1
    schedule.save()


@unattended(needs=Right.WORK_UNATTENDED)
def plan_medicine_reminders(acting: Acting, *, how_many: int) -> int:
    """Plan reminders of medicines a day ahead, and ask about what stopped, ended or is silent; return how many."""
    due = _due("SELECT schedule_id, patient_id FROM due_schedules(%s, %s)", acting, how_many)
    return plan_schedules(acting, due)


@unattended(needs=Right.WORK_UNATTENDED)
def send_medicine_reminders(acting: Acting, *, how_many: int) -> int:
    """Hand reminders of medicines that are due to the outbox; return how many were looked at."""
    due = _due("SELECT reminder_id, patient_id FROM due_medicine_reminders(%s, %s)", acting, how_many)
    return send_medicines(acting, due)


def _due(sql: str, acting: Acting, how_many: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [acting.at, how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    return [row[0] for row in due]


def _find_statement(patient: Patient, draft: ScheduleDraft) -> tuple[Resource, str]:
    """Return the statement and what it calls the medicine.

    :raises Refusal: if it has changed, or does not say that the medicine is taken
    """
    statement = Resource.objects.filter(
        pk=draft.resource_id, patient=patient, version=draft.statement_version, type__in=STATEMENTS
    ).first()
    facts = ChartFactRow.objects.filter(
        patient=patient, resource_id=draft.resource_id, kind=str(FactKind.MEDICINE), status="active"
    )
    label = facts.order_by("n").values_list("label", flat=True).first()
    if statement is None or label is None:
        raise Refusal(Say("refusal.schedule_statement"))
    return statement, str(label)


def _lock(patient: Patient, schedule_id: UUID, version: int) -> MedicineSchedule:
    rows = MedicineSchedule.objects.select_for_update(of=("self",), no_key=True)
    schedule: MedicineSchedule | None = rows.filter(pk=schedule_id, patient=patient).first()
    if schedule is None:
        raise NotFound
    if schedule.version != version:
        raise TakenMeanwhile(Say("refusal.schedule_moved"))
    if schedule.state in (ScheduleState.STOPPED, ScheduleState.ENDED):
        raise Refusal(Say("refusal.schedule_over"))
    return schedule
