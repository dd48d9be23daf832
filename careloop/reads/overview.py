"""What stands on the patient page beside the lists: four statements, whatever the record holds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.chart import FactKind
from careloop.facts.chart_lists import ChartLists
from careloop.facts.circle import Told
from careloop.facts.overview import (
    Appointment,
    Barrier,
    CarePlan,
    ContactLine,
    Dated,
    Goal,
    Near,
    Outside,
    Overview,
    SocialAnswer,
)
from careloop.facts.pages import LoopRow
from careloop.facts.plots import Point, Series
from careloop.formats.fhir import circle, plans
from careloop.formats.fhir.faults import JsonObject
from careloop.reads.talked import load_talked
from careloop.records.models import Patient
from careloop.rules.access import has_right
from careloop.rules.circle import join_told
from careloop.rules.overview import (
    EMERGENCY,
    HOSPITAL,
    Gathered,
    find_goal,
    gather_happenings,
    gather_story,
    list_chips,
    list_reached,
)
from careloop.rules.people import fold
from careloop.rules.story import tell_story

Found = TypeVar("Found")

# So many days of a kind on the timeline, so many measures with so many values, and resources of a type.
DAYS, MEASURES, VALUES, BESIDE = 40, 6, 12, 20
# So many of the newest answers in words are looked through, and so many of those about daily life are shown.
ASKED, ANSWERS = 60, 8

TIMED = (
    FactKind.VISIT,
    FactKind.RESULT,
    FactKind.PROCEDURE,
    FactKind.IMMUNIZATION,
    FactKind.COVERAGE,
    FactKind.ORDER,
)
STANDS = "c.status <> 'entered-in-error' AND c.verification NOT IN ('entered-in-error', 'refuted')"
SOCIAL = '{"category": [{"coding": [{"code": "sdoh"}]}]}'


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page has loaded already: its loops and how many there are, its lists, the elements it shows, when the
    clinic is closed, and the last contacts with how many there were.
    """

    loops: Sequence[LoopRow]
    open_count: int
    closed_count: int
    lists: ChartLists | None
    shown: frozenset[str]
    closed_days: frozenset[date]
    contacts: tuple[Sequence[ContactLine], int]


@dataclass(slots=True)
class _Beside:
    """What resources say that are no facts."""

    goals: list[Goal]
    plans: list[CarePlan]
    appointments: list[Appointment]
    near: list[Near]
    outside: list[Outside]
    barriers: list[Barrier]
    answers: list[SocialAnswer]
    told: list[tuple[str, Told]]
    first_way: str = ""

    @classmethod
    def nothing(cls) -> "_Beside":
        """Return a record of which nothing is known."""
        return cls([], [], [], [], [], [], [], [])


def load_overview(
    acting: Acting, patient: Patient, ids: Sequence[UUID], seen: Seen, *, may_chart: bool, may_loops: bool
) -> Overview:
    """Return the page beside the lists, made of what the reader's role may see."""
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    dated = _load_dated(ids) if may_chart else []
    beside = _load_beside(ids, patient.zone, today) if may_chart else _Beside.nothing()
    contacts, contact_count = seen.contacts
    gathered = Gathered(
        on=today,
        zone=patient.zone,
        dated=tuple(dated),
        lists=seen.lists,
        appointments=tuple(beside.appointments),
        loops=tuple(seen.loops),
        open_count=seen.open_count,
        contacts=tuple(contacts),
        shown=seen.shown,
        talked=load_talked(ids) if may_loops and has_right(acting, Right.MESSAGE_READ) else (),
    )
    return Overview(
        story=tell_story(gather_story(gathered)),
        happenings=gather_happenings(gathered),
        closed_days=seen.closed_days,
        series=tuple(_load_series(ids, beside.goals)) if may_chart else (),
        goals=tuple(beside.goals),
        plans=tuple(beside.plans),
        barriers=tuple(beside.barriers),
        answers=tuple(beside.answers),
        near=tuple(beside.near),
        outside=tuple(beside.outside),
        first_way=beside.first_way,
        reached=list_reached(contacts),
        contacts=tuple(contacts),
        contact_count=contact_count,
        chips=list_chips(seen.loops),
        open_count=seen.open_count,
        closed_count=seen.closed_count,
    )


