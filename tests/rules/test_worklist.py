"""The loop's rules: every move, what comes next, when to look again, and the order of the list."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.days import is_business_day
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.clocks import Clocks, ClockValue
from careloop.facts.worklist import Ball, ContactResult, Event, Outcome, Severity, State
from careloop.rules.worklist import (
    CREDIT_DAYS,
    FINISHED,
    MOVES,
    NOT_NEEDED,
    LoopFacts,
    MoveNotAllowed,
    after,
    daily_pace,
    end_of,
    morning_of,
    next_business_morning,
    next_state,
    plan,
    quiet_until,
)

CLOCKS = load_clocks()
HERE = "America/New_York"
ZONES = (HERE, "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Honolulu", "UTC")
# Friday 20 November 2026, ten in the morning in New York.
SINCE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FIRST = Say("step.do_task")

# Rows: from; columns: event. An empty place is a move that is not allowed.
TABLE = """
          start   log_contact snooze  wake  escalate hand_off take  finish not_needed ended_by_facts facts_changed death  reopen open undo override visit   visit_ended visit_back referral referral_ended referral_back
to_do     started started     snoozed .     to_do    to_do    to_do closed closed     closed         to_do         closed .      .    .    closed   started closed      .          started  closed         .
started   .       started     snoozed .     started  to_do    to_do closed closed     closed         started       closed .      .    .    closed   started closed      .          started  closed         .
snoozed   started started     snoozed to_do .        to_do    to_do closed closed     closed         snoozed       closed .      .    .    closed   started closed      .          started  closed         .
closed    .       .           .       .     .        .        .     .      .          .              .             .      to_do  .    .    .        .       .           started    .        .              started
"""  # noqa: E501
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(State(row[0]), Event(event), to) for row in ROWS[1:] for event, to in zip(ROWS[0], row[1:], strict=True)]


def test_the_table_above_has_every_state_and_every_event() -> None:
    assert {(state, event) for state, event, _to in CELLS} == {(s, e) for s in State for e in Event}


@pytest.mark.parametrize(("state", "event", "to"), CELLS, ids=str)
def test_a_loop_moves_as_the_table_says(state: State, event: Event, to: str) -> None:
    if to == ".":
        with pytest.raises(MoveNotAllowed) as no:
            next_state(state, event)
        assert no.value.say.key == ("refusal.move.closed" if state is State.CLOSED else "refusal.move.open")
        assert no.value.event is event
        assert (state, event) not in MOVES
    else:
        assert next_state(state, event) == State(to)


def facts(**changed: object) -> LoopFacts:
    usual: dict[str, object] = {
        "state": State.TO_DO, "state_since": SINCE, "severity": Severity.MODERATE, "step": FIRST, "due_at": None,
        "zone": HERE,
    }  # fmt: skip
    return LoopFacts(**(usual | changed))  # type: ignore[arg-type]


# Tuesday 1 December 2026: when nobody had moved it and it was raised.
RAISED = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)

# Thanksgiving is Thursday 26 November 2026.
LOOK_AGAIN = [
    ("nobody has begun, critical: one business day", {"severity": Severity.CRITICAL}, date(2026, 11, 23)),
    ("nobody has begun, high: two", {"severity": Severity.HIGH}, date(2026, 11, 24)),
    ("nobody has begun, moderate: five, over the holiday", {}, date(2026, 11, 30)),
    ("nobody has begun, low: ten", {"severity": Severity.LOW}, date(2026, 12, 7)),
    ("begun: two, whatever the harm", {"state": State.STARTED, "severity": Severity.CRITICAL}, date(2026, 11, 24)),
    (
        "after a contact: one",
        {"state": State.STARTED, "last_contact": ContactResult.LEFT_MESSAGE},
        date(2026, 11, 23),
    ),
    ("raised once: one", {"reminders": 1, "reminded_at": RAISED}, date(2026, 12, 2)),
    ("raised twice: one", {"reminders": 2, "severity": Severity.LOW, "reminded_at": RAISED}, date(2026, 12, 2)),
    (
        "raised three times: five",
        {"reminders": 3, "severity": Severity.CRITICAL, "reminded_at": RAISED},
        date(2026, 12, 8),
    ),
]


@pytest.mark.parametrize(("changed", "on"), [row[1:] for row in LOOK_AGAIN], ids=[row[0] for row in LOOK_AGAIN])
def test_a_loop_is_looked_at_again_at_the_end_of_that_day(changed: dict[str, object], on: date) -> None:
    assert plan(facts(**changed), CLOCKS).next_at == datetime.combine(on, time(17), ZoneInfo(HERE))


@pytest.mark.parametrize("reminders", [1, 2, 3, 9])
def test_raising_a_loop_does_not_push_it_down_the_list(reminders: int) -> None:
    raised = plan(facts(reminders=reminders, reminded_at=RAISED), CLOCKS)

    assert raised.sort_at == plan(facts(), CLOCKS).sort_at
    assert raised.next_at > plan(facts(), CLOCKS).next_at


CONTACTS = {
    ContactResult.REACHED: (Ball.US, "step.finish_after_contact"),
    ContactResult.LEFT_MESSAGE: (Ball.PATIENT, "step.call_again"),
    ContactResult.NO_ANSWER: (Ball.US, "step.call_again"),
    ContactResult.WRONG_NUMBER: (Ball.US, "step.find_number"),
    ContactResult.CALL_BACK: (Ball.PATIENT, "step.await_call"),
}


@pytest.mark.parametrize("result", ContactResult)
def test_after_a_contact_its_result_says_who_has_the_ball_and_what_comes_next(result: ContactResult) -> None:
    step = plan(facts(state=State.STARTED, last_contact=result), CLOCKS)

    assert (step.ball, step.say.key) == CONTACTS[result]


@pytest.mark.parametrize("state", [State.TO_DO, State.STARTED])
def test_without_a_contact_the_first_step_stands_and_the_ball_is_ours(state: State) -> None:
    step = plan(facts(state=state), CLOCKS)

    assert (step.ball, step.say) == (Ball.US, FIRST)


def test_a_snoozed_loop_comes_back_on_the_morning_of_its_day() -> None:
    step = plan(facts(state=State.SNOOZED, snoozed_until=date(2026, 12, 1)), CLOCKS)

    assert step.next_at == datetime(2026, 12, 1, 8, tzinfo=ZoneInfo(HERE))


def test_a_day_to_snooze_until_means_nothing_once_the_loop_is_awake() -> None:
    awake = plan(facts(snoozed_until=date(2027, 12, 1)), CLOCKS)

    assert awake == plan(facts(), CLOCKS)


ORDER = [
    ("a critical one due in two weeks beside one of low harm due now", Severity.CRITICAL, 13, Severity.LOW, 0, True),
    ("a critical one due later than that", Severity.CRITICAL, 15, Severity.LOW, 0, False),
    ("a high one due in a week", Severity.HIGH, 6, Severity.LOW, 0, True),
    ("a high one due later", Severity.HIGH, 8, Severity.LOW, 0, False),
    ("two of the same harm by their day", Severity.MODERATE, 1, Severity.MODERATE, 2, True),
]


@pytest.mark.parametrize(
    ("one", "one_days", "other", "other_days", "is_first"), [r[1:] for r in ORDER], ids=[r[0] for r in ORDER]
)
def test_harm_moves_a_loop_up_by_days(
    one: Severity, one_days: int, other: Severity, other_days: int, is_first: bool
) -> None:
    first = plan(facts(severity=one, due_at=SINCE + timedelta(days=one_days)), CLOCKS).sort_at
    second = plan(facts(severity=other, due_at=SINCE + timedelta(days=other_days)), CLOCKS).sort_at

    assert (first < second) is is_first


def test_more_harm_never_gives_less_credit() -> None:
    assert [CREDIT_DAYS[s] for s in sorted(Severity)] == sorted(CREDIT_DAYS.values())


moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
loops = st.builds(
    LoopFacts,
    state=st.sampled_from([State.TO_DO, State.STARTED, State.SNOOZED]),
    state_since=moments,
    severity=st.sampled_from(Severity),
    step=st.just(FIRST),
    due_at=st.none() | moments,
    zone=st.sampled_from(ZONES),
    last_contact=st.none() | st.sampled_from(ContactResult),
    reminders=st.integers(0, 9),
)


@settings(max_examples=300)
@given(loops)
def test_the_next_moment_lies_after_the_last_and_within_a_month(loop: LoopFacts) -> None:
    step = plan(loop, CLOCKS)

    assert loop.state_since < step.next_at < loop.state_since + timedelta(days=31)
    assert step.next_at.astimezone(ZoneInfo(loop.zone)).time() == time(17)


@settings(max_examples=200)
@given(loops)
def test_the_next_moment_falls_on_a_day_on_which_the_clinic_works(loop: LoopFacts) -> None:
    on = plan(loop, CLOCKS).next_at.astimezone(ZoneInfo(loop.zone)).date()

    assert is_business_day(on, CLOCKS.holidays)


@given(loops, loops)
def test_the_order_of_two_loops_does_not_change_while_time_passes(one: LoopFacts, other: LoopFacts) -> None:
    """What ``plan`` says knows no "now": asked again it says the same, so the list is one index."""
    assert plan(one, CLOCKS) == plan(one, CLOCKS)
    first, second = plan(one, CLOCKS).sort_at, plan(other, CLOCKS).sort_at
    if one.due_at is not None and one.severity == other.severity and other.due_at is not None:
        assert (first < second) is (one.due_at < other.due_at)


@given(loops)
def test_the_place_in_the_list_is_the_deadline_or_the_next_moment_less_the_credit(loop: LoopFacts) -> None:
    step = plan(loop, CLOCKS)

    assert step.sort_at + timedelta(days=CREDIT_DAYS[loop.severity]) == (loop.due_at or step.next_at)


@pytest.mark.parametrize("outcome", sorted({*FINISHED, *NOT_NEEDED}))
def test_after_a_person_closed_a_finding_it_stays_quiet_for_a_stated_time(outcome: Outcome) -> None:
    days = {
        Outcome.DONE: 60, Outcome.DECLINED: 180, Outcome.UNREACHABLE: 30, Outcome.WITHDRAWN: 365,
        Outcome.ELSEWHERE: 365, Outcome.DUPLICATE: 365, Outcome.TRANSFERRED: 365,
    }  # fmt: skip

    assert quiet_until(CLOCKS, outcome, date(2026, 11, 20)) == date(2026, 11, 20) + timedelta(days=days[outcome])


def test_death_needs_no_quiet() -> None:
    assert quiet_until(CLOCKS, Outcome.DECEASED, date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("severity", "pace"),
    [(Severity.CRITICAL, None), (Severity.HIGH, 20), (Severity.MODERATE, 15), (Severity.LOW, 5)],
)
def test_a_team_is_given_so_many_new_loops_a_day(severity: Severity, pace: int | None) -> None:
    assert daily_pace(CLOCKS, severity, date(2026, 11, 20)) == pace


def _clock(*values: tuple[date, int, bool]) -> Clocks:
    held = tuple(
        ClockValue(from_on=on, days=days, is_business=work, source="x", is_ours=True) for on, days, work in values
    )
    return Clocks(values={"x": held}, holidays=frozenset({date(2026, 11, 26)}))


@pytest.mark.parametrize(
    ("since", "days", "is_business", "on"),
    [
        (date(2026, 11, 25), 1, True, date(2026, 11, 27)),
        (date(2026, 11, 25), 1, False, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, True, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, True, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, True, date(2027, 1, 1)),
        (date(2028, 2, 28), 1, False, date(2028, 2, 29)),
    ],
)
def test_business_days_leave_out_weekends_and_holidays(since: date, days: int, is_business: bool, on: date) -> None:
    clocks = _clock((date(2020, 1, 1), days, is_business))

    assert after(clocks, "x", morning_of(since, HERE), HERE) == end_of(on, HERE)


def test_a_value_holds_from_its_day_on() -> None:
    clocks = _clock((date(2024, 1, 1), 1, False), (date(2026, 1, 1), 7, False))

    assert after(clocks, "x", morning_of(date(2025, 12, 31), HERE), HERE) == end_of(date(2026, 1, 1), HERE)
    assert after(clocks, "x", morning_of(date(2026, 1, 1), HERE), HERE) == end_of(date(2026, 1, 8), HERE)
    with pytest.raises(KeyError):
        after(clocks, "x", morning_of(date(2023, 12, 31), HERE), HERE)


def test_the_day_a_clock_starts_on_is_the_patients_and_not_greenwichs() -> None:
    late_evening = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # still Friday the 20th in New York
    clocks = _clock((date(2020, 1, 1), 1, False))

    assert after(clocks, "x", late_evening, HERE) == end_of(date(2026, 11, 21), HERE)
    assert after(clocks, "x", late_evening, "UTC") == end_of(date(2026, 11, 22), "UTC")


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 3, 8), -4), (date(2026, 3, 7), -5), (date(2026, 11, 1), -5), (date(2026, 10, 31), -4)]
)
def test_mornings_and_ends_of_days_keep_their_time_of_day_when_the_clocks_change(on: date, hours: int) -> None:
    assert morning_of(on, HERE).utcoffset() == timedelta(hours=hours)
    assert (morning_of(on, HERE).time(), end_of(on, HERE).time()) == (time(8), time(17))


@pytest.mark.parametrize(
    ("on", "morning"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 25), date(2026, 11, 27)),
        (date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 12, 24), date(2026, 12, 28)),
    ],
)
def test_the_next_business_morning_is_never_a_holiday(on: date, morning: date) -> None:
    assert next_business_morning(on, HERE, CLOCKS) == morning_of(morning, HERE)
