"""All 80 Synthea records come in once, whole, and come back equal but for references."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from careloop.facts.receipts import Receipt
from careloop.guard.context import clear_context, enter, set_context
from tests.actions.look import ask, ask_one, broken_invariants, picture
from tests.people import NOW, House, later, system, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

# Directory resources are in many bundles: the last one that came is kept.
DIRECTORY = ("Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService")

Json = Any


@dataclass(frozen=True, slots=True)
class Import:
    """What came in: each file's bytes by name, and the sum of the receipts."""

    files: dict[str, bytes]
    receipt: Receipt


def take_all_in(files: dict[str, bytes], unit_id: int, at: datetime = NOW) -> Receipt:
    receipt = Receipt()
    for name, raw in files.items():
        receipt.add(take_in(raw, unit_id, name=name, at=at))
    return receipt


@pytest.fixture(scope="module")
def imported(house: House, shared: Path) -> Import:
    folder = shared / "data" / "synthea_r4"
    files = {file.name: gzip.decompress(file.read_bytes()) for file in sorted(folder.glob("*.json.gz"))}
    assert len(files) == 80
    return Import(files, take_all_in(files, house.north))


def read_strictly(text: str | bytes) -> Json:
    """Read JSON with every number as it is written: 1.10 is not 1.1 here."""
    return json.loads(text, parse_float=lambda digits: f"number {digits}", parse_int=lambda digits: f"number {digits}")


def rewrite(value: Json, places: dict[str, str]) -> Json:
    """Rewrite references to "Type/id", by the plain rule: what a fullUrl or an identifier of the bundle names."""
    if isinstance(value, list):
        return [rewrite(one, places) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: places.get(one, one) if name == "reference" and isinstance(one, str) else rewrite(one, places)
        for name, one in value.items()
    }


def originals(raw: bytes) -> Iterator[tuple[tuple[str, str], Json]]:
    entries = read_strictly(raw)["entry"]
    places: dict[str, str] = {}
    for entry in entries:
        resource = entry["resource"]
        place = f"{resource['resourceType']}/{resource['id']}"
        places[entry["fullUrl"]] = place
        for one in resource.get("identifier", []) if resource["resourceType"] in DIRECTORY else []:
            places[f"{resource['resourceType']}?identifier={one.get('system')}|{one['value']}"] = place
    for entry in entries:
        resource = entry["resource"]
        yield (resource["resourceType"], resource["id"]), rewrite(resource, places)


@pytest.fixture(scope="module")
def expected(imported: Import) -> dict[tuple[str, str], Json]:
    return {key: body for raw in imported.files.values() for key, body in originals(raw)}


def test_every_resource_comes_back_equal_to_the_digit(imported: Import, expected: dict[tuple[str, str], Json]) -> None:
    found = 0
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(system())
        cursor.execute("SELECT id FROM unit")
        enter(units=[row[0] for row in cursor.fetchall()])
        cursor.execute(
            "SELECT type, fhir_id, body::text FROM resource"
            " UNION ALL SELECT type, fhir_id, body::text FROM directory_resource"
        )
        while rows := cursor.fetchmany(5000):
            for kind, fhir_id, body in rows:
                assert read_strictly(body) == expected[(kind, fhir_id)], f"{kind}/{fhir_id}"
                found += 1
        clear_context()

    assert found == len(expected)


def test_the_receipt_counts_what_is_kept(imported: Import, expected: dict[tuple[str, str], Json]) -> None:
    kept = dict(ask("SELECT type, count(*) FROM resource GROUP BY 1"))
    kept |= dict(ask("SELECT type, count(*) FROM directory_resource GROUP BY 1"))

    assert kept == Counter(kind for kind, _ in expected)
    assert imported.receipt.patients == 80
    assert imported.receipt.rejected == []
    assert imported.receipt.created == len(expected)
    assert {k: n for k, n in imported.receipt.resources.items() if k not in DIRECTORY} == {
        k: n for k, n in kept.items() if k not in DIRECTORY
    }


def test_every_invariant_holds_and_everybody_waits_for_the_checks(imported: Import) -> None:
    assert broken_invariants() == {}
    assert ask_one("SELECT count(*) FROM recheck WHERE due_at IS NOT NULL") == 80


def test_every_person_has_the_columns_of_the_original(imported: Import) -> None:
    asked = (
        "SELECT p.fhir_id, p.family, p.birth_on::text, p.sex, p.is_dead,"
        " (SELECT count(*) FROM patient_identifier i WHERE i.patient_id = p.id) FROM patient p"
    )
    kept = {row[0]: row[1:] for row in ask(asked)}
    for raw in imported.files.values():
        patient = next(e["resource"] for e in json.loads(raw)["entry"] if e["resource"]["resourceType"] == "Patient")
        family, born, sex, is_dead, identifiers = kept[patient["id"]]
        assert (family, born, sex) == (patient["name"][0]["family"], patient["birthDate"], patient["gender"])
        assert is_dead == ("deceasedDateTime" in patient)
        assert identifiers == len([one for one in patient["identifier"] if "value" in one])


def test_a_second_import_the_next_day_adds_and_changes_nothing(imported: Import, house: House) -> None:
    few = dict(list(imported.files.items())[:10])
    before = picture()

    receipt = take_all_in(few, house.south, at=later(days=1))

    assert (receipt.created, receipt.updated) == (0, 0)
    assert receipt.unchanged == sum(receipt.resources.values())
    assert picture() == before
