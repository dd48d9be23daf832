"""Reminders as pages: the ladder of a kind of visit, and the medicines of which a patient is reminded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound
from careloop.catalog.reminders import load_ladder, load_reminder_numbers
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import (
    MedicineLine,
    MedicineRemindersPage,
    ScheduleLine,
    ScheduleState,
    StopWhy,
)
from careloop.facts.reminders import LadderPage, ReminderAnswer, ReminderState, RungRow
from careloop.guard.doors import managing, reading
from careloop.reads.chart_lists import load_lists
from careloop.records.models import MedicineReminder, MedicineSchedule, Patient, Resource, VisitType
from careloop.rules.access import has_right
from careloop.rules.defaults import value_on
from careloop.rules.medicine_reminders import list_choices, list_statements
from careloop.rules.reminders import REVIEW_DAYS, choose_rungs
from careloop.worklist.consents import read_whose
from careloop.worklist.medicine_names import load_wish
from careloop.worklist.reminder_plans import load_own
from careloop.worklist.settle import clinic_zone

# So many of the last reminders stand beside a schedule, and so many schedules that have ended are listed.
LAST, ENDED = 6, 20


@managing(needs=Right.CALENDAR_WRITE, write=False)
def get_ladder_page(acting: Acting, *, visit_type_id: UUID) -> LadderPage:
    """Return the ladder of one kind of visit as it holds today: the clinic's own rungs, and the product's.

    :raises NotFound: if there is no such kind of visit
    """
    visit = VisitType.objects.filter(pk=visit_type_id).first()
    if visit is None:
        raise NotFound
    on = acting.at.astimezone(ZoneInfo(clinic_zone())).date()
    own = {rung.kind for rung in load_own([visit.pk]).get(visit.pk, ())}
    dated = {one.rung.kind: one for one in load_ladder() if one.from_on <= on}
    rungs = choose_rungs(load_ladder(), load_own([visit.pk]).get(visit.pk, ()), on)
    rows = tuple(
        RungRow(rung, rung.kind in own, dated[rung.kind].source, dated[rung.kind].confidence) for rung in rungs
    )
    return LadderPage(visit.pk, visit.name, rows)


@reading(needs=Right.CHART_READ, about=Patient)
def get_medicine_reminders_page(acting: Acting, patient: Patient) -> MedicineRemindersPage:
    """Return of which medicines a patient is reminded, with the last answers, and of which they could be.

    Seven statements, however many there are.
    """
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    found = list(
        MedicineSchedule.objects.filter(patient=patient).select_related("made_by").order_by("-made_at", "-id")[:ENDED]
    )
    last = _load_last([row.pk for row in found])
    lists = load_lists([patient.pk], today)
    keys = list_statements(lists)
    versions = dict(Resource.objects.filter(pk__in=keys, patient=patient).values_list("pk", "version"))
    taken = {row.resource_id for row in found if row.state in (ScheduleState.ACTIVE, ScheduleState.PAUSED)}
    choices = tuple(one for one in list_choices(lists, versions) if one.resource_id not in taken)
    days = value_on(load_reminder_numbers()[REVIEW_DAYS], today)
    return MedicineRemindersPage(
        whose=read_whose(patient),
        today=today,
        latest_on=today + timedelta(days=days),
        schedules=tuple(_line(row, last.get(row.pk, ())) for row in found),
        choices=choices,
        may_write=has_right(acting, Right.LOOP_WRITE) and not patient.is_dead,
        wish=load_wish(patient),
    )


def _load_last(schedule_ids: Sequence[UUID]) -> dict[UUID, list[MedicineLine]]:
    """Return the last reminders of schedules that went, the newest first."""
    rows = MedicineReminder.objects.filter(schedule__in=schedule_ids, sent_at__isnull=False).order_by("-due_at")
    found: dict[UUID, list[MedicineLine]] = {}
    for row in rows[: LAST * max(1, len(schedule_ids)) * 4]:
        lines = found.setdefault(row.schedule_id, [])
        if len(lines) < LAST:
            answer = ReminderAnswer(row.answer) if row.answer else None
            lines.append(MedicineLine(row.due_wall, ReminderState(row.state), answer))
    return found


def _line(row: MedicineSchedule, last: Sequence[MedicineLine]) -> ScheduleLine:
    return ScheduleLine(
        id=row.pk,
        label=row.label,
        state=ScheduleState(row.state),
        state_since=row.state_since,
        why=StopWhy(row.why) if row.why else None,
        times=tuple(row.times),
        road=Road(row.road),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        consent=row.consent,
        made_by=row.made_by.name,
        version=row.version,
        last=tuple(last),
    )
