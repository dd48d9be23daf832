"""Loops: the moves a loop can make, who has the ball, what comes next and when to look again.

An open loop always has a next step and a date; ``plan`` says both from the loop's facts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.days import add_business_days, is_business_day
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.clocks import Clocks
from careloop.facts.pages import HistoryLine, LoopRow
from careloop.facts.reach import Rung
from careloop.facts.today import Group, Over
from careloop.facts.worklist import Ball, ContactResult, Event, Outcome, Severity, State, Tone
from careloop.rules.ladder import say_rung

OPEN = (State.TO_DO, State.STARTED, State.SNOOZED)

MOVES: Mapping[tuple[State, Event], State] = {
    (State.TO_DO, Event.START): State.STARTED,
    (State.SNOOZED, Event.START): State.STARTED,
    (State.TO_DO, Event.LOG_CONTACT): State.STARTED,
    (State.STARTED, Event.LOG_CONTACT): State.STARTED,
    (State.SNOOZED, Event.LOG_CONTACT): State.STARTED,
    (State.TO_DO, Event.SNOOZE): State.SNOOZED,
    (State.STARTED, Event.SNOOZE): State.SNOOZED,
    (State.SNOOZED, Event.SNOOZE): State.SNOOZED,
    (State.SNOOZED, Event.WAKE): State.TO_DO,
    (State.TO_DO, Event.ESCALATE): State.TO_DO,
    (State.STARTED, Event.ESCALATE): State.STARTED,
    **{(state, Event.HAND_OFF): State.TO_DO for state in OPEN},
    **{(state, Event.TAKE): State.TO_DO for state in OPEN},
    **{(state, Event.FINISH): State.CLOSED for state in OPEN},
    **{(state, Event.NOT_NEEDED): State.CLOSED for state in OPEN},
    **{(state, Event.ENDED_BY_FACTS): State.CLOSED for state in OPEN},
    **{(state, Event.OVERRIDE): State.CLOSED for state in OPEN},
    **{(state, Event.FACTS_CHANGED): state for state in OPEN},
    **{(state, Event.DEATH): State.CLOSED for state in OPEN},
    **{(state, Event.VISIT): State.STARTED for state in OPEN},
    **{(state, Event.VISIT_ENDED): State.CLOSED for state in OPEN},
    **{(state, Event.REFERRAL): State.STARTED for state in OPEN},
    **{(state, Event.REFERRAL_ENDED): State.CLOSED for state in OPEN},
    (State.CLOSED, Event.VISIT_BACK): State.STARTED,
    (State.CLOSED, Event.REFERRAL_BACK): State.STARTED,
    (State.CLOSED, Event.REOPEN): State.TO_DO,
}

# How a person can say that a loop needs nothing more.
NOT_NEEDED = (
    Outcome.DECLINED,
    Outcome.UNREACHABLE,
    Outcome.WITHDRAWN,
    Outcome.ELSEWHERE,
    Outcome.DUPLICATE,
    Outcome.TRANSFERRED,
)
FINISHED = (Outcome.DONE, Outcome.DECLINED, Outcome.UNREACHABLE, Outcome.ELSEWHERE)

LOOK = {
    Severity.CRITICAL: "loop.look.critical",
    Severity.HIGH: "loop.look.high",
    Severity.MODERATE: "loop.look.moderate",
    Severity.LOW: "loop.look.low",
}
# Days by which harm moves a loop up the list. A product choice, said on screen in words.
CREDIT_DAYS = {Severity.CRITICAL: 14, Severity.HIGH: 7, Severity.MODERATE: 2, Severity.LOW: 0}

# An action can be taken back for this long.
UNDO_SECONDS = 10
# These cannot: what they did stands elsewhere as well.
NO_UNDO = (
    Event.UNDO, Event.OPEN, Event.OVERRIDE, Event.VISIT, Event.VISIT_ENDED, Event.REFERRAL, Event.REFERRAL_ENDED,
    Event.VISIT_BACK, Event.REFERRAL_BACK,
)  # fmt: skip

AFTER_CONTACT: Mapping[ContactResult, tuple[Ball, str]] = {
    ContactResult.REACHED: (Ball.US, "step.finish_after_contact"),
    ContactResult.LEFT_MESSAGE: (Ball.PATIENT, "step.call_again"),
    ContactResult.NO_ANSWER: (Ball.US, "step.call_again"),
    ContactResult.WRONG_NUMBER: (Ball.US, "step.find_number"),
    ContactResult.CALL_BACK: (Ball.PATIENT, "step.await_call"),
}

# After these somebody calls again or waits for a call: the people of the tab Calls.
CALLS_AGAIN = tuple(result for result in AFTER_CONTACT if result is not ContactResult.REACHED)

# So many rows at most are set apart to be done first: a list where all is urgent is one where nothing is.
FIRST = 5


class MoveNotAllowed(Refusal):
    """The loop cannot make this move from where it stands."""

    def __init__(self, state: State, event: Event) -> None:
        is_closed = state is State.CLOSED
        super().__init__(Say("refusal.move.closed") if is_closed else Say("refusal.move.open"))
        self.event = event


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """What ``plan`` needs to know of a loop. ``step`` is the step the loop began with.

    ``rung`` is the next try by its ladder, where somebody was tried and did not answer.
    """

    state: State
    state_since: datetime
    severity: Severity
    step: Say
    due_at: datetime | None
    zone: str
    snoozed_until: date | None = None
    last_contact: ContactResult | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """Who has the ball, what comes next, when to look again, and where the loop stands in the list.

    ``waits`` says that nobody of us has anything to do before the look: the loop is listed as waiting.
    """

    ball: Ball
    say: Say
    next_at: datetime
    sort_at: datetime
    waits: bool = False


def next_state(state: State, event: Event) -> State:
    """Return where the loop goes.

    :raises MoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise MoveNotAllowed(state, event) from None


