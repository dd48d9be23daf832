"""The waiting list: who would come sooner is put on it, asked about freed times, and their yes is booked at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.waitlist import Answer, OfferState, WishDraft, WishState
from careloop.facts.worklist import LoopKind, State
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
from careloop.rules.access import has_right
from careloop.rules.waitlist import check_draft, expires_at
from careloop.worklist.booking import labels_of
from careloop.worklist.free_times import find_visit_type
from careloop.worklist.freed_times import is_free_still
from careloop.worklist.offer_moves import end_wish, lock_freed, lock_wish, settle_offer, tell_wish, when_freed
from careloop.worklist.offer_texts import tell_offer, tell_taken
from careloop.worklist.settle import clinic_zone
from careloop.worklist.visits import (
    open_visit_loop,
)
from careloop.worklist.waitlist import load_defaults, load_listed, order_for, select_waiting


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
        note=clean_words(draft.note),
        state=str(WishState.WAITING),
        state_since=acting.at,
        added_at=acting.at,
        added_by_id=acting.person_id,
    )
    wish.save(force_insert=True)
    tell_wish(acting, loop.pk, Say("event.waitlist_added", name=visit.name), wish.note)
    return UUID(str(wish.pk))


@action(needs=Right.BOOKING_WRITE, about=Patient)
def take_off(acting: Acting, patient: Patient, *, wish_id: UUID, note: str = "") -> None:
    """Take a patient off the waiting list; the promise of the visit stays as it is.

    :raises Refusal: if they do not wait any more
    """
    wish = lock_wish(patient, wish_id)
    if wish.state != WishState.WAITING:
        raise Refusal(Say("refusal.waitlist_not_waiting"))
    end_wish(acting, wish, WishState.TAKEN_OFF)
    tell_wish(acting, wish.loop_id, Say("event.waitlist_taken_off"), clean_words(note))


@batch(needs=Right.BOOKING_WRITE, about=Patient)
def offer_time(acting: Acting, patients: Sequence[Patient], *, freed_id: UUID) -> int:
    """Note that these patients are asked about a freed time, until when an answer is waited for; return how many.

    Nothing is held for them: whoever says yes first has it.

    :raises Refusal: if nobody was chosen, somebody has the time, or it does not fit one of them any more
    """
    return len(_offer_all(acting, patients, freed_id))


@batch(needs=Right.BOOKING_WRITE, about=Patient)
def offer_by_text(acting: Acting, patients: Sequence[Patient], *, freed_id: UUID) -> tuple[int, int]:
    """Ask these patients about a freed time by text; return how many are asked, and how many of them by text.

    Whom no text may reach (a stop, no number, nobody's words yet), or who wants their family called, is asked all the
    same and is called. The text goes no later than an answer is waited for; a yes to it is booked at once.

    :raises Refusal: as for ``offer_time``
    :raises NotFound: if this person may write to nobody
    """
    if not has_right(acting, Right.MESSAGE_WRITE):
        raise NotFound
    asked = _offer_all(acting, patients, freed_id)
    return len(asked), sum(tell_offer(acting, offer) for offer in asked)


def _offer_all(acting: Acting, patients: Sequence[Patient], freed_id: UUID) -> list[WaitlistOffer]:
    freed = lock_freed(freed_id)
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
    return [_offer(acting, wanted[key], wishes[key], freed, hours) for key in sorted(wanted)]


@action(needs=Right.BOOKING_WRITE, about=Patient)
def answer_offer(acting: Acting, patient: Patient, *, offer_id: UUID, answer: Answer, note: str = "") -> UUID | None:
    """Note what a patient answered. A yes is booked at once and the visit's later time is freed; return the booking.

    The first yes has the time: all who come later are told so, with the next times.

    :raises TimeTaken: if somebody else has the time, with the next times that fit
    :raises OfferMoveNotAllowed: if the offer was answered already or ended with the wish
    """
    booking = settle_offer(acting, patient, offer_id, answer, clean_words(note))
    return UUID(str(booking.pk)) if booking is not None else None


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
        tell_wish(acting, offer.wish.loop_id, Say("event.waitlist_expired", **when_freed(offer.freed)))
    return len(offers)


@unattended(needs=Right.WORK_UNATTENDED)
def tell_taken_offers(acting: Acting, *, how_many: int) -> int:
    """Tell whoever was asked by text about a time that somebody else has by now, once each; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT offer_id, patient_id FROM untold_offers(%s)", [how_many])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    rows = WaitlistOffer.objects.filter(pk__in=[row[0] for row in due], told_taken_at=None)
    locked = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("id"))
    found = WaitlistOffer.objects.filter(pk__in=[one.pk for one in locked]).select_related("wish", "freed")
    for offer in found.order_by("id"):
        tell_taken(acting, offer)
    return len(locked)


def _offer(acting: Acting, patient: Patient, wish: WaitlistWish, freed: FreedTime, hours: int) -> WaitlistOffer:
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
    tell_wish(acting, wish.loop_id, Say("event.waitlist_offered", **when_freed(freed)))
    return offer


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
