"""A file cut at any byte, or with any bit turned, comes in neither half nor twice; the whole file then mends all."""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from careloop.actions.people import make_team
from careloop.cli.documents import Document, read_documents
from careloop.cli.importing import _find_jobs
from careloop.cli.writers import Order, take_in
from careloop.facts.receipts import Receipt
from careloop.formats.fhir.read import read_document
from tests.actions.look import ask, broken_invariants
from tests.faults.test_truncation import BUNDLE, LINES
from tests.people import TODAY, system

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

# By type and id: the text as it came (its hash), how often it changed, and what is kept.
State = dict[tuple[str, str], tuple[str, int, str]]
KEPT = (
    "SELECT type, fhir_id, encode(sha256, 'hex'), version, md5(body::text) FROM resource"
    " UNION ALL SELECT 'person', fhir_id, family, version, given FROM patient"
)
# Every so many offsets the invariants are counted too: that takes longer than the import.
COUNT_EVERY = 42
# Where nothing came in, the whole file after it is like any first one: looked at less often.
MEND_EVERY = 3


def pack() -> bytes:
    """Return an archive of the bundle."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("one.json", (2026, 1, 1, 0, 0, 0)), BUNDLE, zipfile.ZIP_DEFLATED)
    return target.getvalue()


FILES = {
    "one.json": BUNDLE,
    "all.ndjson": LINES,
    "one.json.gz": gzip.compress(BUNDLE, mtime=0),
    "all.ndjson.gz": gzip.compress(LINES, mtime=0),
    "one.zip": pack(),
}


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back everything that was written meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def look() -> State:
    """Return what is kept; one thing under one name."""
    rows = ask(KEPT)
    found = {(kind, key): (text, version, body) for kind, key, text, version, body in rows}
    assert len(found) == len(rows)
    return found


class Clinic:
    """A team that takes a file in as the command does."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.order = Order(make_team(system(), name="north"), "fhir", TODAY, shift_dates=False, dry_run=False)

    def take(self, raw: bytes) -> tuple[Receipt, State]:
        """Take the file in with these bytes; say what is kept afterwards."""
        self.file.write_bytes(raw)
        receipt = Receipt()
        for job, _turn in _find_jobs([self.file], lambda: None):  # type: ignore[arg-type]
            receipt.add(take_in(job, self.order, may_wait=False))
        assert all(line.why and line.fix and line.file.startswith(str(self.file)) for line in receipt.rejected)
        return receipt, look()

    def read(self, raw: bytes) -> set[str]:
        """Return the hashes of all resources that the file with these bytes holds, as texts that are fine."""
        self.file.write_bytes(raw)
        documents = [one for one in read_documents(self.file) if isinstance(one, Document)]
        packages = [read_document(one.raw, is_ndjson=one.is_ndjson, on=TODAY) for one in documents]
        return {one.sha256.hex() for package in packages for one in package.resources}


def resources_of(state: State) -> State:
    return {key: value for key, value in state.items() if key[0] != "person"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_at_any_byte_is_told_and_the_whole_one_ends_as_a_clean_import(name: str, tmp_path: Path) -> None:
    whole, clinic = FILES[name], Clinic(tmp_path / name)
    with taken_back():
        first, clean = clinic.take(whole)
        assert first.rejected == []
        assert first.created == len(resources_of(clean)) > 1

    for end in range(len(whole)):
        with taken_back():
            receipt, state = clinic.take(whole[:end])
            assert state.items() <= clean.items(), end
            assert receipt.created == len(resources_of(state)), end
            if "ndjson" not in name:
                assert state == {}, end
            is_at_line = name == "all.ndjson" and whole[:end].count(b"\n") + 1 == len(state) // 2 + (
                whole[end - 1] == 10
            )
            assert receipt.rejected or state == clean or is_at_line or not end, end

            if not state and end % MEND_EVERY:
                continue
            again, mended = clinic.take(whole)
            assert again.rejected == [], end
            assert mended == clean, end
            assert again.created + again.unchanged == first.created, end
            if end % COUNT_EVERY == 0:
                assert broken_invariants() == {}, end
                assert ask("SELECT count(*) FROM inbox WHERE state = 'rejected'") == [(0,)], end


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_any_bit_turned_comes_in_whole_or_is_told(name: str, tmp_path: Path) -> None:
    whole, clinic = FILES[name], Clinic(tmp_path / name)
    with taken_back():
        first, clean = clinic.take(whole)

    for at in range(len(whole)):
        # Eight times as many for all bits of all bytes: each offset has one, and all eight take turns.
        turned = whole[:at] + bytes([whole[at] ^ (1 << at * 3 % 8)]) + whole[at + 1 :]
        with taken_back():
            receipt, state = clinic.take(turned)
            kept = resources_of(state)
            assert receipt.created == len(kept) <= first.created, at
            assert {text for text, _, _ in kept.values()} <= clinic.read(turned), at
            if "ndjson" not in name:
                assert len(kept) in (0, first.created), at
            assert receipt.rejected or len(kept) == first.created, at

            if not state and at % MEND_EVERY:
                continue
            again, mended = clinic.take(whole)
            if state.keys() - clean.keys() and again.rejected:
                # It names another patient now, so the whole one may move nothing out of that record: that is told.
                assert {line.why for line in again.rejected} == {"is kept in the record of another patient"}, at
                continue
            assert again.rejected == [], at
            assert {key: value[::2] for key, value in clean.items()}.items() <= {
                key: value[::2] for key, value in mended.items()
            }.items(), at
            assert mended.keys() == clean.keys() | state.keys(), at
            assert again.created + again.updated + again.unchanged == first.created, at
            if at % COUNT_EVERY == 0:
                assert broken_invariants() == {}, at


def test_what_is_kept_is_named_by_its_own_hash(tmp_path: Path) -> None:
    _, state = Clinic(tmp_path / "all.ndjson").take(LINES)

    hashes = {hashlib.sha256(line).hexdigest() for line in LINES.splitlines()}
    assert {text for text, _, _ in resources_of(state).values()} == hashes
    assert {json.loads(line)["id"] for line in LINES.splitlines()} == {key for _, key in resources_of(state)}
