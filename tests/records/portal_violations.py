"""Violations of what must never be with links, planted where a wall was taken away."""

from psycopg.types.range import TimestamptzRange

from tests.records.consents import plant_member
from tests.records.outbox import plant_out, plant_point, plant_thread
from tests.records.plant import AT, FOREVER, Plant, days
from tests.records.portal import plant_actor, plant_link, plant_link_step


def plant_link_used_after_end(plant: Plant) -> int:
    plant.run("ALTER TABLE patient_link_step DISABLE TRIGGER link_in_use_is_live")
    unit = plant.unit()
    patient = plant.patient(unit)
    live = plant_link(plant, unit, patient)
    plant_link_step(plant, unit, patient, live, step="opened")
    plant_link_step(plant, unit, patient, live, step="opened", at=AT + days(10))
    short = TimestamptzRange(AT, AT + days(1))
    ended = plant_link(
        plant, unit, patient, ended_at=AT + days(1), ended_by_id=plant.person(),
        person_id=plant_actor(plant, patient, during=short),
    )  # fmt: skip
    plant_link_step(plant, unit, patient, ended, step="confirmed", at=AT + days(2))
    plant_link_step(plant, unit, patient, ended, step="ended", at=AT + days(1))
    locked = plant_link(plant, unit, patient, locked_at=AT, tries=5)
    plant_link_step(plant, unit, patient, locked, step="answered", at=AT + days(1))
    return 3


def plant_link_reaches_after_end(plant: Plant) -> int:
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    plant_link(plant, unit, patient)
    plant_link(plant, unit, patient, ended_at=AT + days(1), ended_by_id=plant.person())
    plant_link(plant, unit, patient, person_id=plant_actor(plant, patient, during=FOREVER))
    plant_link(plant, unit, patient, person_id=plant_actor(plant, other))
    whole = {"patient_id": None, "unit_id": unit}
    plant_link(plant, unit, patient, person_id=plant_actor(plant, patient, **whole))
    return 4


def plant_link_of_another(plant: Plant) -> int:
    plant.run("ALTER TABLE patient_link DISABLE TRIGGER link_is_about_its_patient")
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    asked = {"purpose": "question", "question": "Why?", "answer_form": "words"}
    plant_link(plant, unit, patient, loop_id=plant.loop(unit, patient), **asked)
    plant_link(plant, unit, patient, loop_id=plant.loop(unit, other), **asked)
    return 1


def plant_page_seen_without_ledger(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    own = plant_link(plant, unit, patient, purpose="message", message_id=plant_out(plant, unit, patient))
    plant_link_step(plant, unit, patient, own, step="seen")
    member = plant_member(plant, unit, patient)
    thread = plant_thread(plant, unit, patient, partner="member", member_id=member)
    message = plant_out(plant, unit, patient, thread_id=thread, point_id=plant_point(
        plant, unit, patient, member_id=member), member_id=member)  # fmt: skip
    family = plant_link(
        plant, unit, patient, purpose="message", message_id=message, member_id=member,
        person_id=plant_actor(plant, patient, role="proxy"),
    )  # fmt: skip
    plant_link_step(plant, unit, patient, family, step="opened")
    plant_link_step(plant, unit, patient, family, step="seen")
    return 1
