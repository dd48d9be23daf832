"""Somebody or something is out: entered into the calendar, each visit moved or left to a person, or all undone.

Each deed is of its own: what was done before a power cut stands, and pressing again goes on where it stopped.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.outages import Moved, NeedsPerson, NewPlace, OutAsk
from careloop.facts.scheduling import MOVABLE, BookingEvent, BookingState, CancelReason, Promised
from careloop.facts.worklist import State
from careloop.guard.context import enter
from careloop.guard.doors import action, managing, unattended
from careloop.records.models import (
    AnsweredRequest,
    Booking,
    BookingPart,
    CalendarDay,
    DirectoryEntry,
    ItineraryStep,
    Outage,
    OutageMove,
)
from careloop.rules.outages import FORGOTTEN, UNDO, is_reversed, out_spans
from careloop.rules.planning.keep import find_broken_gaps
from careloop.rules.scheduling import TimeTaken
from careloop.rules.wall_time import promise
from careloop.worklist.booking import answer_before, book_held, close_to_front_desk, labels_of
from careloop.worklist.free_times import Needs, find_needs
from careloop.worklist.itineraries import find_template, place
from careloop.worklist.journeys import find_standing
from careloop.worklist.outage_loops import close_undone, keep_move, leave_visit, tell_patient
from careloop.worklist.outages import find_holding, find_out, find_same, is_in_outage, read_ask
from careloop.worklist.reminder_told import plan_moved
from careloop.worklist.visits import (
    Move,
    Taking,
    expect_version,
    hold_time,
    move_booking,
    say_when,
)


@managing(needs=Right.OUTAGE_WRITE)
def enter_outage(acting: Acting, ask: OutAsk, *, reason: str, key: str) -> UUID:
    """Enter that somebody or something is out, so that nothing new is booked there; return the outage.

    The same days entered again, by whomever, are the same outage. ``key`` names this request.

    :raises Refusal: if it ends before it begins, or is over
    """
    before = answer_before(acting, key, repr((ask, reason)))
    if before is not None:
        return before
    entry = find_out(ask.entry_id, lock=True)
    if is_reversed(ask):
        raise Refusal(Say("refusal.calendar_hours"))
    if out_spans(ask, entry.zone)[-1].end <= acting.at:
        raise Refusal(Say("refusal.outage_past"))
    outage = find_same(ask)
    if outage is None:
        outage = Outage(
            id=new_id(acting.at), entry=entry, first_on=ask.first_on, last_on=ask.last_on, opens=ask.opens,
            closes=ask.closes, made_by_id=acting.person_id, made_at=acting.at,
        )  # fmt: skip
        outage.save(force_insert=True)
        CalendarDay(
            entry=entry, first_on=ask.first_on, last_on=ask.last_on, is_open=False, opens=ask.opens,
            closes=ask.closes, reason=clean_words(reason), outage=outage, set_by_id=acting.person_id, set_at=acting.at,
        ).save(force_insert=True)  # fmt: skip
    AnsweredRequest.objects.filter(person_id=acting.person_id, key=key).update(answer=outage.pk)
    return UUID(str(outage.pk))


@action(needs=Right.OUTAGE_WRITE, about=Booking)
def move_for_outage(acting: Acting, booking: Booking, places: Sequence[NewPlace], *, outage_id: UUID) -> int:
    """Give a visit of an outage its new time, with the later steps that move along: all of them or none.

    Return how many moved: 0 if somebody saw to it already. The patient's one loop of this outage says so.

    :raises TimeTaken: if somebody else has one of the times
    :raises TakenMeanwhile: if one of the visits was changed since it was shown
    :raises Refusal: if the outage was undone, or the times break the order of an itinerary
    """
    outage, entry = find_holding(outage_id)
    if OutageMove.objects.filter(outage=outage, booking=booking).exists():
        return 0
    rows = _lock(booking, places)
    if not is_in_outage(entry, read_ask(outage), booking):
        raise NotFound
    confirmed = {row.pk for row in rows.values() if row.state == BookingState.CONFIRMED}
    reason = CancelReason.PROVIDER_AWAY if _is_person(entry) else CancelReason.CLINIC_CLOSED
    for row in rows.values():
        _take_away(acting, row, reason)
    moved = []
    for one in sorted(places, key=lambda one: (one.wall, one.booking_id)):
        row = rows[one.booking_id]
        mask = labels_of(acting, row.patient, row.visit_type)
        needs = find_needs(row.visit_type, one.entries, row.patient)
        promised = promise(one.wall, needs.zone)
        if promised.at <= acting.at:
            raise Refusal(Say("refusal.time_past"))
        new = hold_time(acting, Taking(row.visit_type, row.patient, row.loop, promised, mask), needs)
        book_held(acting, new)
        moved.append((row, new))
    _expect_order(rows.values())
    loop = tell_patient(acting, outage, moved)
    for row, new in moved:
        keep_move(acting, outage, row, new, loop, (), was_confirmed=row.pk in confirmed)
    plan_moved(acting, moved, outage.made_at)
    return len(moved)


@action(needs=Right.OUTAGE_WRITE, about=Booking)
def leave_to_person(acting: Acting, booking: Booking, *, outage_id: UUID, why: NeedsPerson) -> bool:
    """Leave a visit of an outage where it is, with a loop in which a person sees to it; tell whether it was left."""
    outage, entry = find_holding(outage_id)
    seen_to = OutageMove.objects.filter(outage=outage, booking=booking).exists()
    if seen_to or booking.state not in MOVABLE or not is_in_outage(entry, read_ask(outage), booking):
        return False
    leave_visit(acting, outage, booking, why)
    return True


@managing(needs=Right.OUTAGE_WRITE)
def undo_outage(acting: Acting, *, outage_id: UUID) -> None:
    """Take an outage back within ten minutes: its times are open again. Each patient's visits go back by themselves.

    :raises Refusal: if the ten minutes are over
    """
    outage = Outage.objects.select_for_update(of=("self",), no_key=True).filter(pk=outage_id).first()
    if outage is None:
        raise NotFound
    if outage.undone_at is not None:
        return
    if acting.at > outage.made_at + UNDO:
        raise Refusal(Say("refusal.outage_undo_over"))
    CalendarDay.objects.filter(outage=outage).delete()
    outage.undone_at, outage.undone_by_id = acting.at, acting.person_id
    outage.save()


@action(needs=Right.OUTAGE_WRITE, about=Booking)
def put_back(acting: Acting, booking: Booking, *, outage_id: UUID) -> int:
    """Put the visits of one patient back where they were before an outage that was undone; return how many went back.

    All of them or none: where an old place is taken or past they stay at the new times, and the loop to tell the
    patient stays open. ``booking`` is any of them, old or new.
    """
    outage = Outage.objects.filter(pk=outage_id, undone_at__isnull=False).first()
    if outage is None:
        raise NotFound
    rows = OutageMove.objects.filter(outage=outage, patient_id=booking.patient_id).order_by("id")
    moves = list(rows.select_for_update(of=("self",), no_key=True))
    for move in moves:
        if move.became == Moved.LEFT:
            close_undone(acting, move.loop_id)
    todo = [move for move in moves if move.became == Moved.MOVED]
    if not todo:
        return 0
    back = _go_back(acting, todo)
    for move in todo:
        move.became = str(Moved.PUT_BACK if back else Moved.STAYS)
        move.new_booking_id = back.get(move.pk, move.new_booking_id)
        move.save()
    if back:
        close_undone(acting, todo[0].loop_id)
    return len(back)


@unattended(needs=Right.WORK_UNATTENDED)
def leave_forgotten(acting: Acting, *, how_many: int) -> int:
    """Leave to a person what nobody saw to half an hour after an outage was entered; return how many visits.

    These are visits of other teams' patients, and those of whoever was interrupted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outage_id, booking_id, patient_id FROM forgotten_outage_visits(%s, %s)",
            [acting.at - FORGOTTEN, how_many],
        )
        due = cursor.fetchall()
    enter(patients={row[2] for row in due})
    rows = Booking.objects.filter(pk__in=[row[1] for row in due]).select_related("visit_type").order_by("id")
    bookings = {row.pk: row for row in rows.select_for_update(of=("self",), skip_locked=True)}
    outages = {row.pk: row for row in Outage.objects.filter(pk__in=[row[0] for row in due])}
    count = 0
    for outage_id, booking_id, _patient in due:
        row = bookings.get(booking_id)
        if row is not None and row.state in MOVABLE:
            leave_visit(acting, outages[outage_id], row, NeedsPerson.FORGOTTEN)
            count += 1
    return count