def plan(loop: LoopFacts, clocks: Clocks) -> NextStep:
    """Say who has the ball, what comes next, when to look again and where the open loop is listed."""
    ball, say = Ball.US, loop.step
    if loop.snoozed_until is not None and loop.state is State.SNOOZED:
        next_at = morning_of(loop.snoozed_until, loop.zone)
        return NextStep(ball, say, next_at, sort_at(loop, next_at))
    clock = LOOK[loop.severity] if loop.state is State.TO_DO else "loop.started"
    if loop.last_contact is not None and loop.state is State.STARTED:
        ball, key = AFTER_CONTACT[loop.last_contact]
        say = Say(key)
        clock = "loop.after_contact"
    first = after(clocks, clock, loop.state_since, loop.zone)
    if loop.rung is not None:
        say, first = say_rung(loop.rung, loop.zone), loop.rung.by
    next_at = first
    if loop.reminded_at is not None:
        clock = "loop.remind" if loop.reminders < 3 else "loop.remind_later"
        next_at = after(clocks, clock, loop.reminded_at, loop.zone)
    # A loop that nobody moves keeps its place: reminding must not push it down the list.
    return NextStep(ball, say, next_at, sort_at(loop, first))


def after(clocks: Clocks, name: str, since: datetime, zone: str) -> datetime:
    """Return the moment a clock runs out: the end (5 pm) of that day in the patient's zone."""
    began = since.astimezone(ZoneInfo(zone)).date()
    value = clocks.value_on(name, began)
    if value.is_business:
        day = add_business_days(began, value.days, clocks.holidays)
    else:
        day = began + timedelta(days=value.days)
    return end_of(day, zone)


def quiet_until(clocks: Clocks, outcome: Outcome, on: date) -> date | None:
    """Return until when a finding stays quiet after a person closed its loop this way."""
    name = f"quiet.{outcome}"
    if name not in clocks.values:
        return None
    return on + timedelta(days=clocks.value_on(name, on).days)


def daily_pace(clocks: Clocks, severity: Severity, on: date) -> int | None:
    """Return how many loops of this severity checks may open for a team in a day; None is no limit."""
    name = f"pace.{severity.name.lower()}"
    return clocks.value_on(name, on).days if name in clocks.values else None


def next_business_morning(on: date, zone: str, clocks: Clocks) -> datetime:
    """Return 8 am of the first business day after ``on``."""
    day = on + timedelta(days=1)
    while not is_business_day(day, clocks.holidays):
        day += timedelta(days=1)
    return morning_of(day, zone)


def morning_of(day: date, zone: str) -> datetime:
    """Return 8 am of a day in a zone."""
    return datetime.combine(day, time(8), ZoneInfo(zone))


def end_of(day: date, zone: str) -> datetime:
    """Return 5 pm of a day in a zone: the end of a clinic's working day."""
    return datetime.combine(day, time(17), ZoneInfo(zone))


def sort_at(loop: LoopFacts, next_at: datetime) -> datetime:
    """Return the place in the list: the deadline or the next moment, less a credit for harm."""
    return (loop.due_at or next_at) - timedelta(days=CREDIT_DAYS[loop.severity])


def waits_until(loop: LoopFacts, look: datetime) -> bool:
    """Tell whether a loop that is in other hands rests until its look: it lies ahead, and no deadline comes before."""
    return look > loop.state_since and (loop.due_at is None or loop.due_at >= look)


def fold(rows: Sequence[LoopRow]) -> tuple[LoopRow, ...]:
    """Return the rows with the loops of one person that lie with the same hands in one row, where the first stood."""
    together: dict[object, list[LoopRow]] = {}
    for row in rows:
        alone = row.patient_id is None or row.state is State.CLOSED
        key: object = row.id if alone else (row.patient_id, row.owner_id, row.queue_name)
        together.setdefault(key, []).append(row)
    return tuple(replace(first, folded=tuple(others)) if others else first for first, *others in together.values())


def is_pressing(row: LoopRow) -> bool:
    """Tell whether a row, or anything folded into it, is late, due today or critical."""
    rows = (row, *row.folded)
    return any(one.deadline.tone is Tone.LATE or one.severity is Severity.CRITICAL for one in rows)


def group(rows: Sequence[LoopRow], *, is_first_page: bool) -> tuple[Group, ...]:
    """Set at most FIRST pressing rows apart on the first page; nothing late is ever hidden.

    What does not fit keeps its place in the second group, which says how many there are and where the first stands.
    """
    pressing = [row for row in rows if is_pressing(row)] if is_first_page else []
    first, over = pressing[:FIRST], pressing[FIRST:]
    rest = tuple(row for row in rows if row not in first)
    groups = []
    if first:
        more = Over(len(over), over[0].id) if over else None
        groups.append(Group("first", Say("group.first"), Say("group.first_more"), tuple(first), over=more))
    if rest:
        key = "then" if first else "all"
        groups.append(Group("then", Say(f"group.{key}"), Say("group.rows", count=len(rest)), rest))
    return tuple(groups)


def words_at_hand(history: Sequence[HistoryLine]) -> str:
    """Return what was noted when the person was reached, if that was the last thing that happened, else "".

    Such a note is the evidence with which a loop can be closed in one step.
    """
    last = max(history, key=lambda line: line.at) if history else None
    reached = last is not None and last.say == Say("event.contact.reached")
    return last.note.strip() if last is not None and reached else ""
