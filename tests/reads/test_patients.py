"""My patients: one's own and those one covers, ordered, narrowed, page by page, in as many statements for any size."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.people import cover_caseload
from careloop.actions.worklist import log_contact, open_task, snooze_loop
from careloop.basics.refusals import NotFound
from careloop.facts.caseloads import MyPatientsPage
from careloop.facts.worklist import ContactResult, Tone
from careloop.reads import patients
from careloop.reads.patients import get_my_patients
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements
from tests.people import NOW, TODAY, find_patient, give_to, later, take_in


def page(clinic: Clinic, who: str = "dana", **asked: str) -> MyPatientsPage:
    return get_my_patients(clinic.house.acting(who), **asked)


def names(shown: MyPatientsPage) -> list[str]:
    return [line.name for line in shown.lines]


def count(shown: MyPatientsPage, key: str) -> int:
    return next(one.count for one in shown.filters if one.key == key)


def add(clinic: Clinic, number: int, to: str = "dana", **more: object) -> UUID:
    fhir_id = f"c{number:03}"
    take_in(records.bundle([records.patient(fhir_id, f"Case{number:03}", "Cora", **more)]), clinic.house.north,
            name=fhir_id)  # fmt: skip
    give_to(clinic.house, to, find_patient(fhir_id))
    return find_patient(fhir_id)


def test_caseload_is_ones_own_and_nobody_elses(clinic: Clinic) -> None:
    add(clinic, 1, to="lee")

    assert sorted(names(page(clinic))) == ["Ada Lovelace", "Rosa Alvarez"]
    assert names(page(clinic, "lee")) == ["Cora Case001"]
    assert names(page(clinic, "kim")) == ["Otto Lang"]
    assert names(page(clinic, "sol")) == []


def test_line_says_what_is_open_what_is_most_urgent_and_the_last_contact(clinic: Clinic) -> None:
    acting = clinic.house.acting("dana")
    urgent = open_task(acting, clinic.rosa, title="Ride today", due_on=TODAY, note="")
    log_contact(acting, clinic.task, version=1, result=ContactResult.REACHED, note="")

    rosa = next(line for line in page(clinic).lines if line.patient_id == clinic.rosa)

    assert (rosa.open_count, rosa.top and rosa.top.id, rosa.contact_at) == (2, urgent, NOW)
    assert rosa.contact is not None
    assert rosa.contact.key == "event.contact.reached"
    assert rosa.next_at is not None
    assert rosa.birth_on is not None


def test_most_urgent_stands_first_and_order_can_be_chosen(clinic: Clinic) -> None:
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Ride today", due_on=TODAY, note="")
    assert names(page(clinic)) == ["Rosa Alvarez", "Ada Lovelace"]

    open_task(clinic.house.acting("dana"), clinic.ada, title="Yesterday", due_on=TODAY, note="")
    assert names(page(clinic, sort="name")) == ["Rosa Alvarez", "Ada Lovelace"]
    log_contact(clinic.house.acting("dana"), clinic.task, version=1, result=ContactResult.REACHED, note="")
    assert names(page(clinic, sort="contact")) == ["Ada Lovelace", "Rosa Alvarez"]
    assert page(clinic, sort="'; --").sort == "urgent"


def test_what_is_snoozed_is_not_called_most_urgent(clinic: Clinic) -> None:
    acting = clinic.house.acting("dana")
    put_off = open_task(acting, clinic.rosa, title="Ride long ago", due_on=TODAY, note="")
    snooze_loop(acting, put_off, version=1, until=TODAY + timedelta(days=9), reason="She is away.")

    shown = page(clinic)
    rosa = next(line for line in shown.lines if line.patient_id == clinic.rosa)

    assert rosa.open_count == 2
    assert rosa.top is not None
    assert rosa.top.id != put_off


def test_list_is_narrowed_and_every_way_has_its_count(clinic: Clinic) -> None:
    add(clinic, 1, communication=[{"language": {"coding": [{"code": "es"}]}, "preferred": True}])
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Ride today", due_on=TODAY, note="")
    tomorrow = clinic.house.acting("dana", at=later(days=1))

    shown = get_my_patients(tomorrow, narrowed="late")

    assert names(shown) == ["Rosa Alvarez"]
    assert shown.lines[0].top is not None
    assert shown.lines[0].top.tone is Tone.LATE
    assert {one.key: one.count for one in shown.filters} == {
        "all": 3, "late": 1, "open": 2, "nothing": 1, "no_contact": 3, "language": 1, "covered": 0,
    }  # fmt: skip
    for key in patients.TESTS:
        narrowed = get_my_patients(tomorrow, narrowed=key)
        assert len(narrowed.lines) == count(narrowed, key), key


def test_covered_patients_are_there_while_the_cover_lasts(clinic: Clinic) -> None:
    house = clinic.house
    cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"), since=NOW,
                   until=later(days=3), reason="Away")  # fmt: skip

    shown = get_my_patients(house.acting("lee", at=later(days=1)), narrowed="covered")
    after = get_my_patients(house.acting("lee", at=later(days=4)))

    assert sorted((line.name, line.coordinator) for line in shown.lines) == [
        ("Ada Lovelace", "Dana"), ("Rosa Alvarez", "Dana"),
    ]  # fmt: skip
    assert after.lines == ()


@pytest.mark.parametrize("sort", patients.SORTS)
def test_pages_hold_everybody_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr(patients, "PAGE", 2)
    for number in range(3):
        add(clinic, number)
    seen: list[str] = []
    cursor = ""
    while True:
        shown = page(clinic, sort=sort, cursor=cursor)
        seen += names(shown)
        cursor = shown.next_cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == 5
    assert "Cora" not in cursor
    assert names(page(clinic, cursor="nothing")) == names(page(clinic))


def test_empty_caseload_has_its_counts(clinic: Clinic) -> None:
    shown = page(clinic, "lee")

    assert (shown.lines, count(shown, "all"), shown.next_cursor) == ((), 0, "")


def test_as_many_statements_for_any_size(clinic: Clinic) -> None:
    with counted_statements() as few:
        page(clinic)
    for number in range(6):
        add(clinic, number)
    with counted_statements() as many:
        page(clinic)

    assert len(few) == len(many)


def test_line_of_the_log_names_who_was_shown(clinic: Clinic, log: list[Line]) -> None:
    page(clinic)

    (line,) = log
    assert (line.what, set(line.patient_ids)) == ("reads.patients.get_my_patients", {clinic.rosa, clinic.ada})


@pytest.mark.parametrize("who", ["tom", "ines", "saul", "noor"])
def test_roles_without_a_list_have_none(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        page(clinic, who)


def test_patient_given_to_somebody_else_leaves_the_list(clinic: Clinic) -> None:
    give_to(clinic.house, "lee", clinic.rosa, at=later(hours=1))

    shown = get_my_patients(clinic.house.acting("dana", at=NOW + timedelta(hours=2)))

    assert names(shown) == ["Ada Lovelace"]
