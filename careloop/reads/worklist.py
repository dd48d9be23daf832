"""Today: what needs somebody, in the order that harm and deadlines give, each row explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.pages import Choice, Explanation, Group, LoopRow, Tab, TodayPage
from careloop.facts.worklist import Severity, Tone
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.explain import explain_loop
from careloop.reads.rows import COLUMNS, JOINS, Viewer, patients_of, read_rows
from careloop.records.models import Loop, Membership, Person, Unit, WorkerSeen
from careloop.rules.access import rights_of
from careloop.worklist.settle import clinic_zone

PAGE = 50
FIRST = 5
# Counting stops here: beyond it the screen says "999+".
COUNTED = 1000
SILENT_AFTER = timedelta(minutes=15)

LISTED = "state IN ('to_do', 'started')"
TABS = ("needs_you", "deadlines", "waiting", "done")


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose loops are listed: own and covered people's with the teams' queues, or whole units."""

    owners: tuple[UUID, ...]
    queues: tuple[int, ...]
    units: tuple[int, ...]

    def parts(self) -> list[tuple[str, str, Sequence[object]]]:
        """Return the parts of the list: column, type of its array, values."""
        if self.units:
            return [("unit_id", "int[]", self.units)]
        return [("owner_id", "uuid[]", self.owners), ("queue_id", "int[]", self.queues)]


@listing(needs=Right.LOOP_READ)
def get_today_page(
    acting: Acting, reach: Reach, *, tab: str = "needs_you", cursor: str = "", selected: UUID | None = None
) -> Shown[TodayPage]:
    """Return the page of one tab from a cursor on, with one loop explained (the first, if none is named)."""
    person = Person.objects.get(pk=acting.person_id)
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    scope = _scope(acting, reach)
    tab = tab if tab in TABS else TABS[0]
    rows = _list(viewer, scope, tab, cursor)
    shown, more = rows[:PAGE], rows[PAGE:]
    counts = _count(viewer, scope)
    chosen = selected or (shown[0].id if shown else None)
    explained = explain_loop(acting, chosen, viewer) if chosen else None
    today = acting.at.astimezone(ZoneInfo(viewer.zone)).date()
    people, teams = _choices(reach)
    page = TodayPage(
        at=acting.at,
        on=today,
        zone=viewer.zone,
        role=acting.role,
        person_name=person.name,
        tab=tab,
        tabs=tuple(Tab(key, Say(f"tab.{key}"), counts[key]) for key in TABS),
        late_count=counts["late"],
        due_today_count=counts["due_today"],
        groups=_group(shown, is_first_page=not cursor and tab == "needs_you"),
        next_cursor=_cursor(shown[-1], tab) if more else "",
        selected=explained,
        waiting_to_open=counts["to_open"],
        snoozed_count=counts["snoozed"],
        closed_today=counts["done"],
        worker_silent_since=_worker_silent_since(acting.at),
        people=people,
        teams=teams,
    )
    others = patients_of([explained.row, *explained.same_person]) if explained else ()
    return Shown(page, tuple(dict.fromkeys((*patients_of(shown), *others))))


@reading(needs=Right.LOOP_READ, about=Loop)
def get_explanation(acting: Acting, loop: Loop) -> Explanation:
    """Return why a loop is here, why now, what if it waits, what is next, and from which source."""
    explained = explain_loop(acting, loop.pk, Viewer(acting.person_id, acting.at, clinic_zone()))
    assert explained is not None
    return explained


def _scope(acting: Acting, reach: Reach) -> _Scope:
    if acting.role is Role.SUPERVISOR:
        return _Scope((), (), reach.units)
    queues = tuple(
        Membership.objects.filter(person_id=acting.person_id, unit_id__in=reach.units).values_list("unit_id", flat=True)
    )
    return _Scope(reach.owners, queues, ())


def _list(viewer: Viewer, scope: _Scope, tab: str, cursor: str) -> list[LoopRow]:
    """Return one row more than a page, in order. Every part stops after as many."""
    order, test = _order_of(tab)
    after, values = _after(cursor, order)
    parts: list[str] = []
    given: list[Any] = []
    for column, kind, keys in scope.parts():
        parts.append(
            f"(SELECT c.* FROM unnest(%s::{kind}) AS k (v) CROSS JOIN LATERAL (SELECT l.id, l.{order} AS at"
            f" FROM loop l WHERE l.{column} = k.v AND {test} {after}"
            f" ORDER BY l.{order} {_direction(tab)}, l.id {_direction(tab)} LIMIT %s) c)"
        )
        given += [list(keys), *_test_values(tab, viewer), *values, PAGE + 1]
    picked = (
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) u ORDER BY at {_direction(tab)}, id {_direction(tab)} LIMIT %s"
    )
    sql = (
        f"WITH picked AS MATERIALIZED ({picked}) SELECT {COLUMNS} FROM picked JOIN loop l ON l.id = picked.id"
        f" {JOINS} ORDER BY picked.at {_direction(tab)}, picked.id {_direction(tab)}"
    )
    return read_rows(viewer, sql, [*given, PAGE + 1])


