"""A file that nobody can read is told, kept whole where it may be, and asked about once."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.actions.look import ask
from tests.actions.records import diabetic
from tests.cli.conftest import Call
from tests.formats.fhir.samples import bundle, entry
from tests.people import House

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]),
    pytest.mark.usefixtures("stopped_clock"),
]


def _spoil(folder: Path, kind: str) -> Path:
    """Make a file that cannot be read: cut off, locked, or no JSON at all."""
    whole = gzip.compress(json.dumps(bundle(*map(entry, diabetic("ana")))).encode())
    if kind == "cut":
        file = folder / "ana.json.gz"
        file.write_bytes(whole[:-30])
    elif kind == "locked":
        file = folder / "ana.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("ana.json", "{}")
            archive.writestr("ben.json", "{}")
        # The mark that an entry is encrypted, in both of its headers.
        raw = file.read_bytes().replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
        file.write_bytes(raw.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"))
    else:
        file = folder / "ana.json"
        file.write_bytes(b"\x00\x01 no JSON")
    return file


@pytest.mark.parametrize("kind", ["cut", "locked", "no JSON"])
def test_what_cannot_be_read_is_kept_whole_with_one_review(call: Call, house: House, tmp_path: Path, kind: str) -> None:
    file = _spoil(tmp_path, kind)

    ran = call("import", "fhir", file, "--team", "north", "--json")
    again = call("import", "fhir", file, "--team", "north", "--json")

    assert (ran.code, again.code) == (5, 5)
    ((body, state),) = ask("SELECT body, state FROM inbox")
    assert (bytes(body).strip(), state) == (file.read_bytes().strip(), "rejected")
    assert ask("SELECT kind, state FROM loop") == [("review", "to_do")]


def test_a_mended_file_ends_its_review(call: Call, house: House, tmp_path: Path) -> None:
    file = _spoil(tmp_path, "cut")
    call("import", "fhir", file, "--team", "north")
    file.write_bytes(gzip.compress(json.dumps(bundle(*map(entry, diabetic("ana")))).encode()))

    assert call("import", "fhir", file, "--team", "north").code == 0
    assert ask("SELECT kind, state FROM loop") == [("review", "closed")]
    assert ask("SELECT state FROM inbox") == [("taken",)]


@pytest.mark.parametrize("kind", ["cut", "locked", "no JSON"])
def test_a_trial_keeps_nothing_of_what_cannot_be_read(call: Call, house: House, tmp_path: Path, kind: str) -> None:
    assert call("import", "fhir", _spoil(tmp_path, kind), "--team", "north", "--dry-run").code == 5
    assert ask("SELECT 1 FROM inbox") == ask("SELECT 1 FROM loop") == []


def test_what_is_too_large_to_keep_is_told_and_stays_where_it_is(
    call: Call, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careloop.cli.documents.MAX_KEPT", 100)

    ran = call("import", "fhir", _spoil(tmp_path, "cut"), "--team", "north")

    assert ran.code == 5
    assert ask("SELECT 1 FROM inbox") == []
