"""Checks at work: patients whose facts changed or whose day has come are looked at again."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.actions.charts import load_charts
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting, Right
from careloop.facts.chart import Chart
from careloop.facts.checks import Check, Knowledge
from careloop.facts.fetching import CALENDAR_SILENT
from careloop.facts.mailbox import MAILBOX_SILENT
from careloop.facts.matching import SAME_PERSON, TAKE_APART
from careloop.facts.signing import SELDOM_HELPS
from careloop.facts.worklist import Answer, Severity, State
from careloop.guard.context import begin_entering, enter
from careloop.guard.doors import unattended
from careloop.records.models import Loop, Patient, Recheck, Unit, WaitingFinding
from careloop.rules.checks import find_checks
from careloop.rules.signing import judge_by
from careloop.rules.worklist import daily_pace
from careloop.worklist.death import find_dead, follow_deaths
from careloop.worklist.findings import Checked, Subject, apply_answers, open_waiting_row
from careloop.worklist.knowledge import find_knowledge
from careloop.worklist.opening import primary_coordinators
from careloop.worklist.settle import clinic_zone, stored

TRIES = 5
# Loops that no check's finding opened: they take nothing from the day's number.
NOT_OF_CHECKS = ("", "inbox", SAME_PERSON, TAKE_APART, SELDOM_HELPS, CALENDAR_SILENT, MAILBOX_SILENT)
LOST, SET_ASIDE = Say("check.lost"), Say("check.set_aside")


@dataclass(slots=True)
class _Due:
    """A patient whose record is looked at now, and what is saved about it."""

    subject: Subject
    attempts: int
    is_suspect: bool
    broken: list[str] = field(default_factory=list)
    not_checked: list[Say] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    due_at: datetime | None = None


def _tell_nobody(patient_ids: Sequence[UUID]) -> None:
    pass


@unattended(needs=Right.WORK_UNATTENDED)
def recheck_patients(acting: Acting, *, how_many: int, begins: Callable[[Sequence[UUID]], None] = _tell_nobody) -> int:
    """Look again at up to ``how_many`` patients who are due; return how many were looked at.

    Their loops are opened, changed or closed by what the checks say, in one transaction. None means that whoever
    is due is in the hands of other workers. ``begins`` is told whose records are looked at, before they are.
    """
    due, root_of = _claim(acting, how_many)
    if not due:
        return 0
    begins(list(due))
    follow_deaths(acting, list(due))
    living = _find_living(due, root_of)
    if root_of:
        # What was found for a record alone waits no more: the person's whole record is asked instead.
        WaitingFinding.objects.filter(patient_id__in=[k for k, root in root_of.items() if k != root]).delete()
    knowledge = find_knowledge()
    checks = {name: check for name, check in find_checks().items() if name not in knowledge.switched_off}
    today = {one.id: acting.at.astimezone(ZoneInfo(one.zone)).date() for one in living}
    charts = load_charts(living, today, checks, knowledge, root_of)
    kinds = {name: check.kind for name, check in checks.items()}
    judged_by = {name: judge_by(check, knowledge) for name, check in checks.items()}
    checked = []
    for one in living:
        answers = _check(due[one.id], charts.of[one.id], today[one.id], checks, knowledge)
        checked.append(Checked(one, kinds, judged_by, answers, knowledge.switched_off))
    for key, on in apply_answers(acting, checked, today, root_of).items():
        due[key].days.append(on)
    for key in charts.restricted:
        due[key].not_checked.append(Say("check.restricted"))
    for row in due.values():
        _plan_next(row, acting.at)
    _save(acting.at, _rules_version(knowledge), list(due.values()))
    return len(due)


@unattended(needs=Right.WORK_UNATTENDED)
def recheck_after_new_rules(acting: Acting, *, how_many: int) -> int:
    """Set patients to be looked at again who were last judged by other rules; return how many."""
    version = _rules_version(find_knowledge())
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id FROM outdated_rechecks(%s, %s)", [version, how_many])
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        enter(patients=ids)
        Recheck.objects.filter(patient_id__in=ids).update(due_at=acting.at, knowledge="")
    return len(ids)


@unattended(needs=Right.WORK_UNATTENDED, leaves_line=False)
def get_rules_version(acting: Acting) -> str:
    """Return by which rules patients are judged now: it changes with knowledge, checks and signatures."""
    return _rules_version(find_knowledge())


@unattended(needs=Right.WORK_UNATTENDED)
def count_lost(acting: Acting, *, patient_ids: Sequence[UUID]) -> int:
    """Count a try for patients over whose records a worker was ended from outside; return how many.

    From then on each is looked at alone, less and less often; after TRIES a record is set aside.
    """
    enter(patients=patient_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recheck SET attempts = least(attempts + 1, %(tries)s),"
            " not_checked = CASE WHEN attempts + 1 < %(tries)s THEN %(again)s ELSE %(aside)s END::jsonb,"
            # The first loss was of a batch, most of whom did nothing: they are due at once.
            " due_at = CASE WHEN attempts = 0 THEN due_at"
            " WHEN attempts + 1 < %(tries)s THEN %(at)s + make_interval(hours => (2 ^ (attempts + 1))::integer) END"
            " WHERE patient_id = ANY(%(patients)s) AND due_at <= %(at)s",
            {
                "tries": TRIES,
                "again": _as_json(LOST),
                "aside": _as_json(SET_ASIDE),
                "at": acting.at,
                "patients": list(patient_ids),
            },
        )
        return int(cursor.rowcount)


@unattended(needs=Right.WORK_UNATTENDED)
def open_waiting(acting: Acting) -> int:
    """Open loops for findings that wait, team by team, at the pace a team can carry; return how many.

    Critical findings are opened at once; the rest by severity up to the day's number for the team.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM units_with_waiting()")
        units = [row[0] for row in cursor.fetchall()]
    return sum(_open_for_unit(acting, unit_id) for unit_id in sorted(units))


