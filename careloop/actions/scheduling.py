"""Visits: a time is held, booked, confirmed, and told how it ended. The database refuses to book anybody twice."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import (
    BookingEvent,
    BookingState,
    CancelledBy,
    CancelReason,
    Held,
    Promised,
    VisitAsk,
)
from careloop.facts.visits import Barrier
from careloop.facts.worklist import LoopKind, Outcome, State
from careloop.guard.context import enter
from careloop.guard.doors import action, creating, unattended
from careloop.records.models import AnsweredRequest, Booking, ExtraSeat, GroupVisit, Loop, Patient, VisitType
from careloop.rules.scheduling import may_miss
from careloop.rules.visits import say_missed
from careloop.rules.wall_time import promise
from careloop.rules.worklist import NOT_NEEDED
from careloop.worklist.booking import answer_before, book_held, close_to_front_desk, labels_of
from careloop.worklist.free_times import Needs, find_needs, find_visit_type
from careloop.worklist.no_shows import ask_clinician, is_undecided
from careloop.worklist.reminder_told import plan_off
from careloop.worklist.visit_facts import read_facts
from careloop.worklist.visit_referrals import follow_visit
from careloop.worklist.visits import (
    Move,
    Taking,
    expect_version,
    hold_time,
    move_booking,
    open_visit_loop,
    say_when,
    tell_loop,
)

# For so long the same key gets the same answer.
KEYS_LAST = timedelta(days=30)


@creating(needs=Right.BOOKING_WRITE, about=Patient)
def hold_visit(acting: Acting, patient: Patient, ask: VisitAsk, *, key: str, loop_id: UUID | None = None) -> Held:
    """Hold a time for a patient and all who take part, on a loop of its own or one that is open already.

    ``key`` names this request: sent again, the same hold is answered and nothing is held twice.

    :raises TimeTaken: if somebody else has the time, with the next times that fit
    :raises GroupFull: if every seat of the group is taken, with the next groups
    :raises SameKeyOtherRequest: if something else was asked under this key
    :raises Refusal: if the time is past, is skipped or doubled by a change of the clocks, or a need cannot be met
    """
    before = answer_before(acting, key, repr((patient.pk, ask, loop_id)))
    if before is not None:
        return _held(Booking.objects.get(pk=before))
    visit = find_visit_type(ask.visit_type_id)
    mask = labels_of(acting, patient, visit)
    group = _find_group(ask.group_id, visit)
    seats = _find_seats(ask.seats)
    needs = _find_needs(visit, ask, patient, group, {key: seat for key, (_id, seat) in seats.items()})
    promised = _promise(group, ask, needs.zone)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    loop = _find_loop(patient, loop_id) or open_visit_loop(acting, patient, visit, mask)
    booking = hold_time(acting, Taking(visit, patient, loop, promised, mask, group, seats), needs)
    tell_loop(acting, booking, Move(BookingEvent.BOOK, Say("event.visit_held", **say_when(booking))))
    AnsweredRequest.objects.filter(person_id=acting.person_id, key=key).update(answer=booking.pk)
    return _held(booking)


@action(needs=Right.BOOKING_WRITE, about=Booking)
def book_visit(acting: Acting, booking: Booking, *, token: UUID) -> int:
    """Book a time that is held, with the token of the hold; return the booking's version. Again, it is the same.

    :raises Refusal: if the hold has run out, was released, or the token is another's
    """
    if booking.hold_token != token:
        raise Refusal(Say("refusal.hold_of_another"))
    if booking.state == BookingState.BOOKED:
        return int(booking.version)
    if booking.state == BookingState.RELEASED or booking.hold_until <= acting.at:
        raise Refusal(Say("refusal.hold_ended"))
    return book_held(acting, booking)


@action(needs=Right.BOOKING_WRITE, about=Booking)
def release_hold(acting: Acting, booking: Booking, *, token: UUID) -> int:
    """Let a time go that was held; the loop stays open.

    :raises Refusal: if the token is another's or the time is not held any more
    """
    if booking.hold_token != token:
        raise Refusal(Say("refusal.hold_of_another"))
    return move_booking(acting, booking, Move(BookingEvent.RELEASE, Say("event.visit_let_go")))


@action(needs=Right.BOOKING_WRITE, about=Booking)
def confirm_visit(acting: Acting, booking: Booking, *, version: int, note: str = "") -> int:
    """Note that the patient said they will come."""
    expect_version(booking, version)
    said = Say("event.visit_confirmed", **say_when(booking))
    return move_booking(acting, booking, Move(BookingEvent.CONFIRM, said, clean_words(note)))


@action(needs=Right.BOOKING_WRITE, about=Booking)
def note_arrival(acting: Acting, booking: Booking, *, version: int) -> int:
    """Note that the patient is here, or was: nobody noted it on the day.

    :raises Refusal: if the visit is on a day to come, on the clocks where it takes place
    """
    expect_version(booking, version)
    if acting.at.astimezone(ZoneInfo(booking.zone)).date() < booking.starts_wall.date():
        raise Refusal(Say("refusal.visit_day_to_come", **say_when(booking)))
    return move_booking(acting, booking, Move(BookingEvent.ARRIVE, Say("event.visit_arrived")))


@action(needs=Right.BOOKING_WRITE, about=Booking)
def finish_visit(acting: Acting, booking: Booking, *, version: int, note: str) -> int:
    """Note that the patient was seen, and close the promise with it. A referral that waited for this visit was seen.

    :raises Refusal: if no evidence is named
    """
    expect_version(booking, version)
    if not (words := clean_words(note)):
        raise Refusal(Say("refusal.evidence_missing"))
    done = Move(BookingEvent.FINISH, Say("event.visit_done"), words, outcome=Outcome.DONE)
    version = move_booking(acting, booking, done)
    follow_visit(acting, booking, words)
    return version


@action(needs=Right.BOOKING_WRITE, about=Booking)
def note_no_show(
    acting: Acting, booking: Booking, *, version: int, barrier: Barrier = Barrier.NOT_ASKED, note: str = ""
) -> int:
    """Note that the patient did not come; the loop asks for a call the same or the next business day.

    After the second time on one promise a clinician is asked whether there is to be another: in the referral that was
    to be seen at this visit, if there is one. That asks for another date with it.

    :raises Refusal: if the visit has not begun, or another reason is not named
    """
    words = clean_words(note)
    if barrier is Barrier.OTHER and not words:
        raise Refusal(Say("refusal.barrier_words"))
    expect_version(booking, version)
    if not may_miss(read_facts(booking), acting.at):
        raise Refusal(Say("refusal.visit_not_yet", **say_when(booking)))
    said = say_missed(barrier, say_when(booking))
    version = move_booking(acting, booking, Move(BookingEvent.MISS, said, words))
    # The referral first: where it asks a clinician, the visit does not.
    follow_visit(acting, booking, words)
    ask_clinician(acting, booking)
    return version


@action(needs=Right.BOOKING_WRITE, about=Booking)
def move_visit(
    acting: Acting,
    booking: Booking,
    ask: VisitAsk,
    *,
    version: int,
    by: CancelledBy,
    reason: CancelReason,
    note: str = "",
    key: str,
) -> UUID:
    """Give a booked visit another time: the old one is freed with the new one booked, or nothing changes.

    Returns the new booking. ``key`` names this request, as for a hold.

    :raises TimeTaken: if somebody else has the time, with the next times that fit
    :raises Refusal: as for cancelling and for holding a time
    """
    before = answer_before(acting, key, repr((booking.pk, ask, version, by, reason, note)))
    if before is not None:
        return before
    expect_version(booking, version)
    columns = _cancelled(by, reason, clean_words(note))
    patient, visit = booking.patient, find_visit_type(ask.visit_type_id)
    mask = labels_of(acting, patient, visit)
    moved = Move(BookingEvent.CANCEL, Say("event.visit_moved_from", **say_when(booking)), clean_words(note), columns)
    move_booking(acting, booking, moved)
    close_to_front_desk(acting, booking)
    group = _find_group(ask.group_id, visit)
    needs = _find_needs(visit, ask, patient, group, {})
    promised = _promise(group, ask, needs.zone)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    new = hold_time(acting, Taking(visit, patient, booking.loop, promised, mask, group), needs)
    book_held(acting, new)
    AnsweredRequest.objects.filter(person_id=acting.person_id, key=key).update(answer=new.pk)
    return UUID(str(new.pk))


@action(needs=Right.BOOKING_WRITE, about=Booking)
def cancel_visit(
    acting: Acting,
    booking: Booking,
    *,
    version: int,
    by: CancelledBy,
    reason: CancelReason,
    note: str = "",
    outcome: Outcome | None = None,
) -> int:
    """Cancel a visit: by whom and why. Its time is free at once; the promise stays open unless ``outcome`` ends it.

    A referral that was to be seen at it has no date any more.

    :raises Refusal: if another reason is given without words, or the outcome is none of "not needed"
    """
    expect_version(booking, version)
    words = clean_words(note)
    if outcome not in (None, *NOT_NEEDED):
        raise Refusal(Say("refusal.outcome"))
    columns = _cancelled(by, reason, words)
    said = Say("event.visit_cancelled", **say_when(booking))
    version = move_booking(acting, booking, Move(BookingEvent.CANCEL, said, words, columns, outcome))
    close_to_front_desk(acting, booking)
    follow_visit(acting, booking, words)
    return version


@action(needs=Right.BOOKING_WRITE, about=Booking)
def bump_visit(acting: Acting, booking: Booking, *, version: int, reason: CancelReason, note: str = "") -> int:
    """Take a visit's time from it for a reason of ours; the loop asks for another time soon, and so does its referral.

    :raises Refusal: if another reason is given without words
    """
    expect_version(booking, version)
    words = clean_words(note)
    if reason is CancelReason.DIED or (reason is CancelReason.OTHER and not words):
        raise Refusal(Say("refusal.reason_missing"))
    said = Say("event.visit_bumped", **say_when(booking))
    columns = {"reason": str(reason), "note": words}
    version = move_booking(acting, booking, Move(BookingEvent.BUMP, said, words, columns))
    close_to_front_desk(acting, booking)
    follow_visit(acting, booking, words)
    plan_off(acting, booking)
    return version


@unattended(needs=Right.WORK_UNATTENDED)
def release_due_holds(acting: Acting, *, how_many: int) -> int:
    """Give back times whose hold has run out, tell their loops, and forget old request keys; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking_id, patient_id FROM due_holds(%s, %s)", [acting.at, how_many])
        due = cursor.fetchall()
    AnsweredRequest.objects.filter(at__lt=acting.at - KEYS_LAST).delete()
    enter(patients={row[1] for row in due})
    rows = Booking.objects.filter(pk__in=[row[0] for row in due]).order_by("id")
    bookings = list(rows.select_for_update(of=("self",), skip_locked=True))
    ran_out = Move(BookingEvent.RELEASE, Say("event.visit_hold_ended"))
    for booking in bookings:
        if booking.state == BookingState.HELD and booking.hold_until <= acting.at:
            move_booking(acting, booking, ran_out)
        elif booking.awaits_word:
            Booking.objects.filter(pk=booking.pk).update(awaits_word=False)
            _tell_late(acting, booking, ran_out)
    return len(bookings)


