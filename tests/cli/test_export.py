"""Leaving with everything: whole, counted, readable, and brought back equal; half a file never has the final name."""

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.documents import add_document
from careloop.actions.worklist import start_loop
from careloop.cli import export
from careloop.formats.fhir.faults import Visit
from careloop.formats.fhir.references import Links
from careloop.formats.fhir.validate import validate
from careloop.records.models import Disclosure
from tests.actions.hands import make_task, take_patient_in
from tests.actions.intake.test_documents import NOTE, PSY, Json, bring, reference, report
from tests.actions.look import ask, ask_one
from tests.cli.conftest import Call
from tests.formats.fhir.samples import OBSERVATION, PATIENT, bundle, changed, entry
from tests.guard.standing import rolled_back
from tests.people import House, find_patient, give_to, later, system, take_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WHY = ("--recipient", "The patient", "--reason", "Asked for a copy")
ORGANIZATION = {"resourceType": "Organization", "id": "org1", "name": "Elm Street Clinic"}


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-21T10:00:00-05:00")


def make_record(house: House) -> UUID:
    """Make a patient with versions, a labelled note, a document by hand, a task with history, and a second patient."""
    custodian = {"custodian": {"reference": "Organization/org1"}}
    bring(house, ORGANIZATION, reference("d1", b"first words", **custodian), report("r1", conclusion="Torn."))
    bring(house, reference("d1", b"better words", **custodian), reference("d2", NOTE.encode(), meta=PSY),
          name="two.json", days=0.5)  # fmt: skip
    found = find_patient("p1")
    give_to(house, "dana", found)
    add_document(house.acting("dana"), found, content=b"%PDF-1 letter", title="A letter", dated_on=date(2026, 11, 3))
    start_loop(house.acting("dana"), make_task(house, found), version=1)
    take_patient_in(house, "p2")
    return found


@pytest.fixture
def rosa(house: House) -> UUID:
    return make_record(house)


def lines_of(folder: Path, *parts: str) -> list[Any]:
    return [json.loads(line) for line in folder.joinpath(*parts).read_text().splitlines()]


def records_of() -> list[tuple[Any, ...]]:
    return ask("SELECT type, fhir_id, version, body::text FROM resource ORDER BY 1, 2")


def versions_of() -> list[tuple[Any, ...]]:
    return ask(
        "SELECT r.type, r.fhir_id, v.version, v.body::text FROM resource_version v"
        " JOIN resource r ON r.id = v.resource_id ORDER BY 1, 2, 3"
    )


def check_manifest(folder: Path) -> None:
    listed = lines_of(folder, "manifest.jsonl")
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}

    assert {line["path"] for line in listed} == files - {"manifest.jsonl", "summary.jsonl"}
    for line in listed:
        raw = (folder / line["path"]).read_bytes()
        assert (len(raw), hashlib.sha256(raw).hexdigest()) == (line["size"], line["sha256"]), line["path"]
    (summary,) = lines_of(folder, "summary.jsonl")
    assert summary["files"] == len(listed)
    assert summary["list_sha256"] == hashlib.sha256((folder / "manifest.jsonl").read_bytes()).hexdigest()


