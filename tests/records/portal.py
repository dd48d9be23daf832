"""Links planted by plain SQL, past the doors."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.range import TimestamptzRange

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant, days


def plant_actor(plant: Plant, patient: UUID, *, reaches: bool = True, role: str = "patient", **changed: object) -> UUID:
    """Add the actor of a link, who reaches the patient for ten days unless told otherwise."""
    person = plant.person(kind=role, role=role, name="")
    if reaches:
        source = "self" if role == "patient" else "proxy"
        given = {"patient_id": patient, "source": source, "during": TimestamptzRange(AT, AT + days(10))}
        plant.grant(person, **given | changed)
    return person


def plant_link(plant: Plant, unit: int, patient: UUID, **changed: object) -> UUID:
    """Give a link that shows what happens next, for ten days."""
    columns: dict[str, Any] = {
        "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "purpose": "next", "question": "",
        "answer_form": "", "token_hash": uuid4().bytes * 2, "made_at": AT, "made_by_id": SYSTEM_ID,
        "expires_at": AT + days(10), "tries": 0, "uses": 0,
    }  # fmt: skip
    columns |= changed
    if "person_id" not in columns:
        columns["person_id"] = plant_actor(plant, patient)
    plant.row("patient_link", **columns)
    return columns["id"]


def plant_link_step(plant: Plant, unit: int, patient: UUID, link: UUID, **changed: object) -> None:
    """Note that a link was given."""
    columns: dict[str, Any] = {
        "patient_id": patient, "unit_id": unit, "label_mask": 0, "link_id": link, "at": AT, "person_id": SYSTEM_ID,
        "step": "given", "words": "",
    }  # fmt: skip
    plant.row("patient_link_step", **columns | changed)


def fill_links(plant: Plant, unit: int, patient: UUID, **mark: object) -> None:
    """Give a link whose actor reaches nobody, with its first line."""
    person = plant_actor(plant, patient, reaches=False)
    plant_link_step(plant, unit, patient, plant_link(plant, unit, patient, person_id=person, **mark), **mark)
