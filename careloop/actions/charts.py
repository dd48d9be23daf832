"""Charts for the checks: of each patient just the facts whose codes the checks name."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection

from careloop.facts.access import ALL_LABELS, Role
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Check, Knowledge
from careloop.records.models import Patient
from careloop.rules.access import LABELS

KINDS = {str(kind): kind for kind in FactKind}

# What a coordinator may not see may not speak from a coordinator's list: checks leave it out and say so.
KEPT_FROM_LISTS = int(ALL_LABELS & ~LABELS[Role.COORDINATOR])
RESTRICTED = "SELECT DISTINCT patient_id FROM chart_fact WHERE patient_id = ANY(%s) AND label_mask & %s <> 0"

# Codings of these systems are matched by prefix, so all of them come along for kinds that need it.
SELECT = (
    "SELECT patient_id, resource_id, kind, code, other_codes, label, status, verification, start_on, end_on,"
    " start_at, end_at, value, unit_text, value_text, visit_class, disposition FROM chart_fact"
    " WHERE patient_id = ANY(%s) AND label_mask & %s = 0 AND (kind = ANY(%s) OR code = ANY(%s)"
    " OR (other_codes IS NOT NULL AND other_codes && %s)"
    " OR (kind = ANY(%s) AND (code ^@ 'icd10cm|'"
    " OR EXISTS (SELECT FROM unnest(other_codes) AS o (code) WHERE o.code ^@ 'icd10cm|'))))"
)


def load_charts(patients: Sequence[Patient], checks: Mapping[str, Check], knowledge: Knowledge) -> dict[UUID, Chart]:
    """Return the chart of each patient in context, with the facts that these checks need, oldest first."""
    whole, codes, by_prefix = _needs(checks.values(), knowledge)
    facts: dict[UUID, list[ChartFact]] = {p.pk: [] for p in patients}
    for row in _select(SELECT, [list(facts), KEPT_FROM_LISTS, whole, codes, codes, by_prefix]):
        facts[row[0]].append(_read_fact(row))
    return {p.pk: make_chart(p, facts[p.pk]) for p in patients}


def find_restricted(patient_ids: Sequence[UUID]) -> set[UUID]:
    """Return those whose record holds facts that no check was given."""
    return {row[0] for row in _select(RESTRICTED, [list(patient_ids), KEPT_FROM_LISTS])}


def _select(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Return rows that came in PostgreSQL's binary form: days and moments need no reading of text."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values, binary=True).fetchall()


def make_chart(patient: Patient, facts: list[ChartFact]) -> Chart:
    """Return a chart with its facts in order: oldest first, undated first of all."""
    facts.sort(key=lambda f: (f.columns.start_on or date.min, f.resource_id.int))
    died_on: date | None = None
    if patient.is_dead:
        died = patient.died_at or patient.changed_at
        died_on = died.astimezone(ZoneInfo(patient.zone)).date()
    return Chart(
        patient_id=patient.pk, birth_on=patient.birth_on, sex=Sex(patient.sex), died_on=died_on, facts=tuple(facts)
    )


def _needs(checks: Iterable[Check], knowledge: Knowledge) -> tuple[list[str], list[str], list[str]]:
    whole: set[str] = set()
    codes: set[str] = set()
    prefixed: set[str] = set()
    for check in checks:
        whole.update(map(str, check.needs.whole))
        for kind, names in check.needs.coded.items():
            for name in names:
                codes |= knowledge.codesets[name].exact
                if knowledge.codesets[name].prefixes:
                    prefixed.add(str(kind))
    return sorted(whole), sorted(codes), sorted(prefixed)


def _read_fact(row: tuple[object, ...]) -> ChartFact:
    code, others = str(row[3]), row[4]
    codes = (code, *others) if isinstance(others, list) else ((code,) if code else ())
    columns = FactColumns(
        KINDS[str(row[2])],
        codes,
        row[5],  # type: ignore[arg-type]
        row[6],  # type: ignore[arg-type]
        row[8],  # type: ignore[arg-type]
        row[9],  # type: ignore[arg-type]
        row[10],  # type: ignore[arg-type]
        row[11],  # type: ignore[arg-type]
        row[12],  # type: ignore[arg-type]
        row[13],  # type: ignore[arg-type]
        row[14],  # type: ignore[arg-type]
        row[15],  # type: ignore[arg-type]
        tuple(row[16]),  # type: ignore[arg-type]
        row[7],  # type: ignore[arg-type]
    )
    return ChartFact(row[1], columns)  # type: ignore[arg-type]
