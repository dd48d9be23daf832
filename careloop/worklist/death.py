"""Death closes what is open about a person, and says so; a link that is taken apart brings back what it closed."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.matching import SAME_PERSON, TAKE_APART
from careloop.facts.scheduling import BookingEvent, BookingState, CancelledBy, CancelReason
from careloop.facts.worklist import Event, LoopKind, Outcome, State
from careloop.records.models import Booking, Loop, LoopEvent, Patient, Person, Recheck, WaitingFinding
from careloop.worklist.freed_times import note_freed
from careloop.worklist.settle import Change, change, restore, save, settle, snapshot_columns, stored, zone_of
from careloop.worklist.visit_referrals import catch_up

# Whether records are of one person is asked as ever: the answer finds a link that should not be.
QUESTIONS = (SAME_PERSON, TAKE_APART)
# What was closed by the word of another record, with the line that says so; the newest first.
CLOSED_BESIDE = (
    "SELECT l.id, l.patient_id, l.check_name, l.finding_key, e.id FROM loop l"
    " JOIN loop_event e ON e.loop_id = l.id AND e.version = l.version"
    " WHERE l.patient_id = ANY(%s) AND l.state = 'closed' AND l.outcome = 'deceased'"
    " AND e.say ->> 'key' = 'event.death_beside' ORDER BY l.closed_at DESC, l.id"
)


def close_for_death(acting: Acting, patient: Patient) -> int:
    """Close every open loop of a patient who has died, in this transaction; return how many."""
    # Whoever checks this patient or opens loops for findings ends first: nothing comes in behind our back.
    list(Recheck.objects.filter(patient_id=patient.pk).select_for_update().values_list("pk"))
    WaitingFinding.objects.filter(patient_id=patient.pk).delete()
    _give_back_times(acting, [patient.pk])
    loops = Loop.objects.filter(patient_id=patient.pk).exclude(state=str(State.CLOSED))
    return _close(acting, loops.select_for_update(of=("self",)).order_by("id"), Say("event.death"))


def find_dead(record_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these records whose person has died, by the word of any linked record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_of_the_dead(%s)", [list(record_ids)])
        return {row[0] for row in cursor.fetchall()}


def follow_deaths(acting: Acting, record_ids: Collection[UUID]) -> int:
    """Bring the loops of these records in line with what all records of each person say; return how many changed.

    What is open beside a record that tells of a death is closed. What was closed so, and whose person no record calls
    dead any more, is open again as it stood. The caller holds the rechecks of these records.
    """
    dead = find_dead(record_ids)
    changed = _bring_back(acting, [key for key in record_ids if key not in dead])
    if dead:
        WaitingFinding.objects.filter(patient_id__in=dead).delete()
        _give_back_times(acting, dead)
        loops = Loop.objects.filter(patient_id__in=dead).exclude(state=str(State.CLOSED))
        beside = loops.exclude(check_name__in=QUESTIONS).select_for_update(of=("self",)).order_by("id")
        changed += _close(acting, beside, Say("event.death_beside"))
    return changed


def _close(acting: Acting, loops: Iterable[Loop], said: Say) -> int:
    ended = list(loops)
    for loop in ended:
        change(acting, loop, Change(Event.DEATH, said, outcome=Outcome.DECEASED))
    return len(ended)


def _bring_back(acting: Acting, record_ids: list[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_BESIDE, [record_ids])
        closed = cursor.fetchall()
    if not closed:
        return 0
    standing = Loop.objects.filter(patient_id__in=record_ids).exclude(state=str(State.CLOSED))
    found = set(standing.exclude(check_name="").values_list("patient_id", "check_name", "finding_key"))
    count = 0
    for key, *finding, event_id in closed:
        # What was found anew meanwhile stands already.
        if tuple(finding) not in found:
            _reopen(acting, key, event_id)
            count += 1
        if finding[1]:
            found.add(tuple(finding))
    return count


def _reopen(acting: Acting, key: UUID, event_id: UUID) -> None:
    loop = Loop.objects.select_for_update(of=("self",)).get(pk=key)
    now, from_state = snapshot_columns(loop), loop.state
    before = LoopEvent.objects.get(pk=event_id).before
    assert before is not None
    restore(loop, before)
    if loop.owner_id is not None and not Person.objects.filter(pk=loop.owner_id, is_active=True).exists():
        # Whoever had it left meanwhile: it is the team's.
        loop.owner_id, loop.queue_id = None, loop.unit_id
    if loop.kind == LoopKind.VISIT:
        # Its time was given back: another one is to be found.
        loop.because = stored((Say("visit.promised"),))
        settle(loop, zone_of(loop))
    save(acting, loop, Change(Event.UNDO, Say("event.death_of_another")), from_state=from_state, before=now)
    if loop.kind == LoopKind.REFERRAL:
        catch_up(acting, loop.pk)


def _give_back_times(acting: Acting, record_ids: Iterable[UUID]) -> None:
    """Cancel every visit of somebody who has died; its loop is closed with the others. Nothing brings a time back."""
    rows = Booking.objects.filter(patient_id__in=list(record_ids), occupies=True).order_by("id")
    for booking in rows.select_for_update(of=("self",)):
        was = BookingState(booking.state)
        booking.state, booking.state_since = str(BookingState.CANCELLED), acting.at
        booking.cancelled_by, booking.reason = str(CancelledBy.DEATH), str(CancelReason.DIED)
        booking.version += 1
        booking.save()
        note_freed(acting, booking, was, BookingEvent.CANCEL)
