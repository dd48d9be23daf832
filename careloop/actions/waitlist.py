"""The waiting list: who would come sooner is put on it, asked about freed times, and their yes is booked at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.actions.booking import book_held, close_to_front_desk, labels_of
from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say, Value
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import BookingEvent, BookingState, CancelledBy, CancelReason
from careloop.facts.waitlist import Answer, OfferState, WishDraft, WishState
from careloop.facts.worklist import Event, LoopKind, State
from careloop.guard.context import enter
from careloop.guard.doors import action, batch, creating, unattended
from careloop.records.models import (
    Booking,
    DirectoryEntry,
    FreedTime,
    Loop,
    Patient,
    WaitlistOffer,
    WaitlistWish,
)
from careloop.rules.scheduling import TimeTaken
from careloop.rules.visits import MOVABLE
from careloop.rules.waitlist import check_draft, expires_at, next_offer
from careloop.worklist.free_times import Needs, find_needs, find_visit_type, length_of
from careloop.worklist.freed_times import is_free_still, promised_of
from careloop.worklist.no_shows import find_decision
from careloop.worklist.settle import Change, change, clinic_zone
from careloop.worklist.visits import (
    Move,
    Taking,
    clean_note,
    find_next,
    hold_time,
    move_booking,
    open_visit_loop,
    say_wall,
    say_when,
)
from careloop.worklist.waitlist import load_defaults, load_listed, order_for, select_waiting

UNANSWERED = (str(OfferState.OPEN), str(OfferState.NOT_REACHED), str(OfferState.EXPIRED))


@creating(needs=Right.BOOKING_WRITE, about=Patient)
def add_wish(acting: Acting, patient: Patient, draft: WishDraft, *, loop_id: UUID | None = None) -> UUID:
    """Put a patient on the waiting list; return the wish.

    It hangs on the open loop of a visit, whose time would move, or on a new one with owner, next step and date.

    :raises Refusal: if no time can meet it, they wait on this loop already, or who has died was named
    """
    visit = find_visit_type(draft.visit_type_id)
    check_draft(draft, acting.at.astimezone(ZoneInfo(clinic_zone())).date())
    _expect_entry(draft.entry_id, EntryKind.PRACTITIONER)
    _expect_entry(draft.site_id, EntryKind.SITE)
    if visit.seats > 1:
        raise Refusal(Say("refusal.visit_is_a_group"))
    mask = labels_of(acting, patient, visit)
    loop = _find_loop(patient, loop_id, visit.pk) or open_visit_loop(acting, patient, visit, mask)
    wish = WaitlistWish(
        id=new_id(acting.at),
        **_of(patient, mask),
        loop=loop,
        visit_type=visit,
        entry_id=draft.entry_id,
        site_id=draft.site_id,
        urgency=str(draft.urgency),
        weekdays=sorted(set(draft.weekdays)),
        part=str(draft.part or ""),
        earliest_on=draft.earliest_on,
        latest_on=draft.latest_on,
        notice_hours=draft.notice_hours,
        reach_by=str(draft.reach_by),
        note=clean_note(draft.note),
        state=str(WishState.WAITING),
        state_since=acting.at,
        added_at=acting.at,
        added_by_id=acting.person_id,
    )
    wish.save(force_insert=True)
    _tell(acting, loop.pk, Say("event.waitlist_added", name=visit.name), wish.note)
    return UUID(str(wish.pk))


@action(needs=Right.BOOKING_WRITE, about=Patient)
def take_off(acting: Acting, patient: Patient, *, wish_id: UUID, note: str = "") -> None:
    """Take a patient off the waiting list; the promise of the visit stays as it is.

    :raises Refusal: if they do not wait any more
    """
    wish = _lock_wish(patient, wish_id)
    if wish.state != WishState.WAITING:
        raise Refusal(Say("refusal.waitlist_not_waiting"))
    _end(acting, wish, WishState.TAKEN_OFF)
    _tell(acting, wish.loop_id, Say("event.waitlist_taken_off"), clean_note(note))


@batch(needs=Right.BOOKING_WRITE, about=Patient)
def offer_time(acting: Acting, patients: Sequence[Patient], *, freed_id: UUID) -> int:
    """Note that these patients are asked about a freed time, until when an answer is waited for; return how many.

    Nothing is held for them: whoever says yes first has it.

    :raises Refusal: if nobody was chosen, somebody has the time, or it does not fit one of them any more
    """
    freed = _lock_freed(freed_id)
    if not patients:
        raise Refusal(Say("refusal.waitlist_nobody"))
    if not is_free_still(freed, acting.at):
        raise Refusal(Say("refusal.waitlist_taken"))
    wanted = {one.pk: one for one in patients}
    listed = load_listed(select_waiting().filter(patient__in=list(wanted), visit_type=freed.visit_type_id))
    fitting = {one.id for one in order_for(freed, listed, acting.at).fits}
    wishes = {wish.patient_id: wish for wish in reversed(listed.wishes) if wish.pk in fitting}
    if wishes.keys() != wanted.keys():
        raise Refusal(Say("refusal.waitlist_fits_no_more"))
    hours = load_defaults(acting.at.date()).hours
    for key in sorted(wanted):
        _offer(acting, wanted[key], wishes[key], freed, hours)
    return len(wanted)


@action(needs=Right.BOOKING_WRITE, about=Patient)
def answer_offer(acting: Acting, patient: Patient, *, offer_id: UUID, answer: Answer, note: str = "") -> UUID | None:
    """Note what a patient answered. A yes is booked at once and the visit's later time is freed; return the booking.

    The first yes has the time: all who come later are told so, with the next times.

    :raises TimeTaken: if somebody else has the time, with the next times that fit
    :raises OfferMoveNotAllowed: if the offer was answered already or ended with the wish
    """
    offer = WaitlistOffer.objects.filter(pk=offer_id, patient=patient).first()
    if offer is None:
        raise NotFound
    freed, wish = _lock_freed(offer.freed_id), _lock_wish(patient, offer.wish_id)
    # Read again under the locks: another yes may have ended it meanwhile.
    offer.refresh_from_db()
    if answer is Answer.YES and offer.state == OfferState.TAKEN:
        raise TimeTaken(find_next(acting, _needs(patient, freed), length_of(freed.visit_type), promised_of(freed)))
    offer.state = str(next_offer(OfferState(offer.state), answer))
    offer.state_since, offer.note = acting.at, clean_note(note)
    if answer is not Answer.YES:
        offer.save()
        _tell(acting, wish.loop_id, Say(f"event.waitlist_{answer}", **_when(freed)), offer.note)
        return None
    booking = _book(acting, patient, wish, freed)
    offer.booking = booking
    offer.save()
    freed.taken_at = acting.at
    freed.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_freed_time(%s, %s)", [freed.pk, wish.pk])
    _end(acting, wish, WishState.GOT_TIME)
    return UUID(str(booking.pk))


@unattended(needs=Right.WORK_UNATTENDED)
def expire_offers(acting: Acting, *, how_many: int) -> int:
    """End offers that nobody answered in time, and tell their loops; the next who fit can be asked. Return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT offer_id, patient_id FROM due_offers(%s, %s)", [acting.at, how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    rows = WaitlistOffer.objects.filter(pk__in=[row[0] for row in due], state=str(OfferState.OPEN))
    offers = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("id"))
    found = WaitlistOffer.objects.filter(pk__in=[offer.pk for offer in offers]).select_related("wish", "freed")
    for offer in found.order_by("id"):
        offer.state, offer.state_since = str(OfferState.EXPIRED), acting.at
        offer.save()
        _tell(acting, offer.wish.loop_id, Say("event.waitlist_expired", **_when(offer.freed)))
    return len(offers)


