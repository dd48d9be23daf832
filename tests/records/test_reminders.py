"""What the database refuses of reminders, whoever writes them."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.records.plant import AT, Plant
from tests.records.reminders import HOUR, plant_dose, plant_reminder, plant_schedule
from tests.records.visits import STARTS, plant_whole

SENT = "UPDATE reminder SET state = 'sent', sent_at = %s, message_id = %s WHERE id = %s"


@pytest.fixture
def visit(owner: Plant) -> tuple[int, UUID, UUID]:
    unit = owner.unit()
    patient = owner.patient(unit)
    return unit, patient, plant_whole(owner, unit, patient)


def test_a_visit_that_is_booked_is_to_be_planned(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    _unit, patient, booking = visit

    assert owner.value("SELECT is_due FROM reminder_plan WHERE booking_id = %s", booking) is True
    assert owner.value("SELECT patient_id FROM reminder_plan WHERE booking_id = %s", booking) == patient


def test_one_moment_of_one_kind_is_one_reminder(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    plant_reminder(owner, *visit)

    with pytest.raises(psycopg.errors.UniqueViolation, match="reminder_once"):
        plant_reminder(owner, *visit)


def test_one_rung_is_sent_once(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    first = plant_reminder(owner, *visit)
    other = plant_reminder(owner, *visit, due_at=STARTS - 40 * HOUR)
    owner.run(SENT, AT, uuid4(), first)

    with pytest.raises(psycopg.errors.UniqueViolation, match="reminder_sent_once"):
        owner.run(SENT, AT, uuid4(), other)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'cancelled', reason = 'sick', cancelled_by = 'patient', version = 2",
        "state = 'no_show', version = 2",
    ],
)
def test_a_reminder_of_a_visit_that_ended_is_withdrawn_and_goes_nowhere(
    owner: Plant, visit: tuple[int, UUID, UUID], change: str
) -> None:
    key = plant_reminder(owner, *visit)

    owner.run(f"UPDATE booking SET {change} WHERE id = %s", visit[2])

    assert owner.value("SELECT why FROM reminder WHERE id = %s", key) == "ended"
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.run("UPDATE reminder SET state = 'planned', why = '' WHERE id = %s", key)


def test_a_reminder_of_another_version_of_the_visit_is_not_sent(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    key = plant_reminder(owner, *visit, booking_version=7)

    with pytest.raises(psycopg.errors.CheckViolation, match="a visit that stands"):
        owner.run(SENT, AT, uuid4(), key)


def test_a_reminder_goes_with_the_version_of_its_visit(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    key = plant_reminder(owner, *visit)

    owner.run("UPDATE booking SET state = 'confirmed', version = 2 WHERE id = %s", visit[2])

    assert owner.value("SELECT booking_version FROM reminder WHERE id = %s", key) == 2


def test_a_statement_that_changes_stops_what_rests_on_it(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    order = owner.resource(unit, patient, type="MedicationRequest")
    schedule = plant_schedule(owner, unit, patient, resource_id=order)
    dose = plant_dose(owner, unit, patient, schedule)

    owner.run("UPDATE resource SET version = version + 1 WHERE id = %s", order)

    assert owner.value("SELECT state || is_due FROM medicine_schedule WHERE id = %s", schedule) == "stoppedtrue"
    assert owner.value("SELECT why FROM medicine_reminder WHERE id = %s", dose) == "stopped"
    with pytest.raises(psycopg.errors.CheckViolation, match="a medicine that is taken"):
        plant_dose(owner, unit, patient, schedule, due_at=AT + 2 * HOUR)


def test_nobody_is_reminded_after_a_death(owner: Plant, visit: tuple[int, UUID, UUID]) -> None:
    unit, patient, _booking = visit
    key = plant_reminder(owner, *visit)
    schedule = plant_schedule(owner, unit, patient)
    dose = plant_dose(owner, unit, patient, schedule)

    owner.run("UPDATE patient SET is_dead = true, died_at = %s WHERE id = %s", AT - timedelta(days=1), patient)

    assert owner.value("SELECT state FROM reminder WHERE id = %s", key) == "withdrawn"
    assert owner.value("SELECT why FROM medicine_schedule WHERE id = %s", schedule) == "died"
    assert owner.value("SELECT why FROM medicine_reminder WHERE id = %s", dose) == "died"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"ends_on": AT.date() - timedelta(days=1)}, "schedule_ends"),
        ({"consent": ""}, "schedule_was_agreed_to"),
        ({"times": []}, "schedule_has_times"),
        ({"state": "paused"}, "schedule_stopped_says_why"),
    ],
)
def test_a_schedule_without_its_terms_is_none(owner: Plant, changed: dict[str, object], name: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    with pytest.raises(psycopg.errors.CheckViolation, match=name):
        plant_schedule(owner, unit, patient, **changed)
