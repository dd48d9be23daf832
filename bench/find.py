"""Finding among a million patients, through the door: what people type, for a coordinator and for one who sees all."""

import statistics
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.common import Figures, note, own_server, read_machine
from bench.fill import NOW, PATIENT_ID, PERSON_ID

LARGE = {"full": 1_000_000, "small": 50_000}
UNITS = 50
ROUNDS = 20
WARM = 3
AT_MOST_MS = 50.0

# Names of syllables, as seldom and as common as names are: a square makes the first ones common.
FAMILY = (
    "(ARRAY['al','be','car','dom','er','fer','gar','her','iv','jim','kow','lop','mar','nun','or','per','qui','rod',"
    "'san','tor','ul','var','wal','xi','yam','zu'])[1 + (abs(hashint8(n)::bigint) % 676)::int / 26]"
    " || (ARRAY['ez','ova','inski','ado','ener','ili','oux','ung','ar','ito','esen','ach','ola'])"
    "[1 + (abs(hashint8(n + 11)::bigint) % 13)::int] || (ARRAY['','s','n','ta','ri','lo','ne','mi'])"
    "[1 + (abs(hashint8(n + 23)::bigint) % 8)::int]"
)
# A hundred given names: the commonest of a country is given to one or two in a hundred people.
GIVEN = (
    "(ARRAY['maria','jo','ana','lu','rosa','john','wei','amina','olga','ivan'])"
    "[1 + (abs(hashint8(n + 37)::bigint) % 10)::int]"
    " || (ARRAY['','se','is','ine','beth','mar','ko','lin','ra','vi'])[1 + (abs(hashint8(n + 41)::bigint) % 10)::int]"
)
STEPS = {
    "units": f"INSERT INTO unit (id, name, kind, zone) SELECT u, 'Unit ' || u, 'team', ''"
    f" FROM generate_series(1, {UNITS}) u",
    "people": f"INSERT INTO person (id, kind, role, name, language, is_active, partner_name)"
    f" SELECT {PERSON_ID.format(n='n')}, 'staff', 'coordinator', 'Person ' || n, 'en', true, ''"
    " FROM generate_series(1, 2) n",
    "reach": f"INSERT INTO access_grant (person_id, unit_id, source, label_mask, purpose, during, granted_by, reason)"
    f" SELECT {PERSON_ID.format(n='1')}, u, 'unit', 0, '', tstzrange('2024-01-01', NULL), {PERSON_ID.format(n='1')}, ''"
    f" FROM generate_series(1, {UNITS}) u UNION ALL SELECT {PERSON_ID.format(n='2')}, 7, 'unit', 0, '',"
    f" tstzrange('2024-01-01', NULL), {PERSON_ID.format(n='1')}, ''",
    "patients": f"""
INSERT INTO patient (id, unit_id, label_mask, source, fhir_id, family, given, full_name, preferred_name, name_key,
  birth_on, birth_text, sex, is_dead, zone, languages, needs_interpreter, address_lines, city, state, postal_code,
  country, version, made_at, changed_at)
SELECT {PATIENT_ID.format(n="n")}, 1 + n % {UNITS}, 0, 'bench', n::text, f, g, g || ' ' || f, '', f || ' ' || g,
  date '1930-01-01' + n % 30000, '', 'female', false, 'America/New_York', '{{en}}', false, '{{}}', '', '', '', '', 1,
  timestamptz '2024-01-01', timestamptz '2024-01-01'
FROM (SELECT n, {FAMILY} AS f, {GIVEN} AS g FROM generate_series(0, <patients> - 1) n) d""",
    "telephones": f"""
INSERT INTO patient_contact (patient_id, unit_id, label_mask, system, value, use)
SELECT {PATIENT_ID.format(n="n")}, 1 + n % {UNITS}, 0, 'phone', '(555) ' || 1000000 + n, 'home'
FROM generate_series(0, <patients> - 1) n""",
    "numbers": f"""
INSERT INTO patient_identifier (patient_id, unit_id, label_mask, system, value, type_code)
SELECT {PATIENT_ID.format(n="n")}, 1 + n % {UNITS}, 0, 'urn:mrn', 'MRN-' || n, 'MR'
FROM generate_series(0, <patients> - 1) n""",
}
TABLES = ("patient", "patient_contact", "patient_identifier", "access_grant")


def main(*, scale: str, keep: Path | None) -> int:
    """Measure what people type; return the exit code."""
    figures = Figures("find")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from careloop.postgres.server import ensure_running

        with psycopg.connect(ensure_running(home).url("super"), autocommit=True) as link:
            _fill(link, LARGE[scale])
            named = link.execute("SELECT family, given FROM patient WHERE fhir_id = '4207'").fetchone()
        assert named
        for who, number in (("who sees all", 1), ("coordinator", 2)):
            _measure(figures, who, number, family=str(named[0]), given=str(named[1]))
    return figures.exit_code()


def _fill(link: "psycopg.Connection[Any]", patients: int) -> None:
    if (found := link.execute("SELECT count(*) FROM patient").fetchone()) and found[0] == patients:
        return
    link.execute("SET session_replication_role = replica")
    link.execute("SET maintenance_work_mem = '1GB'")
    rows = link.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(TABLES)],
    ).fetchall()
    for name, _sql in rows:
        link.execute(f"DROP INDEX {name}")
    for what, sql in STEPS.items():
        began = time.perf_counter()
        link.execute(sql.replace("<patients>", str(patients)))
        note(f"{what}: {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    for _name, sql in rows:
        link.execute(sql)
    link.execute("VACUUM (ANALYZE)")
    note(f"indexes, vacuum: {time.perf_counter() - began:.0f} s")


def _measure(figures: Figures, who: str, number: int, *, family: str, given: str) -> None:
    from careloop.facts.access import Acting, Purpose, Role
    from careloop.reads.find import find_in_reach

    person = UUID(int=UUID("01970000-0000-7000-8000-000000000000").int + number)
    acting = Acting(person, Role.COORDINATOR, NOW, Purpose.TREATMENT)
    typed = {
        "two letters": "ma",
        "a given name": given,
        "a family name": family,
        "name, given first": f"{given} {family}",
        "both begun": f"{given[:2]} {family[:3]}",
        "birth date": "1941-07-09",
        "name and birth date": f"{given} 7/9/1941",
        "telephone": "555 1004207",
        "record number": "MRN-4207",
        "nobody": "xyzzy quux",
        "a rare beginning": "zuzz",
    }
    taken = []
    for what, text in typed.items():
        times = []
        for turn in range(ROUNDS + WARM):
            began = time.perf_counter()
            found = find_in_reach(acting, text=text)
            if turn >= WARM:
                times.append(time.perf_counter() - began)
        taken += times
        middle = statistics.median(times) * 1000
        figures.tell(f"{who}: {what}", median_ms=round(middle, 2), most_ms=round(max(times) * 1000, 2),
                     hits=len(found.people))  # fmt: skip
    p95 = statistics.quantiles(taken, n=20)[-1] * 1000
    figures.judge(f"{who}: 95 of 100 searches within ms", p95, at_most=AT_MOST_MS)
