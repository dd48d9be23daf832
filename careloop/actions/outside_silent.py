"""Calendars from elsewhere that do not answer: after some failures in a row somebody is asked to look."""

from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.fetching import CALENDAR_SILENT
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Loop, OutsideAddress, Unit
from careloop.rules.fetching import SILENT
from careloop.worklist.leads import find_led_unit
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change, clinic_zone


@unattended(needs=Right.WORK_UNATTENDED)
def ask_about_silent(acting: Acting) -> int:
    """Ask somebody to look after each calendar that failed three times in a row; return how many loops changed.

    It is asked once for each silence, on the list of the first team that has a supervisor, and ends by itself when the
    calendar answers or is fetched no more.
    """
    rows = OutsideAddress.objects.filter(failures__gte=SILENT, entry__is_active=True).select_related("entry")
    silent = {str(row.entry_id): row for row in rows.order_by("entry_id")}
    enter(units=Unit.objects.values_list("pk", flat=True))
    asked = Loop.objects.filter(check_name=CALENDAR_SILENT, patient=None)
    standing = {loop.finding_key: loop for loop in asked.exclude(state=str(State.CLOSED)).select_for_update()}
    gone = [loop for key, loop in standing.items() if key not in silent]
    for loop in gone:
        change(acting, loop, Change(Event.ENDED_BY_FACTS, Say("event.calendar_answers"), outcome=Outcome.DONE))
    ended = asked.filter(finding_key__in=silent, state=str(State.CLOSED)).values_list("finding_key", "opened_at")
    known = {key for key, at in ended if at >= (silent[key].reached_at or silent[key].set_at)}
    fresh = [row for key, row in silent.items() if key not in standing.keys() | known]
    unit_id = find_led_unit()
    if fresh and unit_id is not None:
        for row in fresh:
            _ask(acting, row, unit_id)
    return len(gone) + len(fresh)


def _ask(acting: Acting, row: OutsideAddress, unit_id: int) -> None:
    name = row.entry.name
    assert row.trouble is not None, "kept with every failure (outside_address_trouble_counts)"
    open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=None,
            unit_id=unit_id,
            label_mask=0,
            title=Say("review.calendar", name=name),
            because=(Say("review.calendar_tries", count=row.failures), Say.from_stored(row.trouble)),
            if_waits=Say("review.calendar_if_waits"),
            step=Say("step.mend_calendar", name=name),
            severity=Severity.MODERATE,
            queue_id=unit_id,
            check_name=CALENDAR_SILENT,
            finding_key=str(row.entry_id),
        ),
        zone=clinic_zone(),
    )
