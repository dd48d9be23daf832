"""A record ten years after the last thing that happened to it, and a second supervisor."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.documents import add_document
from careloop.actions.people import hire
from careloop.actions.worklist import finish_loop
from careloop.catalog.retention import load_retention
from careloop.facts.access import Role
from careloop.facts.receipts import Receipt
from careloop.facts.worklist import Outcome
from tests.actions.hands import make_task
from tests.actions.intake.test_documents import reference
from tests.formats.fhir.samples import PATIENT, bundle, changed, entry
from tests.people import PASSWORD, TODAY, House, find_patient, give_to, later, system, take_in

# Ten years and a few days after the last thing that happened.
THEN = later(days=3700)
MRN = {"system": "urn:mrn", "value": "MRN 77-1", "type": {"coding": [{"code": "MR"}]}}
FAMILY_CARD = {"system": "urn:plan", "value": "9001", "type": {"coding": [{"code": "MB"}]}}


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clinic has set its rule, and ten years have gone by."""
    rule = replace(load_retention(), is_verified=True)
    monkeypatch.setattr("careloop.actions.retention.load_retention", lambda: rule)
    monkeypatch.setenv("CARELOOP_CLOCK", THEN.isoformat())


@pytest.fixture
def uma(house: House) -> UUID:
    """A second supervisor of the north team."""
    return hire(
        system(), name="Uma", email="uma@clinic.example", role=Role.SUPERVISOR, password=PASSWORD,
        unit_ids=[house.north],
    )  # fmt: skip


def bring(house: House, key: str = "p1", *more: dict[str, object], name: str = "", days: float = 0) -> Receipt:
    person = changed(PATIENT, id=key, identifier=[{**MRN, "value": f"MRN 77-{key}"}, FAMILY_CARD])
    raw = json.dumps(bundle(*map(entry, (person, *more)))).encode()
    return take_in(raw, house.north, name=name or f"{key}.json", at=later(days=days))


@pytest.fixture
def rosa(house: House) -> UUID:
    """A record with something in many tables, all of it closed and ten years old."""
    bring(house, "p1", reference("d1", b"first words"))
    bring(house, "p1", reference("d1", b"better words"), name="two.json", days=0.5)
    found = find_patient("p1")
    give_to(house, "dana", found)
    dana = house.acting("dana")
    add_document(dana, found, content=b"%PDF-1 letter", title="A letter", dated_on=TODAY)
    loop = make_task(house, found)
    finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Done.")
    return found
