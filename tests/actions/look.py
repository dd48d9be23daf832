"""Looking behind the doors: what the tables hold, read as the system with every unit open."""

import json
from typing import Any

from django.db import connection, transaction

from careloop.guard.context import clear_context, enter, set_context
from careloop.reads.health import get_status
from tests.people import system


def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, in the context of the system with all units entered."""
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(system())
        cursor.execute("SELECT id FROM unit")
        enter(units=[row[0] for row in cursor.fetchall()])
        cursor.execute(sql, values)
        found = cursor.fetchall()
        clear_context()
    return found


def ask_one(sql: str, *values: object) -> Any:  # noqa: ANN401
    """Return the one value of a statement that gives one row."""
    ((value,),) = ask(sql, *values)
    return value


def ask_json(sql: str, *values: object) -> Any:  # noqa: ANN401
    """Return the one JSON value of a statement."""
    value = ask_one(sql, *values)
    return json.loads(value) if isinstance(value, str) else value


def broken_invariants() -> dict[str, int]:
    """Return every invariant that does not hold; empty when all is well."""
    return {name: rows for name, rows in get_status(system()).invariants.items() if rows}


# Every table that holds what came in or what became of it.
KEPT = (
    "patient", "patient_identifier", "patient_contact", "resource", "resource_version", "directory_resource",
    "chart_fact", "recheck", "loop", "loop_event", "waiting_finding", "inbox", "access_grant", "caseload",
    "safety_override",
)  # fmt: skip


def picture() -> dict[str, tuple[Any, ...]]:
    """Return a fingerprint of every table: how many rows, and a sum of their hashes."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 7)::numeric) FROM {table} t" for table in KEPT
    )
    return {row[0]: tuple(row[1:]) for row in ask(parts)}
