"""``careloop import patients``: patients from a table (CSV), row by row, nothing twice."""

import codecs
import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.documents import show_name
from careloop.cli.importing import SHOWN, check_source
from careloop.cli.output import PARTIAL, USAGE, fail, print_json, say
from careloop.cli.writers import try_again
from careloop.facts.access import Purpose
from careloop.facts.receipts import Receipt, Refused
from careloop.formats.patient_table import (
    DATES,
    Header,
    Origin,
    UnusableTable,
    find_delimiter,
    read_header,
    read_rows,
)

# Rows that come in together: one transaction.
STRETCH = 200
MAX_CELL = 32_768
CHUNK = 1024 * 1024
PLACE = re.compile(r"row (\d+)(?:, (.+))?")


@dataclass(frozen=True, slots=True)
class _Table:
    """How a file is written: its encoding, what parts its cells, its columns, and if its last row has a line end."""

    encoding: str
    delimiter: str
    header: Header
    is_ended: bool


@dataclass(frozen=True, slots=True)
class _Broken:
    """A row that breaks off: its number, what is wrong and how to mend it."""

    number: int
    why: str
    fix: str


_NO_CELLS = ("cannot be parted into cells", "close the quotes in this row; the rows after it were not read")
_CUT = ("breaks off: the file ends within it", "bring the whole file again")


def import_patients(
    file: Annotated[Path, typer.Argument(help="A CSV file whose first row names the columns.")],
    team: Annotated[str, typer.Option(help="The team whose queue gets new patients.")] = "Intake",
    source: Annotated[str, typer.Option(help="The name of the system that the file comes from.")] = "csv",
    dates: Annotated[str, typer.Option(help="How days are written: iso, mdy or dmy.")] = "iso",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, keep nothing.")] = False,
) -> None:
    """Take patients in from a table. Exit 0 if all came in, 5 if some was refused, 2 if it cannot be read."""
    check_source(source)
    if dates not in DATES:
        fail(USAGE, f"Days cannot be written as {dates}.", fix=f"Use --dates {', '.join(DATES)}.")
    if not file.is_file():
        fail(USAGE, f"There is no file {file}.", fix="Check the path.")
    table = _read_table(file)
    boot()
    receipt = _take_in(file, table, team=team, source=source, dates=dates, dry_run=dry_run)
    if as_json:
        print_json(_as_json(table, receipt, dry_run=dry_run))
    else:
        _tell(table, receipt, dry_run=dry_run)
    if receipt.rejected:
        raise typer.Exit(PARTIAL)


def _take_in(file: Path, table: _Table, *, team: str, source: str, dates: str, dry_run: bool) -> Receipt:
    from careloop.actions.intake.fhir import Arriving, take_in_fhir
    from careloop.actions.people import make_team
    from careloop.reads.health import find_team

    unit_id = (find_team(operator(), name=team) or 0) if dry_run else make_team(operator(), name=team)
    receipt, name = Receipt(), show_name(file)
    origin = Origin(source, dates, operator().at.date())
    seen: dict[str, int] = {}
    for part, rows, broken in _read_stretches(file, table):
        package = read_rows(table.header, rows, origin, seen)
        arriving = Arriving(name=f"{name}#{part}", unit_id=unit_id, source=source, dry_run=dry_run)
        receipt.add(try_again(partial(take_in_fhir, operator(purpose=Purpose.INTAKE), package, arriving)))
        if broken:
            receipt.rejected.append(Refused(name, f"row {broken.number}", broken.why, broken.fix))
    return receipt


def _read_stretches(file: Path, table: _Table) -> Iterator[tuple[int, list[tuple[int, Sequence[str]]], _Broken | None]]:
    """Yield rows in stretches with their numbers (the header is row 1); the last may name a row that breaks off."""
    rows: list[tuple[int, Sequence[str]]] = []
    part, number = 0, 1
    with file.open(encoding=table.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=table.delimiter, strict=True)
        next(reader)
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error:
                yield part, rows, _Broken(number, *_NO_CELLS)
                return
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > STRETCH:
                yield part, rows[:-1], None
                rows, part = rows[-1:], part + 1
    if rows and not table.is_ended and len(rows[-1][1]) < table.header.width:
        yield part, rows[:-1], _Broken(rows[-1][0], *_CUT)
    elif rows:
        yield part, rows, None


