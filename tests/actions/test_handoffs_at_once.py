"""Two tabs accept, the giver takes back meanwhile, the clock runs out: one of them wins and nothing is lost."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions import handoffs as acts
from careloop.basics.refusals import Refusal
from careloop.facts.access import Purpose
from tests.actions.apart import apart, at_once
from tests.actions.handing_on import accept, offer, owners, state_of, version_of, write
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask_one, broken_invariants
from tests.people import House, build_house, later, system

__all__ = ["apart"]


def test_of_many_tabs_that_accept_one_does(apart: None) -> None:
    house = build_house()
    rosa = take_patient_in(house)
    make_task(house, rosa)
    dana, lee = house.acting("dana", at=later(minutes=5)), house.acting("lee", at=later(hours=1))
    key = write(dana, lee.person_id)
    offer(dana, key)
    version = version_of(key)

    fates = at_once(*[lambda: accept(lee, key, version=version) for _ in range(4)])

    assert Counter(isinstance(one, Refusal) for one in fates) == {False: 1, True: 3}
    assert 1 in fates
    assert ask_one("SELECT count(*) FROM loop WHERE title ->> 'key' = 'handoff.tell_patient'") == 1
    assert ask_one("SELECT count(*) FROM caseload") == 2
    assert broken_invariants() == {}


@pytest.mark.parametrize("other", ["withdrawn", "expired"])
def test_it_is_accepted_or_it_is_over_and_never_half(apart: None, other: str) -> None:
    house = build_house()
    rosa = take_patient_in(house)
    make_task(house, rosa)
    for n in range(3):
        if race(house, rosa, later(hours=10 * n + 1), other) == "accepted":
            break


def race(house: House, patient: UUID, at: datetime, other: str) -> str:
    """Accept while the handoff is ended otherwise; return where it stands then."""
    after = at + timedelta(hours=5)
    dana, lee = house.acting("dana", at=at), house.acting("lee", at=after)
    key = write(dana, lee.person_id)
    offer(dana, key)
    version = version_of(key)
    ends = {
        "withdrawn": lambda: acts.withdraw_handoff(dana, handoff_id=key, version=version),
        "expired": lambda: acts.expire_handoffs(system(Purpose.SWEEP, after), how_many=9),
    }

    at_once(lambda: accept(lee, key, version=version), ends[other])

    state = state_of(key)
    assert state in ("accepted", other)
    assert owners(patient) - {None} == {lee.person_id if state == "accepted" else dana.person_id}
    assert broken_invariants() == {}
    return state
