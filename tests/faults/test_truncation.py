"""A record that is cut off anywhere is refused with a clear reason, and nothing of it comes in."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from careloop.formats.fhir.read import read_document
from tests.faults.conftest import DAY, House
from tests.faults.oracle import look

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
PARTIAL = 5
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Ñandú", "given": ["Zoë"]}], "gender": "female"}
WEIGHT = {
    "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "urn:uuid:one"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, "effectiveDateTime": "2026-03-01",
    "valueQuantity": {"value": 71.50, "unit": "kg"},
}  # fmt: skip
BUNDLE = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:one", "resource": PATIENT, "request": {"method": "PUT", "url": "Patient/p1"}},
            {"resource": WEIGHT, "request": {"method": "PUT", "url": "Observation/o1"}},
        ],
    },
    ensure_ascii=False,
).encode()
LINES = b"".join(json.dumps({**PATIENT, "id": f"p{n}"}, ensure_ascii=False).encode() + b"\n" for n in range(3))


def test_a_bundle_cut_at_any_byte_gives_nothing_and_a_reason() -> None:
    whole = read_document(BUNDLE, is_ndjson=False, on=DAY)
    assert (len(whole.resources), whole.rejected) == (2, ())

    for end in range(len(BUNDLE)):
        package = read_document(BUNDLE[:end], is_ndjson=False, on=DAY)
        assert package.resources == (), end
        assert package.rejected, end
        for problem in package.rejected[0].problems:
            assert problem.why, end
            assert problem.fix, end


def test_of_lines_cut_at_any_byte_only_whole_ones_are_read_and_the_torn_one_is_refused() -> None:
    ends = [n + 1 for n, byte in enumerate(LINES) if byte == ord("\n")]
    for end in range(1, len(LINES)):
        package = read_document(LINES[:end], is_ndjson=True, on=DAY)
        whole = sum(end >= line - 1 for line in ends)  # a line is whole without its line break
        assert len(package.resources) == whole, end
        is_torn = end not in ends and end + 1 not in ends
        assert bool(package.rejected) == is_torn, end


def test_cut_files_are_refused_on_the_command_line_and_kept_whole(house: House, tmp_path: Path) -> None:
    house.set_back("empty")
    cuts = [1, len(BUNDLE) // 3, len(BUNDLE) // 2, len(BUNDLE) - 2, len(BUNDLE) - 1]
    for end in cuts:
        (tmp_path / f"{end}.json").write_bytes(BUNDLE[:end])
    packed = gzip.compress(BUNDLE, mtime=0)
    (tmp_path / "half.json.gz").write_bytes(packed[: len(packed) // 2])

    told = json.loads(house.stage.run("import", "fhir", str(tmp_path), "--json", clock=CLOCK, expect=PARTIAL)[0])

    assert (told["patients"], told["created"], told["resources"]) == (0, 0, {})
    assert {Path(line["file"]).name for line in told["rejected"]} == {file.name for file in tmp_path.iterdir()}
    assert all(line["why"] and line["fix"] for line in told["rejected"])
    with look(house.url) as now:
        kept = {bytes(body) for (body,) in now.rows("SELECT body FROM inbox")}
        assert {BUNDLE[:end] for end in cuts} <= kept
        assert now.value("SELECT count(*) FROM patient") == 0
        assert now.value("SELECT count(*) FROM resource") == 0
        assert now.broken() == {}


def test_cut_archives_are_refused_and_whole_ones_beside_them_come_in(house: House, tmp_path: Path) -> None:
    house.set_back("empty")
    with zipfile.ZipFile(tmp_path / "whole.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.json", BUNDLE)
    packed = (tmp_path / "whole.zip").read_bytes()
    for end in (10, len(packed) // 2, len(packed) - 1):
        (tmp_path / f"cut-{end}.zip").write_bytes(packed[:end])
    spoiled = bytearray(packed)
    spoiled[60] ^= 0xFF
    (tmp_path / "cut-spoiled.zip").write_bytes(spoiled)

    told = json.loads(house.stage.run("import", "fhir", str(tmp_path), "--json", clock=CLOCK, expect=PARTIAL)[0])

    assert (told["patients"], told["created"]) == (1, 2)
    assert len(told["rejected"]) == 4
    assert all("cut-" in line["file"] and line["why"] for line in told["rejected"])
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM patient") == 1
        assert now.broken() == {}
