"""Checks at work: patients whose facts changed or whose day has come are looked at again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.actions.charts import find_restricted, load_charts
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Acting, Right
from careloop.facts.chart import Chart
from careloop.facts.checks import Check, Knowledge
from careloop.facts.worklist import Answer, Severity, State
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Loop, Patient, Recheck, Unit, WaitingFinding
from careloop.rules.checks import find_checks
from careloop.rules.worklist import daily_pace
from careloop.worklist.findings import Checked, apply_answers, open_waiting_row
from careloop.worklist.opening import primary_coordinators
from careloop.worklist.settle import clinic_zone, stored

TRIES = 5


@unattended(needs=Right.WORK_UNATTENDED)
def recheck_patients(acting: Acting, *, how_many: int) -> int:
    """Look again at up to ``how_many`` patients who are due; return how many were looked at.

    Their loops are opened, changed or closed by what the checks say, in one transaction.
    """
    due = _claim(acting, how_many)
    if not due:
        return 0
    patients = {p.pk: p for p in Patient.objects.filter(pk__in=list(due))}
    living = [p for p in patients.values() if not p.is_dead]
    knowledge, checks = load_knowledge(), find_checks()
    today = {p.pk: acting.at.astimezone(ZoneInfo(p.zone)).date() for p in living}
    charts = load_charts(living, checks, knowledge)
    checked = [_check(p, charts[p.pk], today[p.pk], checks, knowledge) for p in living]
    returns = apply_answers(acting, [c for c, _faults in checked], today)
    faults = {c.patient.pk: names for c, names in checked}
    answers = {c.patient.pk: c.answers for c, _faults in checked}
    restricted = find_restricted(list(charts))
    for row in due.values():
        _plan_next(row, patients[row.patient_id], acting.at, answers, faults, returns, _rules_version())
        if row.patient_id in restricted:
            row.not_checked.append(Say("check.restricted").as_stored())
    _save(list(due.values()))
    return len(due)


@unattended(needs=Right.WORK_UNATTENDED)
def recheck_after_new_rules(acting: Acting, *, how_many: int) -> int:
    """Set patients to be looked at again who were last judged by other rules; return how many."""
    version = _rules_version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id FROM outdated_rechecks(%s, %s)", [version, how_many])
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        enter(patients=ids)
        Recheck.objects.filter(patient_id__in=ids).update(due_at=acting.at, knowledge="")
    return len(ids)


@unattended(needs=Right.WORK_UNATTENDED)
def open_waiting(acting: Acting) -> int:
    """Open loops for findings that wait, team by team, at the pace a team can carry; return how many.

    Critical findings are opened at once; the rest by severity up to the day's number for the team.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM units_with_waiting()")
        units = [row[0] for row in cursor.fetchall()]
    return sum(_open_for_unit(acting, unit_id) for unit_id in sorted(units))


def _rules_version() -> str:
    """Return what the answers rest on: the version of the knowledge and of every check."""
    checks = ",".join(f"{check.name}.{check.version}" for check in find_checks().values())
    return f"{load_knowledge().version}/{hashlib.sha256(checks.encode()).hexdigest()[:12]}"


def _open_for_unit(acting: Acting, unit_id: int) -> int:
    enter(units=[unit_id])
    # One worker at a time for a team: two would each open as many as the day allows.
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    zone = unit.zone or clinic_zone()
    today = acting.at.astimezone(ZoneInfo(zone)).date()
    begin = datetime.combine(today, time(0), ZoneInfo(zone))
    opened = Loop.objects.filter(unit_id=unit_id, opened_at__gte=begin).exclude(check_name__in=["", "inbox"])
    waiting = WaitingFinding.objects.filter(unit_id=unit_id).select_for_update(skip_locked=True)
    count = 0
    for severity in sorted(Severity, reverse=True):
        pace = daily_pace(load_clocks(), severity, today)
        rows = waiting.filter(severity=int(severity)).order_by("due_on", "id")
        if pace is not None:
            rows = rows[: max(0, pace - opened.filter(severity=int(severity)).count())]
        count += _open_rows(acting, list(rows))
    return count