def _is_person(entry: DirectoryEntry) -> bool:
    return entry.kind in (EntryKind.PRACTITIONER, EntryKind.INTERPRETER)


def _lock(booking: Booking, places: Sequence[NewPlace]) -> dict[UUID, Booking]:
    """Return the visits that move together, locked, as they were shown.

    :raises TakenMeanwhile: if one of them was changed
    """
    keys = {one.booking_id for one in places}
    found = Booking.objects.filter(pk__in=keys, patient_id=booking.patient_id, group=None)
    found = found.select_related("visit_type", "patient", "loop").order_by("id")
    rows = {row.pk: row for row in found.select_for_update(of=("self",), no_key=True)}
    if booking.pk not in keys or rows.keys() != keys or len(keys) != len(places):
        raise NotFound
    for one in places:
        expect_version(rows[one.booking_id], one.version)
        if rows[one.booking_id].state not in MOVABLE:
            raise TakenMeanwhile(Say("refusal.booking_changed"))
    return rows


def _take_away(acting: Acting, row: Booking, reason: CancelReason) -> None:
    said = Say("event.visit_moved_from", **say_when(row))
    move_booking(acting, row, Move(BookingEvent.BUMP, said, columns={"reason": str(reason)}))
    close_to_front_desk(acting, row)


