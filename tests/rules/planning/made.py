"""Journeys for tests of the planner: a small one told by hand, and any number drawn by Hypothesis."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from careloop.facts.itineraries import Gap, Journey, StepAsk, Wishes
from careloop.facts.scheduling import Candidate, Span, VisitLength
from careloop.facts.visits import PartOfDay

ZONE = "America/New_York"
HERE = ZoneInfo(ZONE)
# Monday 30 November 2026.
MONDAY = datetime(2026, 11, 30, tzinfo=HERE)


def at(day: int, hour: float) -> datetime:
    """Return an hour of a day, days counted from Monday 30 November, on the clocks of New York."""
    wall = MONDAY.replace(tzinfo=None) + timedelta(days=day, minutes=round(hour * 60))
    return wall.replace(tzinfo=HERE).astimezone(UTC)


def span(day: int, begins: float, ends: float) -> Span:
    return Span(at(day, begins), at(day, ends))


def window(days: int) -> Span:
    return Span(at(0, 0), at(days, 0))


def someone(number: int, *spans: Span, busy: tuple[Span, ...] = (), keeps_gaps: bool = True) -> Candidate:
    return Candidate(UUID(int=number), tuple(spans), busy, keeps_gaps)


def daily(number: int, days: range, begins: float = 8, ends: float = 17) -> Candidate:
    return someone(number, *(span(day, begins, ends) for day in days))


def step(key: str, *needs: Candidate, minutes: int = 30, **more: object) -> StepAsk:
    return StepAsk(key, VisitLength(minutes), tuple((need,) for need in needs), ZONE, **more)  # type: ignore[arg-type]


@st.composite
def candidates(draw: st.DrawFn, number: int, days: int) -> Candidate:
    opens, busy = [], []
    for day in range(days):
        if draw(st.integers(0, 3)):
            begins = draw(st.integers(28, 56)) / 4
            opens.append(span(day, begins, begins + draw(st.integers(1, 24)) / 4))
        if not draw(st.integers(0, 3)):
            begins = draw(st.integers(90, 190)) / 12
            busy.append(span(day, begins, begins + draw(st.integers(1, 20)) / 12))
    return Candidate(UUID(int=number), tuple(opens), tuple(busy), draw(st.booleans()))


@st.composite
def journeys(draw: st.DrawFn, steps: int = 4, days: int = 7) -> Journey:
    people = [draw(candidates(number, days)) for number in range(1, draw(st.integers(1, 5)) + 1)]
    asks = []
    for key in "abcdef"[: draw(st.integers(1, steps))]:
        need = draw(st.lists(st.sampled_from(people), min_size=1, max_size=3, unique_by=lambda one: one.id))
        length = VisitLength(draw(st.sampled_from([20, 30, 45, 90])), draw(st.sampled_from([0, 10])), 15)
        first = draw(st.none() | st.integers(0, 2).map(lambda n: at(n, 0).astimezone(HERE).date()))
        asks.append(
            StepAsk(
                key, length, (tuple(need),), ZONE, draw(st.sampled_from(["", "north", "south"])),
                draw(st.booleans()), first,
            )
        )  # fmt: skip
    gaps = []
    for later in range(1, len(asks)):
        if draw(st.booleans()):
            least = draw(st.integers(0, 2))
            most = draw(st.none() | st.integers(least, least + 3))
            earlier = draw(st.integers(0, later - 1))
            gaps.append(Gap(asks[later].key, asks[earlier].key, least, most, draw(st.booleans())))
    helped = draw(st.none() | st.lists(st.integers(0, days - 1).map(lambda d: span(d, 7, 14)), max_size=5))
    wishes = Wishes(
        weekdays=draw(st.sampled_from([frozenset(range(1, 8)), frozenset({1, 2, 4})])),
        part_of_day=draw(st.none() | st.sampled_from(list(PartOfDay))),
        most_trips=draw(st.none() | st.integers(1, 3)),
        companion=None if helped is None else tuple(helped),
    )
    busy = tuple(span(draw(st.integers(0, days - 1)), 9, 10.5) for _ in range(draw(st.integers(0, 2))))
    return Journey("one", tuple(asks), tuple(gaps), window(days), busy, wishes)
