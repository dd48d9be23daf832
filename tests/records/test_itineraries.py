"""What the database itself refuses of itineraries, each tried past every door."""

from collections.abc import Callable

import psycopg
import pytest

from tests.records.plant import AT, Plant
from tests.records.visits import plant_itinerary, plant_step, plant_visit_loop

Try = Callable[[Plant], None]


def two_of_one_key(plant: Plant) -> None:
    unit = plant.unit()
    patient = plant.patient(unit)
    whole = plant_itinerary(plant, unit, patient, plant.loop(unit, patient))
    for _ in range(2):
        plant_step(plant, unit, patient, whole, plant_visit_loop(plant, unit, patient))


def of_another_patient(plant: Plant) -> None:
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    whole = plant_itinerary(plant, unit, patient, plant.loop(unit, patient))
    plant_step(plant, unit, other, whole, plant_visit_loop(plant, unit, other))


def step(**changed: object) -> Try:
    def plant_it(plant: Plant) -> None:
        unit = plant.unit()
        patient = plant.patient(unit)
        whole = plant_itinerary(plant, unit, patient, plant.loop(unit, patient))
        plant_step(plant, unit, patient, whole, plant_visit_loop(plant, unit, patient), **changed)

    return plant_it


def without_template(plant: Plant) -> None:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant_itinerary(plant, unit, patient, plant.loop(unit, patient), template="")


@pytest.mark.parametrize(
    ("attempt", "constraint"),
    [
        (two_of_one_key, "itinerary_step_once"),
        (of_another_patient, "step_is_of_the_same_patient"),
        (step(key=""), "itinerary_step_has_key"),
        (step(abnormal_at=AT), "itinerary_step_abnormal_says_what"),
        (step(abnormal_note="odd"), "itinerary_step_abnormal_says_what"),
        (without_template, "itinerary_has_template"),
    ],
)
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    def work() -> None:
        attempt(owner)
        owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(psycopg.IntegrityError) as fault:
        work()

    assert fault.value.diag.constraint_name == constraint


def test_it_takes_what_is_right(owner: Plant) -> None:
    step(abnormal_at=AT, abnormal_note="odd")(owner)
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")
