"""Calls in the hands of tests: a patient with a number, and a call about loops as they stand."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from careloop.actions import calls as acts
from careloop.facts.reach import CallDraft, TryResult
from tests.actions.hands import stand
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import NOW, House, find_patient, give_to, take_in

NUMBER = "555-0101"


def take_caller_in(
    house: House, fhir_id: str = "p1", *, number: str = NUMBER, coordinator: str = "dana", **more: object
) -> UUID:
    ways = {"telecom": [{"system": "phone", "value": number, "use": "home"}]} if number else {}
    body = changed(PATIENT, id=fhir_id, **ways, **more)
    take_in(json.dumps(body).encode(), house.north, name=f"{fhir_id}.json")
    found = find_patient(fhir_id)
    give_to(house, coordinator, found)
    return found


def call(
    house: House,
    patient: UUID,
    result: TryResult,
    *loops: UUID,
    at: datetime = NOW,
    who: str = "dana",
    **more: Any,  # noqa: ANN401
) -> UUID:
    versions = {loop: stand(loop).version for loop in loops}
    draft = CallDraft(**({"result": result, "loops": versions, "address": NUMBER} | more))
    return acts.save_call(house.acting(who, at=at), patient, call=draft)