def _offer(acting: Acting, patient: Patient, wish: WaitlistWish, freed: FreedTime, hours: int) -> None:
    offer = WaitlistOffer(
        id=new_id(acting.at),
        **_of(patient, wish.label_mask),
        wish=wish,
        freed=freed,
        state=str(OfferState.OPEN),
        state_since=acting.at,
        offered_at=acting.at,
        offered_by_id=acting.person_id,
        expires_at=expires_at(acting.at, freed.starts_at, hours),
    )
    offer.save(force_insert=True)
    _tell(acting, wish.loop_id, Say("event.waitlist_offered", **_when(freed)))


def _book(acting: Acting, patient: Patient, wish: WaitlistWish, freed: FreedTime) -> Booking:
    """Book the freed time on the loop of the wish, after the visit's later time was given back."""
    if wish.state != WishState.WAITING:
        raise Refusal(Say("refusal.waitlist_not_waiting"))
    if find_decision(wish.loop_id) is not None:
        raise Refusal(Say("refusal.visit_clinician_decides"))
    visit, needs, promised = freed.visit_type, _needs(patient, freed), promised_of(freed)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    mask = labels_of(acting, patient, visit)
    _give_back_later(acting, wish, freed)
    booking = hold_time(acting, Taking(visit, patient, wish.loop, promised, mask), needs)
    book_held(acting, booking)
    return booking


