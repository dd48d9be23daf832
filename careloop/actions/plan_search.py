"""A longer look into what was asked of the planner: asked for as plans are shown, taken by the worker, kept when done.

It books and holds nothing: what it found is one more plan to choose from.
"""

from datetime import timedelta

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.itineraries import PlanAsk
from careloop.facts.plan_search import Better, SearchState, SearchTask
from careloop.guard.context import enter
from careloop.guard.doors import creating, unattended
from careloop.records.models import Patient, PlanSearch, VisitType
from careloop.rules.planning.asked import name_ask, read_ask, write_ask, write_times
from careloop.worklist.booking import labels_of
from careloop.worklist.itineraries import find_template
from careloop.worklist.journeys import choose_steps, load_journey

# A question that the worker could not look into so many times is given up.
TRIES = 3
# One that is asked again sooner is not looked into anew: calendars are the same.
FRESH = timedelta(minutes=1)
# Nobody has looked at the page for so long: whoever asked is gone, and nothing is begun for them.
LEFT = timedelta(minutes=10)
# So many questions wait at most in one clinic: a look takes ten seconds, so the last one is begun within minutes.
MOST_WAITING = 20


@creating(needs=Right.BOOKING_WRITE, about=Patient)
def ask_for_better(acting: Acting, patient: Patient, ask: PlanAsk) -> bool:
    """Ask the worker to look longer for a better plan; tell whether the question waits now.

    Asked again, it looks again; while it waits, it is only noted that somebody still looks at the page. What this
    person asked about this patient before, and nobody has begun with, is left. Where many questions wait in the clinic,
    this one is not taken up.

    :raises Refusal: if no step of the itinerary is done here, or this person may not book one of its visits
    """
    chosen = [line.choice for line in choose_steps(find_template(ask.template), ask) if line.choice]
    if not chosen:
        raise Refusal(Say("refusal.itinerary_no_steps"))
    mask = 0
    for visit in VisitType.objects.filter(pk__in=[one.visit_type_id for one in chosen]):
        mask |= labels_of(acting, patient, visit)
    name = name_ask(ask)
    rows = PlanSearch.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(patient=patient, question=name).first()
    if row is not None and row.state == SearchState.WAITING:
        row.seen_at = acting.at
        row.save()
        return True
    if row is not None and acting.at - row.asked_at < FRESH:
        return False
    _leave_others(acting, patient, name)
    if _count_waiting() >= MOST_WAITING:
        return False
    if row is None:
        row = PlanSearch(id=new_id(acting.at), patient=patient, unit_id=patient.unit_id, question=name)
    row.ask, row.label_mask = write_ask(ask), mask
    row.asked_by_id, row.asked_at, row.seen_at = acting.person_id, acting.at, acting.at
    row.state, row.tries, row.begun_at, row.finished_at = str(SearchState.WAITING), 0, None, None
    row.times, row.least_end_on, row.is_best = [], None, False
    row.save()
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def take_search(acting: Acting) -> SearchTask | None:
    """Return the question that waits longest, with all that is to be planned now; None if none waits.

    Whoever took it and was ended loses it to the next after two minutes. What was tried too often, or cannot be
    planned any more, is given up, and so is that of a page which nobody has looked at for ten minutes; what was asked
    more than a day ago is forgotten.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_plan_searches(%s)", [acting.at])
        cursor.execute("SELECT search_id, patient_id FROM due_plan_searches(%s, 1)", [acting.at])
        due = cursor.fetchone()
    if due is None:
        return None
    enter(patients=[due[1]])
    rows = PlanSearch.objects.filter(pk=due[0], state=str(SearchState.WAITING))
    row = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if row is None:
        return None
    row.tries, row.begun_at = row.tries + 1, acting.at
    is_left = acting.at - (row.seen_at or row.asked_at) > LEFT
    task = _read(acting, row) if row.tries <= TRIES and not is_left else None
    if task is None:
        row.state, row.finished_at = str(SearchState.GIVEN_UP), acting.at
    row.save()
    return task


@unattended(needs=Right.WORK_UNATTENDED)
def keep_search(acting: Acting, task: SearchTask, found: Better) -> bool:
    """Keep what a longer look found; tell whether anybody still waits for it."""
    enter(patients=[task.patient_id])
    rows = PlanSearch.objects.filter(pk=task.id, state=str(SearchState.WAITING))
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        return False
    row.state, row.finished_at = str(SearchState.DONE), acting.at
    row.times, row.least_end_on, row.is_best = write_times(found.times), found.least_end_on, found.is_best
    row.save()
    return True


def _leave_others(acting: Acting, patient: Patient, question: str) -> None:
    """Give up what this person asked about this patient before: they look at another question now."""
    waiting = PlanSearch.objects.filter(
        patient=patient, asked_by_id=acting.person_id, state=str(SearchState.WAITING), begun_at=None
    )
    waiting.exclude(question=question).update(state=str(SearchState.GIVEN_UP), finished_at=acting.at)


def _count_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count_plan_searches()")
        return int(cursor.fetchone()[0])


def _read(acting: Acting, row: PlanSearch) -> SearchTask | None:
    """Return what is to be planned; None if the itinerary or a kind of visit is not in use any more."""
    patient, ask = Patient.objects.get(pk=row.patient_id), read_ask(row.ask)
    try:
        template = find_template(ask.template)
        lines = choose_steps(template, ask)
        journey = load_journey(acting, patient, template, lines, ask).journey
    except Refusal:
        return None
    return SearchTask(row.pk, row.patient_id, journey) if journey.steps else None
