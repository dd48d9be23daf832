"""Referrals: the moves that one can make, and what its loop says comes next and when somebody must look.

A referral is closed when the patient was told what came of it, or when somebody said why nothing will. Delivered is
not accepted, accepted is not seen. Patience by urgency is in ``catalog/data/referrals.toml``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.days import add_business_days
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Right
from careloop.facts.clocks import Clocks
from careloop.facts.preparation import CLOCKED, Item
from careloop.facts.referrals import (
    AnswerKind,
    Channel,
    Claimed,
    Evidence,
    ReferralEvent,
    ReferralFacts,
    ReferralState,
    SendingState,
    Urgency,
)
from careloop.facts.worklist import Ball, Outcome, Severity, State, Tone
from careloop.rules.people import fold
from careloop.rules.referral_items import find_next_due
from careloop.rules.worklist import LoopFacts, NextStep, after, end_of, morning_of, plan, sort_at, waits_until

S, E = ReferralState, ReferralEvent

OPEN = tuple(state for state in S if state is not S.CLOSED)
# With the receiver, who has not said yes or no.
WITH_THEM = (S.SENT, S.DELIVERED, S.SILENT)
# Nobody there has it or takes the patient, so nobody waits for a report: a person says what one is that comes.
REPORT_IS_EARLY = (S.TO_SEND, S.NEEDS_INFO, S.DECLINED)
# Nobody has been seen yet.
BEFORE_SEEN = (
    S.TO_SEND, S.NEEDS_INFO, S.CHECKING, *WITH_THEM, S.DECLINED, S.ACCEPTED, S.DATE_SET, S.MISSED,
)  # fmt: skip

MOVES: Mapping[tuple[ReferralState, ReferralEvent], ReferralState] = {
    (S.TO_SEND, E.SEND): S.SENT,
    (S.TO_SEND, E.SEND_UNSURE): S.CHECKING,
    (S.TO_SEND, E.ASK_INFO): S.NEEDS_INFO,
    (S.TO_SEND, E.REROUTE): S.TO_SEND,
    (S.NEEDS_INFO, E.GIVE_INFO): S.TO_SEND,
    # Whether it went is looked up before anything goes out again.
    (S.CHECKING, E.FOUND_SENT): S.SENT,
    (S.CHECKING, E.FOUND_NOT_SENT): S.TO_SEND,
    (S.SENT, E.FOUND_NOT_SENT): S.TO_SEND,
    (S.SENT, E.DELIVER): S.DELIVERED,
    (S.SILENT, E.DELIVER): S.DELIVERED,
    **{(state, E.ACCEPT): S.ACCEPTED for state in WITH_THEM},
    **{(state, E.DECLINE): S.DECLINED for state in (*WITH_THEM, S.ACCEPTED)},
    **{(state, E.ASK_INFO): S.NEEDS_INFO for state in (*WITH_THEM, S.ACCEPTED)},
    **{(state, E.SILENCE): S.SILENT for state in WITH_THEM},
    **{(state, E.REROUTE): S.TO_SEND for state in (S.SILENT, S.DECLINED, S.ACCEPTED, S.DATE_SET, S.MISSED)},
    **{(state, E.SET_DATE): S.DATE_SET for state in (*WITH_THEM, S.ACCEPTED, S.DATE_SET, S.MISSED)},
    (S.DATE_SET, E.LOSE_DATE): S.ACCEPTED,
    (S.DATE_SET, E.SEE): S.SEEN,
    (S.DATE_SET, E.MISS): S.MISSED,
    (S.MISSED, E.GO_ON): S.ACCEPTED,
    # A report shows that the patient was seen, whatever was noted before: it is read wherever the referral stands, and
    # one that comes later is read again.
    **{(state, E.REPORT): S.REPORT_IN for state in S},
    (S.REPORT_IN, E.READ): S.READ,
    (S.READ, E.TELL): S.CLOSED,
    # It stands again where it stood before that report: ``stands_without``. Here is the least of these.
    **{(state, E.TAKE_OUT): S.TO_SEND for state in (S.REPORT_IN, S.READ, S.CLOSED)},
    # Somebody else sees the patient for this already: their report is asked for and goes the same way.
    **{(state, E.HAS_SPECIALIST): S.SEEN for state in BEFORE_SEEN},
    **{(state, event): S.CLOSED for state in BEFORE_SEEN for event in (E.PATIENT_NO, E.UNREACHABLE, E.DUPLICATE)},
    **{(state, E.WITHDRAW): S.CLOSED for state in (*BEFORE_SEEN, S.SEEN)},
    **{(state, E.DEATH): S.CLOSED for state in OPEN},
    (S.CLOSED, E.REOPEN): S.TO_SEND,
}

# Reading is the clinician's, and so is to take the question back, or to go on after visits that were missed.
NEEDS: Mapping[ReferralEvent, Right] = {
    event: Right.REFERRAL_SIGN if event in (E.READ, E.WITHDRAW, E.GO_ON) else Right.REFERRAL_WRITE for event in E
}

ENDS: Mapping[ReferralEvent, Outcome] = {
    E.TELL: Outcome.DONE,
    E.PATIENT_NO: Outcome.DECLINED,
    E.UNREACHABLE: Outcome.UNREACHABLE,
    E.DUPLICATE: Outcome.DUPLICATE,
    E.WITHDRAW: Outcome.WITHDRAWN,
    E.DEATH: Outcome.DECEASED,
}

ANSWERS: Mapping[AnswerKind, ReferralEvent] = {
    AnswerKind.DELIVERED: E.DELIVER,
    AnswerKind.ACCEPTED: E.ACCEPT,
    AnswerKind.DECLINED: E.DECLINE,
    AnswerKind.NEEDS_INFO: E.ASK_INFO,
    AnswerKind.SILENT: E.SILENCE,
}

# Where a referral stands whose sending was being checked, by what is known of it now; what did not go goes anew.
FOUND_OUT: Mapping[SendingState, ReferralState] = {
    SendingState.CHECKING: S.CHECKING,
    SendingState.SENT: S.SENT,
    SendingState.DELIVERED: S.DELIVERED,
}

# Who has the ball, what comes next, and the limit of each open state.
STEPS: Mapping[ReferralState, tuple[Ball, str, str]] = {
    S.TO_SEND: (Ball.US, "step.referral_send", "send"),
    S.NEEDS_INFO: (Ball.US, "step.referral_give_info", "info"),
    S.CHECKING: (Ball.US, "step.referral_check", "check"),
    S.SENT: (Ball.PROVIDER, "step.referral_ask_arrived", "answer"),
    S.DELIVERED: (Ball.PROVIDER, "step.referral_ask_answer", "answer"),
    S.SILENT: (Ball.US, "step.referral_call", "call"),
    S.DECLINED: (Ball.US, "step.referral_reroute", "reroute"),
    S.ACCEPTED: (Ball.PROVIDER, "step.referral_date", "date"),
    S.DATE_SET: (Ball.PATIENT, "step.referral_see", "see"),
    S.MISSED: (Ball.US, "step.referral_missed", "missed"),
    S.SEEN: (Ball.PROVIDER, "step.referral_report", "report"),
    S.REPORT_IN: (Ball.US, "step.referral_read", "read"),
    S.READ: (Ball.US, "step.referral_tell", "tell"),
}
# Called so often without an answer, it goes to somebody else; missed so often, the clinician decides.
SILENCES = 2
MISSES = 2
# What is open before a visit at another office, in the order of its clocks.
ITEM_STEPS: Mapping[Item, str] = {item: f"step.referral_{item}" for item in CLOCKED}
REROUTE_SILENT, DECIDE, TOO_LONG, APPROVAL = (
    "step.referral_reroute_silent", "step.referral_decide", "step.referral_too_long", "step.referral_approval",
)  # fmt: skip
SAID_INSTEAD = (REROUTE_SILENT, DECIDE, TOO_LONG, APPROVAL, *ITEM_STEPS.values())
# Where an approval that is waited for comes before all else.
BEFORE_APPROVAL = (S.TO_SEND, S.ACCEPTED, S.DATE_SET)
# The clocks of limits that are asked for by name: of each open state, by when somebody must be seen, and so many days
# before the visit for each thing that is to be in order.
LIMITS = (
    *(f"{name}.{one}" for name in (*{step[2] for step in STEPS.values()}, "approval", "wait") for one in Urgency),
    *(f"before.{item}" for item in CLOCKED),
)

SEVERITY = {Urgency.EMERGENT: Severity.CRITICAL, Urgency.URGENT: Severity.HIGH, Urgency.ROUTINE: Severity.MODERATE}

QUESTION_LONGEST = 240
SPECIALTY_LONGEST = 80


class ReferralMoveNotAllowed(Refusal):
    """The referral cannot make this move from where it stands."""

    def __init__(self, state: ReferralState, event: ReferralEvent) -> None:
        super().__init__(Say("refusal.referral_move"))
        self.state, self.event = state, event


def next_state(state: ReferralState, event: ReferralEvent) -> ReferralState:
    """Return where the referral goes.

    :raises ReferralMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise ReferralMoveNotAllowed(state, event) from None


