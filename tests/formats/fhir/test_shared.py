"""The reader against records and definitions that others have published."""

import gzip
import json
import sys
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from careloop.facts.chart import FactKind
from careloop.facts.intake import Package
from careloop.formats.fhir import definitions
from careloop.formats.fhir.read import read_document
from careloop.formats.fhir.shift import latest_event_on, shift
from tests.formats.fhir.samples import ON, SHARED

DATA = SHARED / "data"
PACKAGES = DATA / "fhir_packages"
ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared test material is not there"),
]

SYNTHEA = sorted((DATA / "synthea_r4").glob("*.json.gz"))

# Published examples that have the right shape but tell no patient whose record they are part of: they name
# none at all, or one of another server ("http://example.org/Patient/123"), who may be anybody here.
NOBODYS = {
    "davinci_pas_2.0.1/CommunicationRequest-CommunicationRequestExample",
    "davinci_pas_2.2.1/CommunicationRequest-CommunicationRequestExample",
    "davinci-crd-2.0.1/MedicationRequest-annotated-example",
    "davinci_dtr_2.0.1/QuestionnaireResponse-home-o2-adaptive-questionnaireresponse",
    "sdoh_examples/DocumentReference-DocumentReferenceExample",
}

exactly = partial(json.loads, parse_float=Decimal, parse_int=Decimal)


def read(raw: bytes) -> Package:
    return read_document(raw, is_ndjson=False, on=ON)


def without_references(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {
            name: "..." if name == "reference" and isinstance(item, str) else without_references(item)
            for name, item in value.items()
        }
    return [without_references(item) for item in value] if isinstance(value, list) else value


def references(value: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


@pytest.mark.parametrize("path", SYNTHEA, ids=lambda path: path.name[:20])
def test_a_synthea_bundle_comes_back_equal_but_for_references(path: Path) -> None:
    raw = gzip.decompress(path.read_bytes())
    came = {one["resource"]["id"]: one["resource"] for one in exactly(raw)["entry"]}
    package = read(raw)

    assert package.rejected == ()
    assert len(package.resources) == len(came)
    ids = {f"{one.type}/{one.fhir_id}" for one in package.resources}
    for one in package.resources:
        kept = exactly(one.raw)
        assert without_references(kept) == without_references(came[one.fhir_id])
        assert {text for text in references(kept) if text[0] != "#"} <= ids


def test_a_synthea_record_says_what_its_bundle_says() -> None:
    raw = gzip.decompress(SYNTHEA[0].read_bytes())
    package = read(raw)
    came = [one["resource"] for one in exactly(raw)["entry"]]
    values = [Decimal(one["valueQuantity"]["value"]) for one in came if "valueQuantity" in one]
    facts = [fact for one in package.resources for fact in one.facts]

    found = [fact.value for fact in facts if fact.kind is FactKind.RESULT and fact.value is not None]
    parts = [c["valueQuantity"]["value"] for one in came for c in one.get("component", ())]
    assert sorted(found) == sorted([*values, *parts])
    assert sum(fact.kind is FactKind.VISIT for fact in facts) == sum(one["resourceType"] == "Encounter" for one in came)
    assert all(fact.codes and fact.label and fact.start_on for fact in facts)
    patient = package.resources[0].fhir_id
    assert {one.patient_ref for one in package.resources} == {patient, None}

    last = latest_event_on(package, patient, ON)
    assert last is not None
    moved = shift(package, (ON - last).days)
    assert latest_event_on(moved, patient, ON) == ON
    assert len(moved.resources) == len(package.resources)


def examples() -> Iterator[tuple[str, bytes]]:
    for name in ("us_core_610", "davinci_pas_2.0.1", "davinci_pas_2.2.1", "davinci-crd-2.0.1", "davinci_dtr_2.0.1"):
        with tarfile.open(PACKAGES / f"{name}.tgz") as tar:
            for member in tar:
                if "/example/" in member.name and member.name.endswith(".json"):
                    file = tar.extractfile(member)
                    assert file is not None
                    yield f"{name}/{Path(member.name).stem}", file.read()
    for folder in ("sdoh_examples", "ecqm"):
        for path in sorted((DATA / folder).rglob("*.json")):
            yield f"{folder}/{path.stem}", path.read_bytes()


def test_official_examples_of_types_taken_in_are_accepted() -> None:
    accepted = 0
    refused = {}
    for name, raw in examples():
        package = read(raw)
        accepted += len(package.resources)
        for one in package.rejected:
            if not any("not taken in" in problem.why for problem in one.problems):
                refused[name] = [problem.path for problem in one.problems]

    assert refused.keys() == NOBODYS
    assert {path.rpartition(".")[2] for paths in refused.values() for path in paths} == {"subject"}
    assert accepted > 700


def test_the_definitions_are_what_the_generator_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import make_fhir_schema

    made = make_fhir_schema.make_schema(PACKAGES / "hl7.fhir.r4.core.tgz")
    sys.modules.pop("make_fhir_schema")

    assert made == Path(definitions.__file__).with_name("definitions.json").read_bytes()
    assert len(made) < 700_000