def test_the_record_of_a_patient_leaves_whole_and_counted(call: Call, house: House, rosa: UUID, tmp_path: Path) -> None:
    out = tmp_path / "out"

    ran = call("export", "patient", rosa, "--to", out, *WHY, "--json")

    assert ran.code == 0
    counts = ran.json()["counts"]
    check_manifest(out)
    kept = dict(ask("SELECT 'records/' || type, count(*) FROM resource WHERE patient_id = %s GROUP BY 1", rosa))
    assert {kind: n for kind, n in counts.items() if kind.startswith("records/")} == kept
    bodies = [json.loads(row[0]) for row in ask("SELECT body::text FROM resource WHERE patient_id = %s", rosa)]
    left = [one for file in (out / "records" / "fhir").iterdir() for one in lines_of(file)]
    assert sorted(map(str, left)) == sorted(map(str, bodies))
    assert lines_of(out, "earlier", "fhir", "000001", "DocumentReference.ndjson")[0]["id"] == "d1"
    assert lines_of(out, "directory", "fhir", "Organization.ndjson") == [ORGANIZATION]
    assert counts["documents"] == ask_one("SELECT count(*) FROM document") == 4
    files = {p.read_bytes() for p in (out / "documents" / str(rosa)).iterdir()}
    assert files == {b"first words", b"better words", NOTE.encode(), b"%PDF-1 letter"}
    assert counts["careloop/Task"] == 1
    assert counts["careloop/Provenance"] == ask_one("SELECT count(*) FROM loop_event WHERE patient_id = %s", rosa)
    assert lines_of(out, "rows", "loop.jsonl")[0]["patient_id"] == str(rosa)


def test_what_only_careloop_has_is_fhir(call: Call, rosa: UUID, tmp_path: Path) -> None:
    call("export", "patient", rosa, "--to", tmp_path / "out", *WHY)
    folder = tmp_path / "out" / "careloop"

    for name in ("Task", "Provenance", "Practitioner"):
        for resource in lines_of(folder, f"{name}.jsonl"):
            assert validate(resource, Visit(Links([]), {})) == [], name
    (task,) = lines_of(folder, "Task.jsonl")
    assert (task["status"], task["for"]["reference"]) == ("in-progress", "Patient/p1")
    people = {one["id"] for one in lines_of(folder, "Practitioner.jsonl")}
    assert task["owner"]["reference"].removeprefix("Practitioner/") in people
    log = lines_of(folder, "AuditEvent.jsonl")
    assert "actions.worklist.start_loop" in {one["subtype"][0]["code"] for one in log}
    assert {one["entity"][0]["what"]["reference"] for one in log} == {"Patient/p1"}


def test_it_reads_in_plain_words_and_nothing_in_it_runs(call: Call, rosa: UUID, tmp_path: Path) -> None:
    call("export", "patient", rosa, "--to", tmp_path / "out", "--recipient", "<b>Ana", "--reason", "x & y")

    index = (tmp_path / "out" / "index.html").read_text()
    page = (tmp_path / "out" / "people" / f"{rosa}.html").read_text()
    assert "&lt;b&gt;Ana" in index
    assert "x &amp; y" in index
    assert f"people/{rosa}.html" in index
    assert "A letter" in page
    assert "<script" not in index + page
    assert "SHA-256" in (tmp_path / "out" / "README.txt").read_text()


def test_that_it_left_is_kept_with_its_hash(call: Call, rosa: UUID, tmp_path: Path) -> None:
    call("export", "patient", rosa, "--to", tmp_path / "out", *WHY)

    ((what, recipient, reason, counts, size),) = ask(
        "SELECT what, recipient, reason, counts, octet_length(sha256) FROM disclosure"
    )
    assert (what, recipient, reason, size) == ("whole_record", "The patient", "Asked for a copy", 32)
    assert (json.loads(counts) if isinstance(counts, str) else counts)["records/Patient"] == 1


@pytest.mark.parametrize("made", ["folder", "archive"])
def test_it_comes_back_equal_with_its_history(call: Call, house: House, tmp_path: Path, made: str) -> None:
    out = tmp_path / ("out" if made == "folder" else "out.zip")
    with rolled_back():
        rosa = make_record(house)
        before = [row for row in records_of() if row[1] != "p2"]
        history, words = versions_of(), ask("SELECT sha256 FROM document WHERE media_type = 'text/plain' ORDER BY 1")
        assert call("export", "patient", rosa, "--to", out, *WHY).code == 0
    assert records_of() == []

    ran = call("import", "fhir", out, "--team", "north", "--json")

    assert (ran.code, ran.json()["rejected"]) == (0, [])
    assert records_of() == before
    assert versions_of() == history
    assert ask("SELECT sha256 FROM document ORDER BY 1") == words
    assert ask("SELECT fhir_id FROM directory_resource") == [("org1",)]