def _load_dated(ids: Sequence[UUID]) -> list[Dated]:
    """Return the newest facts that have a day: stays and visits one by one, the rest one for each day of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.resource_id, f.kind, f.label, f.code, f.status, f.visit_class, f.start_on, f.end_on, f.same_day,"
            " r.type, r.source FROM (SELECT d.*, row_number() OVER (PARTITION BY d.kind, d.is_stay"
            " ORDER BY d.start_on DESC, d.resource_id, d.n) AS place FROM (SELECT c.*,"
            " c.visit_class = ANY(%s) AS is_stay, count(*) OVER w AS same_day,"
            " row_number() OVER (w ORDER BY c.label, c.resource_id, c.n) AS nth FROM chart_fact c"
            f" WHERE c.patient_id = ANY(%s) AND c.kind = ANY(%s) AND c.start_on IS NOT NULL AND {STANDS}"
            " WINDOW w AS (PARTITION BY c.kind, c.start_on)) d WHERE d.nth = 1 OR d.kind IN ('visit', 'order')) f"
            " JOIN resource r ON r.id = f.resource_id WHERE f.place <= %s ORDER BY f.kind, f.place",
            [[*sorted(HOSPITAL), EMERGENCY], list(ids), [str(kind) for kind in TIMED], DAYS],
        )
        rows = cursor.fetchall()
    return [
        Dated(
            resource_id=r[0],
            kind=FactKind(r[1]),
            label=r[2],
            code=r[3],
            status=r[4],
            visit_class=r[5],
            start=r[6],
            end=r[7],
            same_day=1 if r[1] == FactKind.ORDER else r[8],
            said_by=f"{r[9]}, {r[10]}",
        )
        for r in rows
    ]


def _load_series(ids: Sequence[UUID], goals: Sequence[Goal]) -> list[Series]:
    """Return the measures that were last taken, each with its newest values on at least two days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH m AS MATERIALIZED (SELECT c.* FROM chart_fact c WHERE c.patient_id = ANY(%s) AND c.kind = 'result'"
            f" AND c.value IS NOT NULL AND c.value_text = '' AND c.start_on IS NOT NULL AND {STANDS}"
            " AND c.status <> 'cancelled'), best AS (SELECT code, unit_text, max(start_on) AS last_on,"
            " count(*) AS times FROM m GROUP BY code, unit_text HAVING count(DISTINCT start_on) > 1"
            " ORDER BY last_on DESC, times DESC, code, unit_text LIMIT %s)"
            " SELECT v.code, v.unit_text, v.label, v.start_on, v.value, r.type, r.source, v.times"
            " FROM (SELECT m.*, b.last_on, b.times, row_number() OVER (PARTITION BY m.code, m.unit_text"
            " ORDER BY m.start_on DESC, m.resource_id, m.n) AS nth FROM m JOIN best b USING (code, unit_text)) v"
            " JOIN resource r ON r.id = v.resource_id WHERE v.nth <= %s"
            " ORDER BY v.last_on DESC, v.times DESC, v.code, v.unit_text, v.start_on, v.resource_id, v.n",
            [list(ids), MEASURES, VALUES],
        )
        rows = cursor.fetchall()
    found: dict[tuple[str, str], list[tuple[str, date, Point, int]]] = {}
    for r in rows:
        point = Point(r[3], r[4], f"{r[5]}, {r[6]}")
        found.setdefault((r[0], r[1]), []).append((r[2], r[3], point, r[7]))
    return [
        Series(
            code=code,
            label=values[-1][0],
            unit=unit,
            points=tuple(value[2] for value in values),
            count=values[-1][3],
            goal=find_goal(code, unit, goals),
        )
        for (code, unit), values in found.items()
    ]


