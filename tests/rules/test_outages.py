"""Somebody is out: every new time keeps every rule, the most harmful delay is seen to first, and reasons are said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.facts.itineraries import Gap, Placed
from careloop.facts.outages import Hit, HitVisit, Moving, NeedsPerson, NewPlace, OutAsk
from careloop.facts.scheduling import Candidate, Promised, Span, VisitLength
from careloop.facts.worklist import Severity
from careloop.rules.outages import is_hit, is_reversed, out_spans, plan_outage, read_place
from careloop.rules.planning.keep import find_broken_gaps

ZONE = "America/New_York"
HERE = ZoneInfo(ZONE)
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
WINDOW = Span(datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 12, 28, tzinfo=UTC))
SAME, OTHER, SPEAKS = (UUID(int=n) for n in (1, 2, 3))
HALF = VisitLength(30)
NINE_THIRTY = datetime.fromisoformat("2026-11-24T09:30")


def at(hour: float, *, on: date = MONDAY) -> datetime:
    return datetime.combine(on, time(int(hour), int(hour % 1 * 60)), HERE).astimezone(UTC)


MORNING = Span(at(9, on=MONDAY + DAY), at(12, on=MONDAY + DAY))


def promised(hour: float, *, on: date = MONDAY) -> Promised:
    instant = at(hour, on=on)
    return Promised(instant, ZONE, instant.astimezone(HERE).replace(tzinfo=None))


def works(key: UUID, *days: int, busy: tuple[Span, ...] = ()) -> Candidate:
    """Return somebody who is there from nine to five, so many days after the Monday."""
    return Candidate(key, tuple(Span(at(9, on=MONDAY + DAY * n), at(17, on=MONDAY + DAY * n)) for n in days), busy)


def visit(
    *people: Candidate, hour: float = 9.5, key: int = 10, step: str = "", on: date = MONDAY, **more: object
) -> HitVisit:
    booking, patient = UUID(int=key), UUID(int=key + 1000)
    needs = ((*people,), (Candidate(patient, None, (), keeps_gaps=False),))
    made = HitVisit(booking, step or str(booking), promised(hour, on=on), HALF, needs, with_whom=SAME)
    return replace(made, **more)  # type: ignore[arg-type]


def hit(*visits: HitVisit, harm: Severity = Severity.MODERATE, **more: object) -> Hit:
    return replace(Hit(visits[0].booking_id, harm, tuple(visits)), **more)  # type: ignore[arg-type]


def keys(moving: Moving) -> list[str]:
    return [say.key.removeprefix("outage.") for new in moving.times for say in new.why]


def when(moving: Moving) -> list[str]:
    return [f"{new.promised.wall:%d %H:%M}" for new in moving.times]


@pytest.mark.parametrize(
    ("case", "people", "harm", "expected", "why"),
    [
        ("with the same person the next day, as early as before", (works(SAME, 1), works(OTHER, 0, 1)),
         Severity.MODERATE, "24 09:30", ["days_later", "same_person"]),
        ("with somebody else at once where delay does harm", (works(SAME, 2), works(OTHER, 0)),
         Severity.HIGH, "23 09:30", ["same_day", "other_person", "cannot_wait"]),
        ("with somebody else where the same person is long away", (works(SAME, 14), works(OTHER, 0)),
         Severity.LOW, "23 09:30", ["same_day", "other_person"]),
        ("in another part of the day where that is sooner", (works(SAME, 1, busy=(MORNING,)), works(OTHER)),
         Severity.LOW, "24 12:00", ["days_later", "same_person"]),
    ],
)  # fmt: skip
def test_the_time_that_costs_least_is_found(
    case: str, people: tuple[Candidate, ...], harm: Severity, expected: str, why: list[str]
) -> None:
    (moving,) = plan_outage([hit(visit(*people), harm=harm)], WINDOW)

    assert (when(moving), keys(moving)) == ([expected], why), case


def test_the_one_time_goes_to_whom_delay_harms_most() -> None:
    only = works(SAME, 1, busy=(Span(at(9.5, on=MONDAY + DAY), at(17, on=MONDAY + DAY)),))
    mild, grave = hit(visit(only, key=10)), hit(visit(only, key=11, hour=11), harm=Severity.HIGH)

    first, second = plan_outage([mild, grave], WINDOW)

    assert (first.key, when(first)) == (grave.key, ["24 09:00"])
    assert (second.key, second.person) == (mild.key, NeedsPerson.NOTHING_FITS)


def test_nothing_moves_to_an_earlier_hour_of_its_day() -> None:
    free = works(OTHER, 0, busy=(Span(at(9.5), at(17)),))

    assert plan_outage([hit(visit(free))], WINDOW)[0].person is NeedsPerson.NOTHING_FITS


def test_an_interpreter_who_is_not_free_is_named() -> None:
    one = visit(works(SAME, 1))
    speaks = (works(SPEAKS, 9, busy=(Span(at(9, on=MONDAY + DAY * 9), at(17, on=MONDAY + DAY * 9)),)),)
    missing = replace(one, needs=(one.needs[0], speaks, one.needs[1]), interpreter=1)
    there = replace(one, needs=(one.needs[0], (works(SPEAKS, 1),), one.needs[1]), interpreter=1)

    assert plan_outage([hit(missing)], WINDOW)[0].person is NeedsPerson.INTERPRETER
    assert "interpreter_free" in keys(plan_outage([hit(there)], WINDOW)[0])


def test_a_visit_moves_only_to_days_on_which_its_approval_holds_and_says_so() -> None:
    people = (works(SAME, 5), works(OTHER, 1))
    wide, narrow = ((MONDAY, MONDAY + DAY * last) for last in (5, 4))
    # Alone it would wait for the same person; the approval is over by then.
    (kept,) = plan_outage([hit(visit(*people, approved=wide, has_ride=True))], WINDOW)
    (sooner,) = plan_outage([hit(visit(works(SAME, 5), works(OTHER, 2), approved=narrow))], WINDOW)

    assert keys(kept)[-2:] == ["approval_holds", "ride_anew"]
    assert kept.times[0].why[-2] == Say("outage.approval_holds", day=MONDAY + DAY * 5)
    assert when(sooner) == ["25 09:30"]
    assert "ride_anew" not in keys(sooner)


def test_where_nothing_is_free_while_the_approval_holds_a_person_decides() -> None:
    late = visit(works(SAME, 5), approved=(MONDAY, MONDAY + DAY * 4))

    (moving,) = plan_outage([hit(late)], WINDOW)
    assert (moving.times, moving.person) == ((), NeedsPerson.APPROVAL)

    # Where nothing at all is free the approval is not to blame.
    (none,) = plan_outage([hit(replace(late, needs=((works(SAME),), late.needs[1])))], WINDOW)
    assert none.person is NeedsPerson.NOTHING_FITS


GAPS = (Gap("b", "a", 1, 3), Gap("c", "b", 1, 5, is_validity=True))


def chain(first: HitVisit, *later: HitVisit, **standing: Promised) -> Hit:
    placed = {one.step: placed_at(one.step, one.was) for one in (first, *later)}
    placed |= {step: placed_at(step, when) for step, when in standing.items()}
    return hit(first, *later, gaps=GAPS, standing=placed)


def placed_at(step: str, when: Promised) -> Placed:
    return Placed(step, when, when.at + timedelta(minutes=30), ())


def test_a_step_moves_so_that_those_after_it_can_stay() -> None:
    """A day before b at least: Thursday is free for both, so a goes to the Tuesday."""
    a = visit(works(SAME, 1, 3), step="a")
    b = visit(works(SAME, *range(12)), step="b", key=11, on=MONDAY + DAY * 3, is_hit=False)

    (moving,) = plan_outage([chain(a, b)], WINDOW)

    assert (when(moving), [new.step for new in moving.times]) == (["24 09:30"], ["a"])
    assert keys(moving)[-1] == "in_order"


def test_later_steps_move_along_where_they_must() -> None:
    a = visit(works(SAME, 7), step="a")
    b = visit(works(SAME, *range(12)), step="b", key=11, on=MONDAY + DAY, is_hit=False)
    c = visit(works(SAME, *range(12)), step="c", key=12, on=MONDAY + DAY * 2, is_hit=False)

    (moving,) = plan_outage([chain(a, b, c)], WINDOW)

    assert (when(moving), [new.step for new in moving.times]) == (["30 09:30", "01 09:30", "02 09:30"], ["a", "b", "c"])
    assert keys(moving).count("along") == 2


def test_a_step_that_would_come_too_late_needs_a_person() -> None:
    b = visit(works(SAME, 8), step="b", on=MONDAY + DAY)

    (moving,) = plan_outage([chain(b, a=promised(9))], WINDOW)

    assert (moving.person, moving.times) == (NeedsPerson.TOO_LATE, ())


def test_a_later_step_that_cannot_move_by_itself_needs_a_person() -> None:
    a = visit(works(SAME, 7), step="a")

    assert plan_outage([chain(a, b=promised(9, on=MONDAY + DAY))], WINDOW)[0].person is NeedsPerson.STEP_STAYS


def test_what_waits_for_somebody_is_not_looked_for() -> None:
    waits = hit(visit(works(SAME, 1)), stuck=NeedsPerson.CLINICIAN)

    assert plan_outage([waits], WINDOW) == (Moving(waits.key, person=NeedsPerson.CLINICIAN),)


hours = st.integers(0, 31).map(lambda n: 9 + n / 4)
people = st.lists(st.tuples(st.integers(0, 9), hours, hours), max_size=6)


@st.composite
def outages(draw: st.DrawFn) -> tuple[Hit, ...]:
    """Draw visits with two people who are busy here and there, some of them steps with a step after them."""
    crew = []
    for key in (SAME, OTHER):
        days = draw(st.sets(st.integers(1 if key == SAME else 0, 9), max_size=5))
        spans = [(MONDAY + DAY * n, min(a, b), max(a, b)) for n, a, b in draw(people) if a != b]
        crew.append(works(key, *sorted(days), busy=tuple(Span(at(a, on=on), at(b, on=on)) for on, a, b in spans)))
    made = []
    for number in range(draw(st.integers(1, 6))):
        length = VisitLength(draw(st.sampled_from([15, 30, 60])), draw(st.sampled_from([0, 10])), 10)
        one = replace(visit(*crew, hour=draw(hours), key=10 + number * 2, step="a"), length=length)
        harm = draw(st.sampled_from(list(Severity)))
        if draw(st.booleans()):
            made.append(hit(one, harm=harm))
            continue
        late = MONDAY + DAY * draw(st.integers(1, 3))
        after = replace(
            visit(*crew, key=11 + number * 2, step="b", on=late), is_hit=False, needs=(one.needs[0], one.needs[1])
        )
        made.append(replace(chain(one, after), harm=harm))
    return tuple(made)


@settings(max_examples=50, deadline=None)
@given(outages())
def test_no_new_time_breaks_a_rule(hits: tuple[Hit, ...]) -> None:
    moved = plan_outage(hits, WINDOW)

    kept: dict[UUID, list[tuple[datetime, datetime]]] = {}
    by_key = {one.key: one for one in hits}
    assert sorted(one.key for one in moved) == sorted(by_key)
    assert [by_key[one.key].harm for one in moved] == sorted((one.harm for one in hits), reverse=True)
    for moving in moved:
        whole = by_key[moving.key]
        assert (moving.person is None) is bool(moving.times)
        placed = dict(whole.standing) | _keep(whole, moving, kept)
        if moving.times:
            assert {one.step for one in moving.times} >= {one.step for one in whole.visits if one.is_hit}
            assert find_broken_gaps(whole.gaps, placed) == ()
    for spans in kept.values():
        assert all(end <= start for (_s, end), (start, _e) in pairwise(sorted(spans)))


def _keep(whole: Hit, moving: Moving, kept: dict[UUID, list[tuple[datetime, datetime]]]) -> Mapping[str, Placed]:
    """Hold each new time against hours and busy times; return them as steps, and add what they keep."""
    found = {}
    for new in moving.times:
        one = next(visit for visit in whole.visits if visit.booking_id == new.booking_id)
        start, end = new.promised.at, new.promised.at + one.length.length
        assert start >= max(WINDOW.start, one.was.at)
        assert len(new.picks) == len(one.needs)
        for pick, need in zip(new.picks, one.needs, strict=True):
            who = next(candidate for candidate in need if candidate.id == pick)
            before, after = (one.length.gap_before, one.length.gap_after) if who.keeps_gaps else (0, 0)
            held = start - timedelta(minutes=before), end + timedelta(minutes=after)
            assert who.open is None or any(s.start <= start and end <= s.end for s in who.open)
            assert not any(held[0] < s.end and s.start < held[1] for s in who.busy)
            kept.setdefault(pick, []).append(held)
        found[new.step] = Placed(new.step, new.promised, end, new.picks)
    return found


def test_an_outage_is_whole_days_or_hours_of_each_day_on_the_clocks_there() -> None:
    """The clocks go back on the first of November."""
    whole = OutAsk(SAME, date(2026, 10, 31), date(2026, 11, 1))
    hours_of = replace(whole, opens=time(13), closes=time(17))

    (span,) = out_spans(whole, ZONE)
    assert span.end - span.start == timedelta(hours=49)
    assert [s.end - s.start for s in out_spans(hours_of, ZONE)] == [timedelta(hours=4)] * 2
    assert is_hit(at(9), at(10), (Span(at(9.5), at(11)),))
    assert not is_hit(at(9), at(9.5), (Span(at(9.5), at(11)),))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"last_on": date(2026, 10, 30)}, True),
        ({"opens": time(9)}, True),
        ({"opens": time(9), "closes": time(9)}, True),
        ({"opens": time(9), "closes": time(10)}, False),
    ],
)
def test_an_outage_that_ends_before_it_begins_is_known(changed: dict[str, object], expected: bool) -> None:
    ask = OutAsk(SAME, date(2026, 10, 31), date(2026, 11, 1))

    assert is_reversed(replace(ask, **changed)) is expected  # type: ignore[arg-type]


def test_a_new_place_is_read_as_a_form_carries_it() -> None:
    key, who = uuid4(), uuid4()

    assert read_place(f"{key}~3~2026-11-24T09:30~{who}") == NewPlace(key, 3, NINE_THIRTY, (who,))
    assert [read_place(code) for code in ("", f"{key}~3", f"{key}~x~2026-11-24T09:30", f"{key}~3~soon")] == [None] * 4