def _give_back_later(acting: Acting, wish: WaitlistWish, freed: FreedTime) -> None:
    """Free the time that the visit has now; it is freed like any other and can be offered in its turn."""
    rows = Booking.objects.filter(loop_id=wish.loop_id, occupies=True).select_for_update(of=("self",), no_key=True)
    later = rows.first()
    if later is None:
        return
    if later.starts_at <= freed.starts_at:
        raise Refusal(Say("refusal.waitlist_not_sooner", **say_when(later)))
    if later.state == BookingState.HELD:
        move_booking(acting, later, Move(BookingEvent.RELEASE, Say("event.visit_let_go")))
        return
    columns = {"cancelled_by": str(CancelledBy.PATIENT), "reason": str(CancelReason.EARLIER_TIME), "note": ""}
    if later.state not in MOVABLE:
        raise Refusal(Say("refusal.booking_move"))
    move_booking(
        acting, later, Move(BookingEvent.CANCEL, Say("event.visit_moved_from", **say_when(later)), "", columns)
    )
    close_to_front_desk(acting, later)


def _end(acting: Acting, wish: WaitlistWish, state: WishState) -> None:
    """End a wish and with it what else its patient was asked about."""
    wish.state, wish.state_since = str(state), acting.at
    wish.save()
    open_still = WaitlistOffer.objects.filter(wish=wish, state__in=UNANSWERED)
    open_still.update(state=str(OfferState.OVER), state_since=acting.at)


def _needs(patient: Patient, freed: FreedTime) -> Needs:
    return find_needs(freed.visit_type, list(freed.entries), patient)


def _when(freed: FreedTime) -> dict[str, Value]:
    """Return day and time of a freed time, on the clocks where it takes place, as sentences take them."""
    return say_wall(freed.starts_wall)


def _tell(acting: Acting, loop_id: UUID, said: Say, note: str = "") -> None:
    """Write a line into the history of a wish's loop; what comes next and when stays as its visit says."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop_id)
    change(acting, loop, Change(Event.VISIT, said, note=note))


def _lock_freed(key: UUID) -> FreedTime:
    """Return a freed time, locked: of two who answer at once the second waits, and finds it taken."""
    rows = FreedTime.objects.select_related("visit_type", "site").select_for_update(of=("self",), no_key=True)
    freed: FreedTime | None = rows.filter(pk=key).first()
    if freed is None:
        raise NotFound
    return freed


def _lock_wish(patient: Patient, key: UUID) -> WaitlistWish:
    rows = WaitlistWish.objects.select_related("loop").select_for_update(of=("self",), no_key=True)
    wish: WaitlistWish | None = rows.filter(pk=key, patient=patient).first()
    if wish is None:
        raise NotFound
    return wish


def _find_loop(patient: Patient, loop_id: UUID | None, visit_type_id: UUID) -> Loop | None:
    """Return the open loop of a visit of this kind that was named, locked; None if none was."""
    if loop_id is None:
        return None
    rows = Loop.objects.filter(pk=loop_id, patient_id=patient.pk, kind=str(LoopKind.VISIT))
    loop: Loop | None = rows.exclude(state=str(State.CLOSED)).select_for_update(of=("self",), no_key=True).first()
    if loop is None:
        raise NotFound
    if loop.parent_id is not None:
        # The times of its steps keep an order: they are planned together.
        raise Refusal(Say("refusal.waitlist_planned"))
    newest = Booking.objects.filter(loop=loop).order_by("-occupies", "-made_at", "-id").first()
    if newest is not None and newest.visit_type_id != visit_type_id:
        raise Refusal(Say("refusal.waitlist_other_kind"))
    return loop


def _expect_entry(key: UUID | None, kind: EntryKind) -> None:
    if key is not None and not DirectoryEntry.objects.filter(pk=key, kind=str(kind), is_active=True).exists():
        raise NotFound


def _of(patient: Patient, label_mask: int) -> Mapping[str, object]:
    return {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": label_mask}