def _open_rows(acting: Acting, rows: list[WaitingFinding]) -> int:
    ids = [row.patient_id for row in rows]
    standing = Loop.objects.filter(patient_id__in=ids).exclude(state=str(State.CLOSED))
    opened = set(standing.values_list("patient_id", "check_name", "finding_key"))
    owners = primary_coordinators(acting, ids)
    zones = dict(Patient.objects.filter(pk__in=ids).values_list("pk", "zone"))
    count = 0
    for row in rows:
        if (row.patient_id, row.check_name, row.finding_key) in opened:
            # Somebody opened the same thing again by hand meanwhile: nothing waits any more.
            row.delete()
            continue
        open_waiting_row(acting, row, zones[row.patient_id], owners.get(row.patient_id))
        count += 1
    return count


def _claim(acting: Acting, how_many: int) -> dict[UUID, Recheck]:
    """Enter the context of patients who are due and lock their rows; others' locks are skipped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id FROM due_rechecks(%s, %s)", [acting.at, how_many])
        ids = [row[0] for row in cursor.fetchall()]
    enter(patients=ids)
    rows = Recheck.objects.filter(patient_id__in=ids, due_at__lte=acting.at).order_by("patient_id")
    return {row.patient_id: row for row in rows.select_for_update(skip_locked=True)}


def _check(
    patient: Patient, chart: Chart, on: date, checks: Mapping[str, Check], knowledge: Knowledge
) -> tuple[Checked, list[str]]:
    """Ask every check; one that breaks on this record is named and leaves its loops as they are."""
    answers: dict[str, Answer] = {}
    broken: list[str] = []
    for name, check in checks.items():
        try:
            answers[name] = check.find(chart, on, knowledge)
        except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, IndexError):
            broken.append(name)
    kinds = {name: check.kind for name, check in checks.items()}
    return Checked(patient=patient, kinds=kinds, answers=answers), broken


def _save(rows: Sequence[Recheck]) -> None:
    """Save when patients are looked at again, all in one plain statement: the ORM's takes half a batch's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recheck r SET due_at = n.due_at, checked_at = n.checked_at, knowledge = n.knowledge,"
            " not_checked = n.not_checked, attempts = n.attempts"
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::jsonb[], %s::smallint[])"
            " AS n (patient_id, due_at, checked_at, knowledge, not_checked, attempts)"
            " WHERE r.patient_id = n.patient_id",
            [
                [row.patient_id for row in rows],
                [row.due_at for row in rows],
                [row.checked_at for row in rows],
                [row.knowledge for row in rows],
                [json.dumps(row.not_checked) for row in rows],
                [row.attempts for row in rows],
            ],
        )


def _plan_next(
    row: Recheck,
    patient: Patient,
    at: datetime,
    answers: Mapping[UUID, Mapping[str, Answer]],
    faults: Mapping[UUID, list[str]],
    returns: Mapping[UUID, date],
    version: str,
) -> None:
    """Say on which day the patient is looked at again: the first on which any answer could change."""
    row.checked_at, row.knowledge = at, version
    given = answers.get(patient.pk, {})
    broken = faults.get(patient.pk, [])
    said = [say for answer in given.values() for say in answer.not_checked]
    said += [Say("check.broken", check=name) for name in broken]
    row.not_checked = stored(said)
    days = [answer.look_again_on for answer in given.values() if answer.look_again_on is not None]
    if patient.pk in returns:
        days.append(returns[patient.pk])
    row.due_at = datetime.combine(min(days), time(0), ZoneInfo(patient.zone)) if days else None
    row.attempts = min(row.attempts + 1, TRIES) if broken else 0
    if broken and row.attempts < TRIES:
        again = at + timedelta(hours=2**row.attempts)
        row.due_at = min(again, row.due_at) if row.due_at else again
