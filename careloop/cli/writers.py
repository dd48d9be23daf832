"""Hands that take documents in: this process alone, or processes of their own that each read and write whole files.

A process of its own ends when its pipe does: at the end of the import, or when the importer is gone.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn, Protocol

import typer
from django.db import IntegrityError, InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure

from careloop.basics.refusals import Refusal
from careloop.cli.boot import boot, operator
from careloop.cli.documents import Document, Readable, Unreadable, read_documents
from careloop.cli.output import UNAVAILABLE, fail
from careloop.facts.access import Purpose
from careloop.facts.intake import Problem
from careloop.facts.receipts import Receipt, Refused
from careloop.formats.fhir.read import read_document

# A document, or a file that holds just one and is read by whoever takes it in.
Job = Path | Document | Unreadable | Readable

TRIES = 3
# Below this many files the processes would take longer to start than to work.
WORTH_PROCESSES = 8
MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for every document of an import: whose queue, from which source; ``on`` is today."""

    unit_id: int
    source: str
    on: date
    shift_dates: bool
    dry_run: bool


# Is told what became of a job, by its number.
Note = Callable[[int, Receipt], None]


class Hands(Protocol):
    """Who takes jobs in."""

    def take(self, number: int, job: Job, *, may_wait: bool) -> None:
        """Take a job in, at once or soon; of a job that may wait nothing is kept if its patient is not there yet."""
        ...

    def finish(self) -> None:
        """Return when every job is done."""
        ...


class Alone:
    """Takes every job in at once, in this process."""

    def __init__(self, order: Order, note: Note) -> None:
        self._order, self._note = order, note

    def take(self, number: int, job: Job, *, may_wait: bool) -> None:
        """Take a job in."""
        self._note(number, take_in(job, self._order, may_wait=may_wait))

    def finish(self) -> None:
        """Do nothing: every job is done when it was taken."""


class Crew:
    """Processes that take jobs in side by side; each holds one job at a time."""

    def __init__(self, order: Order, note: Note, count: int) -> None:
        context = get_context("spawn")
        self._note = note
        self._processes: dict[Connection, BaseProcess] = {}
        self._free: list[Connection] = []
        self._busy: list[Connection] = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, order), daemon=True)
            process.start()
            # Only the process itself holds its end, so each side sees when the other is gone.
            theirs.close()
            self._processes[ours] = process
            self._free.append(ours)

    def take(self, number: int, job: Job, *, may_wait: bool) -> None:
        """Hand a job to a process that is free; wait until one is."""
        while not self._free:
            self._hear()
        link = self._free.pop()
        self._busy.append(link)
        try:
            link.send((number, job, may_wait))
        except OSError:
            _tell_lost()

    def finish(self) -> None:
        """Wait until every process is free."""
        while self._busy:
            self._hear()

    def end(self) -> None:
        """Let the processes finish what they hold, and end them."""
        for link, process in self._processes.items():
            link.close()
            process.join()

    def _hear(self) -> None:
        """Wait for an answer; what went wrong over there is raised here."""
        for link in wait(self._busy):
            assert isinstance(link, Connection)
            try:
                number, answer = link.recv()
            except (EOFError, OSError):
                _tell_lost()
            if isinstance(answer, BaseException):
                raise answer
            self._busy.remove(link)
            self._free.append(link)
            self._note(number, answer)


def count_processes(files: int) -> int:
    """Return how many processes a number of files is worth; 0 means this one alone."""
    return min(MOST_PROCESSES, os.cpu_count() or 1) if files >= WORTH_PROCESSES else 0


def take_in(job: Job, order: Order, *, may_wait: bool) -> Receipt:
    """Read a job and take it in; return what became of it."""
    receipt = Receipt()
    if isinstance(job, Readable):
        return receipt if order.dry_run else _end_review(job, order)
    for document in _open(job):
        receipt.add(_take_in_document(document, order, may_wait=may_wait))
    return receipt


def _open(job: Path | Document | Unreadable) -> Iterator[Document | Unreadable]:
    if isinstance(job, Path):
        yield from read_documents(job)
    else:
        yield job


def _take_in_document(document: Document | Unreadable, order: Order, *, may_wait: bool) -> Receipt:
    from careloop.actions.intake.fhir import Arriving, take_in_fhir

    if isinstance(document, Unreadable):
        return _keep_unreadable(document, order)
    if order.shift_dates and document.is_ndjson:
        fix = "import it as bundles, one patient each"
        return Receipt(rejected=[Refused(document.name, "", "--shift-dates does not work on NDJSON", fix)])
    package = read_document(document.raw, is_ndjson=document.is_ndjson, on=order.on)
    arriving = Arriving(
        document.name,
        order.unit_id,
        source=order.source,
        shift_dates=order.shift_dates,
        dry_run=order.dry_run,
        may_wait=may_wait,
    )
    return try_again(partial(take_in_fhir, operator(purpose=Purpose.INTAKE), package, arriving))


def _end_review(file: Readable, order: Order) -> Receipt:
    from careloop.actions.intake.fhir import Arriving
    from careloop.actions.intake.files import note_readable

    arriving = Arriving(file.name, order.unit_id, source=order.source)
    return try_again(partial(note_readable, operator(purpose=Purpose.INTAKE), arriving))


def _keep_unreadable(document: Unreadable, order: Order) -> Receipt:
    from careloop.actions.intake.fhir import Arriving
    from careloop.actions.intake.files import keep_unreadable

    if order.dry_run or not document.raw:
        return Receipt(rejected=[Refused(file=document.name, path="", why=document.why, fix=document.fix)])
    problem = Problem(path="", why=document.why, fix=document.fix)
    arriving = Arriving(document.name, order.unit_id, source=order.source)
    return try_again(
        partial(keep_unreadable, operator(purpose=Purpose.INTAKE), arriving, raw=document.raw, problem=problem)
    )


def try_again(take_in: Callable[[], Receipt]) -> Receipt:
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


def _work(link: Connection, order: Order) -> None:
    """Take in what comes through the pipe until it ends; a Ctrl-C is the importer's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError, typer.Exit):
        boot()
        while True:
            number, job, may_wait = link.recv()
            link.send((number, _answer(job, order, may_wait=may_wait)))


def _answer(job: Job, order: Order, *, may_wait: bool) -> Receipt | Exception:
    try:
        return take_in(job, order, may_wait=may_wait)
    except (Refusal, IntegrityError, OperationalError, InterfaceError) as fault:
        return fault


def _tell_lost() -> NoReturn:
    why = "Memory may be short. What was finished is in."
    fail(UNAVAILABLE, "A process of the import ended from outside.", why, "Run it again: nothing comes in twice.")