def _rules_version(knowledge: Knowledge) -> str:
    """Return what the answers rest on: the version of the knowledge and of every check."""
    checks = ",".join(f"{check.name}.{check.version}" for check in find_checks().values())
    return f"{knowledge.version}/{hashlib.sha256(checks.encode()).hexdigest()[:12]}"


def _open_for_unit(acting: Acting, unit_id: int) -> int:
    enter(units=[unit_id])
    # One worker at a time for a team: two would each open as many as the day allows.
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    zone = unit.zone or clinic_zone()
    today = acting.at.astimezone(ZoneInfo(zone)).date()
    begin = datetime.combine(today, time(0), ZoneInfo(zone))
    opened = Loop.objects.filter(unit_id=unit_id, opened_at__gte=begin).exclude(check_name__in=NOT_OF_CHECKS)
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
    dead = find_dead(ids) if rows else set()
    count = 0
    for row in rows:
        if row.patient_id in dead or (row.patient_id, row.check_name, row.finding_key) in opened:
            # The same thing was opened by hand meanwhile, or a linked record tells of a death: nothing waits any more.
            row.delete()
            continue
        open_waiting_row(acting, row, zones[row.patient_id], owners.get(row.patient_id))
        count += 1
    return count


def _find_living(due: Mapping[UUID, _Due], root_of: Mapping[UUID, UUID]) -> list[Subject]:
    """Return who is asked about: of linked records the one in which the person goes on, if none tells of a death."""
    dead = {root_of.get(key, key) for key, row in due.items() if row.subject.is_dead}
    return [row.subject for key, row in due.items() if root_of.get(key, key) == key and key not in dead]


def _claim(acting: Acting, how_many: int) -> tuple[dict[UUID, _Due], dict[UUID, UUID]]:
    """Enter the context of patients who are due and lock their rows; others' locks are skipped.

    Whom another worker has locked all stand at the head of the list: then those behind them are tried. Returns
    also, for records that are linked, the one in which the person goes on; of such a person all are locked, or none.
    """
    tried = 0
    while ids := _find_due(acting, how_many, after=tried):
        enter(patients=ids)
        root_of = _load_roots(ids)
        entered = dict.fromkeys((*ids, *root_of))
        if root_of:
            enter(patients=entered)
        locked = _lock(acting, ids, list(root_of))
        held = {root for key, root in root_of.items() if key not in locked}
        due = _spare({key: row for key, row in locked.items() if root_of.get(key) not in held}, root_of)
        if due.keys() != entered.keys():
            # The log names whose record was looked at, and nobody else.
            begin_entering()
            enter(patients=due)
        if due:
            return due, {key: root for key, root in root_of.items() if key in due}
        tried += how_many
    return {}, {}


