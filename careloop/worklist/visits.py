"""Bookings as they are written: a time taken for all who take part at once, and every move told to its loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from psycopg.types.range import TimestamptzRange

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal, TakenMeanwhile
from careloop.basics.words import Say, Value
from careloop.catalog.scheduling import load_scheduling
from careloop.facts.access import Acting
from careloop.facts.scheduling import BookingEvent, BookingState, Offer, Promised, Span, VisitLength
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Booking, BookingPart, GroupVisit, Loop, Patient, VisitType
from careloop.rules.defaults import value_on
from careloop.rules.scheduling import ALTERNATIVES, HOLD_MINUTES, GroupFull, TimeTaken, next_state
from careloop.worklist.free_times import KEEPS_GAPS, Needs, find_offers, length_of, pick_at, release_run_out
from careloop.worklist.freed_times import note_freed
from careloop.worklist.group_times import find_groups
from careloop.worklist.itineraries import follow_itinerary
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.preparation import carry_over, load_readiness
from careloop.worklist.settle import Change, change, stored

# Other times are looked for so far ahead.
AHEAD = timedelta(days=28)
# A pick is tried anew when somebody else was quicker: after so many times the time counts as taken.
PICKS = 3
TAKEN = ("nothing_is_booked_twice", "group_seat_once")


@dataclass(frozen=True, slots=True)
class Taking:
    """A time to be taken: which visit, for whom, hanging on which loop, with what."""

    visit: VisitType
    patient: Patient
    loop: Loop
    promised: Promised
    label_mask: int
    group: GroupVisit | None = None
    extra_seats: Mapping[UUID, tuple[UUID, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to a booking: the event, what is said of it, its columns, and how the loop ends if it does."""

    event: BookingEvent
    say: Say
    note: str = ""
    columns: Mapping[str, object] = field(default_factory=dict)
    outcome: Outcome | None = None


def open_visit_loop(
    acting: Acting, patient: Patient, visit: VisitType, label_mask: int, *, parent_id: UUID | None = None
) -> Loop:
    """Open the loop of a visit that was promised: with the primary coordinator, else in the queue of the team.

    ``parent_id`` is the loop of the itinerary of which it is a step.
    """
    owner = primary_coordinators(acting, [patient.pk]).get(patient.pk)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.VISIT,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=label_mask,
            title=Say("visit.title", name=visit.name),
            because=(Say("visit.promised"),),
            if_waits=Say("visit.if_waits"),
            step=Say("step.visit_find_time"),
            severity=Severity.MODERATE,
            owner_id=owner,
            queue_id=patient.unit_id,
            parent_id=parent_id,
        ),
        zone=patient.zone,
    )


def hold_time(acting: Acting, taking: Taking, needs: Needs) -> Booking:
    """Hold a time for all who take part at once, or for nobody.

    :raises TimeTaken: if somebody else has it, with the next times that fit
    :raises GroupFull: if every seat of the group is taken, with the next groups
    :raises Refusal: if the patient is booked elsewhere while the group meets
    """
    length = length_of(taking.visit)
    release_run_out(needs.numbers())
    for _ in range(PICKS):
        picks = pick_at(needs, length, taking.promised.at)
        if picks is None:
            break
        try:
            with transaction.atomic():
                return _write(acting, taking, needs, picks)
        except IntegrityError as fault:
            if _constraint(fault) not in TAKEN:
                raise
    if taking.group is not None:
        # Only the patient can be in the way: who leads the group and where was booked with it.
        raise Refusal(Say("refusal.group_patient_busy"))
    raise TimeTaken(find_next(acting, needs, length, taking.promised))


def find_next(acting: Acting, needs: Needs, length: VisitLength, promised: Promised) -> tuple[Offer, ...]:
    """Return the next times that fit, from the one that was asked for on."""
    start = max(promised.at, acting.at)
    return find_offers(needs, length, Span(start, start + AHEAD), ALTERNATIVES)


def move_booking(acting: Acting, booking: Booking, move: Move) -> int:
    """Move a locked booking, tell its loop, and return the booking's new version.

    :raises BookingMoveNotAllowed: if it cannot make this move from where it stands
    """
    was = BookingState(booking.state)
    booking.state = str(next_state(was, move.event))
    for column, value in move.columns.items():
        setattr(booking, column, value)
    booking.state_since, booking.version, booking.awaits_word = acting.at, booking.version + 1, False
    booking.save()
    note_freed(acting, booking, was, move.event)
    tell_loop(acting, booking, move)
    return int(booking.version)


