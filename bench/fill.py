"""A clinic of any size, written by set-based SQL: patients, people, grants and loops with a past."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from bench.common import note

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
UNIT_SIZE = 20_000
CASELOAD = 150
LOOPS_EACH = 10

# A person or patient by number: as UUIDv7 would have it, later ones sort later.
PATIENT_ID = "('01980000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
PERSON_ID = "('01970000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
LOOP_ID = "('01990000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"

TABLES = (
    "patient", "patient_contact", "access_grant", "membership", "person", "loop", "loop_event", "referral",
    "referral_stay",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clinic:
    """How big it is, and who looks at it."""

    patients: int
    units: int
    supervisor: UUID
    coordinator: UUID
    loops_each: int = LOOPS_EACH

    @property
    def loops(self) -> int:
        """How many loops there are, open and closed."""
        return self.patients * self.loops_each


def plan_clinic(patients: int, *, unit_size: int = UNIT_SIZE, loops_each: int = LOOPS_EACH) -> Clinic:
    """Say how a clinic of so many patients looks: its units, caseloads of 150, and loops of each patient."""
    units = max(1, patients // unit_size)
    return Clinic(patients, units, _person(0), _person(units), loops_each)


def _person(n: int) -> UUID:
    return UUID(int=UUID("01970000-0000-7000-8000-000000000000").int + n)


def fill(
    link: "psycopg.Connection[tuple[object, ...]]", clinic: Clinic, steps: Mapping[str, str] | None = None, **more: int
) -> None:
    """Fill an empty, migrated database as the superuser; indexes are made after the rows, as a restore does.

    ``steps`` are statements by what they make, the clinic's own if none are given; ``more`` are numbers in them.
    """
    link.autocommit = True
    if (found := link.execute("SELECT count(*) FROM patient").fetchone()) and found[0] == clinic.patients:
        return
    link.execute("SET session_replication_role = replica")
    link.execute("SET maintenance_work_mem = '1GB'")
    indexes = _drop_indexes(link)
    words: dict[str, object] = {
        "patients": clinic.patients, "units": clinic.units, "loops": clinic.loops, "now": NOW.isoformat(),
        "size": clinic.patients // clinic.units, "caseload": CASELOAD,
        "coordinators": -(-(clinic.patients // clinic.units) // CASELOAD),
    } | more  # fmt: skip
    for what, sql in (steps or STEPS).items():
        began = time.perf_counter()
        link.execute(_word(sql, words))
        note(f"{what}: {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    for sql in indexes:
        link.execute(sql)
    link.execute("SET session_replication_role = origin")
    link.execute("VACUUM (ANALYZE)")
    link.execute("CHECKPOINT")
    note(f"indexes, vacuum: {time.perf_counter() - began:.0f} s")


def _word(sql: str, words: dict[str, object]) -> str:
    for name, value in words.items():
        sql = sql.replace(f"<{name}>", str(value))
    return sql


def _drop_indexes(link: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """Drop the indexes that are no constraints; return how to make them again, as they were."""
    rows = link.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(TABLES)],
    ).fetchall()
    for name, _sql in rows:
        link.execute(f"DROP INDEX {name}")
    return [str(sql) for _name, sql in rows]


# Person numbers: supervisors first (one a unit), then the coordinators, unit by unit.
STEPS = {
    "units": "INSERT INTO unit (id, name, kind, zone) SELECT u + 1, 'Unit ' || u, 'team', ''"
    " FROM generate_series(0, <units> - 1) u",
    "people": f"""
INSERT INTO person (id, kind, role, name, language, is_active, partner_name)
SELECT {PERSON_ID.format(n="n")}, 'staff', CASE WHEN n < <units> THEN 'supervisor' ELSE 'coordinator' END,
  'Person ' || n, 'en', true, '' FROM generate_series(0, <units> * (1 + <coordinators>) - 1) n""",
    "members": f"""
INSERT INTO membership (person_id, unit_id)
SELECT {PERSON_ID.format(n="n")}, 1 + CASE WHEN n < <units> THEN n ELSE (n - <units>) / <coordinators> END
FROM generate_series(0, <units> * (1 + <coordinators>) - 1) n""",
    "grants of units": """
INSERT INTO access_grant (person_id, unit_id, source, label_mask, purpose, during, granted_by, reason)
SELECT m.person_id, m.unit_id, 'unit', 0, '', tstzrange('2024-01-01', NULL), m.person_id, '' FROM membership m""",
    "patients": f"""
INSERT INTO patient (id, unit_id, label_mask, source, fhir_id, family, given, full_name, preferred_name, name_key,
  birth_on, birth_text, sex, is_dead, zone, languages, needs_interpreter, address_lines, city, state, postal_code,
  country, version, made_at, changed_at)