def of_sources() -> dict[str, list[tuple[Any, ...]]]:
    """Return what there is of each source: newest and earlier versions, directory, identifiers and documents."""
    return {
        "records": ask("SELECT source, type, fhir_id, version, body::text FROM resource ORDER BY 1, 2, 3"),
        "earlier": ask(
            "SELECT r.source, r.type, r.fhir_id, v.version, v.body::text FROM resource_version v"
            " JOIN resource r ON r.id = v.resource_id ORDER BY 1, 2, 3, 4"
        ),
        "directory": ask("SELECT source, type, fhir_id, body::text FROM directory_resource ORDER BY 1, 2, 3"),
        "patients": ask("SELECT source, fhir_id, full_name, birth_on::text, label_mask FROM patient ORDER BY 1, 2"),
        "numbers": ask(
            "SELECT p.source, p.fhir_id, i.system, i.value FROM patient_identifier i"
            " JOIN patient p ON p.id = i.patient_id ORDER BY 1, 2, 3, 4"
        ),
        "facts": ask(
            "SELECT r.source, r.fhir_id, f.n, f.kind, f.code, f.label, f.start_on::text, f.label_mask FROM chart_fact f"
            " JOIN resource r ON r.id = f.resource_id ORDER BY 1, 2, 3"
        ),
        "documents": ask(
            "SELECT p.source, p.fhir_id, encode(d.sha256, 'hex'), d.label_mask FROM document d"
            " JOIN patient p ON p.id = d.patient_id ORDER BY 1, 2, 3"
        ),
        "links": ask(
            "SELECT one.source, one.fhir_id, other.source, other.fhir_id FROM person_link k"
            " JOIN patient one ON one.id = k.patient_id JOIN patient other ON other.id = k.survivor_id"
        ),
    }


def bring_from(house: House, source: str, *resources: Json, name: str, days: float = 0) -> None:
    raw = json.dumps(bundle(*map(entry, resources))).encode()
    assert take_in(raw, house.north, name=name, at=later(days=days), source=source).rejected == []


def test_two_sources_come_back_as_two(call: Call, house: House, tmp_path: Path) -> None:
    """The same ids stand in both sources, for the same person: neither is taken for the other."""
    out = tmp_path / "all"
    number = {"system": "urn:mrn", "value": "MRN-1", "type": {"coding": [{"code": "MR"}]}}
    person = changed(PATIENT, id="p1", identifier=[number])
    lab, pulse = changed(ORGANIZATION, name="The laboratory"), changed(OBSERVATION, id="o1")
    with rolled_back():
        bring_from(house, "fhir", person, ORGANIZATION, reference("d1", b"first words"), name="one.json")
        bring_from(house, "fhir", person, reference("d1", b"better words"), name="two.json", days=0.5)
        bring_from(house, "lab.north", person, lab, reference("d1", b"words of the lab"), pulse, name="lab.json")
        later_pulse = changed(pulse, valueQuantity={"value": 8.0, "unit": "%"})
        bring_from(house, "lab.north", person, later_pulse, name="later.json", days=0.5)
        before = of_sources()
        assert call("export", "all", "--to", out, *WHY).code == 0
    assert not any(of_sources().values())
    assert {row[0] for row in before["records"]} == {row[0] for row in before["directory"]} == {"fhir", "lab.north"}
    assert len(before["earlier"]) >= 2
    assert len(before["links"]) == 1

    for source in ("fhir", "lab.north"):
        folders = [folder / source for folder in (out / "records", out / "earlier", out / "directory")]
        ran = call("import", "fhir", *(one for one in folders if one.is_dir()), "--source", source, "--team", "north",
                   "--json")  # fmt: skip
        assert (ran.code, ran.json()["rejected"]) == (0, [])

    after = of_sources()
    assert {kind: after[kind] for kind in after} == before


