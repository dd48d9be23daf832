"""A file that is brought while a clinic is set up: a table of patients (CSV) or FHIR, tried or taken in."""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO

from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.intake.held import hold_file
from careloop.facts.access import Acting
from careloop.facts.documents import MAX_FILE_BYTES
from careloop.facts.intake import Package
from careloop.facts.receipts import Receipt, Refused
from careloop.formats.fhir.read import read_document
from careloop.formats.patient_table import DATES, Origin, UnusableTable, find_delimiter, read_header, read_rows

# Rows that come in together: one transaction.
STRETCH = 200
_MAX_CELL = 32_768


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file holds: packages to be taken in, what cannot be read at all, and columns that are not taken."""

    name: str
    source: str
    packages: tuple[Package, ...]
    unread: tuple[Refused, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file, or would have."""

    name: str
    is_trial: bool
    receipt: Receipt
    unknown: tuple[str, ...]


def read_upload(name: str, raw: bytes, dates: str, on: date) -> Upload:
    """Read a file by its ending: .csv is a table with days written as ``dates`` says, anything else FHIR as JSON."""
    short = name[-100:]
    if not raw:
        why = f"is empty or larger than {MAX_FILE_BYTES >> 20} MB"
        return Upload(short, "file", (), (Refused(short, "", why, "use careloop import on the server"),))
    if short.lower().endswith((".csv", ".txt")):
        return _read_table(short, raw, dates if dates in DATES else "iso", on)
    is_ndjson = short.lower().endswith((".ndjson", ".jsonl"))
    return Upload(short, "fhir", (read_document(raw, is_ndjson=is_ndjson, on=on),))


def try_file(acting: Acting, name: str, raw: bytes, dates: str, unit_id: int) -> Report:
    """Say what would become of a file, and hold it if any of it can be read; nothing of it is kept in the record."""
    upload = read_upload(name, raw, dates, acting.at.date())
    report = take_in(acting, upload, unit_id=unit_id, is_trial=True)
    if upload.packages:
        hold_file(acting, name=upload.name, raw=raw, dates=dates, unit_id=unit_id)
    return report


def take_in(acting: Acting, upload: Upload, *, unit_id: int, is_trial: bool = False) -> Report:
    """Take a file in for a team, or only try it; each package is one transaction."""
    receipt = Receipt()
    for number, package in enumerate(upload.packages):
        arriving = Arriving(f"{upload.name}#{number}", unit_id, upload.source, dry_run=is_trial)
        receipt.add(take_in_fhir(acting, package, arriving))
    receipt.rejected.extend(upload.unread)
    return Report(upload.name, is_trial, receipt, upload.unknown)


def _read_table(name: str, raw: bytes, dates: str, on: date) -> Upload:
    text = _decode(raw)
    csv.field_size_limit(_MAX_CELL)
    delimiter = find_delimiter(text.partition("\n")[0][:_MAX_CELL])
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    unread: tuple[Refused, ...] = ()
    try:
        header = read_header(next(reader, []))
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except UnusableTable as no:
        return Upload(name, "csv", (), (Refused(name, "row 1", no.why, no.fix),))
    except csv.Error:
        place = f"row {(rows[-1][0] if rows else 1) + 1}"
        unread = (
            Refused(name, place, "cannot be parted into cells", "close the quotes; the rows after it were not read"),
        )
        if not rows:
            return Upload(name, "csv", (), unread)
    origin, seen = Origin("csv", dates, on), dict[str, int]()
    stretches = [rows[n : n + STRETCH] for n in range(0, len(rows), STRETCH)]
    return Upload(name, "csv", tuple(read_rows(header, one, origin, seen) for one in stretches), unread, header.unknown)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets of older systems; every byte means something.
        return raw.decode("cp1252", errors="replace")