def _read_table(file: Path) -> _Table:
    """Find out how a file is written; ends the command if its header cannot be used."""
    csv.field_size_limit(MAX_CELL)
    encoding = _find_encoding(file)
    with file.open(encoding=encoding, newline="") as text:
        head = text.readline(MAX_CELL)
    delimiter = find_delimiter(head)
    try:
        with file.open(encoding=encoding, newline="") as text:
            header = read_header(next(csv.reader(text, delimiter=delimiter, strict=True), []))
    except UnusableTable as no:
        fail(USAGE, f"The first row of {file} cannot be used: {no.why}.", fix=f"To mend it: {no.fix}.")
    except csv.Error:
        fail(USAGE, f"The first row of {file} cannot be parted into cells.", fix="Close the quotes in it.")
    return _Table(encoding, delimiter, header, _is_ended(file))


def _is_ended(file: Path) -> bool:
    """Say whether a file ends with the end of a line."""
    with file.open("rb") as raw:
        raw.seek(-1, os.SEEK_END)
        return raw.read(1) in b"\r\n"


def _find_encoding(file: Path) -> str:
    """Return the encoding of a file: UTF-8 with or without its mark, else Windows-1252; anything else ends here."""
    with file.open("rb") as raw:
        head = raw.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in head:
        fail(USAGE, f"{file} is not a text file in UTF-8.", fix="Save it as CSV in UTF-8.")
    for encoding in ("utf-8-sig",) if head.startswith(codecs.BOM_UTF8) else ("utf-8", "cp1252"):
        if _is_written_in(encoding, file):
            return encoding
    return fail(USAGE, f"{file} is neither UTF-8 nor Windows-1252.", fix="Save it as CSV in UTF-8.")


def _is_written_in(encoding: str, file: Path) -> bool:
    """Say whether a whole file is text in an encoding; one that ends within a character was cut, and ends here."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as raw:
            while chunk := raw.read(CHUNK):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    if decoder.getstate()[0]:
        fail(
            USAGE,
            f"{file} ends in the middle of a character: it was cut.",
            fix="Bring the whole file again, saved in UTF-8.",
        )
    return True


def _as_json(table: _Table, receipt: Receipt, *, dry_run: bool) -> dict[str, object]:
    return {
        "schema": "careloop.import_patients.1",
        "dry_run": dry_run,
        "files": 1,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "not_taken": list(table.header.unknown),
        "last_row_may_be_cut": not table.is_ended,
        "patients": receipt.patients,
        "created": receipt.created,
        "updated": receipt.updated,
        "unchanged": receipt.unchanged,
        "linked": receipt.linked,
        "review": receipt.review,
        "rejected": [_place(line) for line in receipt.rejected],
    }


def _place(line: Refused) -> dict[str, object]:
    found = PLACE.fullmatch(line.path)
    row, column = (int(found[1]), found[2] or "") if found else (0, line.path)
    return {"file": line.file.partition("#")[0], "row": row, "column": column, "why": line.why, "fix": line.fix}


def _tell(table: _Table, receipt: Receipt, *, dry_run: bool) -> None:
    if table.encoding == "cp1252":
        say("The file is not UTF-8: it was read as Windows-1252. Look at names with accents.")
    if table.header.unknown:
        say(f"Columns that are not taken in: {', '.join(table.header.unknown)}.")
    typer.echo(f"{receipt.patients} patients: new {receipt.created}, changed {receipt.updated}, "
               f"unchanged {receipt.unchanged}.")  # fmt: skip
    typer.echo(f"Linked to a record that was here {receipt.linked}, to be compared by people {receipt.review}.")
    if not table.is_ended:
        say("The last row has no line end: see that the file is whole.")
    for line in receipt.rejected[:SHOWN]:
        typer.echo(f"Refused: {line.path}: {line.why}. To mend it: {line.fix}.")
    if len(receipt.rejected) > SHOWN:
        typer.echo(f"... and {len(receipt.rejected) - SHOWN} more (see --json).")
    if dry_run:
        say("This was a dry run: nothing was kept.")