def list_moves(state: ReferralState) -> tuple[ReferralEvent, ...]:
    """Return what can happen to a referral where it stands, in the order of the vocabulary."""
    return tuple(event for event in E if (state, event) in MOVES)


def expect_report_explained(state: ReferralState, words: str) -> None:
    """Refuse a report for a referral that nobody has or takes, unless somebody says what it is.

    :raises Refusal: if so
    """
    if state in REPORT_IS_EARLY and not words:
        raise Refusal(Say("refusal.report_early"))


def stands_without(
    stays: Sequence[ReferralState], *, has_date: bool, left: int, unread: int, sending: SendingState | None = None
) -> ReferralState:
    """Return where a referral stands once a report that was not its own is gone.

    ``stays`` are its states so far, the oldest first; ``left`` counts its other reports, ``unread`` those not read yet.
    ``sending`` is what is known by now of its newest sending: whether that went may have come out meanwhile.
    """
    if left:
        return S.REPORT_IN if unread else S.READ
    before = [state for state in stays if state not in (S.REPORT_IN, S.READ, S.CLOSED)]
    stood = before[-1] if before else S.TO_SEND
    if stood is S.CHECKING:
        return S.TO_SEND if sending is None else FOUND_OUT.get(sending, S.TO_SEND)
    return S.ACCEPTED if stood is S.DATE_SET and not has_date else stood


