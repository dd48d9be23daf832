"""Violations of what must never be in a circle, planted where a wall was taken away."""

from tests.records.consents import plant_consent, plant_member, plant_told
from tests.records.papers import plant_document
from tests.records.plant import AT, Plant, days


def plant_told_without_consent(plant: Plant) -> int:
    plant.run("ALTER TABLE disclosure DISABLE TRIGGER telling_has_consent")
    unit = plant.unit()
    patient = plant.patient(unit)
    member = plant_member(plant, unit, patient)
    holds = plant_consent(plant, unit, patient, member)
    plant_told(plant, unit, patient, member, holds)
    plant_told(plant, unit, patient, member, holds, topic="results")
    plant_told(plant, unit, patient, member, holds, road="text")
    plant_told(plant, unit, patient, member, holds, at=AT + days(11))
    plant_told(plant, unit, patient, member, holds, label_mask=8)
    back = plant_consent(
        plant, unit, patient, member, taken_back_at=AT, taken_back_by_id=plant.person(), taken_back_because="No more"
    )
    plant_told(plant, unit, patient, member, back)
    plant_told(plant, unit, patient, member, back, at=AT + days(1))
    return 5


def plant_hollow_consent(plant: Plant) -> int:
    plant.run("ALTER TABLE consent DISABLE TRIGGER consent_is_not_hollow")
    plant.run("ALTER TABLE consent DROP CONSTRAINT consent_by_voice_is_short, DROP CONSTRAINT consent_part2_is_written")
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    member = plant_member(plant, unit, patient)
    own, foreign = (plant_document(plant, unit, one) for one in (patient, other))
    no_staff = plant.person(kind="patient", role="patient", name="")
    plant_consent(plant, unit, patient, member)
    plant_consent(plant, unit, patient, member, how="paper", document_id=own)
    plant_consent(plant, unit, patient, member, how="voice", witness_id=plant.person())
    plant_consent(plant, unit, patient, member, how="paper", document_id=foreign)
    plant_consent(plant, unit, patient, member, how="voice", witness_id=no_staff)
    plant_consent(plant, unit, patient, member, how="voice", witness_id=plant.person(), ends_at=AT + days(31))
    plant_consent(plant, unit, patient, member, named_labels=1)
    left = plant_member(plant, unit, patient, ended_at=AT, ended_because="Moved away")
    plant_consent(plant, unit, patient, left)
    return 5
