"""A hundred and twenty patients shared among three colleagues: nobody dropped, a constant number of statements."""

from collections.abc import Callable
from uuid import UUID

import pytest

from careloop.actions import covering as acts
from careloop.actions.people import hire
from careloop.facts.access import Role
from careloop.reads.covering import get_absence_page
from tests.actions import absent
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.guard.standing import counted_statements
from tests.people import PASSWORD, House, build_house, later, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """Return the house with a third and a fourth coordinator in the north."""
    house = build_house()
    for key in ("mia", "ravi"):
        made = hire(system(), name=key.title(), email=f"{key}@clinic.example", role=Role.COORDINATOR, password=PASSWORD,
                    unit_ids=[house.north])  # fmt: skip
        house.people[key] = (made, Role.COORDINATOR)
    return house


def fill(house: House, start: int, end: int) -> list[UUID]:
    patients = [take_patient_in(house, f"p{n}") for n in range(start, end)]
    for patient in patients:
        make_task(house, patient)
    return patients


def statements(do: Callable[[], object]) -> int:
    with counted_statements() as sent:
        do()
    return len(sent)


def plan_and_return(house: House, day: int) -> tuple[int, int, int]:
    """Share out and bring back on a day; return the statements of looking, saving and coming back."""
    looked = statements(lambda: absent.look(house, since=later(days=day)))
    chosen = absent.suggested(absent.look(house, since=later(days=day)))
    keys: list[UUID] = []
    acting = house.acting("sol", at=later(days=day))
    saved = statements(
        lambda: keys.append(absent.share(house, since=later(days=day), chosen=chosen, acting=acting, is_sudden=True))
    )
    assert len(set(chosen.values())) == 3
    back = house.acting("dana", at=later(days=day, hours=8))
    came = statements(lambda: acts.end_absence(back, absence_id=keys[0]))
    return looked, saved, came


def test_a_hundred_and_twenty_patients_go_to_three_and_come_back_in_as_many_statements_as_six(house: House) -> None:
    fill(house, 0, 6)
    # Where no absence is listed yet two statements are spared.
    plan_and_return(house, 0)
    few = plan_and_return(house, 1)
    fill(house, 6, 120)

    shown = absent.look(house, since=later(days=2))
    chosen = absent.suggested(shown)
    many = plan_and_return(house, 2)

    assert len(shown.lines) == len(chosen) == 120
    # Each has a fair part: nobody twice what another has.
    parts = sorted([list(chosen.values()).count(key) for key in set(chosen.values())])
    assert parts[0] >= 30
    assert sum(parts) == 120
    # Saving writes for each receiver, and there are three of them either way.
    assert many == few
    assert ask("SELECT DISTINCT owner_id FROM loop WHERE state <> 'closed' AND patient_id IS NOT NULL") == [
        (house.id_of("dana"),)
    ]
    assert ask_one("SELECT count(*) FROM absence_loop WHERE back_at IS NULL") == 0
    assert broken_invariants() == {}


def test_the_page_of_an_absence_costs_the_same_whatever_it_holds(house: House) -> None:
    fill(house, 0, 3)
    key = absent.share(house, is_sudden=True)
    few = statements(lambda: get_absence_page(house.acting("sol", at=later(minutes=1)), absence_id=key))
    acts.end_absence(house.acting("dana", at=later(minutes=2)), absence_id=key)
    fill(house, 3, 9)
    key = absent.share(house, since=later(days=1), acting=house.acting("sol", at=later(days=1)), is_sudden=True)
    many = statements(lambda: get_absence_page(house.acting("sol", at=later(days=1, minutes=1)), absence_id=key))

    assert few == many
