"""The timeline: what is shown, and what holds for every picture."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.facts.timeline import Box, Drawing, Happening, Lane, Placed, Spoken, Standing
from careloop.rules.timeline import DOT, ENOUGH, ROWS, SPANS, draw, find_span, measure

ON = date(2026, 11, 20)
CLOSED = frozenset({date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 25)})
WIDTHS = (960, 760, 560, 300)


def thing(key: str, words: str, ago: int, **changes: object) -> Spoken:
    """Return something that happened so many days ago, or lies ahead."""
    values: dict[str, object] = {
        "key": key,
        "lane": Lane.VISITS,
        "standing": Standing.HAPPENED if ago >= 0 else Standing.BOOKED,
        "label": Say("text.free", text=words),
        "start": ON - timedelta(days=ago),
    }
    return Spoken(Happening(**values | changes), words)  # type: ignore[arg-type]


def placed(drawing: Drawing) -> list[Placed]:
    return [one for lane in drawing.lanes for one in lane.placed]


def find(drawing: Drawing, key: str) -> Placed:
    return next(one for one in placed(drawing) if one.spoken.happening.key == key)


def test_a_day_is_a_dot_and_more_days_are_a_bar_of_their_length() -> None:
    stay = thing("stay", "Hospital stay", 9, end=ON - timedelta(days=2))
    drawing = draw([stay, thing("visit", "Visit", 20)], today=ON, width=960)

    a_day = drawing.plot.width / ((drawing.last - drawing.first).days + 1)
    assert find(drawing, "stay").mark.width == pytest.approx(8 * a_day)
    assert (find(drawing, "stay").is_bar, find(drawing, "visit").is_bar) == (True, False)


def test_words_that_fit_stand_inside_their_bar() -> None:
    taken = thing("m", "Apixaban", 500, lane=Lane.MEDICINES, goes_on=True)
    drawing = draw([taken], today=ON, width=960)

    one = find(drawing, "m")
    assert one.is_inside
    assert (one.mark.x, one.mark.right) == (drawing.plot.x, pytest.approx(drawing.plot.right))


def test_a_stay_that_goes_on_ends_today_and_a_medicine_goes_to_the_edge() -> None:
    stay = thing("stay", "Hospital", 5, goes_on=True)
    drawing = draw([stay, thing("m", "A", 5, lane=Lane.MEDICINES, goes_on=True)], today=ON, width=960)

    a_day = drawing.plot.width / ((drawing.last - drawing.first).days + 1)
    assert find(drawing, "stay").mark.right == pytest.approx(drawing.today_x + a_day / 2)
    assert find(drawing, "m").mark.right == pytest.approx(drawing.plot.right)


def test_the_shortest_span_with_enough_is_shown_else_the_one_that_shows_most() -> None:
    def days(*agos: int) -> list[Happening]:
        return [thing(str(n), "x", ago).happening for n, ago in enumerate(agos)]

    assert find_span(days(*range(ENOUGH)), ON) == (ON - timedelta(days=28), ON + timedelta(days=35))
    assert find_span(days(*range(60, 60 + ENOUGH)), ON)[0] == ON - timedelta(days=91)
    assert find_span(days(200, 210, 3), ON)[0] == ON - timedelta(days=364)
    assert find_span(days(), ON)[0] == ON - timedelta(days=28)


def test_closed_days_are_one_box_for_each_run() -> None:
    drawing = draw([thing(str(n), "x", n) for n in range(ENOUGH)], today=ON, width=960, closed=CLOSED)

    a_day = drawing.plot.width / ((drawing.last - drawing.first).days + 1)
    assert [round(box.width / a_day) for box in drawing.closed] == [2, 1]


def test_what_finds_no_room_is_counted_and_never_lost() -> None:
    crowd = [thing(str(n), f"A visit with a long name, number {n}", 3) for n in range(9)]
    (lane,) = draw(crowd, today=ON, width=560).lanes

    assert lane.hidden > 0
    assert len(lane.placed) + lane.hidden == 9
    assert len({one.mark.y for one in lane.placed}) <= ROWS


def test_what_is_open_finds_its_place_before_what_is_over() -> None:
    crowd = [thing(str(n), f"A visit with a long name, number {n}", 3) for n in range(9)]
    drawing = draw(
        [*crowd, thing("open", "A task with a long name", 3, standing=Standing.EXPECTED)], today=ON, width=560
    )

    assert find(drawing, "open")


def test_what_is_late_from_before_the_span_stands_at_its_edge_and_what_is_over_does_not() -> None:
    late = thing("late", "Ask about a test", 700, standing=Standing.EXPECTED)
    drawing = draw([late, thing("old", "Visit", 700)], today=ON, width=960)

    (one,) = placed(drawing)
    assert one.spoken.happening.key == "late"
    a_day = drawing.plot.width / ((drawing.last - drawing.first).days + 1)
    assert one.mark.x == pytest.approx(max(drawing.plot.x, drawing.plot.x + a_day / 2 - DOT / 2))


def test_nothing_gives_an_empty_picture() -> None:
    drawing = draw([], today=ON, width=300)

    assert drawing.lanes == ()
    assert drawing.plot.x <= drawing.today_x <= drawing.plot.right


def test_right_to_left_is_the_same_picture_mirrored() -> None:
    things = [thing("a", "Visit", 9), thing("b", "Stay", 20, end=ON), thing("c", "Eye exam", -9)]
    one, other = (draw(things, today=ON, width=760, closed=CLOSED, is_rtl=is_rtl) for is_rtl in (False, True))

    assert other.today_x == pytest.approx(760 - one.today_x)
    for left, right in zip(placed(one), placed(other), strict=True):
        assert right.mark.x == pytest.approx(760 - left.mark.right)
        assert right.label.x == pytest.approx(760 - left.label.right)
        assert (right.anchor, right.words) == (left.anchor, left.words)


words = st.text(st.sampled_from("abc MWÑ.,é漢ا"), min_size=1, max_size=40)
agos = st.integers(-120, 420)


@st.composite
def things(pick: st.DrawFn) -> list[Spoken]:
    found = []
    for n in range(pick(st.integers(0, 30))):
        ago, length = pick(agos), pick(st.none() | st.integers(-3, 200))
        end = None if length is None else ON - timedelta(days=ago) + timedelta(days=length)
        changes = {
            "lane": pick(st.sampled_from(Lane)),
            "standing": pick(st.sampled_from(Standing)),
            "end": end,
            "goes_on": end is None and pick(st.booleans()),
        }
        found.append(thing(f"k{n}", pick(words), ago, **changes))
    return found


def inside(box: Box, frame: Box) -> bool:
    slack = 0.01
    return (
        frame.x - slack <= box.x
        and box.right <= frame.right + slack
        and frame.y - slack <= box.y
        and box.bottom <= frame.bottom + slack
    )


def touching(boxes: Sequence[Box]) -> list[tuple[Box, Box]]:
    return [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.overlaps(b)]


@settings(max_examples=120, deadline=None)
@given(things(), st.sampled_from(WIDTHS), st.booleans())
def test_everything_lies_inside_the_frame_and_no_words_touch_words_or_other_marks(
    known: list[Spoken], width: int, is_rtl: bool
) -> None:
    drawing = draw(known, today=ON, width=width, closed=CLOSED, is_rtl=is_rtl)
    frame = Box(0, 0, drawing.width, drawing.height)

    for one in placed(drawing):
        assert inside(one.mark, frame)
        assert inside(one.mark, drawing.plot)
        assert inside(one.label, frame)
        assert one.label.width == pytest.approx(measure(one.words))
    assert touching([one.label for one in placed(drawing)]) == []
    assert touching([one.mark for one in placed(drawing)]) == []
    for one in placed(drawing):
        others = [two.mark for two in placed(drawing) if two is not one]
        assert not any(one.label.overlaps(mark) for mark in others)
    for before, after in zip(drawing.lanes, drawing.lanes[1:], strict=False):
        assert before.box.bottom == pytest.approx(after.box.y)
    assert all(inside(box, frame) for box in drawing.closed)
    assert all(0 <= tick.x <= drawing.width for tick in drawing.ticks)
    assert 0 <= drawing.today_x <= drawing.width


@settings(max_examples=60, deadline=None)
@given(things(), st.sampled_from(WIDTHS), st.integers(0, 1000))
def test_the_order_of_the_facts_gives_the_same_picture(known: list[Spoken], width: int, seed: int) -> None:
    mixed = list(known)
    random.Random(seed).shuffle(mixed)  # noqa: S311 (an order for a test)

    assert draw(mixed, today=ON, width=width) == draw(known, today=ON, width=width)


@settings(max_examples=60, deadline=None)
@given(things())
def test_what_lies_in_the_span_is_placed_or_counted(known: list[Spoken]) -> None:
    drawing = draw(known, today=ON, width=960)

    shown = sum(len(lane.placed) + lane.hidden for lane in drawing.lanes)
    starting = [one for one in known if drawing.first <= one.happening.start <= drawing.last]
    assert len(starting) <= shown <= len(known)
    assert (drawing.first, drawing.last) in [
        (ON - timedelta(days=before), ON + timedelta(days=after)) for before, after in SPANS
    ]
