"""Violations of what must never be with reminders, planted where a constraint or a trigger was taken away."""

from datetime import timedelta
from uuid import uuid4

from tests.records.plant import AT, Plant
from tests.records.reminders import HOUR, plant_dose, plant_reminder, plant_schedule
from tests.records.visits import STARTS, plant_whole

SENT = {"state": "sent", "sent_at": AT}


def plant_reminder_twice(plant: Plant) -> int:
    plant.run("DROP INDEX reminder_sent_once")
    plant.run("ALTER TABLE medicine_reminder DROP CONSTRAINT medicine_reminder_once")
    _let_messages_be(plant)
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    booking, beside = plant_whole(plant, unit, patient), plant_whole(plant, unit, other)
    for hours in (24, 48):
        plant_reminder(plant, unit, patient, booking, due_at=STARTS - hours * HOUR, message_id=uuid4(), **SENT)
    # One that went and one that is planned, and two of another kind each.
    plant_reminder(plant, unit, other, beside, message_id=uuid4(), **SENT)
    plant_reminder(plant, unit, other, beside, due_at=STARTS - 48 * HOUR)
    plant_reminder(plant, unit, other, beside, kind="confirm", message_id=uuid4(), **SENT)
    schedule = plant_schedule(plant, unit, patient)
    for _ in range(2):
        plant_dose(plant, unit, patient, schedule, message_id=uuid4(), **SENT)
    plant_dose(plant, unit, patient, schedule, due_at=AT + 2 * HOUR, message_id=uuid4(), **SENT)
    return 2


def plant_reminder_old_time(plant: Plant) -> int:
    plant.run("ALTER TABLE booking DISABLE TRIGGER booking_keeps_reminders")
    plant.run("ALTER TABLE booking DROP CONSTRAINT booking_cancelled_says_by_whom_and_why")
    unit = plant.unit()
    for change in ("version = version", "version = version + 1", "state = 'cancelled'"):
        patient = plant.patient(unit)
        booking = plant_whole(plant, unit, patient)
        plant_reminder(plant, unit, patient, booking)
        plant.run(f"UPDATE booking SET {change} WHERE id = %s", booking)
        # That a visit is off is said of one that does not stand.
        plant_reminder(plant, unit, patient, booking, kind="off", due_at=STARTS - 30 * HOUR)
    patient = plant.patient(unit)
    late = {"due_at": STARTS, "good_until": STARTS + HOUR}
    plant_reminder(plant, unit, patient, plant_whole(plant, unit, patient), **late)
    return 3


def plant_medicine_reminder_after_stop(plant: Plant) -> int:
    plant.run("ALTER TABLE medicine_reminder DISABLE TRIGGER medicine_reminder_is_true")
    _let_messages_be(plant)
    unit = plant.unit()
    patient = plant.patient(unit)
    stopped = {"state": "stopped", "why": "by_hand", "state_since": AT}
    right, over, old = (plant_schedule(plant, unit, patient, **more) for more in ({}, stopped, {}))
    plant_dose(plant, unit, patient, right)
    plant_dose(plant, unit, patient, old, statement_version=2)
    plant_dose(plant, unit, patient, over)
    # One went before it was stopped, one after.
    for minutes in (-1, 1):
        sent_at = AT + timedelta(minutes=minutes)
        plant_dose(
            plant, unit, patient, over, state="sent", sent_at=sent_at, message_id=uuid4(),
            due_at=AT + timedelta(minutes=minutes),
        )  # fmt: skip
    return 3


def _let_messages_be(plant: Plant) -> None:
    """Take away that what went is a message that is there."""
    plant.run("ALTER TABLE reminder DROP CONSTRAINT reminder_message_is_of_the_same_patient")
    plant.run("ALTER TABLE medicine_reminder DROP CONSTRAINT medicine_message_is_of_the_same_patient")
