"""A clinic that stands for a whole file of tests: built once, each test takes its own changes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from careloop.guard import doors


@contextmanager
def rolled_back() -> Iterator[None]:
    """Take back everything that is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a door wrote into the log."""

    person_id: UUID
    role: str
    purpose: str
    what: str
    outcome: str
    key: str
    patient_id: UUID | None
    patient_ids: tuple[UUID, ...]


@contextmanager
def log_lines() -> Iterator[list[Line]]:
    """Collect the lines that doors write, as PostgreSQL is given them: the application cannot read its own log."""
    lines: list[Line] = []

    def listen(execute: Any, query: str, values: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        result = execute(query, values, many, context)
        if "INSERT INTO audit_line" in query:
            _at, person, role, purpose, what, key, patient, patients, outcome = values
            lines.append(Line(person, role, purpose, what, outcome, key, patient, tuple(patients)))
        return result

    with connection.execute_wrapper(listen):
        yield lines


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect every statement that is sent."""
    statements: list[str] = []

    def listen(execute: Any, query: str, values: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        statements.append(query)
        return execute(query, values, many, context)

    with connection.execute_wrapper(listen):
        yield statements


@contextmanager
def unregistered_doors() -> Iterator[None]:
    """Let a test make doors of its own, and forget them afterwards."""
    before = dict(doors.DOORS)
    try:
        yield
    finally:
        doors.DOORS.clear()
        doors.DOORS.update(before)
