"""The zone in which a loop's days are counted is asked once for many loops."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.checks import open_waiting, recheck_patients
from careloop.actions.sweep import sweep_due_loops
from careloop.facts.access import Purpose
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask_one
from tests.actions.records import contraindicated, medicine, person
from tests.formats.fhir.samples import bundle, entry
from tests.people import House, build_house, later, system, take_in

pytestmark = pytest.mark.django_db

FEW, MANY = 5, 50


@pytest.fixture
def house() -> House:
    return build_house()


def questions_about_zones(asked: CaptureQueriesContext) -> int:
    return sum("SELECT" in query["sql"] and '"zone"' in query["sql"] for query in asked.captured_queries)


def sweep(house: House, how_many: int) -> int:
    patient = take_patient_in(house, f"rosa{how_many}")
    for _ in range(how_many):
        make_task(house, patient)
    with CaptureQueriesContext(connection) as asked:
        assert sweep_due_loops(system(Purpose.SWEEP, later(days=30)), how_many=MANY) == how_many
    return questions_about_zones(asked)


def open_critical(house: House, how_many: int) -> int:
    first, second = contraindicated()
    for n in range(how_many):
        key = f"c{how_many}-{n}"
        whole = bundle(*(entry(one) for one in (person(key), medicine(key, first, 1), medicine(key, second, 2))))
        take_in(json.dumps(whole).encode(), house.north, name=f"{key}.json")
    recheck_patients(system(Purpose.CHECKS), how_many=MANY)
    with CaptureQueriesContext(connection) as asked:
        assert open_waiting(system(Purpose.CHECKS)) == how_many
    return questions_about_zones(asked)


@pytest.mark.parametrize("work", [sweep, open_critical])
def test_many_loops_ask_for_zones_as_often_as_a_few(house: House, work: object) -> None:
    few, many = (work(house, how_many) for how_many in (FEW, MANY))  # type: ignore[operator]

    assert few == many
    assert 0 < many < FEW
    assert ask_one("SELECT count(*) FROM loop") >= MANY