def step_of(referral: ReferralFacts, zone: str, limits: Clocks) -> tuple[Ball, Say]:
    """Return who has the ball and what comes next."""
    ball, key, _clock = STEPS[referral.state]
    if referral.state is S.SILENT and referral.silences >= SILENCES:
        key = REROUTE_SILENT
    elif awaits_decision(referral.state, referral.misses):
        key = DECIDE
    elif is_beyond_limit(referral, zone) and not referral.is_late_agreed:
        ball, key = Ball.US, TOO_LONG
    elif is_held_by_plan(referral):
        ball, key = Ball.PAYER, APPROVAL
    elif (due := find_next_due(referral, zone, limits)) is not None:
        ball, key = Ball.US, ITEM_STEPS[due.item]
    return ball, Say(key)


def is_held_by_plan(referral: ReferralFacts) -> bool:
    """Tell whether the health plan's approval is waited for before the next step."""
    return referral.approval_since is not None and referral.state in BEFORE_APPROVAL


def plan_referral(loop: LoopFacts, referral: ReferralFacts, clocks: Clocks, limits: Clocks) -> NextStep:
    """Say who has the ball, what comes next and when to look again for a referral's loop."""
    referral = _leave_out_past(loop, referral)
    ball, step = step_of(referral, loop.zone, limits)
    generic = plan(replace(loop, step=step), clocks)
    if loop.state is State.SNOOZED or loop.last_contact is not None:
        return generic
    look = look_at(referral, loop.zone, limits)
    # Its place follows the limit of its state, not only the far day by which the patient must be seen.
    place = min(sort_at(loop, look), sort_at(replace(loop, due_at=None), look))
    if loop.reminded_at is not None:
        next_at = min(generic.next_at, _end_of_visit(referral, loop.zone)) if referral.open_items else generic.next_at
        return replace(generic, next_at=next_at, sort_at=min(generic.sort_at, place))
    if step.key in ITEM_STEPS.values():
        # It comes up in the morning of the last day on which it is in time.
        look = max(morning_of(look.astimezone(ZoneInfo(loop.zone)).date(), loop.zone), referral.state_since)
        return NextStep(ball, step, look, place, waits_until(loop, look))
    return NextStep(ball, step, look, place, ball is not Ball.US and waits_until(loop, look))


