"""Several take from lists at once: nobody is given to two, whether from one list or from two."""

from collections import Counter
from uuid import UUID

import pytest

from careloop.actions import outreach as acts
from careloop.actions.people import hire
from careloop.basics.refusals import Refusal
from careloop.facts.access import Role
from careloop.facts.outreach import OutreachDraft, OutreachRule
from careloop.facts.reach import TryResult
from tests.actions.apart import apart, at_once
from tests.actions.calling import call, take_caller_in
from tests.actions.hands import make_task
from tests.actions.look import ask, broken_invariants
from tests.people import PASSWORD, House, build_house, later, system

__all__ = ["apart"]


def make(house: House, name: str, hours: int, per_day: int = 50) -> UUID:
    rule = OutreachRule(no_visit_days=30)
    draft = OutreachDraft(name, house.north, rule, per_day=per_day, quiet_days=1, most_tries=1)
    return acts.make_list(house.acting("sol", at=later(hours=hours)), draft=draft)


def bring_callers(house: House) -> list[str]:
    callers = ["dana", "lee", "sol"]
    for key in ("mo", "ana"):
        made = hire(
            system(), name=key.title(), email=f"{key}@clinic.example", role=Role.COORDINATOR, password=PASSWORD,
            unit_ids=[house.north],
        )  # fmt: skip
        house.people[key] = (made, Role.COORDINATOR)
        callers.append(key)
    return callers


@pytest.mark.parametrize("people", [3, 6])
def test_of_many_callers_nobody_gets_the_same_person(apart: None, people: int) -> None:
    house = build_house()
    callers = bring_callers(house)
    for n in range(people):
        take_caller_in(house, f"p{n}", number=f"555-010{n}")
    listed = make(house, "One", 0)

    taken = at_once(*[
        lambda who=who: acts.take_next(house.acting(who, at=later(hours=1)), list_id=listed) for who in callers
    ])  # fmt: skip

    assert not [one for one in taken if isinstance(one, Exception)]
    got = Counter(one[0] for one in taken if isinstance(one, tuple))
    assert set(got.values()) == {1}
    assert len(got) == min(people, len(callers))
    assert broken_invariants() == {}


@pytest.mark.parametrize("pace", [1, 2])
def test_callers_of_one_instant_never_pass_the_pace_of_the_day(apart: None, pace: int) -> None:
    house = build_house()
    callers = bring_callers(house)
    for n in range(6):
        take_caller_in(house, f"p{n}", number=f"555-010{n}")
    listed = make(house, "One", 0, per_day=pace)

    taken = at_once(*[
        lambda who=who: acts.take_next(house.acting(who, at=later(hours=1)), list_id=listed) for who in callers
    ])  # fmt: skip

    assert not [one for one in taken if isinstance(one, Exception)]
    assert sum(one is not None for one in taken) == pace
    assert ask("SELECT count(*) FROM outreach_entry WHERE claimed_at IS NOT NULL") == [(pace,)]
    assert broken_invariants() == {}


def test_from_two_lists_one_person_goes_to_one_caller(apart: None) -> None:
    """Both lists are made in one moment: mostly both have the same person waiting, and else the second has nobody."""
    house = build_house()
    rosa = take_caller_in(house)
    made = at_once(*[lambda name=name: make(house, name, 0) for name in ("One", "Two")])
    lists = [one for one in made if isinstance(one, UUID)]
    assert [one.say.key for one in made if isinstance(one, Refusal)] == ["refusal.outreach_nobody"] * (2 - len(lists))
    on_both = ask("SELECT count(*) FROM outreach_entry WHERE patient_id = %s AND state = 'waiting'", rosa) == [(2,)]

    taken = at_once(
        *[
            lambda who=who, key=key: acts.take_next(house.acting(who, at=later(hours=1)), list_id=key)
            for who, key in zip(("dana", "lee"), [*lists, *lists][:2], strict=True)
        ]
    )

    assert not [one for one in taken if isinstance(one, Exception)]
    assert [one[0] for one in taken if isinstance(one, tuple)] == [rosa]
    assert on_both or None in taken
    assert broken_invariants() == {}


def test_of_two_who_save_a_call_about_one_loop_one_does(apart: None) -> None:
    house = build_house()
    rosa = take_caller_in(house)
    loop = make_task(house, rosa)

    fates = at_once(
        *[lambda who=who: call(house, rosa, TryResult.BUSY, who=who, loops={loop: 1}) for who in ("dana", "lee")]
    )

    assert Counter(isinstance(one, UUID) for one in fates) == {True: 1, False: 1}
    assert ask("SELECT count(*) FROM contact_try") == [(1,)]
    assert broken_invariants() == {}
