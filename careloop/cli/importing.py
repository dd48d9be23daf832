"""``careloop import fhir``: records from files, one bundle one transaction, nothing twice."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from careloop.basics.refusals import Refusal
from careloop.cli.boot import boot, operator
from careloop.cli.documents import Document, Unreadable, find_files, read_documents
from careloop.cli.output import PARTIAL, UNAVAILABLE, USAGE, fail, print_json, say
from careloop.cli.readers import read
from careloop.facts.access import Purpose
from careloop.facts.intake import Package
from careloop.facts.receipts import Receipt, Refused

app = typer.Typer(help="Bring records in.", no_args_is_help=True)

READERS = 2
# Documents read ahead and the ends of files between them: all that is in memory at a time.
AHEAD = 8
# Below this many files the readers would take longer to start than to read.
WORTH_READERS = 8
SHOWN = 20
TRIES = 3


@app.callback()
def _group() -> None:
    """Bring records in from other systems."""


@app.command("fhir")
def import_fhir(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    team: Annotated[str, typer.Option(help="The team whose queue gets new patients.")] = "Intake",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, keep nothing.")] = False,
    shift_dates: Annotated[
        bool, typer.Option("--shift-dates", help="Synthetic data only: move each record so that it ended yesterday.")
    ] = False,
) -> None:
    """Take FHIR R4 bundles, resources and NDJSON in. Exit 0 if all came in, 5 if some was refused."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(USAGE, f"There is no file or folder {missing[0]}.", fix="Check the path.")
    boot()
    files = find_files(paths)
    if not files:
        fail(USAGE, "There are no records under these paths.", fix="Name .json, .json.gz, .ndjson or .zip files.")
    receipt = _take_in_all(files, team=team, dry_run=dry_run, shift_dates=shift_dates, quiet=as_json)
    if as_json:
        print_json(_as_json(len(files), receipt, dry_run=dry_run))
    else:
        _tell(len(files), receipt, dry_run=dry_run)
    if receipt.rejected:
        raise typer.Exit(PARTIAL)


def _take_in_all(files: list[Path], *, team: str, dry_run: bool, shift_dates: bool, quiet: bool) -> Receipt:
    from careloop.actions.intake.fhir import Arriving, take_in_fhir
    from careloop.actions.people import make_team
    from careloop.reads.health import find_team

    # A trial makes no team: its patients are put where nobody is and taken out again.
    unit_id = (find_team(operator(), name=team) or 0) if dry_run else make_team(operator(), name=team)
    receipt = Receipt()
    with _progress(quiet=quiet, total=len(files)) as advance:
        today = operator().at.date()
        for name, package in _read_all(files, today, advance):
            if isinstance(package, Unreadable):
                receipt.rejected.append(Refused(file=name, path="", why=package.why, fix=package.fix))
                continue
            if shift_dates and "#" in name and ".ndjson" in name:
                fix = "import it as bundles, one patient each"
                receipt.rejected.append(Refused(name, "", "--shift-dates does not work on NDJSON", fix))
                continue
            arriving = Arriving(name=name, unit_id=unit_id, shift_dates=shift_dates, dry_run=dry_run)
            receipt.add(_try(partial(take_in_fhir, operator(purpose=Purpose.INTAKE), package, arriving)))
    return receipt


def _try(take_in: Callable[[], Receipt]) -> Receipt:
    """Take one document in; where somebody else was writing about the same patient just then, try again."""
    for _ in range(TRIES):
        try:
            return take_in()
        except (Refusal, IntegrityError):
            continue
        except OperationalError as fault:
            if not isinstance(fault.__cause__, DeadlockDetected | SerializationFailure):
                raise
    return take_in()


def _read_all(files: list[Path], on: date, advance: "_Advance") -> Iterator[tuple[str, Package | Unreadable]]:
    """Yield every document, read ahead by reader processes when there are many, in the order of the files."""
    if len(files) < WORTH_READERS:
        for file in files:
            for document in read_documents(file):
                yield document.name, _read_one(document, on)
            advance()
        return
    try:
        with ProcessPoolExecutor(READERS, mp_context=get_context("spawn")) as readers:
            yield from _read_ahead(files, on, readers, advance)
    except BrokenProcessPool:
        why = "Memory may be short. What was counted so far is in."
        fail(UNAVAILABLE, "A reader process was ended from outside.", why, "Run it again: nothing comes in twice.")


def _read_ahead(
    files: list[Path], on: date, readers: ProcessPoolExecutor, advance: "_Advance"
) -> Iterator[tuple[str, Package | Unreadable]]:
    waiting: deque[tuple[str, Future[Package] | Unreadable | None]] = deque()
    for file in files:
        for document in read_documents(file):
            if isinstance(document, Unreadable):
                waiting.append((document.name, document))
            else:
                task = readers.submit(read, document.raw, is_ndjson=document.is_ndjson, on=on)
                waiting.append((document.name, task))
            while len(waiting) > AHEAD:
                yield from _next(waiting, advance)
        waiting.append(("", None))
    while waiting:
        yield from _next(waiting, advance)


def _next(
    waiting: "deque[tuple[str, Future[Package] | Unreadable | None]]", advance: "_Advance"
) -> Iterator[tuple[str, Package | Unreadable]]:
    name, task = waiting.popleft()
    if task is None:
        advance()
    elif isinstance(task, Unreadable):
        yield name, task
    else:
        yield name, task.result()


def _read_one(document: Document | Unreadable, on: date) -> Package | Unreadable:
    if isinstance(document, Unreadable):
        return document
    return read(document.raw, is_ndjson=document.is_ndjson, on=on)


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
        "rejected": [{"file": r.file, "path": r.path, "why": r.why, "fix": r.fix} for r in receipt.rejected],
    }


def _tell(files: int, receipt: Receipt, *, dry_run: bool) -> None:
    typer.echo(f"{files} files, {receipt.patients} patients, {sum(receipt.resources.values())} resources.")
    typer.echo(f"New {receipt.created}, changed {receipt.updated}, unchanged {receipt.unchanged}.")
    for line in receipt.rejected[:SHOWN]:
        typer.echo(f"Refused: {line.file}: {line.path}: {line.why}. {line.fix}")
    if len(receipt.rejected) > SHOWN:
        typer.echo(f"... and {len(receipt.rejected) - SHOWN} more (see --json).")
    if receipt.rejected and not dry_run:
        say("What was refused is kept whole in the inbox, with a review loop.")
        say("A file that cannot be read stays where it is.")
    if dry_run:
        say("This was a dry run: nothing was kept.")
