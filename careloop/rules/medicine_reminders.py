"""Reminders of medicines: when one is due on the patient's clocks, and after how many silent days somebody asks.

A reminder names no medicine and asks no one to take anything that the clinician has not ordered: it rests on a line of
the list that a person chose with the patient. What somebody answers is for a person: nothing here decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.chart_lists import ChartLists, MedicineLine, MedicineState
from careloop.facts.medicine_reminders import DayAnswers, MedicineChoice, MedicineMoment, ScheduleDraft
from careloop.facts.reminders import ReminderAnswer
from careloop.rules.wall_time import find_instants
from careloop.rules.worklist import end_of

MOST_TIMES = 6
# The statements on which a schedule can rest: an order, or what the patient says that they take.
STATEMENTS = ("MedicationRequest", "MedicationStatement")
# After these a clinician is asked the same day, and nothing is sent until then.
FOR_CLINICIAN = (ReminderAnswer.STOPPED, ReminderAnswer.SIDE_EFFECT)
ABOUT_MEDICINES = (ReminderAnswer.TAKEN, ReminderAnswer.NOT_TAKEN, *FOR_CLINICIAN)
LEAST_TIME = timedelta(hours=1)


def check_schedule(draft: ScheduleDraft, today: date, latest_on: date) -> None:
    """Refuse a schedule that cannot be.

    :raises Refusal: if its times, its last day or how the patient agreed are not clear
    """
    if not 1 <= len(draft.times) <= MOST_TIMES or len(set(draft.times)) != len(draft.times):
        raise Refusal(Say("refusal.schedule_times", count=MOST_TIMES))
    if not today <= draft.ends_on <= latest_on:
        raise Refusal(Say("refusal.schedule_ends", day=latest_on))
    if not draft.consent.strip():
        raise Refusal(Say("refusal.schedule_consent"))


def plan_moments(
    times: Iterable[time], zone: str, *, since: datetime, until: datetime, ends_on: date, good_hours: int
) -> tuple[MedicineMoment, ...]:
    """Return the moments (UTC) after one and up to another at which somebody is reminded, in order.

    A time that the clocks skip that day is an hour later; of one that comes twice the first counts. None is after the
    last day on the patient's clocks.
    """
    here, found = ZoneInfo(zone), []
    on, last = since.astimezone(here).date(), min(until.astimezone(here).date(), ends_on)
    while on <= last:
        found += [_moment(datetime.combine(on, at), zone, good_hours) for at in times]
        on += timedelta(days=1)
    kept = {one.due_at: one for one in found if since < one.due_at <= until}
    return tuple(kept[at] for at in sorted(kept))


def count_silent_days(days: Sequence[DayAnswers]) -> int:
    """Return on how many of the last days, without a break, reminders went and nothing was answered.

    Days on which nothing went say nothing, and are left out.
    """
    count = 0
    for one in sorted((day for day in days if day.sent), key=lambda day: day.on, reverse=True):
        if one.answered:
            break
        count += 1
    return count


def same_day(at: datetime, zone: str) -> datetime:
    """Return by when a clinician is to say something the same day: 5 pm there, or within the hour if that is past."""
    return max(end_of(at.astimezone(ZoneInfo(zone)).date(), zone), at + LEAST_TIME)


def list_statements(lists: ChartLists) -> tuple[UUID, ...]:
    """Return the keys of all statements behind the medicines that are taken."""
    lines = (line for line in lists.medicines.now if line.state is MedicineState.TAKING)
    return tuple(source.fact.resource_id for line in lines for source in line.sources)


def list_choices(lists: ChartLists, versions: Mapping[UUID, int]) -> tuple[MedicineChoice, ...]:
    """Return the medicines that are taken, each with its newest statement that still says so.

    ``versions`` are the versions of statements by their key; one that is not there is left out.
    """
    found = (_choose(line, versions) for line in lists.medicines.now if line.state is MedicineState.TAKING)
    return tuple(one for one in found if one is not None)


def _choose(line: MedicineLine, versions: Mapping[UUID, int]) -> MedicineChoice | None:
    standing = [
        one
        for one in line.sources
        if one.counts
        and one.resource_type in STATEMENTS
        and one.fact.columns.status == "active"
        and one.fact.resource_id in versions
    ]
    if not standing:
        return None
    newest = max(standing, key=lambda one: one.received_at)
    key = newest.fact.resource_id
    return MedicineChoice(key, versions[key], line.label, newest.sender)


def _moment(wall: datetime, zone: str, good_hours: int) -> MedicineMoment:
    while not (instants := find_instants(wall, zone)):
        wall += timedelta(hours=1)
    return MedicineMoment(instants[0], wall, instants[0] + timedelta(hours=good_hours))