SELECT {PATIENT_ID.format(n="n")}, 1 + n % <units>, 0, 'bench', n::text, 'Family' || n, 'Given', 'Given Family' || n,
  '', 'family' || n, date '1930-01-01' + n % 30000, '', CASE WHEN n % 2 = 0 THEN 'female' ELSE 'male' END, false,
  'America/New_York', '{{en}}', false, '{{}}', '', '', '', '', 1, timestamptz '2024-01-01', timestamptz '2024-01-01'
FROM generate_series(0, <patients> - 1) n""",
    "telephones": f"""
INSERT INTO patient_contact (patient_id, unit_id, label_mask, system, value, use)
SELECT {PATIENT_ID.format(n="n")}, 1 + n % <units>, 0, 'phone', '555-' || n, 'home'
FROM generate_series(0, <patients> - 1) n""",
    "caseloads": f"""
INSERT INTO access_grant (person_id, patient_id, source, label_mask, purpose, during, granted_by, reason)
SELECT {PERSON_ID.format(n="<units> + (n % <units>) * <coordinators> + (n / <units>) / <caseload>")},
  {PATIENT_ID.format(n="n")}, 'caseload', 0, '', tstzrange('2024-01-01', NULL),
  {PERSON_ID.format(n="n % <units>")}, '' FROM generate_series(0, <patients> - 1) n""",
    # A patient's loops lie years apart. Of the newest fifth two in five are still open: 8 in 100 of all.
    "loops": f"""
WITH drawn AS (
  SELECT g, g % <patients> AS n, abs(hashint8(g)::bigint) AS h, abs(hashint8(g + 1000000007)::bigint) AS k,
    g >= <loops> / 5 * 4 AND (g / <units> + g / <patients> * 3) % 5 < 2 AS is_open,
    timestamptz '<now>' - interval '1 day' - (<loops> - g) * (interval '1000 days' / <loops>) AS opened
  FROM generate_series(0::bigint, <loops> - 1) g
), placed AS (
  SELECT *, 1 + (n % <units>)::int AS unit, h % 10 = 0 AS in_queue, k % 10 < 3 AS found,
    CASE WHEN k % 20 = 0 THEN 4 WHEN k % 20 < 4 THEN 3 WHEN k % 20 < 12 THEN 2 ELSE 1 END AS harm,
    timestamptz '<now>' + interval '1 hour' * (h % 1700 - 240) AS look,
    CASE WHEN h % 10 < 7 THEN timestamptz '<now>' + interval '1 minute' * (k % 140000 - 15000) END AS due
  FROM drawn
)
INSERT INTO loop (id, patient_id, unit_id, label_mask, kind, state, state_since, owner_id, queue_id, ball, title,
  because, if_waits, next_step, next_at, due_at, clock, severity, sort_at, opened_at, closed_at, outcome, version,
  base_step, snoozed_until, last_contact, reminders, check_name, finding_key, finding_print, evidence, waits)
SELECT {LOOP_ID.format(n="g")}, {PATIENT_ID.format(n="n")}, unit, 0, CASE WHEN found THEN 'gap' ELSE 'task' END,
  CASE WHEN NOT is_open THEN 'closed' WHEN h % 100 < 10 THEN 'snoozed' WHEN h % 100 < 20 THEN 'started'
    ELSE 'to_do' END, opened,
  CASE WHEN NOT in_queue THEN
    {PERSON_ID.format(n="<units> + (n % <units>) * <coordinators> + (n / <units>) / <caseload>")} END,
  CASE WHEN in_queue THEN unit END, 'us', '{{"key": "check.hba1c_overdue.title", "values": {{}}}}',
  '[{{"key": "check.hba1c_overdue.if_waits", "values": {{}}}}]', NULL,
  CASE WHEN is_open THEN '{{"key": "step.do_task", "values": {{}}}}'::jsonb END, CASE WHEN is_open THEN look END,
  due, '', harm,
  CASE WHEN is_open THEN coalesce(due, look) - (ARRAY[0, 2, 7, 14])[harm] * interval '1 day' END, opened,
  CASE WHEN NOT is_open THEN least(opened + interval '1 hour' * (h % 1000), timestamptz '<now>' - interval '1 hour')
  END, CASE WHEN NOT is_open THEN 'done' END, 1, '{{"key": "step.do_task", "values": {{}}}}', NULL, '', 0,
  CASE WHEN found THEN 'hba1c_overdue' ELSE '' END, CASE WHEN found THEN g::text ELSE '' END, '', '{{}}',
  is_open AND h % 100 BETWEEN 15 AND 19
FROM placed""",
    "history": """
INSERT INTO loop_event (id, loop_id, patient_id, unit_id, label_mask, version, at, recorded_at, person_id, event,
  from_state, to_state, say, note, evidence)
SELECT l.id, l.id, l.patient_id, l.unit_id, 0, 1, l.opened_at, l.opened_at, '00000000-0000-7000-8000-000000000001',
  'open', '', l.state, '{"key": "event.opened", "values": {}}', '', '{}' FROM loop l WHERE l.state <> 'closed'""",
}
