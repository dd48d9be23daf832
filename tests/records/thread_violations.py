"""Violations of what must never be with answers and words, planted where a trigger was put to sleep."""

from tests.records.plant import AT, Plant
from tests.records.threads import plant_answer, plant_approval, plant_came, plant_review, plant_thread


def plant_answer_lost(plant: Plant) -> int:
    unit = plant.unit()
    patient, reader = plant.patient(unit), plant.person()
    # As it should be: with an answer; waiting for a name; set aside by somebody.
    plant_answer(plant, unit, patient, plant_thread(plant, unit, patient))
    plant_review(plant, unit, plant_came(plant, unit, None, state="review"))
    plant_review(plant, unit, plant_came(plant, unit, None), settled_at=AT, settled_by_id=reader)
    # Lost: waiting where nobody sees it, done without a patient or a person, done while it waits.
    plant_came(plant, unit, None, state="review")
    plant_came(plant, unit, None)
    plant_review(plant, unit, plant_came(plant, unit, None))
    # A receipt of a provider is nobody's answer.
    plant_came(plant, unit, None, source="text_status")
    return 3


def plant_words_approved_by_one(plant: Plant) -> int:
    plant.run("ALTER TABLE words_approval DISABLE TRIGGER approval_by_two_people")
    one, other = plant.person(), plant.person()
    plant_approval(plant, one)
    plant_approval(plant, other, state="approved")
    # By the same person; of other words; of another language; by nobody before.
    plant_approval(plant, one, state="approved")
    plant_approval(plant, other, state="approved", sha256=b"2")
    plant_approval(plant, other, state="approved", language="es")
    plant_approval(plant, other, state="approved", key="visit_booked")
    return 4
