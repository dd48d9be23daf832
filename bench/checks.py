"""The checks over many patients: by two worker processes and by one, the same one by one, and a night after changes."""

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.common import SHARED, Figures, Watch, note, own_server, read_machine
from bench.fill import NOW

# For all checks together, and for the first four alone.
AT_LEAST_PER_SECOND = 600
FOUR_AT_LEAST_PER_SECOND = 1000
FOUR = ("colorectal_screening", "hba1c_overdue", "interacting_medicines", "visit_after_discharge")
AT_MOST_OF_FULL = 0.03
CHANGED = 100  # one patient in so many changes in a day
COPIES = {"full": 125, "small": 12}
ONE_BY_ONE = 160
PROCESSES = 2
RUNS = 3

Link = psycopg.Connection[tuple[Any, ...]]


def main(*, scale: str, keep: Path | None) -> int:
    """Measure full runs, a night, and compare with one by one; return the exit code."""
    figures = Figures("checks")
    folder = SHARED / "data" / "synthea_r4"
    if not folder.is_dir():
        figures.tell("skipped", why="the shared test material is not beside the project")
        return 0
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from careloop.postgres.server import ensure_running

        with psycopg.connect(ensure_running(home).url("super"), autocommit=True) as link:
            _fill(link, home, folder, COPIES[scale])
            whole = _tell_size(figures, link)
            _measure(figures, link, whole)
            _compare(figures, link)
            _measure_four(figures, link, whole)
    return figures.exit_code()


def _fill(link: Link, home: Path, folder: Path, copies: int) -> None:
    """Import real records, and give every chart to so many further patients."""
    if _count(link, "SELECT count(*) FROM patient"):
        return
    command = [sys.executable, "-m", "careloop", "import", "fhir", str(folder), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"CARELOOP_HOME": str(home)})
    link.execute("SET session_replication_role = replica")
    for what, sql in STEPS.items():
        began = time.perf_counter()
        link.execute(sql.replace("<copies>", str(copies - 1)))
        note(f"{what}: {time.perf_counter() - began:.0f} s")
    link.execute("VACUUM (ANALYZE) patient, chart_fact, recheck")


def _tell_size(figures: Figures, link: Link) -> int:
    whole = _count(link, "SELECT count(*) FROM patient")
    resources = _count(link, "SELECT count(*) FROM resource") / _count(
        link, "SELECT count(DISTINCT patient_id) FROM resource"
    )
    facts = _count(link, "SELECT count(*) FROM chart_fact") / whole
    figures.tell("patients", patients=whole, resources_each=round(resources), facts_each=round(facts))
    return whole


def _measure(figures: Figures, link: Link, whole: int) -> None:
    """Measure the first run, which finds everything, then full runs and nights in turn."""
    first, _cpu, count = _run(NOW)
    figures.tell("first run, nothing known", patients_per_second=round(count / first), patients=count)
    alone, full, nights, checked, used = [], [], [], [], []
    for n in range(1, RUNS + 1):
        at = NOW + timedelta(minutes=n)
        _set_due(link, at, every=1)
        took, _cpu, count = _run(at)
        alone.append(took)
        assert count == whole
        at += timedelta(seconds=20)
        _set_due(link, at, every=CHANGED)
        took, _cpu, count = _run(at)
        nights.append(took)
        checked.append(count)
        at += timedelta(seconds=20)
        _set_due(link, at, every=1)
        took, cpu, count = _run_side_by_side(at, PROCESSES)
        full.append(took)
        used.append(cpu)
        assert count == whole
    rate, night = whole / statistics.median(full), statistics.median(nights) / statistics.median(alone)
    figures.judge(
        f"patients a second, {PROCESSES} worker processes", rate, at_least=AT_LEAST_PER_SECOND,
        seconds=[round(one, 2) for one in full], machine_cpu_seconds=[round(one, 2) for one in used],
    )  # fmt: skip
    figures.tell(
        "patients a second, one worker process", figure=round(whole / statistics.median(alone)),
        seconds=[round(one, 2) for one in alone],
    )  # fmt: skip
    figures.judge(
        "a night after a change of 1 % / a full run", night, at_most=AT_MOST_OF_FULL,
        patients=checked, seconds=[round(one, 3) for one in nights],
    )  # fmt: skip


def _measure_four(figures: Figures, link: Link, whole: int) -> None:
    """Measure the same with the first four checks alone."""
    from careloop.actions import checks

    every, full = checks.find_checks, []
    four = {name: every()[name] for name in FOUR}
    checks.find_checks = lambda: four  # type: ignore[assignment]
    for n in range(1, RUNS + 1):
        at = NOW + timedelta(hours=n)
        _set_due(link, at, every=1)
        took, _cpu, count = _run_side_by_side(at, PROCESSES)
        full.append(took)
        assert count == whole
    checks.find_checks = every
    figures.judge(
        f"patients a second, four checks, {PROCESSES} worker processes", whole / statistics.median(full),
        at_least=FOUR_AT_LEAST_PER_SECOND, seconds=[round(one, 2) for one in full],
    )  # fmt: skip


