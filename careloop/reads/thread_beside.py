"""Whom a talk is about, beside it: what is open, the next visit, when they answer, who may hear what."""

from careloop.facts.access import Acting, Right
from careloop.facts.choices import ChosenStop
from careloop.facts.pages import LoopRow
from careloop.facts.reach import TryRoad
from careloop.facts.scheduling import MOVABLE, VisitRow
from careloop.facts.threads import Beside
from careloop.reads.rows import PLACE, Viewer, select_rows
from careloop.reads.visit_rows import read_visit, select_visits
from careloop.records.models import Booking, ContactTry, Patient
from careloop.rules.access import has_right
from careloop.rules.reach import find_best_time
from careloop.worklist.consents import load_circle
from careloop.worklist.tries import read_try

# So many open loops stand beside a talk; the patient's page has all.
LOOPS = 4
# So many tries are looked at for the best time, as on the call card.
LOOKED_AT = 200


def load_beside(acting: Acting, patient: Patient, stops: tuple[ChosenStop, ...]) -> Beside:
    """Return whom a talk is about, in a constant number of statements; what the role has no right to is not asked for.

    ``stops`` are those that the talk does not show itself.
    """
    loops = _loops(acting, patient) if has_right(acting, Right.LOOP_READ) else None
    tries = _tries(patient) if has_right(acting, Right.LOOP_WRITE) else None
    return Beside(
        language=patient.languages[0] if patient.languages else "",
        needs_interpreter=patient.needs_interpreter,
        stops=stops,
        loops=tuple(loops) if loops is not None else None,
        loop_count=None if loops is None else sum(row.same_person + 1 for row in loops[:1]),
        visits=_visits(acting, patient) if has_right(acting, Right.BOOKING_READ) else None,
        circle=(load_circle([patient.pk], acting.at, patient.zone) if has_right(acting, Right.CIRCLE_READ) else None),
        best=find_best_time([read_try(row) for row in tries]) if tries is not None else None,
        calls=None if tries is None else sum(row.road == TryRoad.CALL for row in tries),
    )


def _loops(acting: Acting, patient: Patient) -> list[LoopRow]:
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    first = f"{PLACE}, l.id LIMIT {LOOPS}"
    return select_rows(viewer, "l.patient_id = %s AND l.state <> 'closed'", [patient.pk], order=first)


def _tries(patient: Patient) -> list[ContactTry]:
    return list(ContactTry.objects.filter(patient=patient).order_by("-at", "-id")[:LOOKED_AT])


def _visits(acting: Acting, patient: Patient) -> tuple[VisitRow, ...]:
    """Return the next visit that stands, or nothing."""
    stands = [str(one) for one in MOVABLE]
    rows = Booking.objects.filter(patient=patient, state__in=stands, starts_at__gt=acting.at)
    return tuple(read_visit(row) for row in select_visits(rows).order_by("starts_at", "id")[:1])