def _expect_order(rows: Iterable[Booking]) -> None:
    """Refuse new times that break a gap of an itinerary.

    :raises Refusal: if so
    """
    loops = [row.loop_id for row in rows]
    steps = ItineraryStep.objects.filter(loop_id__in=loops).select_related("itinerary", "patient")
    for step in {one.itinerary_id: one for one in steps}.values():
        gaps = [one.gap for one in find_template(step.itinerary.template).gaps]
        standing = find_standing(step.patient, step.itinerary_id)
        if find_broken_gaps(gaps, {key: place(key, row) for key, row in standing.items()}):
            raise Refusal(Say("refusal.itinerary_order"))


def _go_back(acting: Acting, moves: Sequence[OutageMove]) -> dict[int, UUID]:
    """Book the old times again in place of the new ones; nothing if one of them cannot be."""
    keys = [move.new_booking_id for move in moves if move.new_booking_id]
    rows = Booking.objects.filter(pk__in=keys).select_related("visit_type", "patient", "loop").order_by("id")
    new = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    told = moves[0].loop.state == State.CLOSED
    if told or any(row.state not in MOVABLE for row in new.values()):
        return {}
    try:
        with transaction.atomic():
            for row in new.values():
                _take_away(acting, row, CancelReason.CLINIC_CLOSED)
            return {move.pk: _book_old(acting, move, new[move.new_booking_id]) for move in moves}
    except TimeTaken:
        return {}


def _book_old(acting: Acting, move: OutageMove, now: Booking) -> UUID:
    old = move.booking
    promised = Promised(old.starts_at, old.zone, old.starts_wall)
    parts = BookingPart.objects.filter(booking=old, entry__isnull=False).select_related("entry").order_by("id")
    seats = {part.entry_id: (part.extra_seat_id, int(part.seat)) for part in parts if part.seat}
    groups = tuple((part.entry,) for part in parts)
    needs = Needs(groups, old.zone, now.patient, {key: seat for key, (_id, seat) in seats.items()})
    if promised.at <= acting.at:
        raise TimeTaken(())
    taking = Taking(now.visit_type, now.patient, now.loop, promised, int(old.label_mask), None, seats)
    back = hold_time(acting, taking, needs)
    book_held(acting, back)
    if move.was_confirmed:
        said = Say("event.visit_confirmed", **say_when(back))
        move_booking(acting, back, Move(BookingEvent.CONFIRM, said))
    return UUID(str(back.pk))