def _load_beside(ids: Sequence[UUID], zone: str, today: date) -> _Beside:
    """Return goals, plans, booked visits, the people around, barriers and answers, the newest of each type.

    Of answers in words only the newest ASKED are looked through for those about needs of daily life.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, b.type, b.source, b.body::text FROM (SELECT r.id, r.type, r.source, r.body - 'text' AS body,"
            " row_number() OVER (PARTITION BY r.type ORDER BY r.body ->> 'start' DESC NULLS LAST,"
            " r.received_at DESC, r.id) AS place FROM resource r WHERE r.patient_id = ANY(%s)"
            " AND (r.type IN ('Goal', 'CarePlan', 'Appointment', 'RelatedPerson', 'Patient', 'CareTeam', 'Consent')"
            " OR r.type = 'Condition' AND r.body @> %s::jsonb)) b WHERE b.place <= %s"
            " UNION ALL SELECT r.id, r.type, r.source, (r.body - 'text')::text FROM (SELECT c.resource_id,"
            " max(c.start_on) AS last_on FROM chart_fact c WHERE c.patient_id = ANY(%s) AND c.kind = 'result'"
            f" AND c.value_text <> '' AND {STANDS} GROUP BY c.resource_id"
            " ORDER BY last_on DESC NULLS LAST, c.resource_id LIMIT %s) a JOIN resource r ON r.id = a.resource_id"
            " WHERE r.type = 'Observation' AND r.body @> %s::jsonb",
            [list(ids), SOCIAL, BESIDE, list(ids), ASKED, SOCIAL],
        )
        rows = cursor.fetchall()
    found = _Beside.nothing()
    for resource_id, kind, source, raw in rows:
        body, said_by = plans.decode(raw), f"{kind}, {source}"
        if kind in ("Patient", "RelatedPerson", "CareTeam", "Consent"):
            _read_people(found, kind, source, body, today)
        elif kind == "Goal":
            found.goals += _known(plans.read_goal(body, resource_id, said_by))
        elif kind == "CarePlan":
            found.plans += _known(plans.read_plan(body, resource_id, said_by))
        elif kind == "Appointment":
            found.appointments += _known(plans.read_appointment(body, resource_id, said_by, zone))
        elif kind == "Condition":
            found.barriers += _known(plans.read_barrier(body, resource_id, said_by))
        else:
            found.answers += _known(plans.read_answer(body, resource_id, said_by))
    told = found.told
    found.near = [
        replace(one, told=join_told(said for whom, said in told if one.reference and whom == one.reference))
        for one in found.near
    ]
    found.outside = _once(found.outside, lambda one: fold(one.name))
    newest = sorted(found.answers, key=lambda one: (one.on or date.min, one.resource_id), reverse=True)
    found.answers = _once(newest, lambda one: one.code or one.words)[:ANSWERS]
    return found


def _read_people(found: _Beside, kind: str, source: str, body: JsonObject, today: date) -> None:
    """Read whoever stands around the person. Two sources may give two people the same id: the source goes with it."""
    said_by = f"{kind}, {source}"
    if kind == "RelatedPerson":
        found.near += (replace(one, reference=f"{source}|{one.reference}")
                       for one in _known(circle.read_near(body, said_by)))  # fmt: skip
    elif kind == "CareTeam":
        found.outside += circle.read_team(body, said_by)
    elif kind == "Consent":
        found.told += ((f"{source}|{whom}", said) for whom, said in circle.read_consent(body, today))
    else:
        found.near += circle.read_contacts_of(body, said_by)
        found.outside += circle.read_doctors(body, said_by)
        found.first_way = found.first_way or circle.read_first_way(body)


def _once(found: Iterable[Found], name: Callable[[Found], str]) -> list[Found]:
    """Return the first of each name, in order."""
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(name(one), one)
    return list(first.values())


def _known(one: Found | None) -> tuple[Found, ...]:
    return () if one is None else (one,)
