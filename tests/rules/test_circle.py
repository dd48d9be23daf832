"""The people around a patient, drawn: nothing touches, nobody is lost, the same people give the same picture."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.circle import Circle, Member, Ring, Told
from careloop.facts.overview import Near, Outside, ProxyLine
from careloop.facts.timeline import Box
from careloop.rules.circle import MOST, draw_circle, gather_circle, join_told

NAMES = ("Ana", "Dr. Anita Patel", "Jonathan Featherstonehaugh-Smythe", "فاطمة الزهراء", "王小明", "")
GROUPS = st.tuples(*(st.lists(st.sampled_from(NAMES), max_size=8) for _ in Ring))


def people(groups: tuple[list[str], ...]) -> list[Member]:
    return [
        Member(f"{ring}-{n}", ring, name, "")
        for ring, names in zip(Ring, groups, strict=True)
        for n, name in enumerate(names)
    ]


def boxes(circle: Circle) -> list[Box]:
    marks = [spot.mark for spot in circle.spots]
    return [*marks, *(spot.label for spot in circle.spots if spot.words), Box(circle.x - 27, circle.y - 27, 54, 54)]


@given(GROUPS, st.booleans())
def test_signs_and_names_touch_nothing_and_stay_inside(groups: tuple[list[str], ...], is_rtl: bool) -> None:
    circle = draw_circle(people(groups), person="Doña Rosa", is_rtl=is_rtl)

    drawn = boxes(circle)
    assert [(a, b) for a, b in combinations(drawn, 2) if a.overlaps(b)] == []
    assert all(box.x >= 0 and box.right <= circle.width and box.y >= 0 for box in drawn)
    assert all(box.bottom <= circle.height for box in drawn)


@given(GROUPS)
def test_everybody_is_drawn_or_counted(groups: tuple[list[str], ...]) -> None:
    members = people(groups)
    circle = draw_circle(members, person="Rosa")

    assert len(circle.spots) + circle.hidden == len(members)
    assert len({spot.member.anchor for spot in circle.spots}) == len(circle.spots)


@given(GROUPS)
def test_the_picture_is_the_same_each_time_and_mirrored_from_right_to_left(groups: tuple[list[str], ...]) -> None:
    members = people(groups)
    one, again = draw_circle(members, person="Rosa"), draw_circle(members, person="Rosa")
    other = draw_circle(members, person="Rosa", is_rtl=True)

    assert one == again
    assert [spot.x for spot in other.spots] == pytest.approx([one.width - spot.x for spot in one.spots])
    assert [spot.y for spot in other.spots] == [spot.y for spot in one.spots]


def test_as_many_as_a_ring_holds_all_find_a_place() -> None:
    for family in range(MOST[Ring.FAMILY] + 1):
        for team in range(MOST[Ring.TEAM] + 1):
            for outside in range(MOST[Ring.OUTSIDE] + 1):
                groups = tuple(["Elena Alvarez"] * n for n in (family, team, outside))
                circle = draw_circle(people(groups), person="Rosa")
                assert circle.hidden == 0, (family, team, outside)
                # Hardly anybody stands there with letters alone.
                assert sum(not spot.words for spot in circle.spots) <= 2


def test_the_person_in_the_middle_is_called_by_name_or_by_letters() -> None:
    assert draw_circle([], person="Rosa").lines == ("Rosa",)
    assert draw_circle([], person="Doña Rosa").lines == ("Doña", "Rosa")
    assert draw_circle([], person="Maximiliana Featherstonehaugh").lines == ("MF",)


def test_somebody_named_twice_is_one_and_the_narrower_word_holds() -> None:
    near = (
        Near("Elena Alvarez", "daughter", (), "", told=Told.YES),
        Near("elena alvarez", "", (), "", is_emergency=True, told=Told.PART),
    )
    members = gather_circle(
        [("Dr. Patel", "Clinician")], [ProxyLine("Luis", "son")], near, [Outside("Dr. PATEL", "", "")]
    )

    assert [(m.anchor, m.ring) for m in members] == [
        ("team-1", Ring.TEAM), ("proxy-1", Ring.FAMILY), ("near-1", Ring.FAMILY),
    ]  # fmt: skip
    assert (members[2].is_emergency, members[2].told) == (True, Told.PART)


def test_a_daughter_with_the_name_of_a_clinician_is_somebody_else() -> None:
    members = gather_circle([("Ana Lee", "Clinician")], [], [Near("Ana Lee", "daughter", (), "")], [])

    assert len(members) == 2


JOINED = [
    ([], None),
    ([Told.YES, Told.YES], Told.YES),
    ([Told.YES, Told.PART], Told.PART),
    ([Told.YES, Told.NO], Told.UNCLEAR),
    ([Told.PART, Told.NO], Told.UNCLEAR),
    ([Told.UNCLEAR, Told.YES], Told.UNCLEAR),
]


@pytest.mark.parametrize(("found", "told"), JOINED)
def test_two_consents_that_do_not_agree_are_said_to(found: list[Told], told: Told | None) -> None:
    assert join_told(found) is told
