"""Files inside resources become documents: once a patient, never overwritten, with the strictest labels."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from careloop.facts.receipts import Receipt
from tests.actions.look import ask, ask_one, broken_invariants
from tests.formats.fhir.samples import PATIENT, bundle, changed, entry
from tests.people import NOW, House, later, take_in

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
NOTE = "Seen for a sore knee. Náuseas since Monday."
PSY = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}


def reference(key: str, *contents: bytes, **changes: object) -> Json:
    """Return a document reference with these files inside."""
    files = [{"attachment": {"contentType": "text/html", "data": base64.b64encode(c).decode()}} for c in contents]
    return {
        "resourceType": "DocumentReference", "id": key, "status": "current", "type": {"text": "Visit note"},
        "subject": {"reference": "Patient/p1"}, "date": "2026-11-02T09:30:00-05:00", "content": files, **changes,
    }  # fmt: skip


def report(key: str, *contents: bytes, **changes: object) -> Json:
    files = [{"contentType": "text/plain", "data": base64.b64encode(c).decode()} for c in contents]
    return {
        "resourceType": "DiagnosticReport", "id": key, "status": "final", "code": {"text": "X-ray of the knee"},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-11-03",
        **({"presentedForm": files} if files else {}), **changes,
    }  # fmt: skip


def bring(house: House, *resources: Json, name: str = "one.json", days: int = 0) -> Receipt:
    raw = json.dumps(bundle(*map(entry, (changed(PATIENT, id="p1"), *resources)))).encode()
    receipt = take_in(raw, house.north, name=name, at=later(days=days) if days else NOW)
    assert receipt.rejected == []
    return receipt


def documents() -> list[tuple[Any, ...]]:
    return ask("SELECT media_type, title, dated_on::text, size, label_mask FROM document ORDER BY id")


def sources() -> list[tuple[Any, ...]]:
    return ask(
        "SELECT r.fhir_id, s.is_current, s.label_mask FROM document_source s JOIN resource r ON r.id = s.resource_id"
        " ORDER BY 1, s.id"
    )


def test_a_file_is_kept_whole_with_its_hash_kind_title_and_day(house: House) -> None:
    bring(house, reference("d1", NOTE.encode()))

    assert documents() == [("text/plain", "Visit note", "2026-11-02", len(NOTE.encode()), 0)]
    content, sha256 = ask("SELECT content, sha256 FROM document")[0]
    assert bytes(content) == NOTE.encode()
    assert bytes(sha256) == hashlib.sha256(NOTE.encode()).digest()
    assert NOTE in json.dumps(ask_one("SELECT words FROM note"), ensure_ascii=False)
    assert broken_invariants() == {}


def test_the_resource_stays_whole_beside_it(house: House) -> None:
    bring(house, reference("d1", NOTE.encode()))

    body = ask_one("SELECT body::text FROM resource WHERE type = 'DocumentReference'")

    assert base64.b64encode(NOTE.encode()).decode() in body


def test_the_same_bytes_are_one_document_with_two_places(house: House) -> None:
    bring(house, reference("d1", NOTE.encode()), report("r1", NOTE.encode()))
    bring(house, reference("d1", NOTE.encode()), name="again.json")

    assert len(documents()) == 1
    assert sources() == [("d1", True, 0), ("r1", True, 0)]


def test_a_newer_version_brings_its_file_and_the_older_file_stays(house: House) -> None:
    bring(house, reference("d1", b"first words"))
    bring(house, reference("d1", b"better words"), name="new.json", days=1)

    assert len(documents()) == 2
    assert sources() == [("d1", False, 0), ("d1", True, 0)]
    assert broken_invariants() == {}


def test_the_strictest_label_of_all_its_places_is_the_documents_own(house: House) -> None:
    bring(house, reference("d1", NOTE.encode()), report("r1", NOTE.encode(), meta=PSY))

    assert [row[4] for row in documents()] == [2]
    assert ask("SELECT label_mask FROM note") == [(2,)]


def test_a_label_that_comes_later_reaches_file_and_words(house: House) -> None:
    bring(house, reference("d1", NOTE.encode()))
    bring(house, reference("d1", NOTE.encode(), meta=PSY), name="labelled.json", days=1)

    assert [row[4] for row in documents()] == [2]
    assert ask("SELECT label_mask FROM note") == [(2,)]
    assert broken_invariants() == {}


def test_descriptions_and_conclusions_can_be_found_and_follow_their_resource(house: House) -> None:
    bring(house, report("r1", conclusion="Torn meniscus."))
    assert ask("SELECT words FROM note") == [("Torn meniscus.",)]

    bring(house, report("r1", conclusion="Meniscus is whole."), name="new.json", days=1)

    assert ask("SELECT words FROM note") == [("Meniscus is whole.",)]


@pytest.mark.parametrize("column", ["content = 'x'", "sha256 = '\\x00'", "media_type = 'x'", "size = 1"])
def test_nothing_overwrites_a_document(house: House, column: str) -> None:
    bring(house, reference("d1", NOTE.encode()))

    with pytest.raises(DatabaseError, match="never overwritten"):
        ask(f"UPDATE document SET {column} RETURNING id")


def test_a_trial_keeps_no_document(house: House) -> None:
    raw = json.dumps(bundle(*map(entry, (changed(PATIENT, id="p1"), reference("d1", NOTE.encode()))))).encode()

    take_in(raw, house.north, dry_run=True)

    assert documents() == []


def test_what_only_points_elsewhere_or_is_empty_is_no_file(house: House) -> None:
    pointing = reference("d1", NOTE.encode())
    pointing["content"] = [{"attachment": {"url": "https://elsewhere.example/Binary/1"}}]

    bring(house, pointing)

    assert documents() == []


def test_each_patient_has_a_document_of_their_own(house: House) -> None:
    other = changed(PATIENT, id="p2")
    of_other = reference("d2", NOTE.encode(), subject={"reference": "Patient/p2"})
    bring(house, other, reference("d1", NOTE.encode()), of_other)

    kept: list[tuple[UUID, ...]] = ask("SELECT DISTINCT patient_id FROM document")

    assert len(kept) == 2
