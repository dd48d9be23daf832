"""Files and archives: read one at a time, bad ones refused by name, bombs never unpacked."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from careloop.cli import documents
from careloop.cli.documents import MAX_NAME, MAX_RATIO, Document, Unreadable, find_files, find_turn, read_documents
from tests.formats.fhir.samples import PATIENT
from tests.formats.promises import check_file

RAW = json.dumps(PATIENT).encode()
MEGABYTE = 1024 * 1024


def read(file: Path) -> list[Document | Unreadable]:
    return list(read_documents(file))


def refusal(file: Path) -> Unreadable:
    (one,) = read(file)
    assert isinstance(one, Unreadable)
    assert one.fix
    return one


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_a_file_is_one_document(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(RAW) if name.endswith(".gz") else RAW)

    assert read(file) == [Document(str(file), RAW, is_ndjson=False)]


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz"])
def test_lines_are_read_in_stretches_that_end_with_a_line(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHUNK_LINES", 3)
    text = b"".join(b'{"n":%d}\n' % n for n in range(7)) + b'{"n":7}'
    file = tmp_path / name
    file.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    found = read(file)

    assert [one.name for one in found] == [f"{file}#0", f"{file}#1", f"{file}#2"]
    assert all(isinstance(one, Document) and one.is_ndjson for one in found)
    assert b"".join(one.raw for one in found if isinstance(one, Document)) == text
    assert [one.raw.count(b"{") for one in found if isinstance(one, Document)] == [3, 3, 2]


def test_an_archive_gives_its_documents_by_their_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Observation.ndjson", RAW)
        archive.writestr("deep/Patient.ndjson", RAW)
        archive.writestr("one.json.gz", gzip.compress(RAW))
        archive.writestr("README.txt", "no record")
        archive.writestr("../../outside.json", RAW)

    names = [one.name.removeprefix(f"{file}/") for one in read(file)]

    assert names == ["../../outside.json", "deep/Patient.ndjson#0", "one.json.gz", "Observation.ndjson#0"]
    assert not (tmp_path.parent / "outside.json").exists()


def test_patients_come_before_what_needs_them(tmp_path: Path) -> None:
    for name in ("Condition.ndjson", "Observation.000.ndjson", "Patient.000.ndjson", "z.json", "notes.txt"):
        (tmp_path / name).write_bytes(RAW)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "a.json.gz").write_bytes(gzip.compress(RAW))

    names = [file.name for file in find_files([tmp_path])]

    assert names == ["Patient.000.ndjson", "a.json.gz", "z.json", "Condition.ndjson", "Observation.000.ndjson"]


def test_a_folder_of_nothing_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no record")

    assert find_files([tmp_path]) == []


@pytest.mark.parametrize("name", ["bomb.json.gz", "bomb.ndjson.gz"])
def test_a_packed_bomb_is_refused_by_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(b" " * (30 * MEGABYTE)))
    assert file.stat().st_size * MAX_RATIO < 30 * MEGABYTE

    told = refusal(file)

    assert told.name == str(file)
    assert f"{MAX_RATIO} times" in told.why


@pytest.mark.parametrize("inner", ["bomb.json", "bomb.ndjson", "bomb.json.gz"])
def test_a_bomb_in_an_archive_is_refused_by_name_and_the_others_come_in(tmp_path: Path, inner: str) -> None:
    file = tmp_path / "all.zip"
    zeros = b" " * (30 * MEGABYTE)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inner, gzip.compress(zeros) if inner.endswith(".gz") else zeros)
        archive.writestr("fine.json", RAW)

    # Lines of many patients come last.
    bomb, fine = sorted(read(file), key=lambda one: isinstance(one, Document))

    assert isinstance(bomb, Unreadable)
    assert bomb.name == f"{file}/{inner}"
    assert fine == Document(f"{file}/fine.json", RAW, is_ndjson=False)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_ENTRIES", 3)
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.json", RAW)

    assert "more than 3 files" in refusal(file).why


def test_a_document_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT", 1000)
    file = tmp_path / "large.json"
    file.write_bytes(b" " * 1001)
    line = tmp_path / "line.ndjson"
    line.write_bytes(b"{" + b" " * 1001 + b"}\n")

    assert "larger" in refusal(file).why
    assert "larger" in refusal(line).why


def locked_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("secret.json", RAW)
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"PK\x03\x04") + 6] |= 1  # the bit that says "encrypted"
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(raw)


def spoiled_zip(name: str, *, at: int, mark: bytes = b"PK\x01\x02", to: bytes = b"", packing: int = 0) -> bytes:
    """Return an archive of one file in which some bytes after a mark are others."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        archive.writestr(name, RAW)
    raw = target.getvalue()
    start = raw.index(mark) + at
    return raw[:start] + to + raw[start + len(to) :]


