"""What is there: read as the superuser, everything in one snapshot, compared with what should be there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

Rows = list[tuple[Any, ...]]

# Keys that differ from run to run (made here, or a team's number) are left out of what is compared.
RECORDS: dict[str, LiteralString] = {
    "resources": "SELECT type, fhir_id, version, encode(sha256, 'hex'), md5(body::text) FROM resource",
    "directory": "SELECT type, fhir_id, version, encode(sha256, 'hex') FROM directory_resource",
    "older versions": "SELECT count(*) FROM resource_version",
    "facts": "SELECT r.type, r.fhir_id, f.n, md5((to_jsonb(f) - ARRAY['patient_id', 'resource_id', 'unit_id'])::text)"
    " FROM chart_fact f JOIN resource r ON r.id = f.resource_id",
    "patients": "SELECT fhir_id, version, md5((to_jsonb(p) - ARRAY['id', 'no', 'unit_id', 'made_at', 'changed_at'])"
    "::text) FROM patient p",
    "identifiers": "SELECT p.fhir_id, i.system, i.value FROM patient_identifier i"
    " JOIN patient p ON p.id = i.patient_id",
    "contacts": "SELECT p.fhir_id, c.system, c.value FROM patient_contact c JOIN patient p ON p.id = c.patient_id",
    "rechecks": "SELECT p.fhir_id, r.due_at IS NULL, r.attempts FROM recheck r JOIN patient p ON p.id = r.patient_id",
    "inbox": "SELECT name, encode(sha256, 'hex'), state FROM inbox",
    "reviews": "SELECT title->>'key', state, version, count(*) FROM loop WHERE kind = 'review' GROUP BY 1, 2, 3",
    "teams": "SELECT name FROM unit",
}
# What a loop is, whoever opened it and in whatever order.
LOOPS: LiteralString = (
    "SELECT p.fhir_id, l.kind, l.check_name, l.finding_key, l.finding_print, l.title::text, l.state, l.version,"
    " l.reminders, l.severity, l.due_at, l.next_step::text, l.next_at, l.owner_id IS NULL, l.outcome,"
    " (SELECT string_agg(e.event, ',' ORDER BY e.version) FROM loop_event e WHERE e.loop_id = l.id)"
    " FROM loop l LEFT JOIN patient p ON p.id = l.patient_id"
)
FINDINGS: LiteralString = (
    "SELECT p.fhir_id, l.check_name, l.finding_key, l.finding_print FROM loop l JOIN patient p ON p.id = l.patient_id"
    " WHERE l.check_name <> '' UNION ALL"
    " SELECT p.fhir_id, w.check_name, w.finding_key, w.finding_print FROM waiting_finding w"
    " JOIN patient p ON p.id = w.patient_id"
)
DEEDS_DIFFER: LiteralString = """
    SELECT e.loop_id, e.n, a.n FROM
      (SELECT loop_id::text, count(*) AS n FROM loop_event WHERE event NOT IN ('open', 'escalate', 'wake')
       GROUP BY 1) e
      FULL JOIN
      (SELECT key, count(*) AS n FROM audit_line WHERE outcome = 'done' AND
       (what LIKE 'actions.worklist.%_loop' OR what = 'actions.worklist.log_contact') GROUP BY 1) a
      ON a.key = e.loop_id
    WHERE e.n IS DISTINCT FROM a.n
"""
TASKS_DIFFER: LiteralString = """
    SELECT 'tasks', t.n, a.n FROM (SELECT count(*) AS n FROM loop WHERE kind = 'task') t,
      (SELECT count(*) AS n FROM audit_line WHERE what = 'actions.worklist.open_task' AND outcome = 'done') a
    WHERE t.n <> a.n
"""


@dataclass(slots=True)
class Snapshot:
    """The database at one moment."""

    link: "psycopg.Connection[Any]"

    def rows(self, query: LiteralString, *values: object) -> Rows:
        """Return the rows of a query, in order."""
        return sorted(self.link.execute(query, list(values) or None).fetchall(), key=repr)

    def value(self, query: LiteralString, *values: object) -> Any:  # noqa: ANN401
        """Return the one value of a query."""
        return self.rows(query, *values)[0][0]

    def records(self) -> dict[str, Rows]:
        """Return everything that an import leaves behind."""
        return {name: self.rows(query) for name, query in RECORDS.items()}

    def broken(self) -> dict[str, int]:
        """Return every invariant that does not hold, and what the log disagrees with; empty when all is well."""
        found = {name: rows for name, rows in self.rows("SELECT name, rows FROM invariant_counts()") if rows}
        faults = self.rows("SELECT fault, count(*) FROM verify_audit() GROUP BY 1")
        return found | {f"log: {fault}": count for fault, count in faults}

    def deeds(self) -> set[tuple[str, int]]:
        """Return every line of every history: which loop, which version."""
        return {(str(loop), version) for loop, version in self.rows("SELECT loop_id, version FROM loop_event")}

    def log_differs(self) -> Rows:
        """Return every loop whose history and log do not agree on how many deeds of people were done."""
        return self.rows(DEEDS_DIFFER) + self.rows(TASKS_DIFFER)


@contextmanager
def look(url: str) -> Iterator[Snapshot]:
    """Open one snapshot of a database."""
    with psycopg.connect(url) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        link.read_only = True
        yield Snapshot(link)


def assert_same(found: dict[str, Rows], expected: dict[str, Rows]) -> None:
    """Say which rows are missing and which are too many."""
    for name, rows in expected.items():
        missing = [row for row in rows if row not in found[name]]
        extra = [row for row in found[name] if row not in rows]
        assert not missing, (name, missing[:3])
        assert not extra, (name, extra[:3])
        assert len(found[name]) == len(rows), name
