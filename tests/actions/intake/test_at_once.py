"""Two importers at the same time give the result of one."""

import json

from careloop.facts.receipts import Receipt
from tests.actions.apart import at_once
from tests.actions.look import ask, broken_invariants
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import build_house, take_in

CLINIC = {"resourceType": "Organization", "id": "g1", "name": "Any clinic"}
RECORD = json.dumps(bundle(entry(CLINIC), entry(PATIENT), entry(OBSERVATION), entry(CONDITION))).encode()
NEWER = json.dumps(changed(OBSERVATION, status="amended")).encode()


def counts(receipt: Receipt | Exception) -> tuple[int, int]:
    assert isinstance(receipt, Receipt), receipt
    return receipt.created, receipt.updated


def test_the_same_document_twice_at_once_gives_one_result(apart: None) -> None:
    house = build_house()

    first = at_once(*[lambda: take_in(RECORD, house.north)] * 4)
    second = at_once(*[lambda: take_in(NEWER, house.north)] * 4)

    assert sorted(map(counts, first))[:3] == [(0, 0)] * 3
    assert sorted(map(counts, first))[3] == (4, 0)
    assert sorted(map(counts, second)) == [(0, 0), (0, 0), (0, 0), (0, 1)]
    assert ask("SELECT type, version FROM resource ORDER BY 1") == [
        ("Condition", 1),
        ("Observation", 2),
        ("Patient", 1),
    ]
    assert ask("SELECT count(*) FROM directory_resource") == [(1,)]
    assert ask("SELECT count(*) FROM chart_fact") == [(2,)]
    assert broken_invariants() == {}


def test_the_same_bad_document_twice_at_once_opens_one_review(apart: None) -> None:
    house = build_house()

    receipts = at_once(*[lambda: take_in(b"not json", house.north)] * 4)

    assert [len(r.rejected) if isinstance(r, Receipt) else r for r in receipts] == [1] * 4
    assert ask("SELECT count(*) FROM loop") == [(1,)]
    assert ask("SELECT count(*) FROM inbox") == [(1,)]
    assert broken_invariants() == {}
