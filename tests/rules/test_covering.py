"""Sharing a caseload out: nobody dropped, nobody who may not see, hours that add up, and why in words."""

from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.facts.covering import Charge, Helper
from careloop.facts.worklist import LoopKind, Severity
from careloop.rules.covering import (
    Week,
    estimate_minutes,
    explain_choice,
    is_critical,
    may_cover,
    share_out,
    working_minutes,
)

LEE, MAY, SOL = (UUID(int=n) for n in (1, 2, 3))
ROSA = UUID(int=100)
UNITS = frozenset({1})


def helper(key: UUID = LEE, **more: object) -> Helper:
    given = {"person_id": key, "name": f"H{key.int}", "units": UNITS, "labels": 0, "free": 600,
             "languages": frozenset()}  # fmt: skip
    return Helper(**(given | more))  # type: ignore[arg-type]


def charge(key: UUID = ROSA, **more: object) -> Charge:
    given = {"patient_id": key, "unit_id": 1, "labels": 0, "language": "en", "minutes": 30, "harm": 2, "known": {}}
    return Charge(**(given | more))  # type: ignore[arg-type]


helpers = st.lists(
    st.builds(
        Helper,
        person_id=st.sampled_from([UUID(int=n) for n in range(1, 7)]),
        name=st.sampled_from("abc"),
        units=st.frozensets(st.integers(1, 3), min_size=1),
        labels=st.integers(0, 7),
        free=st.integers(-600, 3000),
        languages=st.frozensets(st.sampled_from(["es", "vi", "ar"])),
        reserve=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.person_id,
)
charges = st.lists(
    st.builds(
        Charge,
        patient_id=st.uuids(),
        unit_id=st.integers(1, 3),
        labels=st.integers(0, 7),
        language=st.sampled_from(["", "en", "es", "vi"]),
        minutes=st.integers(0, 400),
        harm=st.integers(0, 4),
        known=st.dictionaries(st.sampled_from([UUID(int=n) for n in range(1, 7)]), st.integers(1, 9)),
    ),
    max_size=40,
    unique_by=lambda one: one.patient_id,
)


@given(charges, helpers)
def test_nobody_is_dropped_nobody_without_the_right_is_chosen_and_the_hours_add_up(
    listed: list[Charge], colleagues: list[Helper]
) -> None:
    shares = share_out(listed, colleagues)

    assert [one.patient_id for one in shares] == [one.patient_id for one in listed]
    by = {one.person_id: one for one in colleagues}
    wanted = {one.patient_id: one for one in listed}
    for share in shares:
        able = [one for one in colleagues if may_cover(one, wanted[share.patient_id])]
        assert (share.person_id is None) is (not able)
        assert share.because
        if share.person_id is not None:
            chosen = by[share.person_id]
            assert may_cover(chosen, wanted[share.patient_id])
            assert not chosen.reserve or all(one.reserve for one in able)
    given_out: Counter[UUID | None] = Counter()
    for share in shares:
        given_out[share.person_id] += wanted[share.patient_id].minutes
    assert sum(given_out.values()) == sum(one.minutes for one in listed)


@given(charges, helpers, st.randoms())
def test_the_same_question_has_the_same_answer_in_whatever_order(
    listed: list[Charge], colleagues: list[Helper], dice: object
) -> None:
    shuffled, others = list(listed), list(colleagues)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    dice.shuffle(others)  # type: ignore[attr-defined]

    assert set(share_out(listed, colleagues)) == set(share_out(shuffled, others))


def test_a_language_counts_more_than_room_and_room_more_than_nothing() -> None:
    lee, may = helper(LEE, free=1200), helper(MAY, free=600, languages=frozenset({"es"}))

    assert share_out([charge()], [lee, may])[0].person_id == LEE
    (share,) = share_out([charge(language="es")], [lee, may])
    assert share.person_id == MAY
    assert share.because[0] == Say("covering.speaks")
    (share,) = share_out([charge(language="vi")], [lee, may])
    assert share.person_id == LEE
    assert share.because[0] == Say("covering.interpreter")


def test_whoever_knows_the_family_suits_better_until_they_are_full() -> None:
    lee, may = helper(LEE, free=600), helper(MAY, free=600)
    (share,) = share_out([charge(known={MAY: 3})], [lee, may])
    assert share.person_id == MAY
    assert share.because == (Say("covering.knows", count=3), Say("covering.room", count=9))
    (share,) = share_out([charge(known={MAY: 3}, minutes=120)], [lee, helper(MAY, free=30)])
    assert share.person_id == LEE


def test_who_may_not_see_is_never_chosen_and_a_supervisor_only_if_nobody_else_may() -> None:
    lee, sol = helper(LEE, labels=1), helper(SOL, labels=3, free=9000, reserve=True)

    assert share_out([charge()], [lee, sol])[0].person_id == LEE
    (share,) = share_out([charge(labels=2)], [lee, sol])
    assert (share.person_id, share.because[0]) == (SOL, Say("covering.only_one"))
    (share,) = share_out([charge(labels=4)], [lee, sol])
    assert (share.person_id, share.because) == (None, (Say("covering.nobody"),))
    assert share_out([charge(unit_id=2)], [lee, sol])[0].person_id is None


def test_the_reasons_of_a_person_s_choice_hide_no_lack_of_room() -> None:
    assert explain_choice(helper(), charge(), 20) == (Say("covering.full"),)


WEEK = Week((360, 360, 360, 360, 360, 0, 60))
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("until", "minutes"),
    [
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), 360),
        # Midnight in New York: Saturday is not in it.
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), 360),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), 420),
        (datetime(2026, 11, 23, 5, 1, tzinfo=UTC), 780),
        # Thanksgiving is closed.
        (datetime(2026, 11, 28, 5, 0, tzinfo=UTC), 420 + 4 * 360),
    ],
)
def test_a_time_of_work_is_whole_days_of_the_clinic_weekends_as_they_are_said_and_no_holiday(
    until: datetime, minutes: int
) -> None:
    assert working_minutes(WEEK, FRIDAY, until, ZONE, frozenset({date(2026, 11, 26)})) == minutes


def test_minutes_are_those_of_each_kind() -> None:
    assert estimate_minutes({LoopKind.TASK: 2, LoopKind.REFERRAL: 1}, {LoopKind.TASK: 15, LoopKind.REFERRAL: 25}) == 55
    assert estimate_minutes({}, {}) == 0


def test_first_of_all_is_what_is_due_today_and_what_could_harm_most() -> None:
    tonight = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

    assert is_critical(0, [FRIDAY], tonight)
    assert not is_critical(int(Severity.HIGH), [tonight], tonight)
    assert is_critical(int(Severity.CRITICAL), [], tonight)
