"""``careloop import directory``: entries of the directory from a table (CSV), row by row, nothing twice."""

from pathlib import Path
from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.importing import SHOWN, check_source
from careloop.cli.output import PARTIAL, USAGE, fail, print_json, say
from careloop.facts.directory import RowProblem, TableReceipt
from careloop.formats.directory_table import DirectoryTable, read_directory_table
from careloop.formats.patient_table import UnusableTable

MAX_BYTES = 16 * 1024 * 1024


def import_directory(
    file: Annotated[Path, typer.Argument(help="A CSV file whose first row names the columns.")],
    source: Annotated[str, typer.Option(help="The name of the list that the file is.")] = "csv",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, keep nothing.")] = False,
) -> None:
    """Take entries of the directory in from a table. Exit 0 if all came in, 5 if some was refused."""
    check_source(source)
    table = _read(file)
    boot()
    from careloop.actions.directory_table import take_in_directory_table

    receipt = take_in_directory_table(operator(), table.rows, source=source, dry_run=dry_run)
    problems = sorted((*table.problems, *receipt.problems), key=lambda one: (one.row, one.column))
    if as_json:
        print_json(_as_json(table, receipt, problems, dry_run=dry_run))
    else:
        _tell(table, receipt, problems, dry_run=dry_run)
    if problems:
        raise typer.Exit(PARTIAL)


def _read(file: Path) -> DirectoryTable:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as fault:
        fail(USAGE, f"{file} cannot be read.", fault.strerror or "", "Check the path.")
    if len(raw) > MAX_BYTES:
        fail(USAGE, f"{file} is larger than {MAX_BYTES >> 20} MB.", fix="Bring it in parts.")
    try:
        return read_directory_table(raw)
    except UnusableTable as no:
        fail(USAGE, f"{file} cannot be used: {no.why}.", fix=f"To mend it: {no.fix}.")


def _as_json(
    table: DirectoryTable, receipt: TableReceipt, problems: list[RowProblem], *, dry_run: bool
) -> dict[str, object]:
    return {
        "schema": "careloop.import_directory.1",
        "dry_run": dry_run,
        "not_taken": list(table.unknown),
        "added": receipt.added,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "kept": receipt.kept,
        "rejected": [{"row": p.row, "column": p.column, "why": p.why, "fix": p.fix} for p in problems],
    }


def _tell(table: DirectoryTable, receipt: TableReceipt, problems: list[RowProblem], *, dry_run: bool) -> None:
    if table.unknown:
        say(f"Columns that are not taken in: {', '.join(table.unknown)}.")
    typer.echo(f"New {receipt.added}, changed {receipt.changed}, unchanged {receipt.unchanged}, "
               f"left as somebody here wrote them {receipt.kept}.")  # fmt: skip
    for one in problems[:SHOWN]:
        place = f"row {one.row}" + (f", {one.column}" if one.column else "")
        typer.echo(f"Refused: {place}: {one.why}. To mend it: {one.fix}.")
    if len(problems) > SHOWN:
        typer.echo(f"... and {len(problems) - SHOWN} more (see --json).")
    if dry_run:
        say("This was a dry run: nothing was kept.")
