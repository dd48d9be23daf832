"""Small records for the checks, and the worker's rounds on them."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from careloop.actions.checks import open_waiting, recheck_patients
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Purpose
from tests.actions.look import ask, ask_one
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import NOW, House, find_patient, give_to, system, take_in

Json = dict[str, Any]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
# Old enough for no screening, ill enough for a test of sugar: one question, overdue since September.
YOUNG = "1990-04-02"
SCREENED = "1970-04-02"


def person(key: str, born: str | None = YOUNG, **changes: object) -> Json:
    return changed(PATIENT, id=key, birthDate=born, **changes)


def of(resource: Json, key: str, **changes: object) -> Json:
    """Return a resource of one patient, with an id of its own."""
    return changed(resource, subject={"reference": f"Patient/{key}"}, **({"id": f"{key}-{resource['id']}"} | changes))


def diabetic(key: str, born: str = YOUNG) -> list[Json]:
    """Return a person with diabetes whose last test was on 4 March 2026: half a year is over."""
    return [person(key, born), of(CONDITION, key), of(OBSERVATION, key)]


def answer(key: str, day: str = "2026-11-18T09:00:00-05:00", **changes: object) -> Json:
    return of(OBSERVATION, key, id=f"{key}-new", effectiveDateTime=day, **changes)


def medicine(key: str, ingredient: str, number: int) -> Json:
    """Return an active order of a product of one ingredient."""
    products = load_knowledge().products
    code = min(c for c, found in products.items() if found == (ingredient,)).removeprefix("rxnorm|")
    return {
        "resourceType": "MedicationRequest",
        "id": f"{key}-m{number}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code}], "text": ingredient},
        "subject": {"reference": f"Patient/{key}"},
        "authoredOn": "2026-11-10",
    }


def contraindicated() -> tuple[str, str]:
    """Return two ingredients that must not be taken together."""
    knowledge = load_knowledge()
    singles = {found[0] for found in knowledge.products.values() if len(found) == 1}
    for pair in knowledge.safety.rows:
        first, second = sorted(pair.medicines & singles), sorted(pair.others & singles)
        if pair.tier == "contraindicated" and first and second:
            return first[0], second[0]
    raise LookupError


def bring(house: House, *resources: Json, at: datetime = NOW, name: str = "records.json") -> None:
    receipt = take_in(json.dumps(bundle(*map(entry, resources))).encode(), house.north, name=name, at=at)
    assert receipt.rejected == []


def bring_cared_for(house: House, key: str, *resources: Json) -> UUID:
    """Take a record in and make Dana the patient's coordinator."""
    bring(house, *resources)
    found = find_patient(key)
    give_to(house, "dana", found)
    return found


def work(at: datetime = NOW, *, how_many: int = 200) -> tuple[int, int]:
    """Look at everybody who is due, then open what waits; return how many of each."""
    looked = 0
    while count := recheck_patients(system(Purpose.CHECKS, at), how_many=how_many):
        looked += count
    return looked, open_waiting(system(Purpose.CHECKS, at))


def loops(state: str = "open") -> list[tuple[Any, ...]]:
    """Return fhir_id, check and outcome of the loops that checks opened."""
    test = "l.state = 'closed'" if state == "closed" else "l.state <> 'closed'"
    return ask(
        "SELECT p.fhir_id, l.check_name, l.outcome FROM loop l JOIN patient p ON p.id = l.patient_id"
        f" WHERE {test} AND l.check_name <> '' ORDER BY 1, 2, l.id"
    )


def the_loop() -> UUID:
    """Return the one loop that there is."""
    found: UUID = ask_one("SELECT id FROM loop")
    return found


def due(key: str) -> datetime | None:
    found: datetime | None = ask_one(
        "SELECT r.due_at FROM recheck r JOIN patient p ON p.id = r.patient_id WHERE p.fhir_id = %s", key
    )
    return found


def day(text: str) -> date:
    return date.fromisoformat(text)
