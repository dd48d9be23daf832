"""Violations of what must never be with letters to offices, planted where a trigger was put to sleep."""

from careloop.facts.access import SYSTEM_ID
from tests.records.offices import plant_ledger, plant_letter
from tests.records.outbox import plant_out_event, sent
from tests.records.plant import AT, Plant, days


def plant_letter_not_in_ledger(plant: Plant) -> int:
    unit = plant.unit()
    for number, (columns, kept) in enumerate(
        ((sent(1), {}), (sent(2), None), (sent(3), {"sha256": b"other"}), ({}, None))
    ):
        patient = plant.patient(unit)
        letter = plant_letter(plant, unit, patient, **columns)
        if columns:
            plant_out_event(plant, unit, patient, letter, reference=f"SM{number + 1}")
        if kept is not None:
            plant_ledger(plant, unit, patient, letter, **kept)
    return 2


def plant_letter_unasked(plant: Plant) -> int:
    unit = plant.unit()
    plant_letter(plant, unit, plant.patient(unit))
    # By nobody of the staff.
    plant_letter(plant, unit, plant.patient(unit), queued_by_id=SYSTEM_ID)
    # About somebody who had died: known, and not known.
    for number, knows in enumerate((True, False)):
        patient = plant.patient(unit)
        letter = plant_letter(plant, unit, patient, letter={"knows_dead": knows}, **sent(number + 7))
        plant_out_event(plant, unit, patient, letter, reference=f"SM{number + 7}")
        plant_ledger(plant, unit, patient, letter)
        plant.run("UPDATE patient SET is_dead = true, died_at = %s WHERE id = %s", AT - days(1), patient)
    return 2
