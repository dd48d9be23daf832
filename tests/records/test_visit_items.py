"""What the database itself refuses of what is in order before a visit, each tried past every door."""

from collections.abc import Callable
from datetime import time, timedelta

import psycopg
import pytest

from tests.records.plant import AT, Plant
from tests.records.visits import plant_booking, plant_item

DAY = timedelta(days=1)
DAYS: dict[str, object] = {"first_on": AT.date(), "last_on": AT.date() + 9 * DAY}
LATE: dict[str, object] = {"first_on": AT.date() + 900 * DAY, "last_on": AT.date() + 909 * DAY}
GONE: dict[str, object] = {"item": "approval", "state": "open", "note": "", "is_open_again": True}
Try = Callable[[Plant], None]


def items(*changes: dict[str, object]) -> Try:
    def plant_them(plant: Plant) -> None:
        unit = plant.unit()
        patient = plant.patient(unit)
        booking = plant_booking(plant, unit, patient)
        for changed in changes:
            plant_item(plant, unit, patient, booking, **changed)

    return plant_them


def of_another_patient(plant: Plant) -> None:
    unit = plant.unit()
    booking = plant_booking(plant, unit, plant.patient(unit))
    plant_item(plant, unit, plant.patient(unit), booking)


@pytest.mark.parametrize(
    ("attempt", "constraint"),
    [
        (items({}, {}), "visit_item_once"),
        (items({"item": "weather"}), "visit_item_is_known"),
        (items({"state": "ready"}), "visit_item_state_is_known"),
        (items({"note": ""}), "visit_item_says_what_shows_it"),
        (items({"state": "not_needed", "note": ""}), "visit_item_says_what_shows_it"),
        (items({"is_open_again": True}), "visit_item_open_again_is_open"),
        (items({"item": "approval"}), "visit_item_approval_has_days"),
        (items({"item": "forms"} | DAYS), "visit_item_approval_has_days"),
        (
            items(GONE | {"first_on": AT.date(), "last_on": AT.date() - DAY}),
            "visit_item_approval_has_days",
        ),
        (items({"item": "forms", "pickup": time(7)}), "visit_item_only_a_ride_fetches"),
        (items({"item": "forms", "pays": 3000}), "visit_item_only_coverage_is_paid_for"),
        (items({"item": "coverage", "pays": 3000}), "visit_item_only_coverage_is_paid_for"),
        (items({"item": "coverage", "pays": -1, "covered_by": ""}), "visit_item_only_coverage_is_paid_for"),
        (items({"item": "forms", "covered_by": "Senior plan"}), "visit_item_only_the_plan_covers"),
        (items({"item": "approval"} | LATE), "visit_item_approval_holds_then"),
        (of_another_patient, "visit_item_is_of_the_same_patient"),
    ],
)
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    def work() -> None:
        attempt(owner)
        owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(psycopg.IntegrityError) as no, owner.link.transaction():
        work()
    assert no.value.diag.constraint_name == constraint
