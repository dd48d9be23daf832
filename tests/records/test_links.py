"""What PostgreSQL refuses of links between records, whoever asks."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant

Two = tuple[int, UUID, UUID]


def refused(plant: Plant, work: Callable[[], object]) -> str:
    with pytest.raises(psycopg.Error) as no, plant.link.transaction():  # noqa: PT012
        work()
        plant.run("SET CONSTRAINTS ALL IMMEDIATE")
    return no.value.diag.constraint_name or str(no.value.diag.message_primary)


@pytest.fixture
def two(owner: Plant) -> Two:
    unit = owner.unit()
    return unit, owner.patient(unit), owner.patient(unit)


CASES: list[tuple[dict[str, object], str]] = [
    ({"approved_by_id": SYSTEM_ID}, "link_agreed_by_another"),
    ({"approved_by_id": None}, "link_needs_two_people"),
    ({"how": "rule"}, "link_needs_two_people"),
    ({"how": "guess"}, "link_how_is_known"),
    ({"ended_at": AT, "ended_by_id": SYSTEM_ID}, "link_taken_apart_by_two"),
    ({"ended_at": AT, "ended_by_id": SYSTEM_ID, "apart_asked_by_id": SYSTEM_ID}, "link_taken_apart_by_two"),
]


@pytest.mark.parametrize(("changed", "constraint"), CASES)
def test_one_persons_word_links_nothing_and_takes_nothing_apart(
    owner: Plant, two: Two, changed: dict[str, object], constraint: str
) -> None:
    assert refused(owner, lambda: owner.link_of(*two, **changed)) == constraint


def test_a_record_is_linked_to_one_other_and_never_to_itself(owner: Plant, two: Two) -> None:
    unit, one, other = two
    owner.link_of(*two)

    assert refused(owner, lambda: owner.link_of(unit, one, owner.patient(unit))) == "link_merged_once"
    wish = {"linked_at": None, "approved_by_id": None}
    assert refused(owner, lambda: owner.link_of(unit, other, other, **wish)) == "link_of_two_records"


def test_links_make_no_ring_however_long(owner: Plant, two: Two) -> None:
    unit, one, other = two
    third = owner.patient(unit)
    owner.link_of(unit, one, other)
    owner.link_of(unit, other, third)

    assert refused(owner, lambda: owner.link_of(unit, third, one)) == "links_make_no_ring"


def test_a_wish_makes_a_ring_no_sooner_than_it_is_agreed_to(owner: Plant, two: Two) -> None:
    unit, one, other = two
    owner.link_of(unit, one, other)
    owner.link_of(unit, other, one, linked_at=None, approved_by_id=None)
    agree = "UPDATE person_link SET linked_at = %s, approved_by_id = %s WHERE patient_id = %s"

    assert refused(owner, lambda: owner.run(agree, AT, owner.person(), other)) == "links_make_no_ring"


@pytest.mark.parametrize(
    "change",
    ["survivor_id = patient_id", "asked_by_id = approved_by_id", "linked_at = linked_at + interval '1 day'",
     "approved_by_id = NULL", "how = 'rule'"],
)  # fmt: skip
def test_what_was_said_stays_said(owner: Plant, two: Two, change: str) -> None:
    owner.link_of(*two)

    assert refused(owner, lambda: owner.run(f"UPDATE person_link SET {change}")) == "link_is_history"


def test_an_ended_link_is_not_opened_again_and_none_is_deleted(owner: Plant, two: Two) -> None:
    owner.link_of(*two, ended_at=AT, ended_by_id=owner.person(), apart_asked_by_id=SYSTEM_ID)

    assert refused(owner, lambda: owner.run("UPDATE person_link SET ended_at = NULL")) == "link_is_history"
    assert "only added to" in refused(owner, lambda: owner.run("DELETE FROM person_link"))


def test_an_ended_link_leaves_room_for_another(owner: Plant, two: Two) -> None:
    owner.link_of(*two, ended_at=AT, ended_by_id=owner.person(), apart_asked_by_id=SYSTEM_ID)
    owner.link_of(*two)

    assert owner.value("SELECT count(*) FROM person_link") == 2


def test_the_number_is_plain_in_the_database_as_in_the_rule(owner: Plant) -> None:
    from careloop.rules.matching import make_plain

    for value in ("123-45-6780", " aB 1.2 ", "W-1", "号码", "-"):
        assert owner.value("SELECT plain_number(%s)", value) == make_plain(value)
