"""Visits: the moves a booking can make, and what their loops say comes next and when somebody must look.

A visit's loop is open until the patient was seen, or somebody said why not: a time that was given back leaves the
promise open. Patience is in ``catalog/data/clocks.toml``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.days import is_business_day
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.clocks import Clocks
from careloop.facts.groups import GroupTime
from careloop.facts.scheduling import BookingEvent, BookingFacts, BookingState, Offer, Preparation
from careloop.facts.worklist import Ball, State
from careloop.rules.worklist import LoopFacts, NextStep, after, morning_of, plan, sort_at, waits_until

MOVES: Mapping[tuple[BookingState, BookingEvent], BookingState] = {
    (BookingState.HELD, BookingEvent.BOOK): BookingState.BOOKED,
    (BookingState.HELD, BookingEvent.RELEASE): BookingState.RELEASED,
    (BookingState.HELD, BookingEvent.CANCEL): BookingState.CANCELLED,
    (BookingState.BOOKED, BookingEvent.CONFIRM): BookingState.CONFIRMED,
    (BookingState.BOOKED, BookingEvent.ARRIVE): BookingState.ARRIVED,
    (BookingState.BOOKED, BookingEvent.MISS): BookingState.NO_SHOW,
    (BookingState.BOOKED, BookingEvent.CANCEL): BookingState.CANCELLED,
    (BookingState.BOOKED, BookingEvent.BUMP): BookingState.BUMPED,
    # A yes that was none.
    (BookingState.CONFIRMED, BookingEvent.UNCONFIRM): BookingState.BOOKED,
    (BookingState.CONFIRMED, BookingEvent.ARRIVE): BookingState.ARRIVED,
    (BookingState.CONFIRMED, BookingEvent.MISS): BookingState.NO_SHOW,
    (BookingState.CONFIRMED, BookingEvent.CANCEL): BookingState.CANCELLED,
    (BookingState.CONFIRMED, BookingEvent.BUMP): BookingState.BUMPED,
    (BookingState.ARRIVED, BookingEvent.FINISH): BookingState.DONE,
    # Somebody was there after all. The time is over: nothing is taken again.
    (BookingState.NO_SHOW, BookingEvent.CORRECT): BookingState.DONE,
    # Nobody was seen after all: the same way back.
    (BookingState.DONE, BookingEvent.TAKE_BACK): BookingState.NO_SHOW,
    # Who leaves before being seen has not had the visit.
    (BookingState.ARRIVED, BookingEvent.CANCEL): BookingState.CANCELLED,
}

# The states that keep their time: nobody and nothing that takes part can be booked elsewhere meanwhile.
OCCUPYING = (BookingState.HELD, BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)

# The visit stands, and until its look nobody has to do anything: what is open before it comes up at its own look.
RESTING = (BookingState.BOOKED, BookingState.CONFIRMED)

STEPS: Mapping[BookingState, tuple[Ball, str]] = {
    BookingState.HELD: (Ball.US, "step.visit_held"),
    BookingState.BOOKED: (Ball.PATIENT, "step.visit_booked"),
    BookingState.CONFIRMED: (Ball.PATIENT, "step.visit_confirmed"),
    BookingState.ARRIVED: (Ball.PROVIDER, "step.visit_arrived"),
    BookingState.DONE: (Ball.US, "step.visit_find_time"),
    BookingState.NO_SHOW: (Ball.US, "step.visit_no_show"),
    BookingState.CANCELLED: (Ball.US, "step.visit_find_time"),
    BookingState.BUMPED: (Ball.US, "step.visit_bumped"),
    BookingState.RELEASED: (Ball.US, "step.visit_find_time"),
}

# The name in ``catalog/data/scheduling.toml`` of how long a time is kept for somebody who is still deciding.
HOLD_MINUTES = "hold_minutes"

# So many other times are offered with the answer that one is taken.
ALTERNATIVES = 3


class BookingMoveNotAllowed(Refusal):
    """The booking cannot make this move from where it stands."""

    def __init__(self, state: BookingState, event: BookingEvent) -> None:
        super().__init__(Say("refusal.booking_move"))
        self.state, self.event = state, event


class TimeTaken(Refusal):
    """Somebody else has the time. ``offers`` are the next times that fit, for the same answer."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        super().__init__(Say("refusal.time_taken", count=len(offers)))
        self.offers = offers


class GroupFull(Refusal):
    """Every seat of a group is taken. ``groups`` are the next of its kind with a free seat, for the same answer."""

    def __init__(self, groups: tuple[GroupTime, ...]) -> None:
        super().__init__(Say("refusal.group_full"))
        self.groups = groups


