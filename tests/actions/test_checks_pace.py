"""Many patients: the pace a team can carry, batches that answer as one by one, and the whole demo clinic."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from careloop.catalog.demo.clinic import DemoClinic, make_changed_bundle, make_clinic
from careloop.catalog.demo.stories import Need
from careloop.formats.fhir.read import read_document
from careloop.reads.worklist import get_today_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import SCREENED, bring, contraindicated, loops, medicine, person, work
from tests.formats.fhir.samples import bundle, entry
from tests.people import NOW, TODAY, House, later, take_in

pytestmark = pytest.mark.django_db

# The catalog's pace for moderate harm; 18 patients are due for screening.
A_DAY, PEOPLE = 15, 18


@pytest.fixture
def many(house: House) -> None:
    bring(house, *(person(f"p{n:02}", SCREENED) for n in range(PEOPLE)))


def waiting() -> int:
    count: int = ask_one("SELECT count(*) FROM waiting_finding")
    return count


def test_a_day_opens_what_the_team_can_carry_and_the_rest_waits_in_sight(house: House, many: None) -> None:
    assert work() == (PEOPLE, A_DAY)

    page = get_today_page(house.acting("sol"))
    assert page.waiting_to_open == PEOPLE - A_DAY == waiting()
    assert work(later(hours=1)) == (0, 0)
    assert broken_invariants() == {}


def test_the_next_day_where_the_clinic_is_opens_more(house: House, many: None) -> None:
    work()

    # 4:59 am UTC is one minute to midnight in New York.
    assert work(later(hours=13, minutes=59)) == (0, 0)
    assert work(later(hours=14)) == (0, PEOPLE - A_DAY)
    assert (waiting(), len(loops())) == (0, PEOPLE)


def test_each_team_has_a_pace_of_its_own(house: House, many: None) -> None:
    south = bundle(*(entry(person(f"s{n:02}", SCREENED)) for n in range(3)))
    take_in(json.dumps(south).encode(), house.south, name="south.json")

    assert work() == (PEOPLE + 3, A_DAY + 3)


def test_what_is_critical_is_never_held_back(house: House, many: None) -> None:
    first, second = contraindicated()
    for n in range(A_DAY + 7):
        key = f"c{n:02}"
        bring(house, person(key), medicine(key, first, 1), medicine(key, second, 2), name=f"{key}.json")

    work()

    assert ask_one("SELECT count(*) FROM loop WHERE severity = 4") == A_DAY + 7
    assert ask_one("SELECT count(*) FROM loop WHERE severity = 2") == A_DAY


@pytest.fixture(scope="module")
def clinic() -> DemoClinic:
    return make_clinic(seed=7, on=TODAY, patients=25)


@pytest.fixture(scope="module")
def taken(house: House, clinic: DemoClinic) -> dict[str, str]:
    """Take the whole clinic in; return the fhir_id of each patient by key."""
    ids = {}
    for one in clinic.patients:
        receipt = take_in(one.bundle, house.north, name=f"{one.key}.json")
        assert receipt.rejected == []
        package = read_document(one.bundle, is_ndjson=False, on=TODAY)
        ids[one.key] = next(r.fhir_id for r in package.resources if r.patient is not None)
    return ids


CHECK_OF = {
    Need.HBA1C: "hba1c_overdue",
    Need.COLORECTAL: "colorectal_screening",
    Need.DISCHARGE: "visit_after_discharge",
    Need.INTERACTION: "interacting_medicines",
}


def found() -> list[tuple[Any, ...]]:
    return ask(
        "SELECT p.fhir_id, l.check_name, l.finding_key, l.finding_print, l.severity, l.due_at, l.state"
        " FROM loop l JOIN patient p ON p.id = l.patient_id ORDER BY 1, 2, 3"
    )


def test_the_checks_find_what_the_clinic_left_undone_and_nothing_else(
    clinic: DemoClinic, taken: dict[str, str]
) -> None:
    work()
    named = {(row[0], row[1]) for row in loops()} | set(
        ask("SELECT p.fhir_id, w.check_name FROM waiting_finding w JOIN patient p ON p.id = w.patient_id")
    )

    assert named == {(taken[p.key], CHECK_OF[need]) for p in clinic.patients for need in p.needs}
    assert broken_invariants() == {}


def test_when_everything_was_done_every_loop_closes_itself_with_its_evidence(
    house: House, clinic: DemoClinic, taken: dict[str, str]
) -> None:
    work()
    opened = len(loops())
    for one in clinic.patients:
        if one.needs:
            mended = make_changed_bundle(clinic, one.key, TODAY + timedelta(days=1))
            assert take_in(mended, house.north, name=f"{one.key}.json", at=later(days=1)).rejected == []
    work(later(days=1))

    assert loops() == []
    assert waiting() == 0
    assert {row[2] for row in loops("closed")} == {"done"}
    assert len(loops("closed")) == opened
    assert ask("SELECT count(*) FROM loop_event WHERE event = 'ended_by_facts' AND evidence = '{}'") == [(0,)]
    assert broken_invariants() == {}


def test_a_batch_of_many_gives_the_answers_of_one_by_one(taken: dict[str, str]) -> None:
    answers = []
    for how_many in (1, 200):
        with transaction.atomic():
            assert work(how_many=how_many)[0] == len(taken)
            answers.append((found(), ask("SELECT patient_id, due_at, not_checked::text FROM recheck ORDER BY 1")))
            transaction.set_rollback(True)

    assert answers[0] == answers[1]
    assert answers[0][0]


def test_everybody_is_next_looked_at_later_than_now(taken: dict[str, str]) -> None:
    work()

    assert ask_one("SELECT count(*) FROM recheck WHERE due_at <= %s", NOW) == 0
    assert ask_one("SELECT count(*) FROM recheck WHERE due_at IS NOT NULL") > 0
