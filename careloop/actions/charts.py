"""Charts for the checks: of each patient just the facts that the checks name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from careloop.facts.access import ALL_LABELS, Role
from careloop.facts.chart import GOING_ON, Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Check, Knowledge
from careloop.rules.access import LABELS
from careloop.worklist.findings import Subject

KINDS = {str(kind): kind for kind in FactKind}
SEXES = {str(sex): sex for sex in Sex}

# What a coordinator may not see may not speak from a coordinator's list: checks leave it out and say so.
KEPT_FROM_LISTS = int(ALL_LABELS & ~LABELS[Role.COORDINATOR])

# A batch may hold patients of zones in which it is a day earlier already or still.
SLACK_DAYS = 1

COLUMNS = (
    "kind", "code", "other_codes", "label", "status", "start_on", "end_on", "start_at", "end_at", "value",
    "unit_text", "value_text", "visit_class", "disposition", "verification",
)  # fmt: skip

# One walk through a patient's facts tells both what the checks need and whether anything is kept from lists: of
# that only the patient is told. What is cheap to ask stands first. Codings of ICD-10-CM are matched by prefix, so
# all of them come along for kinds that need it.
SELECT = (
    "SELECT patient_id, CASE WHEN is_free THEN resource_id END, "
    + ", ".join(f"CASE WHEN is_free THEN {column} END" for column in COLUMNS)
    + " FROM (SELECT *, label_mask & %(kept)s = 0 AS is_free FROM chart_fact WHERE patient_id = ANY(%(patients)s)) f"
    " WHERE NOT is_free OR code = ANY(%(codes)s) OR kind = ANY(%(whole)s)"
    " OR (other_codes IS NOT NULL AND other_codes && %(codes)s)"
    " OR (kind = ANY(%(prefixed)s) AND (code ^@ 'icd10cm|' OR (other_codes IS NOT NULL"
    " AND EXISTS (SELECT FROM unnest(other_codes) AS o (code) WHERE o.code ^@ 'icd10cm|'))))"
    " OR ((start_on >= %(since_lately)s OR end_on >= %(since_lately)s)"
    " AND (code = ANY(%(lately)s) OR (other_codes IS NOT NULL AND other_codes && %(lately)s)))"
)
RECENT = (
    " OR (kind = '{kind}' AND (start_on >= %(since_{kind})s OR end_on >= %(since_{kind})s OR status = ANY(%(going)s)))"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What some checks need together: whole kinds, codes, kinds whose ICD-10-CM codes all come, and days back.

    Of the codes in ``lately`` they need ``lately_days`` back.
    """

    whole: list[str]
    codes: list[str]
    prefixed: list[str]
    recent: dict[str, int]
    lately: list[str]
    lately_days: int


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of some patients, and whose record holds facts that no check was given."""

    of: dict[UUID, Chart]
    restricted: set[UUID]


def load_charts(
    subjects: Sequence[Subject],
    on: Mapping[UUID, date],
    checks: Mapping[str, Check],
    knowledge: Knowledge,
    root_of: Mapping[UUID, UUID],
) -> Charts:
    """Return the chart of each patient in context, with the facts that these checks need, oldest first.

    ``on`` is today in each patient's zone; ``root_of`` names, by record, the patient in whose chart the facts of
    a linked record belong.
    """
    facts: dict[UUID, list[ChartFact]] = {one.id: [] for one in subjects}
    restricted: set[UUID] = set()
    if subjects:
        records = [*facts, *(record for record, root in root_of.items() if root in facts and record != root)]
        # A record's own number: a key as a UUID takes ten times as long to look up, and each fact has one.
        into = {record.int: facts[root_of.get(record, record)] for record in records}
        for row in _select(records, min(on[key] for key in facts), find_wanted(checks.values(), knowledge)):
            if row[1] is None:
                restricted.add(root_of.get(row[0], row[0]))
            else:
                into[row[0].int].append(_read_fact(row))
    return Charts({one.id: make_chart(one, facts[one.id]) for one in subjects}, restricted)


def _select(patient_ids: list[UUID], earliest: date, wanted: Wanted) -> list[tuple[Any, ...]]:
    """Return rows that came in PostgreSQL's binary form: days and moments need no reading of text."""
    slack = timedelta(days=SLACK_DAYS)
    back = wanted.recent | {"lately": wanted.lately_days}
    since = {f"since_{name}": earliest - timedelta(days=days) - slack for name, days in back.items()}
    sql = SELECT + "".join(RECENT.format(kind=kind) for kind in wanted.recent)
    values = {
        "kept": KEPT_FROM_LISTS,
        "patients": patient_ids,
        "codes": wanted.codes,
        "whole": wanted.whole,
        "prefixed": wanted.prefixed,
        "lately": wanted.lately,
        "going": sorted(GOING_ON),
    }
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # The statement is made of columns and kinds of ours alone.
        return cursor.execute(sql, values | since, binary=True).fetchall()


def make_chart(subject: Subject, facts: list[ChartFact]) -> Chart:
    """Return the chart of somebody alive with its facts in order: oldest first, undated first of all."""
    facts.sort(key=lambda f: (f.columns.start_on or date.min, f.resource_id.int))
    return Chart(subject.id, subject.birth_on, SEXES[subject.sex], died_on=None, facts=tuple(facts))


def find_wanted(checks: Iterable[Check], knowledge: Knowledge) -> Wanted:
    """Return what the checks need together; what one of them needs whole comes whole."""
    whole: set[str] = set()
    codes: set[str] = set()
    prefixed: set[str] = set()
    recent: dict[str, int] = {}
    lately: dict[str, int] = {}
    for needs in (check.needs for check in checks):
        whole.update(map(str, needs.whole))
        for kind, back in needs.recent.items():
            recent[str(kind)] = max(back, recent.get(str(kind), back))
        for kind, names in needs.coded.items():
            prefixed |= {str(kind)} if any(knowledge.codesets[name].prefixes for name in names) else set()
            for name in names:
                if name in needs.lately:
                    lately |= dict.fromkeys(knowledge.codesets[name].exact, needs.lately[name])
                else:
                    codes |= knowledge.codesets[name].exact
    return Wanted(
        whole=sorted(whole),
        codes=sorted(codes),
        prefixed=sorted(prefixed),
        recent={kind: back for kind, back in recent.items() if kind not in whole},
        lately=sorted(lately.keys() - codes),
        lately_days=max(lately.values(), default=0),
    )


def _read_fact(row: tuple[Any, ...]) -> ChartFact:
    code, others = row[3], row[4]
    codes = (code, *others) if others is not None else ((code,) if code else ())
    columns = FactColumns(
        KINDS[row[2]],
        codes,
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        row[11],
        row[12],
        row[13],
        row[14],
        tuple(row[15]),
        row[16],
    )
    return ChartFact(row[1], columns)
