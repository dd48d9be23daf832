"""Who owns what in the teams of a supervisor, and one's own day: what can be handed over."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.access import Acting, Right, Role
from careloop.facts.caseloads import TeamPage, WorkLine, WorkPage
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.caseload_rows import fetch
from careloop.reads.cover_rows import list_covers
from careloop.reads.people_rows import list_receivers
from careloop.reads.rows import Viewer, patients_of, select_rows
from careloop.reads.tallies import LISTED
from careloop.records.models import Membership, Person, Unit
from careloop.rules.access import MAY_CARRY, rights_of
from careloop.worklist.settle import clinic_zone

PAGE = 50
# A day is handed over whole: more than this is no day.
DAY = 200
# After so many days without a step a loop counts as not moved. Ours, not from a source.
STILL_DAYS = 14

SHOWS = {
    "all": "l.state <> 'closed'",
    "late": f"{LISTED} AND l.due_at < %(at)s",
    "today": f"{LISTED} AND l.due_at >= %(at)s AND l.due_at < %(tomorrow)s",
    "snoozed": "l.state = 'snoozed'",
    "still": f"{LISTED} AND l.state_since < %(still)s",
}


@listing(needs=Right.CASELOAD_WRITE)
def get_team_page(acting: Acting, reach: Reach) -> Shown[TeamPage]:
    """Return who owns what: by person and by queue, with what is late, due today, put off, or has not moved."""
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in SHOWS.values())
    sql = (
        f"SELECT l.owner_id, l.queue_id, {counts}, min(l.opened_at) FROM loop l"
        " WHERE l.unit_id = ANY(%(units)s) AND l.state <> 'closed' GROUP BY l.owner_id, l.queue_id"
    )
    rows = fetch(sql, _moments(acting) | {"units": list(reach.units)})
    held = {row[0] or row[1]: row[2:] for row in rows}
    heads = dict(
        fetch(
            "SELECT c.person_id, count(*) FROM caseload c WHERE c.unit_id = ANY(%s) AND c.during @> %s::timestamptz"
            " GROUP BY c.person_id",
            [list(reach.units), acting.at],
        )
    )
    people = {p.pk: p for p in Person.objects.filter(membership__unit_id__in=reach.units, is_active=True).distinct()}
    # Somebody who left, or works elsewhere, can own a loop still: that must be seen.
    strangers = [key for key in held if isinstance(key, UUID) and key not in people]
    people |= {p.pk: p for p in Person.objects.filter(pk__in=strangers)}
    lines = [
        _line(p.name, held.get(p.pk), person_id=p.pk, role=Role(p.role), patients=heads.get(p.pk, 0))
        for p in sorted(people.values(), key=lambda p: p.name)
        if p.pk in held or p.pk in heads or Right.LOOP_WRITE in rights_of(Role(p.role))
    ]
    queues = [
        _line(unit.name, held.get(unit.pk), team=unit.pk)
        for unit in Unit.objects.filter(pk__in=reach.units).order_by("name")
    ]
    covers = list_covers(acting, [line.person_id for line in lines if line.person_id])
    return Shown(TeamPage(tuple(lines), tuple(queues), covers, STILL_DAYS), ())


@listing(needs=Right.CASELOAD_WRITE)
def get_work_page(
    acting: Acting, reach: Reach, *, person_id: UUID | None, team: int | None, show: str = "all", cursor: str = ""
) -> Shown[WorkPage]:
    """Return the loops of a person or a queue, or of everybody, with those to whom they can be handed."""
    show = show if show in SHOWS else "all"
    whose = "l.owner_id = %(who)s" if person_id else "l.queue_id = %(team)s" if team else "true"
    after, values = _after(cursor)
    where = f"l.unit_id = ANY(%(units)s) AND {whose} AND {SHOWS[show]} {after}"
    given = _moments(acting) | {"units": list(reach.units), "who": person_id, "team": team} | values
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    keys = [
        r[0] for r in fetch(f"SELECT l.id FROM loop l WHERE {where} ORDER BY l.sort_at, l.id LIMIT {PAGE + 1}", given)
    ]
    rows = select_rows(viewer, "l.id = ANY(%s)", [keys])
    shown, more = rows[:PAGE], rows[PAGE:]
    people, teams = list_receivers(reach.units)
    page = WorkPage(
        person_id=person_id,
        team=team,
        name=_name_of(person_id, team, reach),
        show=show,
        rows=tuple(shown),
        next_cursor=f"{shown[-1].sort_at.isoformat()}|{shown[-1].id}" if more and shown[-1].sort_at else "",
        people=people,
        teams=teams,
    )
    return Shown(page, patients_of(shown))


@listing(needs=Right.LOOP_HAND_OFF)
def get_day_page(acting: Acting, reach: Reach) -> Shown[WorkPage]:
    """Return one's own day: what is late, due or to be looked at by tonight, or begun; two hundred at most."""
    moments = _moments(acting)
    sql = (
        "SELECT l.id FROM loop l WHERE l.owner_id = %(me)s AND l.state IN ('to_do', 'started')"
        " AND (l.state = 'started' AND NOT l.waits OR least(l.due_at, l.next_at) < %(tomorrow)s)"
        f" ORDER BY l.sort_at, l.id LIMIT {DAY}"
    )
    keys = [row[0] for row in fetch(sql, moments | {"me": acting.person_id})]
    rows = select_rows(Viewer(acting.person_id, acting.at, clinic_zone()), "l.id = ANY(%s)", [keys])
    units = reach.units or tuple(
        Membership.objects.filter(person_id=acting.person_id).values_list("unit_id", flat=True)
    )
    # To a colleague a day goes by a handoff, which only those who carry patients take over.
    people, teams = list_receivers(units, roles=MAY_CARRY)
    others = tuple(one for one in people if one.id != str(acting.person_id))
    page = WorkPage(acting.person_id, None, "", "day", tuple(rows), "", others, teams)
    return Shown(page, patients_of(rows))


def _moments(acting: Acting) -> dict[str, Any]:
    zone = ZoneInfo(clinic_zone())
    tomorrow = datetime.combine(acting.at.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    return {"at": acting.at, "tomorrow": tomorrow, "still": acting.at - timedelta(days=STILL_DAYS)}


def _line(
    name: str,
    counts: Sequence[Any] | None,
    *,
    person_id: UUID | None = None,
    team: int | None = None,
    role: Role | None = None,
    patients: int = 0,
) -> WorkLine:
    opened, late, today, snoozed, still, oldest = counts or (0, 0, 0, 0, 0, None)
    return WorkLine(
        person_id=person_id,
        team=team,
        name=name,
        role=role,
        patients=patients,
        open_count=opened,
        late_count=late,
        today_count=today,
        snoozed_count=snoozed,
        still_count=still,
        oldest_at=oldest,
    )


def _after(cursor: str) -> tuple[str, dict[str, Any]]:
    moment, _, key = cursor.partition("|")
    try:
        values = {"after": datetime.fromisoformat(moment), "after_id": UUID(key)}
    except ValueError:
        return "", {}
    return "AND (l.sort_at, l.id) > (%(after)s, %(after_id)s)", values


def _name_of(person_id: UUID | None, team: int | None, reach: Reach) -> str:
    if person_id is not None:
        return str(Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or "")
    if team is None or team not in reach.units:
        return ""
    return str(Unit.objects.filter(pk=team).values_list("name", flat=True).first() or "")
