"""Itineraries: all times held at once or none, all booked, and a result that stops what comes after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.itineraries import Placed, StepHold, Template
from careloop.facts.scheduling import BookingEvent, BookingState, Promised
from careloop.facts.worklist import Event, LoopKind, Severity
from careloop.guard.doors import action, creating
from careloop.records.models import AnsweredRequest, Booking, Itinerary, ItineraryStep, Loop, Patient, VisitType
from careloop.rules.itineraries import StepTaken
from careloop.rules.planning.keep import find_broken_gaps
from careloop.rules.scheduling import TimeTaken
from careloop.rules.wall_time import promise
from careloop.worklist.booking import answer_before, book_held, labels_of
from careloop.worklist.free_times import Needs, find_needs, find_visit_type
from careloop.worklist.itineraries import find_template, follow_itinerary, place
from careloop.worklist.journeys import find_standing
from careloop.worklist.no_shows import is_undecided
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.preparation import ask_approval
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import Move, Taking, hold_time, open_visit_loop, say_when, tell_loop


@dataclass(frozen=True, slots=True)
class Ready:
    """A step that is about to be held: its kind of visit, labels, needs and time, and whether it needs an approval."""

    key: str
    visit: VisitType
    label_mask: int
    needs: Needs
    promised: Promised
    needs_approval: bool = False


@creating(needs=Right.BOOKING_WRITE, about=Patient)
def hold_itinerary(
    acting: Acting,
    patient: Patient,
    template: str,
    steps: tuple[StepHold, ...],
    *,
    key: str,
    itinerary_id: UUID | None = None,
) -> UUID:
    """Hold the times of all steps or of none, on one loop for the whole and one for each visit; return the itinerary.

    With ``itinerary_id`` the steps are those of one that lost them. ``key`` names this request: sent again, the same
    itinerary is answered.

    :raises StepTaken: if the time of a step is not free any more; nothing is held then
    :raises Refusal: if no step is named, a time is past, the times do not keep the order that care asks for, or a
        clinician says first whether a step that was missed twice gets another time
    """
    chain = find_template(template)
    before = answer_before(acting, key, repr((patient.pk, template, steps, itinerary_id)))
    if before is not None:
        return before
    if not steps:
        raise Refusal(Say("refusal.itinerary_no_steps"))
    ready = [_make_ready(acting, patient, chain, one) for one in sorted(steps, key=lambda one: (one.wall, one.key))]
    _expect_order(patient, chain, ready, itinerary_id)
    mask = 0
    for one in ready:
        mask |= one.label_mask
    whole = _find(patient, itinerary_id) if itinerary_id else _open(acting, patient, chain, mask, len(ready))
    bookings = [_hold(acting, patient, whole, one) for one in ready]
    for booking in bookings:
        tell_loop(acting, booking, Move(BookingEvent.BOOK, Say("event.visit_held", **say_when(booking))))
    AnsweredRequest.objects.filter(person_id=acting.person_id, key=key).update(answer=whole.pk)
    return UUID(str(whole.pk))


@action(needs=Right.BOOKING_WRITE, about=Patient)
def book_itinerary(acting: Acting, patient: Patient, *, itinerary_id: UUID) -> int:
    """Book every step of an itinerary that is still held; return how many.

    :raises Refusal: if none is held any more
    """
    whole = _find(patient, itinerary_id)
    loops = ItineraryStep.objects.filter(itinerary=whole).values_list("loop_id", flat=True)
    held = Booking.objects.filter(loop_id__in=list(loops), state=str(BookingState.HELD), hold_until__gt=acting.at)
    rows = list(held.select_for_update(of=("self",), no_key=True).order_by("id"))
    if not rows:
        raise Refusal(Say("refusal.itinerary_nothing_held"))
    for booking in rows:
        book_held(acting, booking)
    return len(rows)


@action(needs=Right.BOOKING_WRITE, about=Patient)
def stop_after_step(acting: Acting, patient: Patient, *, itinerary_id: UUID, step: str, note: str) -> None:
    """Note that the result of a step is not as it should be: what comes after it waits for the clinician.

    :raises Refusal: if nothing is said of the result
    """
    _note_result(acting, patient, itinerary_id, step, note, is_abnormal=True)


@action(needs=Right.BOOKING_WRITE, about=Patient)
def go_on_after_step(acting: Acting, patient: Patient, *, itinerary_id: UUID, step: str, note: str) -> None:
    """Note that the clinician lets the steps after one go on, and in which words.

    :raises Refusal: if the words are missing
    """
    _note_result(acting, patient, itinerary_id, step, note, is_abnormal=False)


def _note_result(
    acting: Acting, patient: Patient, itinerary_id: UUID, key: str, note: str, *, is_abnormal: bool
) -> None:
    whole = _find(patient, itinerary_id)
    words = clean_words(note)
    if not words:
        raise Refusal(Say("refusal.itinerary_note"))
    step = ItineraryStep.objects.select_for_update(of=("self",), no_key=True).filter(itinerary=whole, key=key).first()
    if step is None:
        raise Refusal(Say("refusal.itinerary_step_unknown"))
    step.abnormal_at, step.abnormal_note = (acting.at, words) if is_abnormal else (None, "")
    step.save()
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=whole.loop_id)
    said = Say("event.itinerary_abnormal") if is_abnormal else Say("event.itinerary_go_on")
    change(acting, loop, Change(Event.VISIT, said, note=words))
    follow_itinerary(acting, whole.loop_id)


def _make_ready(acting: Acting, patient: Patient, chain: Template, one: StepHold) -> Ready:
    if one.key not in {step.key for step in chain.steps}:
        raise Refusal(Say("refusal.itinerary_step_unknown"))
    visit = find_visit_type(one.visit_type_id)
    needs = find_needs(visit, one.entries, patient)
    promised = promise(one.wall, needs.zone)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    needs_approval = chain.find_step(one.key).needs_approval
    return Ready(one.key, visit, labels_of(acting, patient, visit), needs, promised, needs_approval)


def _expect_order(patient: Patient, chain: Template, ready: list[Ready], itinerary_id: UUID | None) -> None:
    """Refuse times that do not keep the gaps of the template, with those that stand already."""
    placed = {key: place(key, booking) for key, booking in find_standing(patient, itinerary_id).items()}
    for one in ready:
        ends = one.promised.at + timedelta(minutes=one.visit.minutes)
        placed[one.key] = Placed(one.key, one.promised, ends, ())
    if find_broken_gaps((gap.gap for gap in chain.gaps), placed):
        raise Refusal(Say("refusal.itinerary_order"))


def _find(patient: Patient, itinerary_id: UUID) -> Itinerary:
    whole: Itinerary | None = Itinerary.objects.filter(pk=itinerary_id, patient=patient).first()
    if whole is None:
        raise NotFound
    return whole


def _open(acting: Acting, patient: Patient, chain: Template, label_mask: int, count: int) -> Itinerary:
    """Open the loop of a whole itinerary: with the primary coordinator, else in the queue of the team."""
    draft = Draft(
        kind=LoopKind.TASK,
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=label_mask,
        title=chain.title,
        because=(Say("itinerary_loop.because", count=count),),
        if_waits=Say("itinerary_loop.if_waits"),
        step=Say("step.itinerary_book"),
        severity=Severity.MODERATE,
        owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
        queue_id=patient.unit_id,
    )
    loop = open_loop(acting, draft, zone=patient.zone)
    change(acting, loop, Change(Event.VISIT, Say("event.itinerary_held", count=count)), zone=patient.zone)
    whole = Itinerary(
        id=new_id(acting.at),
        **_of(patient, label_mask),
        loop=loop,
        template=chain.key,
        template_version=chain.version,
        made_by_id=acting.person_id,
        made_at=acting.at,
    )
    whole.save(force_insert=True)
    return whole


def _hold(acting: Acting, patient: Patient, whole: Itinerary, one: Ready) -> Booking:
    step = ItineraryStep.objects.filter(itinerary=whole, key=one.key).select_related("loop").first()
    if step is None:
        loop = open_visit_loop(acting, patient, one.visit, one.label_mask, parent_id=whole.loop_id)
        step = ItineraryStep(
            **_of(patient, one.label_mask), itinerary=whole, key=one.key, loop=loop, visit_type=one.visit
        )
        step.save(force_insert=True)
    elif is_undecided(step.loop_id):
        raise Refusal(Say("refusal.visit_clinician_decides"))
    try:
        booking = hold_time(acting, Taking(one.visit, patient, step.loop, one.promised, one.label_mask), one.needs)
    except TimeTaken:
        raise StepTaken(one.key) from None
    if one.needs_approval:
        ask_approval(acting, booking)
    return booking


def _of(patient: Patient, label_mask: int) -> Mapping[str, object]:
    return {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": label_mask}
