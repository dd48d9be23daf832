"""Visits that were missed: how often on one promise, and the question to a clinician after the second time.

Where a visit carries the date of a referral, the referral asks and the visit does not: one answer settles both.
"""

from uuid import UUID

from django.db.models import QuerySet

from careloop.basics.words import Say
from careloop.facts.access import Acting, Role
from careloop.facts.referrals import ReferralEvent, ReferralState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Booking, CareTeamMember, Loop, Referral
from careloop.rules.referrals import BEFORE_SEEN, MISSES, awaits_decision
from careloop.rules.visits import DECIDES_AFTER
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change

# What a clinician decides in a referral after missed visits: another time, or none here.
GOES_ON = (ReferralEvent.GO_ON, ReferralEvent.SET_DATE)
NOT_AGAIN = (ReferralEvent.WITHDRAW, ReferralEvent.REROUTE)


def count_missed(loop_id: UUID) -> int:
    """Return how many visits of one promise were missed."""
    return int(Booking.objects.filter(loop_id=loop_id, state=str(BookingState.NO_SHOW)).count())


def find_decision(loop_id: UUID) -> Loop | None:
    """Return the open question to a clinician whether this promise gets another time, None if none is open."""
    rows = Loop.objects.filter(kind=str(LoopKind.TASK), finding_key=_key(loop_id)).exclude(state=str(State.CLOSED))
    found: Loop | None = rows.first()
    return found


def find_asking(loop_id: UUID) -> Referral | None:
    """Return the referral in which a clinician is asked about this promise, None if none asks."""
    rows = Referral.objects.filter(booking__loop_id=loop_id, state=str(ReferralState.MISSED), misses__gte=MISSES)
    found: Referral | None = rows.order_by("pk").first()
    return found


def is_undecided(loop_id: UUID) -> bool:
    """Tell whether a clinician says first whether this promise gets another time, here or in its referral."""
    if find_decision(loop_id) is not None:
        return True
    return count_missed(loop_id) >= DECIDES_AFTER and find_asking(loop_id) is not None


def asks_about(referral: Referral) -> UUID | None:
    """Return the visit about which a referral asks a clinician whether it goes on, None if it asks about none."""
    is_asking = awaits_decision(ReferralState(referral.state), referral.misses)
    found: UUID | None = referral.booking_id if is_asking else None
    return found


def follow_question(acting: Acting, referral: Referral, asked_about: UUID | None, event: ReferralEvent) -> None:
    """Settle for the visit what a referral asks, or what was answered there; ``asked_about`` is of before the event.

    Where the referral does not ask any more and no clinician has decided, the visit asks by itself.
    """
    now = asks_about(referral)
    about = now or asked_about
    booking = Booking.objects.filter(pk=about).first() if about is not None else None
    if booking is None or count_missed(booking.loop_id) < DECIDES_AFTER:
        return
    if now is not None:
        _hand_over(acting, booking)
    else:
        _settle_visit(acting, booking, event)


def ask_clinician(acting: Acting, booking: Booking) -> None:
    """Ask a clinician, by the next business day, after the second visit of one promise that was missed.

    Not where a referral that is to be seen at it asks, or has its answer for as many.
    """
    missed = count_missed(booking.loop_id)
    if missed < DECIDES_AFTER or find_decision(booking.loop_id) is not None or _is_referrals(booking.loop_id, missed):
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=booking.patient_id,
            unit_id=booking.unit_id,
            label_mask=booking.label_mask,
            title=Say("visit.decide_title", name=booking.visit_type.name),
            because=(Say("visit.missed_twice"),),
            if_waits=Say("visit.if_waits"),
            step=Say("step.visit_decide"),
            severity=Severity.HIGH,
            due_at=after(load_calendar(), "visit.no_show", acting.at, booking.zone),
            owner_id=_clinician(acting, booking),
            queue_id=booking.unit_id,
            finding_key=_key(booking.loop_id),
        ),
    )


def end_decision(acting: Acting, booking: Booking, note: str) -> None:
    """Take the question to a clinician back where the visits that count as missed are fewer again."""
    loop = find_decision(booking.loop_id)
    if loop is None or count_missed(booking.loop_id) >= DECIDES_AFTER:
        return
    locked = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop.pk)
    said = Say("event.visit_not_missed")
    change(acting, locked, Change(Event.FINISH, said, note=note, outcome=Outcome.DONE))


def _is_referrals(loop_id: UUID, missed: int) -> bool:
    """Tell whether a referral asks about this promise, or a clinician has decided there about so many missed visits."""
    return any(row.misses >= missed or asks_about(row) is not None for row in _select_referrals(loop_id))


def _select_referrals(loop_id: UUID) -> QuerySet[Referral]:
    """Return the referrals that are to be seen at this promise, whichever of its times they name."""
    return Referral.objects.filter(booking__loop_id=loop_id, state__in=[str(state) for state in BEFORE_SEEN])


def _hand_over(acting: Acting, booking: Booking) -> None:
    """End the question of a visit: its referral asks it."""
    loop = find_decision(booking.loop_id)
    if loop is not None:
        locked = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop.pk)
        said = Say("event.visit_asked_in_referral")
        change(acting, locked, Change(Event.NOT_NEEDED, said, outcome=Outcome.DUPLICATE))


def _settle_visit(acting: Acting, booking: Booking, event: ReferralEvent) -> None:
    """Bring a promise without a time in line with what was decided in its referral."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    if loop.state == State.CLOSED or Booking.objects.filter(loop_id=loop.pk, occupies=True).exists():
        return
    if event in GOES_ON:
        columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
        change(acting, loop, Change(Event.VISIT, Say("event.visit_goes_on"), columns=columns))
    elif event in NOT_AGAIN and not _select_referrals(loop.pk).exists():
        said = Say("event.visit_not_again")
        change(acting, loop, Change(Event.VISIT_ENDED, said, outcome=Outcome.WITHDRAWN))
    else:
        ask_clinician(acting, booking)


def _clinician(acting: Acting, booking: Booking) -> UUID | None:
    """Return a clinician of the patient's care team who works here, None if there is none: the team's queue has it."""
    rows = CareTeamMember.objects.filter(
        patient_id=booking.patient_id, during__contains=acting.at, person__is_active=True,
        person__role=str(Role.CLINICIAN),
    )  # fmt: skip
    found: UUID | None = rows.order_by("id").values_list("person_id", flat=True).first()
    return found


def _key(loop_id: UUID) -> str:
    return f"visit:{loop_id}"