def _load_roots(ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return every record of the people behind those of these that are linked, with the one in which each goes on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, root FROM linked_records((SELECT coalesce(array_agg(k), '{}') FROM unnest(%s::uuid[]) AS k"
            " WHERE EXISTS (SELECT FROM person_link l WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL"
            " AND (l.patient_id = k OR l.survivor_id = k))))",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def _find_due(acting: Acting, how_many: int, *, after: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id FROM due_rechecks(%s, %s) OFFSET %s", [acting.at, after + how_many, after])
        return [row[0] for row in cursor.fetchall()]


def _spare(due: dict[UUID, _Due], root_of: Mapping[UUID, UUID]) -> dict[UUID, _Due]:
    """Leave out people over whose record a worker was lost while there are others; then take one of them alone."""
    suspect = {root_of.get(key, key) for key, row in due.items() if row.is_suspect}
    safe = {key: row for key, row in due.items() if root_of.get(key, key) not in suspect}
    first = next((root_of.get(key, key) for key in due), None)
    return safe or {key: row for key, row in due.items() if root_of.get(key, key) == first}


def _lock(acting: Acting, ids: list[UUID], linked: list[UUID]) -> dict[UUID, _Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.attempts, r.not_checked @> ANY(%s::jsonb[]),"
            " p.id, p.unit_id, p.label_mask, p.zone, p.birth_on, p.sex, p.is_dead"
            " FROM recheck r JOIN patient p ON p.id = r.patient_id"
            " WHERE r.patient_id = ANY(%s) AND r.due_at <= %s OR r.patient_id = ANY(%s)"
            " ORDER BY r.patient_id FOR UPDATE OF r SKIP LOCKED",
            [[_as_json(LOST), _as_json(SET_ASIDE)], ids, acting.at, linked],
        )
        return {row[2]: _Due(Subject(*row[2:]), row[0], row[1]) for row in cursor.fetchall()}


def _check(row: _Due, chart: Chart, on: date, checks: Mapping[str, Check], knowledge: Knowledge) -> dict[str, Answer]:
    """Ask every check; one that breaks on this record is named and leaves its loops as they are."""
    answers: dict[str, Answer] = {}
    for name, check in checks.items():
        try:
            answer = check.find(chart, on, knowledge)
        except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, IndexError):
            row.broken.append(name)
            continue
        answers[name] = answer
        row.not_checked += answer.not_checked
        if answer.look_again_on is not None:
            row.days.append(answer.look_again_on)
    row.not_checked += [Say("check.broken", check=name) for name in row.broken]
    return answers


def _plan_next(row: _Due, at: datetime) -> None:
    """Say when the patient is looked at again: on the first day on which any answer could change."""
    if row.days:
        row.due_at = datetime.combine(min(row.days), time(0), ZoneInfo(row.subject.zone))
    row.attempts = min(row.attempts + 1, TRIES) if row.broken else 0
    if row.broken and row.attempts < TRIES:
        again = at + timedelta(hours=2**row.attempts)
        row.due_at = min(again, row.due_at) if row.due_at else again


def _save(at: datetime, version: str, rows: Sequence[_Due]) -> None:
    """Save when patients are looked at again, all in one plain statement: the ORM's takes half a batch's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recheck r SET due_at = n.due_at, checked_at = %s, knowledge = %s,"
            " not_checked = n.not_checked, attempts = n.attempts"
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::jsonb[], %s::smallint[])"
            " AS n (patient_id, due_at, not_checked, attempts) WHERE r.patient_id = n.patient_id",
            [
                at,
                version,
                [row.subject.id for row in rows],
                [row.due_at for row in rows],
                [_as_json(*dict.fromkeys(row.not_checked)) for row in rows],
                [row.attempts for row in rows],
            ],
        )


def _as_json(*said: Say) -> str:
    return json.dumps(stored(said))