def _cancelled(by: CancelledBy, reason: CancelReason, words: str) -> dict[str, object]:
    """Return the columns that say by whom and why a visit was cancelled. Deaths are noted elsewhere."""
    if by is CancelledBy.DEATH or reason is CancelReason.DIED:
        raise Refusal(Say("refusal.outcome"))
    if reason is CancelReason.OTHER and not words:
        raise Refusal(Say("refusal.reason_missing"))
    return {"cancelled_by": str(by), "reason": str(reason), "note": words}


def _tell_late(acting: Acting, booking: Booking, ran_out: Move) -> None:
    """Tell the loop of a hold that ran out, unless it goes on with another time or was closed meanwhile."""
    is_open = Loop.objects.filter(pk=booking.loop_id).exclude(state=str(State.CLOSED)).exists()
    if is_open and not Booking.objects.filter(loop_id=booking.loop_id, occupies=True).exists():
        tell_loop(acting, booking, ran_out)


def _find_group(group_id: UUID | None, visit: VisitType) -> GroupVisit | None:
    if group_id is None:
        return None
    group: GroupVisit | None = GroupVisit.objects.filter(pk=group_id, is_cancelled=False, visit_type=visit).first()
    if group is None:
        raise NotFound
    return group


def _find_seats(asked: tuple[tuple[UUID, UUID], ...]) -> dict[UUID, tuple[UUID, int]]:
    """Return the extra seats that were named, by their entry."""
    found = {}
    for entry_id, seat_id in asked:
        seat = ExtraSeat.objects.filter(pk=seat_id, entry_id=entry_id).first()
        if seat is None:
            raise NotFound
        found[entry_id] = (seat_id, int(seat.seat))
    return found