def look_at(referral: ReferralFacts, zone: str, limits: Clocks) -> datetime:
    """Return when somebody must look at an open referral: the limit of its state, and with a date the day itself."""
    if is_held_by_plan(referral):
        assert referral.approval_since is not None
        return after(limits, f"approval.{referral.urgency}", referral.approval_since, zone)
    is_visit_ahead = referral.state is S.DATE_SET and referral.starts_at is not None
    if is_visit_ahead and (referral.is_late_agreed or not is_beyond_limit(referral, zone)):
        due = find_next_due(referral, zone, limits)
        return _end_of_visit(referral, zone) if due is None else min(due.by, _end_of_visit(referral, zone))
    _ball, _key, name = STEPS[referral.state]
    return after(limits, f"{name}.{referral.urgency}", referral.state_since, zone)


def _end_of_visit(referral: ReferralFacts, zone: str) -> datetime:
    """Return the end of the day of the visit, but no moment before its date was set."""
    assert referral.starts_at is not None
    return max(end_of(referral.starts_at.astimezone(ZoneInfo(zone)).date(), zone), referral.state_since)


def _leave_out_past(loop: LoopFacts, referral: ReferralFacts) -> ReferralFacts:
    """Return the facts without what was open before a visit that is over: then it helps nobody any more."""
    is_over = loop.reminded_at is not None and referral.starts_at is not None and loop.reminded_at >= referral.starts_at
    return replace(referral, open_items=()) if is_over or referral.state is not S.DATE_SET else referral


def awaits_decision(state: ReferralState, misses: int) -> bool:
    """Tell whether a clinician decides before anything goes on: the patient did not come so often."""
    return state is S.MISSED and misses >= MISSES


def expect_decided(state: ReferralState, misses: int, *, is_signer: bool) -> None:
    """Refuse another date or another office after so many missed visits, unless a clinician asks for it.

    :raises Refusal: if so
    """
    if awaits_decision(state, misses) and not is_signer:
        raise Refusal(Say("refusal.referral_decide"))


def see_by(urgency: Urgency, on: date, limits: Clocks) -> date:
    """Return the day by which somebody must be seen who is referred on this day."""
    value = limits.value_on(f"wait.{urgency}", on)
    if value.is_business:
        return add_business_days(on, value.days, limits.holidays)
    return on + timedelta(days=value.days)


def is_beyond_limit(referral: ReferralFacts, zone: str) -> bool:
    """Tell whether the visit has a date later than the day by which the patient must be seen."""
    if referral.state is not S.DATE_SET or referral.starts_at is None:
        return False
    return referral.starts_at.astimezone(ZoneInfo(zone)).date() > referral.see_by


def expect_channel(urgency: Urgency, channel: Channel) -> None:
    """Refuse to send what cannot wait by anything but the phone: somebody there must have heard it.

    :raises Refusal: if so
    """
    if urgency is Urgency.EMERGENT and channel is not Channel.PHONE:
        raise Refusal(Say("refusal.referral_by_phone"))


def make_question_key(question: str) -> str:
    """Return a question as it is compared: without case, accents and marks."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(question)).split())


def tone_of(state: ReferralState) -> Tone:
    """Return how a state is shown."""
    if state in (S.DECLINED, S.SILENT, S.MISSED, S.NEEDS_INFO):
        return Tone.SOON
    if state in (S.SENT, S.DELIVERED, S.ACCEPTED, S.CHECKING, S.SEEN):
        return Tone.WAIT
    return {S.CLOSED: Tone.OK, S.DATE_SET: Tone.INFO}.get(state, Tone.TO_DO)


def weigh_evidence(claimed: Claimed, *, name: str, birth_on: date | None, numbers: frozenset[str]) -> Evidence:
    """Say whether a report is a patient's by its own words; anything that differs takes the strength away.

    Name means that every word of the patient's family name and a given name stand on the report.
    """
    agrees: list[str] = []
    differs: list[str] = []
    said, known = set(make_question_key(claimed.name).split()), make_question_key(name).split()
    if said:
        (agrees if known and {known[0], known[-1]} <= said else differs).append("name")
    if claimed.birth_on is not None and birth_on is not None:
        (agrees if claimed.birth_on == birth_on else differs).append("birth")
    if claimed.number.strip():
        (agrees if claimed.number.strip().casefold() in numbers else differs).append("number")
    is_strong = not differs and ("number" in agrees or {"name", "birth"} <= set(agrees))
    return Evidence(is_strong, tuple(agrees), tuple(differs))