def test_everything_leaves_with_every_patient_in_order(call: Call, house: House, rosa: UUID, tmp_path: Path) -> None:
    take_in(b'{"resourceType": "Observation", "id": "stray"}', house.south, name="bad.json")
    out = tmp_path / "all"

    ran = call("export", "all", "--to", out, *WHY, "--json")

    assert ran.code == 0
    told = ran.json()
    check_manifest(out)
    for kind, table in (("records", "resource"), ("earlier", "resource_version"), ("rows/loop", "loop"),
                        ("rows/loop_event", "loop_event"), ("documents", "document"), ("refused", "inbox"),
                        ("directory", "directory_resource"), ("rows/unit", "unit")):  # fmt: skip
        counted = sum(n for name, n in told["counts"].items() if name == kind or name.startswith(f"{kind}/"))
        of_patient = " WHERE patient_id IS NOT NULL" if table in ("loop", "loop_event") else ""
        assert counted == ask_one(f"SELECT count(*) FROM {table}{of_patient}"), kind
    order = [one["id"] for one in lines_of(out, "rows", "patient.jsonl")]
    assert order == sorted(order)
    assert len(order) == told["patients"] == 2
    assert ask_one("SELECT count(*) FROM disclosure") == 2
    assert not any("password" in path.read_text() for path in (out / "rows").iterdir())


def test_the_archive_is_a_plain_zip(call: Call, rosa: UUID, tmp_path: Path) -> None:
    call("export", "patient", rosa, "--to", tmp_path / "rosa.zip", *WHY)

    with zipfile.ZipFile(tmp_path / "rosa.zip") as archive:
        assert archive.testzip() is None
        assert {"index.html", "README.txt", "summary.jsonl"} <= set(archive.namelist())
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_fault_half_way_leaves_nothing_and_no_disclosure(
    call: Call, rosa: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    before = sorted(p.name for p in tmp_path.iterdir())
    monkeypatch.setattr("careloop.actions.handing.outward.make_task", broken)

    ran = call("export", "patient", rosa, "--to", tmp_path / name, *WHY)

    assert ran.code == 4
    assert "No space left" in ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "{there}", *WHY), "is there already"),
        (("--to", "{there}/not/there", *WHY), "cannot be written to"),
        (("--to", "{new}", "--recipient", " ", "--reason", "x"), "Say who gets the record"),
    ],
)
def test_a_place_that_is_taken_or_words_that_lack_are_refused(
    call: Call, rosa: UUID, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    filled = [one.format(there=there, new=tmp_path / "new") for one in arguments]

    ran = call("export", "patient", rosa, *filled)

    assert ran.code == 2
    assert said in ran.err
    assert list(there.iterdir()) == []
    assert not (tmp_path / "new").exists()


def test_everything_is_no_archive(call: Call, house: House, tmp_path: Path) -> None:
    assert call("export", "all", "--to", tmp_path / "all.zip", *WHY).code == 2


def test_pages_of_patients_follow_one_another(
    call: Call, house: House, rosa: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 1)

    assert call("export", "all", "--to", tmp_path / "all", *WHY, "--json").json()["patients"] == 2


def test_the_operator_is_in_the_log(call: Call, rosa: UUID, tmp_path: Path) -> None:
    call("export", "patient", rosa, "--to", tmp_path / "one", *WHY)
    call("export", "patient", rosa, "--to", tmp_path / "two", *WHY)

    log = lines_of(tmp_path / "two", "careloop", "AuditEvent.jsonl")
    assert log[-1]["subtype"][0]["code"] == "actions.export.hand_out_record"
    assert log[-1]["agent"][0]["who"]["reference"] == f"Practitioner/{system().person_id}"
