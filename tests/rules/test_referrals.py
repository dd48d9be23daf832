"""The table of moves of a referral, its limits, and whose a report is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.catalog.clocks import load_clocks
from careloop.catalog.referrals import load_limits, load_profile
from careloop.facts.access import Right
from careloop.facts.packets import PacketPart
from careloop.facts.preparation import Item
from careloop.facts.referrals import (
    Channel,
    Claimed,
    ReferralEvent,
    ReferralFacts,
    ReferralState,
    SendingState,
    Urgency,
)
from careloop.facts.worklist import Ball, Confidence, ContactResult, Severity, State
from careloop.rules.referrals import (
    ENDS,
    LIMITS,
    MOVES,
    NEEDS,
    OPEN,
    STEPS,
    ReferralMoveNotAllowed,
    awaits_decision,
    expect_channel,
    expect_decided,
    expect_report_explained,
    is_beyond_limit,
    list_moves,
    look_at,
    make_question_key,
    next_state,
    plan_referral,
    see_by,
    stands_without,
    weigh_evidence,
)
from careloop.rules.worklist import LoopFacts, Say

S, E = ReferralState, ReferralEvent
SINCE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
CLOCKS = load_clocks()
BY_NAME = replace(CLOCKS, values=load_limits())
NAMED = {"name": "Rosa María Álvarez", "birth_on": date(1958, 3, 14), "numbers": frozenset({"mrn-7"})}


def facts(state: ReferralState, **changed: object) -> ReferralFacts:
    values = {"state": state, "state_since": SINCE, "urgency": Urgency.ROUTINE, "see_by": date(2027, 1, 19)}
    return ReferralFacts(**(values | changed))  # type: ignore[arg-type]


def loop(**changed: object) -> LoopFacts:
    values = {
        "state": State.STARTED, "state_since": SINCE, "severity": Severity.MODERATE, "step": Say("step.do_task"),
        "due_at": None, "zone": ZONE,
    }  # fmt: skip
    return LoopFacts(**(values | changed))  # type: ignore[arg-type]


def reachable(start: ReferralState) -> set[ReferralState]:
    reached, edge = {start}, {start}
    while edge:
        edge = {to for (state, _event), to in MOVES.items() if state in edge} - reached
        reached |= edge
    return reached


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_is_reached_and_reaches_the_patient_who_was_told(state: ReferralState) -> None:
    assert state in reachable(S.TO_SEND)
    assert {S.READ, S.CLOSED} <= reachable(state)


def test_every_event_can_happen_needs_a_right_and_every_end_has_an_outcome() -> None:
    assert {event for _state, event in MOVES} == set(E)
    assert NEEDS.keys() == set(E)
    assert {event for event, right in NEEDS.items() if right is Right.REFERRAL_SIGN} == {
        E.READ, E.WITHDRAW, E.GO_ON,
    }  # fmt: skip
    assert {event for (_state, event), to in MOVES.items() if to is S.CLOSED} == ENDS.keys()


def test_the_patient_is_told_only_what_was_read_and_read_is_only_what_is_here() -> None:
    assert [state for state, event in MOVES if event is E.TELL] == [S.READ]
    assert [state for state, event in MOVES if event is E.READ] == [S.REPORT_IN]
    assert {to for (_state, event), to in MOVES.items() if event is E.DELIVER} == {S.DELIVERED}


def test_a_report_is_taken_wherever_a_referral_stands_and_explained_where_nobody_waits_for_one() -> None:
    assert {state: to for (state, event), to in MOVES.items() if event is E.REPORT} == dict.fromkeys(S, S.REPORT_IN)
    early = []
    for state in S:
        expect_report_explained(state, "Seen by Dr. Roy all the same")
        try:
            expect_report_explained(state, "")
        except Refusal:
            early.append(state)
    assert early == [S.TO_SEND, S.NEEDS_INFO, S.DECLINED]


@pytest.mark.parametrize(
    ("sending", "stood"),
    [
        (SendingState.CHECKING, S.CHECKING), (SendingState.SENT, S.SENT), (SendingState.DELIVERED, S.DELIVERED),
        (SendingState.NOT_SENT, S.TO_SEND), (None, S.TO_SEND),
    ],
)  # fmt: skip
def test_one_whose_sending_was_checked_stands_where_that_is_known_by_now(
    sending: SendingState | None, stood: ReferralState
) -> None:
    stays = (S.TO_SEND, S.CHECKING, S.REPORT_IN)

    assert stands_without(stays, has_date=False, left=0, unread=0, sending=sending) is stood
    assert stands_without(stays[:1], has_date=False, left=0, unread=0, sending=sending) is S.TO_SEND


def test_what_may_have_gone_is_not_sent_again_before_it_was_looked_up() -> None:
    assert set(list_moves(S.CHECKING)).isdisjoint({E.SEND, E.SEND_UNSURE, E.REROUTE, E.ACCEPT})


@given(st.lists(st.sampled_from(sorted(E)), max_size=40))
def test_whatever_happens_a_referral_stands_in_the_table_and_every_open_one_has_a_step_and_a_date(
    events: list[ReferralEvent],
) -> None:
    state = S.TO_SEND
    for event in events:
        try:
            state = next_state(state, event)
        except ReferralMoveNotAllowed:
            continue
        if state is S.CLOSED:
            assert event in ENDS
            continue
        planned = plan_referral(loop(), facts(state), CLOCKS, BY_NAME)
        assert planned.say.key.startswith("step.referral_")
        assert planned.next_at >= SINCE.replace(hour=0)


@pytest.mark.parametrize(("state", "urgency"), list(product(OPEN, Urgency)))
def test_every_open_state_has_a_limit_by_urgency(state: ReferralState, urgency: Urgency) -> None:
    slow = look_at(facts(state, urgency=Urgency.ROUTINE), ZONE, BY_NAME)
    quick = look_at(facts(state, urgency=urgency), ZONE, BY_NAME)

    assert quick <= slow
    assert STEPS[state][2] != ""


def test_a_date_that_is_in_time_is_looked_at_on_its_day_and_one_too_late_now() -> None:
    ahead = facts(S.DATE_SET, starts_at=datetime(2026, 12, 1, 19, 30, tzinfo=UTC))
    late = replace(ahead, see_by=date(2026, 11, 30))

    assert plan_referral(loop(), ahead, CLOCKS, BY_NAME).next_at == datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
    assert not is_beyond_limit(ahead, ZONE)
    assert plan_referral(loop(), late, CLOCKS, BY_NAME).say == Say("step.referral_too_long")
    assert plan_referral(loop(), late, CLOCKS, BY_NAME).ball is Ball.US
    agreed = replace(late, is_late_agreed=True)
    assert plan_referral(loop(), agreed, CLOCKS, BY_NAME).say == Say("step.referral_see")


def test_what_is_open_before_a_visit_elsewhere_is_the_next_step_and_comes_up_in_the_morning_of_its_last_day() -> None:
    # Tuesday 1 December, Thanksgiving before it: a ride by Wednesday, and what the patient is told by Friday.
    visit = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
    ahead = facts(S.DATE_SET, starts_at=visit, open_items=(Item.INSTRUCTIONS, Item.RIDE))

    planned = plan_referral(loop(), ahead, CLOCKS, BY_NAME)

    assert (planned.ball, planned.say, planned.waits) == (Ball.US, Say("step.referral_ride"), True)
    assert planned.next_at == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    assert look_at(ahead, ZONE, BY_NAME) == datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
    told = plan_referral(loop(), replace(ahead, open_items=(Item.INSTRUCTIONS,)), CLOCKS, BY_NAME)
    assert (told.say, told.next_at) == (Say("step.referral_instructions"), datetime(2026, 11, 27, 13, 0, tzinfo=UTC))
    done = plan_referral(loop(), replace(ahead, open_items=()), CLOCKS, BY_NAME)
    assert (done.say, done.next_at) == (Say("step.referral_see"), datetime(2026, 12, 1, 22, 0, tzinfo=UTC))


def test_what_is_open_comes_after_the_approval_and_a_date_that_is_too_late() -> None:
    ahead = facts(S.DATE_SET, starts_at=datetime(2026, 12, 1, 19, 30, tzinfo=UTC), open_items=(Item.RIDE,))

    waiting = plan_referral(loop(), replace(ahead, approval_since=SINCE), CLOCKS, BY_NAME)
    assert (waiting.ball, waiting.say) == (Ball.PAYER, Say("step.referral_approval"))
    late = plan_referral(loop(), replace(ahead, see_by=date(2026, 11, 30)), CLOCKS, BY_NAME)
    assert late.say == Say("step.referral_too_long")
    agreed = plan_referral(loop(), replace(ahead, see_by=date(2026, 11, 30), is_late_agreed=True), CLOCKS, BY_NAME)
    assert agreed.say == Say("step.referral_ride")


def test_who_is_reminded_looks_again_on_the_day_of_the_visit_and_after_it_nothing_is_prepared_any_more() -> None:
    visit = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
    ahead = facts(S.DATE_SET, starts_at=visit, open_items=(Item.RIDE,))
    raised = loop(reminders=1, reminded_at=datetime(2026, 12, 1, 14, 0, tzinfo=UTC))

    before = plan_referral(raised, ahead, CLOCKS, BY_NAME)
    assert (before.say, before.next_at) == (Say("step.referral_ride"), datetime(2026, 12, 1, 22, 0, tzinfo=UTC))
    after = plan_referral(replace(raised, reminded_at=visit + timedelta(hours=3)), ahead, CLOCKS, BY_NAME)
    assert after.say == Say("step.referral_see")


def test_one_past_the_limit_of_its_state_stands_before_one_that_has_time_however_far_the_last_day_is() -> None:
    # Both must be seen by a day in January; the first should have been sent days ago.
    forgotten = facts(S.TO_SEND, state_since=SINCE - timedelta(days=14))
    fresh = facts(S.SEEN)
    last_day = loop(due_at=datetime(2027, 1, 19, 22, 0, tzinfo=UTC))

    places = [plan_referral(last_day, one, CLOCKS, BY_NAME).sort_at for one in (forgotten, fresh)]
    assert places == sorted(places)
    assert places[0] < SINCE
    reminded = replace(last_day, reminded_at=SINCE)
    assert plan_referral(reminded, forgotten, CLOCKS, BY_NAME).sort_at == places[0]


def test_a_last_day_that_comes_before_the_limit_of_the_state_gives_the_place() -> None:
    tomorrow = loop(due_at=SINCE + timedelta(days=1))

    assert plan_referral(tomorrow, facts(S.SEEN), CLOCKS, BY_NAME).sort_at <= SINCE + timedelta(days=1)


def test_after_two_missed_visits_only_a_clinician_lets_it_go_on() -> None:
    assert not awaits_decision(S.MISSED, 1)
    assert awaits_decision(S.MISSED, 2)
    expect_decided(S.MISSED, 1, is_signer=False)
    expect_decided(S.MISSED, 2, is_signer=True)
    expect_decided(S.ACCEPTED, 2, is_signer=False)
    with pytest.raises(Refusal):
        expect_decided(S.MISSED, 2, is_signer=False)


def test_who_called_or_put_it_off_goes_on_as_with_any_loop() -> None:
    called = loop(last_contact=ContactResult.LEFT_MESSAGE)
    put_off = loop(state=State.SNOOZED, snoozed_until=date(2026, 11, 25))

    assert plan_referral(called, facts(S.SENT), CLOCKS, BY_NAME).ball is Ball.PATIENT
    assert plan_referral(put_off, facts(S.SENT), CLOCKS, BY_NAME).next_at.date() == date(2026, 11, 25)


@pytest.mark.parametrize("state", OPEN)
def test_a_referral_waits_while_it_is_with_others_until_its_look(state: ReferralState) -> None:
    planned = plan_referral(loop(), facts(state), CLOCKS, BY_NAME)
    overdue = loop(due_at=planned.next_at - timedelta(seconds=1))

    assert planned.waits is (planned.ball is not Ball.US)
    assert not plan_referral(overdue, facts(state), CLOCKS, BY_NAME).waits
    assert not plan_referral(loop(last_contact=ContactResult.LEFT_MESSAGE), facts(state), CLOCKS, BY_NAME).waits


def test_the_day_by_which_somebody_must_be_seen_goes_by_urgency() -> None:
    days = {urgency: see_by(urgency, date(2026, 11, 20), BY_NAME) for urgency in Urgency}

    # Ten business days, with Thanksgiving between.
    assert days == {
        Urgency.EMERGENT: date(2026, 11, 20), Urgency.URGENT: date(2026, 12, 7), Urgency.ROUTINE: date(2027, 1, 19),
    }  # fmt: skip


def test_an_emergency_goes_by_phone_only() -> None:
    expect_channel(Urgency.EMERGENT, Channel.PHONE)
    expect_channel(Urgency.URGENT, Channel.FAX)
    for channel in set(Channel) - {Channel.PHONE}:
        with pytest.raises(Refusal):
            expect_channel(Urgency.EMERGENT, channel)


def test_every_limit_is_dated_with_its_source_and_says_how_sure_it_is() -> None:
    limits = load_limits()

    assert limits.keys() == set(LIMITS)
    for values in limits.values():
        assert all(value.source.strip() and value.is_ours for value in values)
        assert {value.confidence for value in values} == {Confidence.GENERAL}
    assert PacketPart.DOCUMENTS not in load_profile().parts
    assert load_profile().source


@pytest.mark.parametrize(
    ("claimed", "is_strong", "differs"),
    [
        (Claimed("Alvarez, Rosa", date(1958, 3, 14)), True, ()),
        (Claimed("ROSA MARIA ÁLVAREZ", date(1958, 3, 14)), True, ()),
        (Claimed("Rosa Alvarez", None, "MRN-7"), True, ()),
        (Claimed("", None, "MRN-7"), True, ()),
        (Claimed("Rosa Alvarez", None), False, ()),
        (Claimed("", date(1958, 3, 14)), False, ()),
        (Claimed("Rosa Alvarez", date(1985, 3, 14)), False, ("birth",)),
        (Claimed("Rosa Gomez", date(1958, 3, 14)), False, ("name",)),
        (Claimed("Rosa Alvarez", date(1958, 3, 14), "MRN-8"), False, ("number",)),
    ],
)
def test_a_report_is_somebodys_only_when_nothing_speaks_against_it(
    claimed: Claimed, is_strong: bool, differs: tuple[str, ...]
) -> None:
    evidence = weigh_evidence(claimed, **NAMED)  # type: ignore[arg-type]

    assert (evidence.is_strong, evidence.differs) == (is_strong, differs)


def test_nothing_is_strong_about_somebody_of_whom_nothing_is_known() -> None:
    assert not weigh_evidence(Claimed("Rosa", None), name="", birth_on=None, numbers=frozenset()).is_strong


def test_a_question_is_the_same_whatever_its_marks_and_capitals() -> None:
    assert make_question_key("  Is THIS murmur harmless?") == make_question_key("is this, murmur harmless")
    assert make_question_key("?!") == ""


@pytest.mark.parametrize(
    ("stays", "stood"),
    [
        ((S.TO_SEND, S.SENT, S.REPORT_IN, S.READ, S.CLOSED), S.SENT),
        ((S.TO_SEND, S.SENT, S.ACCEPTED, S.DATE_SET, S.SEEN, S.REPORT_IN), S.SEEN),
        ((S.TO_SEND, S.SENT, S.DATE_SET, S.REPORT_IN), S.DATE_SET),
        # It was closed without an answer when the report came: what was open before is open again.
        ((S.TO_SEND, S.CLOSED, S.REPORT_IN), S.TO_SEND),
        ((), S.TO_SEND),
    ],
)
def test_without_a_report_that_was_not_its_own_a_referral_stands_where_it_stood(
    stays: tuple[ReferralState, ...], stood: ReferralState
) -> None:
    assert stands_without(stays, has_date=True, left=0, unread=0) is stood
    undated = S.ACCEPTED if stood is S.DATE_SET else stood
    assert stands_without(stays, has_date=False, left=0, unread=0) is undated
    assert stands_without(stays, has_date=True, left=2, unread=1) is S.REPORT_IN
    assert stands_without(stays, has_date=True, left=2, unread=0) is S.READ