class VisitsFallOut(Refusal):
    """Booked visits lie outside the hours that were given. ``visits`` are their keys, with when they are."""

    def __init__(self, visits: tuple[tuple[UUID, Say], ...]) -> None:
        super().__init__(Say("refusal.visits_fall_out", count=len(visits)))
        self.visits = visits


class SameKeyOtherRequest(Refusal):
    """A key under which something else was asked before."""

    status = 422

    def __init__(self) -> None:
        super().__init__(Say("refusal.same_key"))


def next_state(state: BookingState, event: BookingEvent) -> BookingState:
    """Return where the booking goes.

    :raises BookingMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise BookingMoveNotAllowed(state, event) from None


def plan_visit(loop: LoopFacts, booking: BookingFacts | None, clocks: Clocks) -> NextStep:
    """Say who has the ball, what comes next and when to look again for a visit's loop; its newest booking decides."""
    if booking is None:
        return plan(replace(loop, step=Say("step.visit_find_time")), clocks)
    ball, say = _step_of(booking, clocks)
    generic = plan(replace(loop, step=say), clocks)
    is_kept = booking.state in OCCUPYING
    if loop.state is not State.STARTED or loop.last_contact is not None or loop.reminded_at is not None:
        # Whoever put it off or is calling goes on, but never past the moment at which the visit asks for a look.
        look = _look_at(booking, clocks) if is_kept and loop.reminded_at is None else generic.next_at
        if loop.rung is not None and look < loop.rung.by:
            generic = plan(replace(loop, step=say, rung=replace(loop.rung, by=look)), clocks)
        return replace(generic, next_at=min(generic.next_at, look))
    look = _look_at(booking, clocks) if is_kept else _look_after(booking, clocks)
    waits = booking.state in RESTING and waits_until(loop, look)
    return NextStep(ball, say, look, sort_at(loop, look), waits)


def say_preparation(preparation: Preparation) -> Say:
    """Say what the patient is to do before a visit."""
    return Say(f"preparation.{preparation}")


def may_miss(booking: BookingFacts, at: datetime) -> bool:
    """Tell whether it can be known by now that the patient has not come: the visit has begun."""
    return at >= booking.starts_at


def _step_of(booking: BookingFacts, clocks: Clocks) -> tuple[Ball, Say]:
    """Say what comes next: what is open before the visit comes first, unless something else is looked at sooner."""
    prepare = _prepare_at(booking, clocks)
    if prepare is None or prepare > _visit_look(booking, clocks):
        ball, key = STEPS[booking.state]
        return ball, Say(key)
    if booking.state is BookingState.BOOKED:
        return Ball.US, Say("step.visit_prepare_and_ask", count=booking.open_items)
    return Ball.US, Say("step.visit_prepare", count=booking.open_items)


def _look_at(booking: BookingFacts, clocks: Clocks) -> datetime:
    """Return when somebody looks at a visit that keeps its time: to prepare it, and as ``_visit_look`` says."""
    look, prepare = _visit_look(booking, clocks), _prepare_at(booking, clocks)
    return look if prepare is None else min(look, prepare)


def _prepare_at(booking: BookingFacts, clocks: Clocks) -> datetime | None:
    """Return when somebody looks at what is still open before a visit; None if nothing is, or it is too late."""
    if not booking.open_items or booking.state not in (BookingState.BOOKED, BookingState.CONFIRMED):
        return None
    return _days_before(booking, "visit.prepare", clocks)


def _visit_look(booking: BookingFacts, clocks: Clocks) -> datetime:
    """Return when somebody looks at a visit whatever is prepared: to confirm it before, to say how it went after."""
    if booking.state is BookingState.HELD and booking.hold_until is not None:
        return booking.hold_until
    if booking.state is BookingState.BOOKED:
        return _days_before(booking, "visit.confirm", clocks)
    return max(booking.ends_at, booking.state_since)


def _days_before(booking: BookingFacts, clock: str, clocks: Clocks) -> datetime:
    """Return the morning so many business days before a visit, but no moment before it stood where it stands."""
    day = booking.starts_at.astimezone(ZoneInfo(booking.zone)).date()
    days = clocks.value_on(clock, day).days
    return max(morning_of(_business_days_before(day, days, clocks), booking.zone), booking.state_since)


def _look_after(booking: BookingFacts, clocks: Clocks) -> datetime:
    """Return when somebody must have looked after a time that was not used."""
    names = {BookingState.NO_SHOW: "visit.no_show", BookingState.BUMPED: "visit.bumped"}
    return after(clocks, names.get(booking.state, "visit.find_time"), booking.state_since, booking.zone)


def _business_days_before(day: date, count: int, clocks: Clocks) -> date:
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_business_day(day, clocks.holidays):
            day -= timedelta(days=1)
    return day