def _run(at: datetime, how_many: int | None = None) -> tuple[float, float, int]:
    """Look at everybody who is due, batch by batch; return seconds, processor time of the machine, and how many."""
    from careloop.actions.checks import recheck_patients
    from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
    from careloop.jobs.slate import BATCH

    acting = Acting(SYSTEM_ID, Role.SYSTEM, at, Purpose.CHECKS)
    watch, whole = Watch(), 0
    while count := recheck_patients(acting, how_many=how_many or BATCH):
        whole += count
    return watch.wall(), watch.busy(), whole


def _run_side_by_side(at: datetime, processes: int) -> tuple[float, float, int]:
    """Do the same in so many processes at once; they are up and connected before the watch starts."""
    from django.db import connections

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    ready, counts = fork.Barrier(processes + 1), fork.Queue()
    workers = [fork.Process(target=_work, args=(at, ready, counts)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    watch = Watch()
    whole = sum(counts.get() for _ in workers)
    wall, busy = watch.wall(), watch.busy()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return wall, busy, whole


def _work(at: datetime, ready: Any, counts: Any) -> None:  # noqa: ANN401
    """Be one worker process: look at whoever is due and in no other's hands."""
    from django.db import connection

    from careloop.jobs.worker import Part, check_due_patients

    connection.ensure_connection()
    ready.wait()
    counts.put(check_due_patients(lambda: at, Part(is_first=False)))


def _compare(figures: Figures, link: Link) -> None:
    """Look at some patients again one by one, from nothing, and compare what was found and when to look again."""
    ids = [row[0] for row in link.execute("SELECT id FROM patient ORDER BY md5(id::text) LIMIT %s", [ONE_BY_ONE])]
    batch = _found(link, ids)
    link.execute("DELETE FROM waiting_finding WHERE patient_id = ANY(%s)", [ids])
    link.execute("UPDATE recheck SET due_at = NULL WHERE NOT patient_id = ANY(%s)", [ids])
    link.execute("UPDATE recheck SET due_at = %s WHERE patient_id = ANY(%s)", [NOW, ids])
    took, _cpu, count = _run(NOW, 1)
    single = _found(link, ids)
    differ = len(set(batch) ^ set(single))
    figures.judge("answers that differ one by one", differ, at_most=0, patients=count, findings=len(batch))
    figures.tell("one by one", patients_per_second=round(count / took))


def _found(link: Link, ids: list[Any]) -> list[tuple[Any, ...]]:
    return link.execute(
        "SELECT patient_id, check_name, finding_key, finding_print, severity, due_on, body::text"
        " FROM waiting_finding WHERE patient_id = ANY(%s)"
        " UNION ALL SELECT patient_id, '', '', not_checked::text, attempts, (due_at AT TIME ZONE 'UTC')::date, ''"
        " FROM recheck WHERE patient_id = ANY(%s)",
        [ids, ids],
    ).fetchall()


def _set_due(link: Link, at: datetime, *, every: int) -> None:
    """Say that the facts of one patient in ``every`` changed."""
    link.execute(
        "UPDATE recheck SET due_at = %s, changed_at = %s WHERE abs(hashtext(patient_id::text)) %% %s = 0",
        [at, at, every],
    )


def _count(link: Link, sql: str) -> int:
    row = link.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


# Another key for the same thing in another copy. The facts of a patient lie together, as an import writes them.
OTHER = "md5({key}::text || '/' || k)::uuid"
STEPS = {
    "patients": f"""
INSERT INTO patient (id, unit_id, label_mask, source, fhir_id, family, given, full_name, preferred_name, name_key,
  birth_on, birth_text, sex, is_dead, died_at, zone, languages, needs_interpreter, address_lines, city, state,
  postal_code, country, version, made_at, changed_at)
SELECT {OTHER.format(key="id")}, unit_id, label_mask, source, fhir_id || '/' || k, family, given, full_name,
  preferred_name, name_key, birth_on, birth_text, sex, is_dead, died_at, zone, languages, needs_interpreter,
  address_lines, city, state, postal_code, country, version, made_at, changed_at
FROM patient, generate_series(1, <copies>) k""",
    "facts": f"""
INSERT INTO chart_fact (patient_id, unit_id, label_mask, resource_id, n, kind, code, other_codes, label, status,
  verification, start_on, end_on, start_at, end_at, value, unit_text, value_text, visit_class, disposition)
SELECT {OTHER.format(key="patient_id")}, unit_id, label_mask, {OTHER.format(key="resource_id")}, n, kind, code,
  other_codes, label, status, verification, start_on, end_on, start_at, end_at, value, unit_text, value_text,
  visit_class, disposition
FROM chart_fact, generate_series(1, <copies>) k ORDER BY k, patient_id, resource_id, n""",
    "rechecks": f"""
INSERT INTO recheck (patient_id, unit_id, label_mask, due_at, changed_at, knowledge, not_checked, attempts)
SELECT {OTHER.format(key="patient_id")}, unit_id, label_mask, '{NOW.isoformat()}', changed_at, '', '[]', 0
FROM recheck, generate_series(1, <copies>) k""",
    "everybody due": f"UPDATE recheck SET due_at = '{NOW.isoformat()}'",
}