def _order_of(tab: str) -> tuple[str, str]:
    """Return by which column a tab is ordered and which loops it holds."""
    if tab == "deadlines":
        return "due_at", f"l.{LISTED} AND l.due_at IS NOT NULL"
    if tab == "waiting":
        return "next_at", "l.state = 'snoozed'"
    if tab == "done":
        return "closed_at", "l.state = 'closed' AND l.closed_at >= %s"
    return "sort_at", f"l.{LISTED}"


def _test_values(tab: str, viewer: Viewer) -> list[object]:
    return [_midnight(viewer)] if tab == "done" else []


def _direction(tab: str) -> str:
    return "DESC" if tab == "done" else "ASC"


def _after(cursor: str, order: str) -> tuple[str, list[object]]:
    """Read a cursor ("moment|id"); anything else is the beginning."""
    moment, _, key = cursor.partition("|")
    try:
        values: list[object] = [datetime.fromisoformat(moment), UUID(key)]
    except ValueError:
        return "", []
    sign = "<" if order == "closed_at" else ">"
    return f"AND (l.{order}, l.id) {sign} (%s, %s)", values


def _cursor(row: LoopRow, tab: str) -> str:
    moment = row.sort_at if tab == "needs_you" else row.deadline.at
    return f"{moment.isoformat()}|{row.id}" if moment else ""


def _midnight(viewer: Viewer) -> datetime:
    zone = ZoneInfo(viewer.zone)
    return datetime.combine(viewer.at.astimezone(zone).date(), time(0), zone)


def _count(viewer: Viewer, scope: _Scope) -> dict[str, int]:
    """Count what the tabs hold; each count stops at COUNTED."""
    midnight = _midnight(viewer)
    tests: dict[str, tuple[str, list[Any]]] = {
        "needs_you": (LISTED, []),
        "deadlines": (f"{LISTED} AND due_at IS NOT NULL", []),
        "waiting": ("state = 'snoozed'", []),
        "done": ("state = 'closed' AND closed_at >= %s", [midnight]),
        "late": (f"{LISTED} AND due_at < %s", [viewer.at]),
        "due_today": (f"{LISTED} AND due_at >= %s AND due_at < %s", [viewer.at, midnight + timedelta(days=1)]),
    }
    counts = dict.fromkeys(tests, 0)
    for column, _kind, keys in scope.parts():
        parts: list[str] = []
        values: list[Any] = []
        for test, given in tests.values():
            parts.append(
                f"(SELECT count(*) FROM (SELECT 1 FROM loop WHERE {column} = ANY(%s) AND {test} LIMIT {COUNTED}) c)"
            )
            values += [list(keys), *given]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            for key, count in zip(tests, cursor.fetchone(), strict=True):
                counts[key] += count
    units = scope.units or scope.queues
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM waiting_finding WHERE unit_id = ANY(%s) LIMIT {COUNTED}) c",
            [list(units)],
        )
        counts["to_open"] = cursor.fetchone()[0]
    counts["snoozed"] = counts["waiting"]
    return counts


def _group(rows: Sequence[LoopRow], *, is_first_page: bool) -> tuple[Group, ...]:
    """Set at most five pressing rows apart on the first page; nothing late is ever hidden."""
    pressing = [r for r in rows if r.tone is Tone.LATE or r.severity is Severity.CRITICAL]
    first = pressing[:FIRST] if is_first_page else []
    rest = [row for row in rows if row not in first]
    groups = []
    if first:
        groups.append(Group("first", Say("group.first"), Say("group.first_more"), tuple(first)))
    if rest:
        key = "then" if first else "all"
        groups.append(Group("then", Say(f"group.{key}"), Say("group.rows", count=len(rest)), tuple(rest)))
    return tuple(groups)


def _worker_silent_since(at: datetime) -> datetime | None:
    """Return when the worker was last seen, if that is too long ago; never seen counts from 1970."""
    seen = WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if seen is None:
        return datetime.fromtimestamp(0, at.tzinfo)
    return seen if at - seen > SILENT_AFTER else None


def _choices(reach: Reach) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the people and teams to whom a loop of these units can be handed."""
    units = Unit.objects.filter(pk__in=reach.units, kind="team").order_by("name")
    members = Person.objects.filter(membership__unit_id__in=reach.units, is_active=True).distinct().order_by("name")
    people = tuple(Choice(str(p.pk), p.name) for p in members if Right.LOOP_WRITE in rights_of(Role(p.role)))
    return people, tuple(Choice(str(u.pk), u.name) for u in units)
