"""Small plots: gaps stay gaps, goals have their line, the last value is said in words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.plots import GoalLine, Point, Series
from careloop.rules.plots import HEIGHT, WIDTH, plot, say_last

ON = date(2026, 11, 20)


def series(*values: tuple[int, str], goal: GoalLine | None = None) -> Series:
    """Return values by how many days ago they were measured."""
    points = tuple(Point(ON - timedelta(days=ago), Decimal(value)) for ago, value in values)
    return Series("loinc|29463-7", "Body weight", "kg", points, len(points), goal)


def test_a_long_time_without_a_value_stays_a_gap() -> None:
    drawn = plot(series((90, "84"), (83, "83"), (76, "82"), (20, "81"), (13, "80"), (6, "80")))

    assert [len(run) for run in drawn.runs] == [3, 3]


def test_values_at_the_usual_distance_are_joined() -> None:
    assert [len(run) for run in plot(series((360, "7"), (270, "8"), (180, "7"), (60, "9"))).runs] == [4]


def test_a_goal_has_its_line_inside_the_picture_even_if_no_value_is_near() -> None:
    drawn = plot(series((9, "90"), (2, "91"), goal=GoalLine(None, Decimal(81))))

    ((value, y),) = drawn.goals
    assert value == Decimal(81)
    assert y == pytest.approx(drawn.area.bottom)
    assert all(dot.y < y for run in drawn.runs for dot in run)


def test_values_that_are_all_the_same_lie_in_the_middle() -> None:
    (run,) = plot(series((9, "80"), (2, "80"))).runs

    assert {dot.y for dot in run} == {HEIGHT / 2}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["80.10"], "80.10 kg on Fri 20 Nov."),
        (["80.0", "80.00"], "80.00 kg on Fri 20 Nov, the same as the time before."),
        (["79", "80.1"], "80.1 kg on Fri 20 Nov, higher than the time before (79 kg)."),
        (["81", "80.1"], "80.1 kg on Fri 20 Nov, lower than the time before (81 kg)."),
    ],
)
def test_the_last_value_is_said_in_words_with_the_digits_of_the_record(values: list[str], words: str) -> None:
    points = [Point(ON - timedelta(days=len(values) - 1 - n), Decimal(v)) for n, v in enumerate(values)]

    assert speak(say_last("kg", points), "en", today=ON) == words


def test_a_value_without_a_unit_is_said_without_one() -> None:
    assert say_last("", [Point(ON, Decimal(5))]) == Say("plot.only", value="5", day=ON)


measured = st.lists(
    st.tuples(st.integers(0, 4000), st.decimals(-1000, 1000, places=2).map(str)), min_size=1, max_size=12
)


@given(measured)
def test_every_value_is_a_dot_inside_the_picture_and_dots_go_on_in_time(values: list[tuple[int, str]]) -> None:
    drawn = plot(series(*values))
    dots = [dot for run in drawn.runs for dot in run]

    assert len(dots) == len(values)
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in dots)
    assert [dot.x for dot in dots] == sorted(dot.x for dot in dots)
    assert plot(series(*reversed(values))).runs == drawn.runs


def test_time_runs_as_one_reads() -> None:
    known = series((90, "84"), (83, "83"), (6, "80"))
    one, other = plot(known), plot(known, is_rtl=True)

    assert [dot.x for run in other.runs for dot in run] == [WIDTH - dot.x for run in one.runs for dot in run]
    assert one.runs[0][0].x < one.runs[-1][-1].x
    assert other.goals == one.goals
