"""Violations of what must never be with handoffs, planted where a constraint was taken away."""

from tests.records.handoffs import HOUR, accept, plant_handoff, plant_line
from tests.records.plant import AT, Plant

CLOSED = {"state": "closed", "outcome": "done", "closed_at": AT}


def plant_handoff_lost(plant: Plant) -> int:
    unit = plant.unit()
    giver, receiver = plant.person(), plant.person()
    people = {"giver_id": giver, "receiver_id": receiver}
    mine = {"owner_id": giver, "queue_id": None}
    patient, other = plant.patient(unit), plant.patient(unit)
    # Loops that are named: one left with the giver, one that moved, one closed, one that came back, one not named.
    for columns in (mine, {"owner_id": receiver, "queue_id": None}, mine | CLOSED):
        handoff = plant_handoff(plant, unit, **people)
        plant_line(plant, unit, patient, handoff, loop=plant.loop(unit, patient, **columns))
        accept(plant, handoff)
    back = plant.loop(unit, patient, **mine, version=2)
    plant.event(back, unit, patient, version=2, event="hand_off", at=AT + 2 * HOUR)
    handoff = plant_handoff(plant, unit, **people)
    plant_line(plant, unit, patient, handoff, loop=back)
    accept(plant, handoff)
    # A whole patient: what is open moves, named or not; what was opened later does not.
    handoff = plant_handoff(plant, unit, **people, scope="patients")
    plant_line(plant, unit, other, handoff, loop=plant.loop(unit, other, **mine))
    plant.loop(unit, other, **mine)
    plant.loop(unit, other, **mine, opened_at=AT + 2 * HOUR)
    accept(plant, handoff)
    # One that waits still.
    new = plant.loop(unit, other, **mine, opened_at=AT + 2 * HOUR)
    plant_line(plant, unit, other, plant_handoff(plant, unit, **people), loop=new)
    return 3


def plant_handoff_without_synthesis(plant: Plant) -> int:
    plant.run("ALTER TABLE handoff DISABLE TRIGGER handoff_needs_synthesis")
    unit = plant.unit()
    for said in ("I hear.", " ", ""):
        patient, handoff = plant.patient(unit), plant_handoff(plant, unit)
        plant_line(plant, unit, patient, handoff, loop=plant.loop(unit, patient))
        plant.run("UPDATE handoff_patient SET said_back = %s WHERE handoff_id = %s", said, handoff)
        accept(plant, handoff)
    return 2