END = b"PK\x05\x06"
# What a fuzzer found, and what an archive could ask of memory.
SPOILED = {
    "a list before the beginning": spoiled_zip("a.json", mark=END, at=12, to=b"\xff\xff\x00\x00"),
    "a name that is no text": spoiled_zip("é.json", at=46, to=b"\xff"),
    "a name that is no text where the file stands": spoiled_zip("é.json", mark=b"PK\x03\x04", at=30, to=b"\xff"),
    "another name where the file stands": spoiled_zip("a" * 400 + ".json", mark=b"PK\x03\x04", at=30, to=b"b"),
    "a file beyond the end": spoiled_zip("a.json", at=42, to=b"\xff\xff\xff\x7f"),
    "a name too long to keep": spoiled_zip("a" * 501 + ".json", at=0),
    "a file without a name": spoiled_zip("a", at=46, to=b"\0"),
    "no record": spoiled_zip("notes.txt", at=0),
    "an archive in an archive": spoiled_zip("a.zip", at=0),
    "a packing that may ask for 4 GB": spoiled_zip("a.json", at=0, packing=zipfile.ZIP_LZMA),
    "a list of more than 32 MB": spoiled_zip("a.json", mark=END, at=12, to=b"\x01\x00\x00\x02"),
    "a list of more than 4 GB": b"PK\x06\x06" + b"\0" * 36 + b"\1" * 16 + b"PK\x06\x07" + b"\0" * 16 + END + b"\0" * 18,
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_archive_is_refused_by_name(tmp_path: Path, what: str) -> None:
    file = tmp_path / "spoiled.zip"
    file.write_bytes(SPOILED[what])

    (told,) = check_file(file)

    assert isinstance(told, Unreadable)
    assert len(told.name) <= MAX_NAME + 3
    assert len(told.why) <= 200


BROKEN = {
    "cut.json.gz": lambda file: file.write_bytes(gzip.compress(RAW)[:-9]),
    "empty.json.gz": lambda file: file.write_bytes(b"\x1f\x8b"),
    "plain.json.gz": lambda file: file.write_bytes(RAW),
    "turned.json.gz": lambda file: file.write_bytes(gzip.compress(RAW)[:-8] + b"12345678"),
    "no.zip": lambda file: file.write_bytes(RAW),
    "empty.zip": lambda file: file.write_bytes(b""),
    "locked.zip": locked_zip,
    "notes.txt": lambda file: file.write_bytes(RAW),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_by_name_with_reason_and_remedy(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    BROKEN[name](file)

    told = refusal(file)

    assert told.name.startswith(str(file))
    assert told.why


def test_one_broken_file_of_an_archive_keeps_the_others_not_out(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.json.gz", gzip.compress(RAW)[:-9])
        archive.writestr("b.json", RAW)

    broken, fine = read(file)

    assert isinstance(broken, Unreadable)
    assert fine == Document(f"{file}/b.json", RAW, is_ndjson=False)


def test_a_file_that_went_away_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "gone.json").why


def test_a_name_in_other_bytes_is_shown_with_a_mark(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9.json"))
    file.write_bytes(RAW)

    (one,) = read(file)

    assert one.name == f"{tmp_path}/�t�.json"
    assert one.name.encode()


def test_earlier_versions_of_a_parcel_come_in_one_after_the_other_and_the_newest_last() -> None:
    names = [
        "out/records/fhir/Condition.ndjson", "out/earlier/fhir/000002/Condition.ndjson",
        "out/records/fhir/Patient.ndjson", "out/earlier/fhir/000010/Patient.ndjson", "out/one.json",
        "out/earlier/fhir/000010/Condition.ndjson",
    ]  # fmt: skip

    assert [name.removeprefix("out/") for name in sorted(names, key=find_turn)] == [
        "earlier/fhir/000010/Patient.ndjson", "records/fhir/Patient.ndjson", "one.json",
        "earlier/fhir/000002/Condition.ndjson", "earlier/fhir/000010/Condition.ndjson",
        "records/fhir/Condition.ndjson",
    ]  # fmt: skip