def _find_needs(
    visit: VisitType, ask: VisitAsk, patient: Patient, group: GroupVisit | None, seats: Mapping[UUID, int]
) -> Needs:
    """Return what the visit needs; who leads a group and where is booked with the group."""
    if group is not None:
        return Needs((), group.zone, patient)
    if visit.seats > 1:
        raise Refusal(Say("refusal.visit_is_a_group"))
    return find_needs(visit, ask.entries, patient, seats)


def _promise(group: GroupVisit | None, ask: VisitAsk, zone: str) -> Promised:
    if group is not None:
        return Promised(group.starts_at.astimezone(UTC), group.zone, group.starts_wall)
    return promise(ask.wall, zone, ask.which)


def _find_loop(patient: Patient, loop_id: UUID | None) -> Loop | None:
    """Return the open loop of a visit on which another time is to hang, locked; None if none was named."""
    if loop_id is None:
        return None
    rows = Loop.objects.filter(pk=loop_id, patient_id=patient.pk, kind=str(LoopKind.VISIT))
    loop: Loop | None = rows.exclude(state=str(State.CLOSED)).select_for_update(of=("self",), no_key=True).first()
    if loop is None:
        raise NotFound
    if Booking.objects.filter(loop=loop, occupies=True).exists():
        raise Refusal(Say("refusal.visit_still_booked"))
    if is_undecided(loop_id):
        raise Refusal(Say("refusal.visit_clinician_decides"))
    return loop


def _held(booking: Booking) -> Held:
    promised = Promised(booking.starts_at.astimezone(UTC), booking.zone, booking.starts_wall)
    return Held(booking.pk, booking.loop_id, booking.hold_token, booking.hold_until, promised)
