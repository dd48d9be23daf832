"""``careloop import fhir``: records from files, one bundle one transaction, nothing twice."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from careloop.cli.boot import boot, operator
from careloop.cli.documents import MAX_KEPT, Readable, Unreadable, find_files, find_turn, read_documents, show_name
from careloop.cli.output import PARTIAL, USAGE, fail, print_json, say
from careloop.cli.writers import Alone, Crew, Hands, Job, Order, count_processes
from careloop.facts.receipts import Receipt, Refused

app = typer.Typer(help="Bring records in.", no_args_is_help=True)

SHOWN = 20
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@app.callback()
def _group() -> None:
    """Bring records in from other systems."""


@app.command("fhir")
def import_fhir(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    team: Annotated[str, typer.Option(help="The team whose queue gets new patients.")] = "Intake",
    source: Annotated[str, typer.Option(help="The name of the system that the records come from.")] = "fhir",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, keep nothing.")] = False,
    shift_dates: Annotated[
        bool, typer.Option("--shift-dates", help="Synthetic data only: move each record so that it ended yesterday.")
    ] = False,
) -> None:
    """Take FHIR R4 bundles, resources and NDJSON in. Exit 0 if all came in, 5 if some was refused."""
    check_source(source)
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(USAGE, f"There is no file or folder {missing[0]}.", fix="Check the path.")
    boot()
    files = find_files(paths)
    if not files:
        fail(USAGE, "There are no records under these paths.", fix="Name .json, .json.gz, .ndjson or .zip files.")
    receipt = _take_in_all(files, team=team, source=source, dry_run=dry_run, shift_dates=shift_dates, quiet=as_json)
    if as_json:
        print_json(_as_json(len(files), receipt, dry_run=dry_run))
    else:
        _tell(len(files), receipt, dry_run=dry_run)
    if receipt.rejected:
        raise typer.Exit(PARTIAL)


def check_source(source: str) -> None:
    """End the command unless the name of a source can be kept: "here" is for patients who are entered by hand."""
    if not SOURCE.fullmatch(source) or source == "here":
        fix = "Use small letters, digits, dots and hyphens, 40 at most, and not the word here."
        fail(USAGE, f"{source!r} is no name for a source.", fix=fix)


def _take_in_all(
    files: list[Path], *, team: str, source: str, dry_run: bool, shift_dates: bool, quiet: bool
) -> Receipt:
    from careloop.actions.people import make_team
    from careloop.reads.health import find_team

    # A trial makes no team: its patients are put where nobody is and taken out again.
    unit_id = (find_team(operator(), name=team) or 0) if dry_run else make_team(operator(), name=team)
    order = Order(unit_id, source, operator().at.date(), shift_dates=shift_dates, dry_run=dry_run)
    tally = _Tally()
    with _progress(quiet=quiet, total=len(files)) as advance, _find_hands(order, tally, len(files)) as hands:
        _hand_out(files, hands, tally, advance)
    return tally.add_up()


@contextmanager
def _find_hands(order: Order, tally: "_Tally", files: int) -> Iterator[Hands]:
    # How far a record is moved is set by the first document about it: there the order of the files counts.
    count = 0 if order.shift_dates else count_processes(files)
    if count == 0:
        yield Alone(order, tally.note)
        return
    crew = Crew(order, tally.note, count)
    try:
        yield crew
    finally:
        crew.end()


def _hand_out(files: list[Path], hands: Hands, tally: "_Tally", advance: "_Advance") -> None:
    """Hand every document out; those whose patient was not there yet come once more when all others are in."""
    last = (False, 0)
    alone: dict[int, Path] = {}
    for number, (job, turn) in enumerate(_find_jobs(files, advance)):
        if turn > last:
            hands.finish()
        last = turn
        if isinstance(job, Path):
            alone[number] = job
        hands.take(number, job, may_wait=isinstance(job, Path))
    hands.finish()
    for number in sorted(tally.waiting):
        hands.take(number, alone[number], may_wait=False)
        hands.finish()


class _Tally:
    """Adds up what became of the documents; what was refused is told in the order of the files."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self._whole = Receipt()
        self._rejected: dict[int, list[Refused]] = {}

    def note(self, number: int, receipt: Receipt) -> None:
        """Add what became of one document."""
        if receipt.waits:
            self.waiting.append(number)
            return
        if receipt.rejected:
            self._rejected[number] = receipt.rejected
            receipt.rejected = []
        self._whole.add(receipt)

    def add_up(self) -> Receipt:
        """Return what became of all of them."""
        for number in sorted(self._rejected):
            self._whole.rejected.extend(self._rejected[number])
        return self._whole


def _find_jobs(files: list[Path], advance: "_Advance") -> Iterator[tuple[Job, tuple[bool, int]]]:
    """Yield what is to be taken in, and its turn: all of the turn before must be in first."""
    for file in files:
        if file.name.endswith((".json", ".json.gz")):
            yield file, find_turn(file.name)
        else:
            name, is_whole = show_name(file), True
            for document in read_documents(file):
                is_whole &= not isinstance(document, Unreadable) or document.name != name
                yield document, find_turn(document.name)
            if is_whole:
                yield Readable(name), find_turn(file.name)
        advance()


class _Advance:
    """Counts finished files on a bar, where somebody watches."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.task = progress.add_task("Records", total=total) if progress else None

    def __call__(self) -> None:
        if self.progress is not None and self.task is not None:
            self.progress.advance(self.task)


class _progress:  # noqa: N801
    """A progress bar with rate and remaining time, on a terminal only."""

    def __init__(self, *, quiet: bool, total: int) -> None:
        shown = sys.stderr.isatty() and not quiet
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.speed:.1f} files/s", justify="right"),
            TimeRemainingColumn(),
        )
        self.bar = Progress(*columns, console=Console(stderr=True)) if shown else None
        self.total = total

    def __enter__(self) -> _Advance:
        if self.bar is not None:
            self.bar.start()
        return _Advance(self.bar, self.total)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _as_json(files: int, receipt: Receipt, *, dry_run: bool) -> dict[str, object]:
    return {
        "schema": "careloop.import.1",
        "dry_run": dry_run,
        "files": files,
        "patients": receipt.patients,
        "resources": dict(sorted(receipt.resources.items())),
        "created": receipt.created,
        "updated": receipt.updated,
        "unchanged": receipt.unchanged,
        "linked": receipt.linked,
        "review": receipt.review,
        "rejected": [{"file": r.file, "path": r.path, "why": r.why, "fix": r.fix} for r in receipt.rejected],
    }


def _tell(files: int, receipt: Receipt, *, dry_run: bool) -> None:
    typer.echo(f"{files} files, {receipt.patients} patients, {sum(receipt.resources.values())} resources.")
    typer.echo(f"New {receipt.created}, changed {receipt.updated}, unchanged {receipt.unchanged}.")
    if receipt.linked or receipt.review:
        typer.echo(f"Linked to a record that was here {receipt.linked}, to be compared by people {receipt.review}.")
    for line in receipt.rejected[:SHOWN]:
        place = f"{line.file}: {line.path}" if line.path else line.file
        typer.echo(f"Refused: {place}: {line.why}. {line.fix}")
    if len(receipt.rejected) > SHOWN:
        typer.echo(f"... and {len(receipt.rejected) - SHOWN} more (see --json).")
    if receipt.rejected and not dry_run:
        say("What was refused is kept whole in the inbox, with a review loop; of a file that cannot be read")
        say(f"up to {MAX_KEPT >> 20} MB. The files themselves stay where they are.")
    if dry_run:
        say("This was a dry run: nothing was kept.")
