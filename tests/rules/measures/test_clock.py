"""Time as the measures count it: tables of cases for precision, open ends, and what cannot be told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.measures import AgeSpan, Moment, Quantity, Span
from careloop.formats.fhir.timing import read_moment
from careloop.rules.measures.clock import (
    FIRST,
    LAST,
    Point,
    Reach,
    Truth,
    before,
    both,
    either,
    end,
    has_age,
    is_during,
    is_in,
    latest,
    opposite,
    overlaps,
    point,
    reach,
    same_day,
    same_or_before,
    shift,
    start,
    step,
    when,
)


def at(text: str) -> Moment:
    moment = read_moment(text, "test")
    assert moment is not None
    return moment


def span(text: str) -> Reach:
    """Return the reach of "[a, b)"; nothing between the marks is no moment."""
    low, high = (part.strip() for part in text[1:-1].split(","))
    return reach(Span(at(low) if low else None, at(high) if high else None, text[0] == "[", text[-1] == "]"))


YEAR = span("[2025-01-01T00:00:00Z, 2025-12-31T23:59:59.999Z]")


@pytest.mark.parametrize(
    ("one", "other", "same_or_earlier", "earlier"),
    [
        ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z", True, False),
        ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.001Z", True, True),
        ("2025-01-01T01:00:00+01:00", "2025-01-01T00:00:00Z", True, False),
        ("2024-12-31T23:30:00-01:00", "2025-01-01T00:00:00Z", False, False),
        ("2025-03-01", "2025-03-02T00:00:00Z", True, True),
        ("2025-03-01", "2025-03-01T12:00:00Z", None, None),
        ("2025-03-01", "2025-03-01", True, False),
        ("2025-03", "2025-03-31", None, None),
        ("2025", "2024-12", False, False),
        ("2025-03", "2025-03", True, False),
    ],
)
def test_moments_are_compared_as_far_as_both_go(one: str, other: str, same_or_earlier: Truth, earlier: Truth) -> None:
    assert same_or_before(point(at(one)), point(at(other))) is same_or_earlier
    assert before(point(at(one)), point(at(other))) is earlier


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-03-01T00:00:00Z", "2025-03-01T23:59:59Z", True),
        ("2025-03-01", "2025-03-01T23:59:59Z", True),
        ("2025-03-01T23:59:59Z", "2025-03-02T00:00:00Z", False),
        ("2025-03", "2025-03-01", None),
        ("2025-03", "2025-03", None),
        ("2025-04", "2025-03-01", False),
    ],
)
def test_a_day_is_compared_only_where_both_name_one(one: str, other: str, same: Truth) -> None:
    assert same_day(point(at(one)), point(at(other))) is same


@pytest.mark.parametrize(
    ("part", "during", "during_day", "overlaps_day"),
    [
        ("[2025-06-01T10:00:00Z, 2025-06-01T11:00:00Z]", True, True, True),
        ("[2025-12-31T23:00:00Z, 2025-12-31T23:59:59.999Z]", True, True, True),
        ("[2025-12-31T23:00:00Z, 2026-01-01T00:00:00Z]", False, False, True),
        ("[2024-12-31T23:59:59Z, 2025-01-01T01:00:00Z]", False, False, True),
        ("[2024-12-31T22:00:00Z, 2024-12-31T23:59:59.999Z]", False, False, False),
        ("[2026-01-01T00:00:00Z, ]", False, False, False),
        ("[2025-01-01, 2025-12-31]", None, True, True),
        ("[2025-06, 2025-07]", True, True, True),
        ("[2025-01, 2025-12]", None, None, True),
        ("[2024, 2024]", False, False, False),
        # Lasting: it began and has not ended. Not begun as far as is known: the start may lie anywhere before the end.
        ("[2025-06-01T10:00:00Z, ]", False, False, True),
        ("(, 2025-06-01T10:00:00Z]", None, None, True),
        ("(, 2024-06-01T10:00:00Z]", False, False, False),
        ("(, ]", False, False, None),
        # An end that nobody knows lies after the start.
        ("[2025-06-01T10:00:00Z, )", None, None, True),
        ("[2024-06-01T10:00:00Z, )", False, False, None),
        ("[2026-06-01T10:00:00Z, )", False, False, False),
        ("[2024-06-01T10:00:00Z, 2025-01-01T00:00:00Z)", False, False, False),
    ],
)
def test_a_stretch_lies_in_the_year_or_meets_it(
    part: str, during: Truth, during_day: Truth, overlaps_day: Truth
) -> None:
    assert is_during(span(part), YEAR) is during
    assert is_during(span(part), YEAR, by_day=True) is during_day
    assert overlaps(span(part), YEAR, by_day=True) is overlaps_day


def test_nothing_compared_with_anything_cannot_be_told() -> None:
    assert is_in(None, YEAR) is None
    assert is_during(None, YEAR) is None
    assert overlaps(YEAR, None) is None
    assert same_or_before(None, point(LAST)) is None
    assert start(None) is None
    assert end(None) is None
    assert latest(None) is None
    assert when(None, at("1960-01-01")) is None


def test_the_latest_of_what_lasts_is_its_start() -> None:
    assert latest(span("[2025-06-01, 2025-06-03]")) == point(at("2025-06-03"))
    assert latest(span("[2025-06-01, ]")) == point(at("2025-06-01"))
    assert latest(span("(, 2025-06-03]")) == point(at("2025-06-03"))


@pytest.mark.parametrize(
    ("born", "on", "least", "most", "answer"),
    [
        ("1959-12-31", "2025-12-31", 66, None, True),
        ("1960-01-01", "2025-12-31", 66, None, False),
        ("1950-12-31", "2025-12-31", 46, 75, True),
        ("1949-12-31", "2025-12-31", 46, 75, False),
        ("2004-02-29", "2025-02-28", 21, None, False),
        ("2004-02-29", "2025-03-01", 21, None, True),
        ("1959", "2025-12-31", 66, None, True),
        ("1959", "2025-06-30", 66, None, None),
        ("1959-06", "2025-06-15", 66, None, None),
        ("1959", "2025-06-30", 60, 65, None),
        ("1959", "2025-06-30", 60, 66, True),
        ("1990", "2025-06-30", 60, 66, False),
        ("1995-06-01", "2025", 30, None, None),
        ("9999-12", "2025-01-01", 0, None, False),
    ],
)
def test_age_is_told_in_whole_years_and_only_where_the_day_of_birth_allows(
    born: str, on: str, least: int, most: int | None, answer: Truth
) -> None:
    assert has_age(at(born), point(at(on)), least, most) is answer


def test_without_a_day_of_birth_nobody_has_an_age() -> None:
    assert has_age(None, point(at("2025-01-01")), 18) is None
    assert has_age(at("1960-01-01"), None, 18) is None


@pytest.mark.parametrize(
    ("low", "high", "begins", "ends"),
    [
        (Quantity(40, "a"), Quantity(40, "a"), "2000-06-15T00:00:00Z", "2001-06-14T23:59:59.999Z"),  # type: ignore[arg-type]
        (Quantity(40, "year"), Quantity(42, "year"), "2000-06-15T00:00:00Z", "2003-06-14T23:59:59.999Z"),  # type: ignore[arg-type]
        (Quantity(6, "mo"), Quantity(6, "mo"), "1960-12-15T00:00:00Z", "1961-12-14T23:59:59.999Z"),  # type: ignore[arg-type]
        (Quantity(2, "wk"), Quantity(2, "wk"), "1960-06-29T00:00:00Z", "1961-06-28T23:59:59.999Z"),  # type: ignore[arg-type]
    ],
)
def test_what_is_told_by_age_lasts_from_that_birthday_for_a_year(
    low: Quantity, high: Quantity, begins: str, ends: str
) -> None:
    found = when(AgeSpan(low, high), at("1960-06-15"))

    assert found == Reach(Point(at(begins), at(begins)), Point(at(ends), at(ends)))
    assert when(AgeSpan(low, high), None) is None
    assert when(AgeSpan(replace(low, unit="mmol"), high), at("1960-06-15")) is None


@pytest.mark.parametrize(
    ("text", "after", "previous"),
    [
        ("2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59.998Z"),
        ("2025-03-01T00:00:00Z", "2025-03-01T00:00:00.001Z", "2025-02-28T23:59:59.999Z"),
        ("2024-02-29", "2024-03-01", "2024-02-28"),
        ("2025-12", "2026-01", "2025-11"),
        ("2025", "2026", "2024"),
    ],
)
def test_the_next_moment_is_one_of_the_same_precision(text: str, after: str, previous: str) -> None:
    assert step(at(text), 1) == at(after)
    assert step(at(text), -1) == at(previous)


def test_steps_end_with_the_calendar() -> None:
    assert shift(at("9999-12-31"), days=1) == LAST
    assert shift(at("0001-01-01"), days=-1) == FIRST
    assert shift(at("2024-02-29"), months=12) == at("2025-02-28")


TRUTHS: list[Truth] = [True, False, None]


@given(st.lists(st.sampled_from(TRUTHS), max_size=5))
def test_three_valued_logic_answers_only_what_holds_whatever_the_unknown_is(truths: list[Truth]) -> None:
    worst = [truth is True for truth in truths]
    best = [truth is not False for truth in truths]

    assert both(*truths) is (True if all(worst) else False if not all(best) else None)
    assert either(*truths) is (True if any(worst) else False if not any(best) else None)
    assert opposite(both(*truths)) is either(*(opposite(truth) for truth in truths))


DAYS = st.dates().map(lambda day: Moment((day.year, day.month, day.day)))
MOMENTS = st.builds(
    lambda day, rest, size: Moment((*day.parts, rest)[:size]), DAYS, st.integers(0, 86399999), st.integers(1, 4)
)


@given(MOMENTS, MOMENTS)
def test_one_moment_is_not_before_another_that_is_before_it(one: Moment, other: Moment) -> None:
    forward, backward = before(point(one), point(other)), before(point(other), point(one))

    assert both(forward, backward) is not True
    assert (forward is None) == (backward is None)
    assert before(point(one), point(other)) is opposite(same_or_before(point(other), point(one)))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_what_lies_in_a_stretch_overlaps_it(one: Moment, low: Moment, high: Moment) -> None:
    whole = reach(Span(low, high))
    if is_in(point(one), whole) is True:
        assert overlaps(reach(Span(one, one)), whole) is True
