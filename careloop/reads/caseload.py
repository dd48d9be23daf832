"""Who carries how much, whose patients those are, and what would move if somebody stood in for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right, Role
from careloop.facts.caseloads import BackPage, CaseloadList, CaseloadPage, Change, CoverLine, CoverPlan, Load
from careloop.facts.pages import Choice
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.caseload_rows import LINE, MINE, fetch, read_cursor, read_lines, read_say
from careloop.reads.cover_rows import list_covers, make_line
from careloop.reads.rows import Viewer
from careloop.records.models import Cover, Membership, Person
from careloop.rules.access import MAY_CARRY
from careloop.rules.caseloads import suggest_cover
from careloop.worklist.settle import clinic_zone

PAGE = 50
SOON_DAYS = 10
# Counting who has no coordinator stops here.
COUNTED = 1000
CHANGES = 100

HELD = "c.unit_id = ANY(%s) AND c.during @> %s::timestamptz"
NOBODYS = (
    "FROM patient p WHERE p.unit_id = ANY(%s) AND NOT p.is_dead"
    " AND NOT EXISTS (SELECT FROM caseload c WHERE c.patient_id = p.id AND c.during @> %s::timestamptz)"
)


@listing(needs=Right.CASELOAD_WRITE)
def get_caseload_page(acting: Acting, reach: Reach) -> Shown[CaseloadPage]:
    """Return the coordinators with what each carries, and how many patients have none. No minutes: nobody has them."""
    ((without,),) = fetch(
        f"SELECT count(*) FROM (SELECT 1 {NOBODYS} LIMIT {COUNTED}) n", [list(reach.units), acting.at]
    )
    return Shown(CaseloadPage(_loads(acting, reach), without, COUNTED), ())


@listing(needs=Right.CASELOAD_WRITE)
def get_caseload_list(acting: Acting, reach: Reach, *, person_id: UUID | None, cursor: str = "") -> Shown[CaseloadList]:
    """Return the patients of a coordinator, or those of nobody, by name; fifty from a cursor on."""
    last = read_cursor(cursor)
    if person_id is None:
        mine = (
            "SELECT p.id, p.full_name, p.name_key, p.birth_on, p.languages, p.needs_interpreter,"
            " NULL::uuid AS coordinator_id, 0::bigint AS n, NULL::uuid AS top, NULL::timestamptz AS next_at,"
            f" NULL::timestamptz AS contact_at, NULL::jsonb AS contact {NOBODYS}"
        )
        given: list[Any] = [list(reach.units), acting.at]
    else:
        mine, given = f"{MINE} AND c.unit_id = ANY(%s)", [acting.at, [person_id], acting.at, list(reach.units)]
    sql = (
        f"SELECT {LINE} FROM ({mine}) m WHERE %s::uuid IS NULL OR (m.name_key, m.id) >"
        " (SELECT k.name_key, k.id FROM patient k WHERE k.id = %s) ORDER BY m.name_key, m.id LIMIT %s"
    )
    rows = fetch(sql, [*given, last, last, PAGE + 1])
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    shown = read_lines(viewer, rows[:PAGE], care_teams=_care_teams(acting, [row[0] for row in rows[:PAGE]]))
    members = _members(reach)
    page = CaseloadList(
        person_id=person_id,
        name=next((p.name for p in members if p.pk == person_id), ""),
        lines=shown,
        next_cursor=str(shown[-1].patient_id) if len(rows) > PAGE else "",
        coordinators=tuple(Choice(str(p.pk), p.name) for p in members if p.role in MAY_CARRY and p.pk != person_id),
        members=tuple(Choice(str(p.pk), p.name) for p in members),
    )
    return Shown(page, tuple(line.patient_id for line in shown))


@listing(needs=Right.CASELOAD_WRITE)
def get_cover_plan(
    acting: Acting,
    reach: Reach,
    *,
    absent: UUID | None = None,
    covering: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Shown[CoverPlan]:
    """Return who could stand in for somebody, and, once both and the dates are chosen, what would be opened to them.

    ``due_count`` are the loops of the one who is away that are due before the end of the cover.
    """
    loads = _loads(acting, reach)
    away = next((load for load in loads if load.person_id == absent), None)
    colleagues = _colleagues(away.person_id) if away else set()
    others = tuple(load for load in loads if load.person_id in colleagues)
    stand_in = next((load for load in others if load.person_id == covering), None)
    if covering is None and since is not None and until is not None:
        stand_in = suggest_cover(others, since=since, until=until)
    people = tuple(Choice(str(load.person_id), load.name) for load in loads)
    covers = tuple(dict.fromkeys(cover for load in loads for cover in (*load.away, *load.covers)))
    if away is None or stand_in is None or since is None or until is None:
        return Shown(CoverPlan(people, away, others, stand_in, 0, (), covers), ())
    ((due,),) = fetch(
        "SELECT count(*) FROM loop l WHERE l.owner_id = %s AND l.state <> 'closed' AND l.due_at < %s"
        " AND l.unit_id = ANY(%s)",
        [absent, until, list(reach.units)],
    )
    sql = f"SELECT {LINE} FROM ({MINE} AND c.unit_id = ANY(%s)) m ORDER BY sort_at NULLS LAST, id LIMIT {PAGE}"
    rows = fetch(sql, [acting.at, [absent], acting.at, list(reach.units)])
    lines = read_lines(Viewer(acting.person_id, acting.at, clinic_zone()), rows)
    plan = CoverPlan(people, away, others, stand_in, due, lines, covers, is_suggested=covering is None)
    return Shown(plan, tuple(line.patient_id for line in lines))


@listing(needs=Right.CASELOAD_WRITE)
def get_back_page(acting: Acting, reach: Reach, *, cover_id: int) -> Shown[BackPage]:
    """Return what others did for the patients of somebody who was away, newest first.

    :raises NotFound: if the cover is of nobody in these teams
    """
    cover = Cover.objects.filter(pk=cover_id, absent__membership__unit_id__in=reach.units)
    row = cover.select_related("absent", "covering").first()
    if row is None:
        raise NotFound
    rows = fetch(
        "SELECT e.at, p.id, p.full_name, p.birth_on, l.title, e.say, e.note, w.name"
        " FROM caseload c JOIN patient p ON p.id = c.patient_id JOIN loop l ON l.patient_id = p.id"
        " JOIN loop_event e ON e.loop_id = l.id JOIN person w ON w.id = e.person_id"
        " WHERE c.person_id = %s AND c.unit_id = ANY(%s) AND c.during && %s::tstzrange AND e.at <@ %s::tstzrange"
        f" AND e.person_id <> %s ORDER BY e.at DESC, e.id DESC LIMIT {CHANGES + 1}",
        [row.absent_id, list(reach.units), row.during, row.during, row.absent_id],
    )
    changes = tuple(
        Change(at=r[0], patient_id=r[1], name=r[2], birth_on=r[3], title=read_say(r[4]), say=read_say(r[5]),
               note=r[6], who=r[7])
        for r in rows[:CHANGES]
    )  # fmt: skip
    page = BackPage(make_line(acting, row), changes, is_cut=len(rows) > CHANGES)
    return Shown(page, tuple(dict.fromkeys(change.patient_id for change in changes)))


def _loads(acting: Acting, reach: Reach) -> tuple[Load, ...]:
    units = list(reach.units)
    people = [p for p in _members(reach) if p.role in MAY_CARRY]
    heads = dict(fetch(f"SELECT c.person_id, count(*) FROM caseload c WHERE {HELD} GROUP BY 1", [units, acting.at]))
    work = {
        row[0]: row[1:]
        for row in fetch(
            "SELECT l.owner_id, count(*), count(*) FILTER (WHERE l.due_at < %s),"
            " count(*) FILTER (WHERE l.due_at >= %s AND l.due_at < %s) FROM loop l"
            " WHERE l.unit_id = ANY(%s) AND l.state <> 'closed' AND l.owner_id IS NOT NULL GROUP BY 1",
            [acting.at, acting.at, acting.at + timedelta(days=SOON_DAYS), units],
        )
    }
    spoken: dict[UUID, list[tuple[str, int]]] = {}
    for person, language, count in fetch(
        "SELECT c.person_id, split_part(lower(p.languages[1]), '-', 1) AS language, count(*)"
        f" FROM caseload c JOIN patient p ON p.id = c.patient_id WHERE {HELD}"
        " AND split_part(lower(p.languages[1]), '-', 1) <> 'en' GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        [units, acting.at],
    ):
        spoken.setdefault(person, []).append((language, count))
    covers = list_covers(acting, [p.pk for p in people])
    return tuple(_load(p, heads, work, spoken, covers) for p in people)


def _load(
    person: Person,
    heads: dict[UUID, int],
    work: dict[UUID, tuple[int, ...]],
    spoken: dict[UUID, list[tuple[str, int]]],
    covers: Sequence[CoverLine],
) -> Load:
    opened, late, soon = work.get(person.pk, (0, 0, 0))
    return Load(
        person_id=person.pk,
        name=person.name,
        role=Role(person.role),
        patients=heads.get(person.pk, 0),
        open_count=opened,
        late_count=late,
        soon_count=soon,
        languages=tuple(spoken.get(person.pk, ())),
        away=tuple(cover for cover in covers if cover.absent_id == person.pk),
        covers=tuple(cover for cover in covers if cover.covering_id == person.pk),
    )


def _colleagues(absent: UUID) -> set[UUID]:
    """Return those who share a team with somebody: nobody else can stand in."""
    shared = Membership.objects.filter(person_id=absent).values("unit_id")
    return set(
        Membership.objects.filter(unit_id__in=shared).exclude(person_id=absent).values_list("person_id", flat=True)
    )


def _members(reach: Reach) -> list[Person]:
    return list(
        Person.objects.filter(membership__unit_id__in=reach.units, is_active=True, kind="staff")
        .distinct()
        .order_by("name", "pk")
    )


def _care_teams(acting: Acting, patients: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = fetch(
        "SELECT m.patient_id, array_agg(w.name || ' (' || m.part || ')' ORDER BY w.name) FROM care_team_member m"
        " JOIN person w ON w.id = m.person_id WHERE m.patient_id = ANY(%s) AND m.during @> %s::timestamptz GROUP BY 1",
        [list(patients), acting.at],
    )
    return {key: tuple(names) for key, names in rows}
