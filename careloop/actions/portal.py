"""What a patient, or a person of the circle, does with a link: a visit is confirmed or put in question, a question
answered. Every deed asks first whether the link is live, and says in its history what was done.
"""

from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.answers import load_vocabulary
from careloop.facts.access import Acting, Right
from careloop.facts.portal import ANSWER_LONGEST, LinkPurpose, LinkStep, PartOfDay
from careloop.facts.scheduling import BookingEvent, BookingState
from careloop.facts.worklist import Event, LoopKind, Severity, State
from careloop.guard.doors import by_link
from careloop.records.models import Booking, Loop, PatientLink, PatientLinkStep
from careloop.rules.answers import find_danger
from careloop.rules.portal import COMING, WISHES
from careloop.worklist.danger import call_at_once
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import Move, move_booking, say_when

ABOUT_VISITS = (LinkPurpose.VISIT, LinkPurpose.ALL)


@by_link(needs=Right.OWN_WRITE, purposes=ABOUT_VISITS, write=True)
def confirm_own_visit(acting: Acting, link: PatientLink, *, booking_id: UUID, version: int) -> None:
    """Note that the patient will come. Confirmed again, nothing more happens.

    :raises TakenMeanwhile: if the visit has changed since it was shown
    """
    booking = _lock_own(link, booking_id)
    if booking.state == BookingState.CONFIRMED:
        return
    _expect_shown(acting, booking, version)
    move_booking(acting, booking, Move(BookingEvent.CONFIRM, Say("event.link_confirmed", **say_when(booking))))
    _note(acting, link, LinkStep.CONFIRMED, booking=booking)


@by_link(needs=Right.OWN_WRITE, purposes=ABOUT_VISITS, write=True)
def ask_to_change(
    acting: Acting, link: PatientLink, *, booking_id: UUID, version: int, part: PartOfDay, words: str
) -> None:
    """Ask for another time: a loop opens with the wishes, with whoever sees to the visit. The visit stays as it is.

    Asked again while that loop is open, the new wishes stand in its history.

    :raises TakenMeanwhile: if the visit has changed since it was shown
    :raises Refusal: if the words are too long
    """
    booking = _lock_own(link, booking_id)
    _expect_shown(acting, booking, version)
    wishes = _clean(words)
    loop = _asked_before(booking)
    if loop is None:
        loop = _open_change(acting, booking, part, wishes)
    else:
        said = Change(
            Event.LOG_CONTACT,
            Say("event.link_change_again"),
            note=wishes,
            columns={"last_contact": "", "snoozed_until": None},
        )
        change(acting, loop, said)
    _note(acting, link, LinkStep.ASKED_CHANGE, wishes, loop=loop, booking=booking)
    _look_for_danger(acting, link, wishes)


@by_link(needs=Right.OWN_WRITE, purposes=(LinkPurpose.QUESTION,), write=True)
def answer_question(acting: Acting, link: PatientLink, *, words: str) -> None:
    """Answer the question of a link, once; its loop comes up with the answer for whoever asked.

    :raises Refusal: without words, with too many, or if it was answered before
    """
    answer = _clean(words)
    if not answer:
        raise Refusal(Say("refusal.link_answer", count=ANSWER_LONGEST))
    if PatientLinkStep.objects.filter(link=link, step=str(LinkStep.ANSWERED)).exists():
        raise Refusal(Say("refusal.link_answered"))
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=link.loop_id)
    # Whoever closed it without the answer hears of it all the same.
    event = Event.REOPEN if loop.state == State.CLOSED else Event.LOG_CONTACT
    columns: dict[str, object] = {"last_contact": "", "snoozed_until": None}
    columns["base_step"] = Say("step.link_read").as_stored()
    change(acting, loop, Change(event, Say("event.link_answered"), note=answer, columns=columns))
    _note(acting, link, LinkStep.ANSWERED, answer, loop=loop)
    _look_for_danger(acting, link, answer)


def _look_for_danger(acting: Acting, link: PatientLink, words: str) -> None:
    """Bring a person at once where words of danger stand in what was typed, as in any answer."""
    found = find_danger(words, load_vocabulary())
    if found:
        name = link.member.name if link.member else link.patient.full_name
        call_at_once(
            acting, link.patient, key=new_id(acting.at), title=Say("answer.urgent", name=name), words=words, found=found
        )


def _lock_own(link: PatientLink, booking_id: UUID) -> Booking:
    """Return a visit that the link is about, locked: that of its promise, or any of the patient's.

    :raises NotFound: if it is none
    """
    rows = Booking.objects.filter(pk=booking_id, patient_id=link.patient_id)
    if link.booking is not None:
        rows = rows.filter(loop_id=link.booking.loop_id)
    row: Booking | None = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise NotFound
    return row


def _expect_shown(acting: Acting, booking: Booking, version: int) -> None:
    is_coming = BookingState(booking.state) in COMING and booking.starts_at > acting.at
    if booking.version != version or not is_coming:
        raise TakenMeanwhile(Say("refusal.link_visit_moved"))


def _asked_before(booking: Booking) -> Loop | None:
    asked = PatientLinkStep.objects.filter(booking=booking, step=str(LinkStep.ASKED_CHANGE), loop__isnull=False)
    rows = Loop.objects.filter(pk__in=asked.values("loop_id")).exclude(state=str(State.CLOSED))
    row: Loop | None = rows.select_for_update(of=("self",), no_key=True).order_by("-opened_at").first()
    return row


def _open_change(acting: Acting, booking: Booking, part: PartOfDay, wishes: str) -> Loop:
    visit = Loop.objects.get(pk=booking.loop_id)
    owner = visit.owner_id or primary_coordinators(acting, [booking.patient_id]).get(booking.patient_id)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=booking.patient_id,
            unit_id=booking.unit_id,
            label_mask=booking.label_mask,
            title=Say("link.change_title"),
            because=(
                Say("link.change_wants", **say_when(booking)),
                WISHES[part],
                *((Say("text.free", text=wishes),) if wishes else ()),
            ),
            if_waits=Say("link.change_waits"),
            step=Say("step.link_change"),
            severity=Severity.HIGH,
            owner_id=owner,
            queue_id=visit.queue_id,
            evidence=(booking.pk,),
            note=wishes,
        ),
    )


def _clean(words: str) -> str:
    text = clean_words(words)
    if len(text) > ANSWER_LONGEST:
        raise Refusal(Say("refusal.link_answer", count=ANSWER_LONGEST))
    return text


def _note(
    acting: Acting,
    link: PatientLink,
    step: LinkStep,
    words: str = "",
    *,
    loop: Loop | None = None,
    booking: Booking | None = None,
) -> None:
    PatientLinkStep(
        patient_id=link.patient_id, unit_id=link.unit_id, label_mask=link.label_mask, link=link, at=acting.at,
        person_id=acting.person_id, step=str(step), words=words, loop=loop, booking=booking,
    ).save(force_insert=True)  # fmt: skip
