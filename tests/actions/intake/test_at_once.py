"""Two importers at the same time give the result of one."""

import json
import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from careloop.facts.receipts import Receipt
from tests.actions.apart import at_once
from tests.actions.look import ask, broken_invariants
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.guard import records
from tests.people import build_house, take_in

CLINIC = {"resourceType": "Organization", "id": "g1", "name": "Any clinic"}
RECORD = json.dumps(bundle(entry(CLINIC), entry(PATIENT), entry(OBSERVATION), entry(CONDITION))).encode()
NEWER = json.dumps(changed(OBSERVATION, status="amended")).encode()

SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6780", "type": {"coding": [{"code": "SS"}]}}
CARD = {"system": "urn:card", "value": "77"}
TURNED = [{"identifier": [CARD], "birthDate": day} for day in ("1980-03-07", "1980-07-03")]


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


def rosa(source: str, unit_id: int, **more: object) -> Callable[[], Receipt]:
    """Return the deed of bringing Rosa in from a system."""
    raw = records.bundle([records.patient("p1", **more)])  # type: ignore[arg-type]
    return lambda: take_in(raw, unit_id, source=source, name=f"{source}.json")


def in_each_others_way(first: Callable[[], Receipt], second: Callable[[], Receipt]) -> list[Receipt | Exception]:
    """Let the second begin while the first has done everything but commit; the first waits until it waits or ends."""
    has_written, has_ended = threading.Event(), threading.Event()

    def hold() -> Receipt:
        with transaction.atomic():
            try:
                receipt = first()
            finally:
                has_written.set()
            while not has_ended.is_set() and not ask("SELECT 1 FROM pg_locks WHERE NOT granted"):
                has_ended.wait(0.01)
            return receipt

    def follow() -> Receipt:
        has_written.wait()
        try:
            return second()
        finally:
            has_ended.set()

    return at_once(hold, follow)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"identifier": [SSN]}, {"identifier": [SSN]}, (1, 0)),
        ({"identifier": [SSN]}, {"identifier": [SSN], "birthDate": "1985-01-02"}, (0, 1)),
        ({"identifier": [CARD]}, {"identifier": [CARD]}, (0, 1)),
        (*TURNED, (0, 1)),
    ],
    ids=["number", "number of another birth date", "name and birth date", "day and month turned over"],
)
def test_two_sources_that_bring_the_same_person_at_once_see_each_other(
    apart: None, one: dict[str, object], other: dict[str, object], expected: tuple[int, int]
) -> None:
    house = build_house()

    receipts = in_each_others_way(rosa("a", house.north, **one), rosa("b", house.south, **other))

    assert [(r.linked, r.review) if isinstance(r, Receipt) else r for r in receipts] == [(0, 0), expected]
    assert ask("SELECT count(*) FROM person_link WHERE linked_at IS NOT NULL") == [(expected[0],)]
    assert ask("SELECT count(*) FROM loop WHERE check_name = 'same_person'") == [(expected[1],)]
    assert broken_invariants() == {}