def tell_loop(acting: Acting, booking: Booking, move: Move) -> None:
    """Write into the history of a booking's loop what happened, plan what comes next, and tell its itinerary."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
    if booking.state in (BookingState.HELD, BookingState.BOOKED, BookingState.CONFIRMED):
        columns["because"] = stored(why_open(booking))
    elif move.outcome is None and booking.state != BookingState.ARRIVED:
        columns["because"] = stored((Say("visit.promised"), move.say))
    event = Event.VISIT if move.outcome is None else Event.VISIT_ENDED
    if loop.state == State.CLOSED and move.event is BookingEvent.TAKE_BACK:
        event = Event.VISIT_BACK
    what = Change(event, move.say, note=move.note, outcome=move.outcome, columns=columns)
    change(acting, loop, what)
    if loop.parent_id is not None:
        follow_itinerary(acting, loop.parent_id)


def why_open(booking: Booking) -> tuple[Say, ...]:
    """Say why the loop of a visit that keeps its time is open: the promise, its time, and what is not yet in order."""
    said = (Say("visit.promised"), Say("visit.at", **say_when(booking)))
    if booking.state not in (BookingState.BOOKED, BookingState.CONFIRMED):
        return said
    readiness = load_readiness(booking)
    if readiness.is_ready:
        return (*said, Say("visit.ready", total=readiness.total))
    return (*said, Say("visit.not_ready", count=readiness.open_count, total=readiness.total))


def say_when(booking: Booking) -> dict[str, Value]:
    """Return day and time of a booking, on the clocks where it takes place, as sentences take them."""
    return say_wall(booking.starts_wall)


def say_wall(wall: datetime) -> dict[str, Value]:
    """Return the day and time that a clock on the wall shows, as sentences take them."""
    return {"day": wall.date(), "time": wall.strftime("%-I:%M %p").replace(":00", "").lower()}


def expect_version(booking: Booking, version: int) -> None:
    """Refuse if somebody changed the booking since this person looked at it.

    :raises TakenMeanwhile: if so
    """
    if booking.version != version:
        raise TakenMeanwhile(Say("refusal.booking_changed"))


def range_of(promised: Promised, visit: VisitType, *, keeps_gaps: bool) -> TimestamptzRange:
    """Return how long somebody or something is kept for a visit, with its gaps if it keeps them."""
    before, after = (visit.gap_before, visit.gap_after) if keeps_gaps else (0, 0)
    return TimestamptzRange(
        promised.at - timedelta(minutes=before), promised.at + timedelta(minutes=visit.minutes + after)
    )


def lock_numbers(numbers: Sequence[int]) -> None:
    """Wait for whoever books the same people and things, in one order for all: nobody stands in another's way."""
    with connection.cursor() as cursor:
        for number in sorted(numbers):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [str(number)])


def _write(acting: Acting, taking: Taking, needs: Needs, picks: Sequence[UUID]) -> Booking:
    known = needs.by_id()
    chosen = [known[key] for key in picks if key in known]
    lock_numbers([entry.no for entry in chosen] + [taking.patient.no])
    promised, visit, patient = taking.promised, taking.visit, taking.patient
    of = {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": taking.label_mask}
    booking = Booking(
        id=new_id(acting.at),
        **of,
        loop=taking.loop,
        visit_type=visit,
        group=taking.group,
        seat_no=_free_seat(taking),
        state=str(BookingState.HELD),
        state_since=acting.at,
        starts_at=promised.at,
        ends_at=promised.at + timedelta(minutes=visit.minutes),
        zone=promised.zone,
        starts_wall=promised.wall,
        minutes=visit.minutes,
        hold_token=uuid4(),
        hold_until=acting.at + timedelta(minutes=_hold_minutes(acting, patient.zone)),
        booked_by_id=acting.person_id,
        made_at=acting.at,
    )
    booking.save(force_insert=True)
    for entry in sorted(chosen, key=lambda entry: int(entry.no)):
        seat_id, seat = taking.extra_seats.get(entry.pk, (None, 0))
        during = range_of(promised, visit, keeps_gaps=entry.kind in KEEPS_GAPS)
        BookingPart(**of, booking=booking, entry=entry, seat=seat, extra_seat_id=seat_id, during=during).save()
    during = range_of(promised, visit, keeps_gaps=False)
    BookingPart(**of, booking=booking, is_patient=True, during=during).save()
    carry_over(acting, booking)
    return booking


def _hold_minutes(acting: Acting, zone: str) -> int:
    return value_on(load_scheduling()[HOLD_MINUTES], acting.at.astimezone(ZoneInfo(zone)).date())


def _free_seat(taking: Taking) -> int | None:
    """Return the first free seat of a group, after waiting for others who take one.

    :raises GroupFull: if none is free
    """
    group = taking.group
    if group is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [str(group.pk)])
        cursor.execute("SELECT seats_taken(%s)", [group.pk])
        taken = {row[0] for row in cursor.fetchall()}
    free = next((number for number in range(1, group.seats + 1) if number not in taken), None)
    if free is None:
        raise GroupFull(find_groups(taking.visit, group.starts_at, taking.patient)[:ALTERNATIVES])
    return free


def _constraint(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
