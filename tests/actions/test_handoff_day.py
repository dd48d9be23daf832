"""A whole day handed to a colleague in one step: how ill each is, said by the giver alone."""

from uuid import UUID

import pytest

from careloop.actions.handoffs import offer_day
from careloop.basics.refusals import Refusal
from careloop.facts.handoffs import IllnessLevel
from careloop.reads.handoffs import get_new_handoff_page
from tests.actions.calling import take_caller_in
from tests.actions.handing_on import accept, owners, state_of
from tests.actions.hands import make_task
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, House, build_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def two(house: House) -> tuple[UUID, UUID]:
    found = tuple(take_caller_in(house, key, number=f"555-010{n}") for n, key in enumerate(("p1", "p2")))
    for one in found:
        make_task(house, one, due_on=NOW.date())
    return found[0], found[1]


def test_the_day_is_offered_in_one_step_with_what_the_giver_said_of_each(house: House, two: tuple[UUID, UUID]) -> None:
    rosa, ben = two
    dana = house.acting("dana")
    page = get_new_handoff_page(dana)
    assert {(one.id, one.loops) for one in page.day} == {(rosa, 1), (ben, 1)}

    key = offer_day(
        dana, receiver_id=house.id_of("lee"), patient_ids=two, levels={rosa: IllnessLevel.WATCHER},
        others=IllnessLevel.STABLE, note="I am ill.",
    )  # fmt: skip

    assert state_of(key) == "offered"
    assert dict(ask("SELECT patient_id, level FROM handoff_patient")) == {rosa: "watcher", ben: "stable"}
    assert all("I am ill." in words for (words,) in ask("SELECT summary FROM handoff_patient"))
    # Until it is said back all stays; then it moves.
    assert owners(*two) == {house.id_of("dana")}
    accept(house.acting("lee"), key, said_back={rosa: "I look at her first."})
    assert owners(*two) == {house.id_of("lee")}
    assert broken_invariants() == {}


def test_nobody_goes_along_of_whom_it_is_not_said(house: House, two: tuple[UUID, UUID]) -> None:
    rosa, _ben = two
    with pytest.raises(Refusal) as refused:
        offer_day(
            house.acting("dana"), receiver_id=house.id_of("lee"), patient_ids=two,
            levels={rosa: IllnessLevel.STABLE},
        )  # fmt: skip

    assert refused.value.say.key == "refusal.handoff_levels"
    assert ask_one("SELECT count(*) FROM handoff") == 0


def test_who_came_into_the_day_after_the_page_was_seen_stays(house: House, two: tuple[UUID, UUID]) -> None:
    rosa, ben = two
    offer_day(
        house.acting("dana"), receiver_id=house.id_of("lee"), patient_ids=[rosa], levels={},
        others=IllnessLevel.STABLE,
    )  # fmt: skip

    assert ask("SELECT patient_id FROM handoff_loop") == [(rosa,)]
    assert ben not in {row[0] for row in ask("SELECT patient_id FROM handoff_patient")}


def test_an_empty_day_is_not_offered(house: House) -> None:
    with pytest.raises(Refusal):
        offer_day(
            house.acting("dana"), receiver_id=house.id_of("lee"), patient_ids=[], levels={}, others=IllnessLevel.STABLE
        )


def test_only_what_was_ticked_is_offered(house: House, two: tuple[UUID, UUID]) -> None:
    rosa, _ben = two
    loop = ask_one("SELECT id FROM loop WHERE patient_id = %s AND owner_id = %s", rosa, house.id_of("dana"))

    key = offer_day(
        house.acting("dana"), receiver_id=house.id_of("lee"), loop_ids=[loop], levels={}, others=IllnessLevel.WATCHER
    )

    assert state_of(key) == "offered"
    assert ask("SELECT loop_id FROM handoff_loop") == [(loop,)]
    assert ask("SELECT patient_id, level FROM handoff_patient") == [(rosa, "watcher")]
