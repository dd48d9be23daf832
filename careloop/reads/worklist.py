"""Today: what needs somebody, in the order that harm and deadlines give, each row explained."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.pages import Choice, Explanation, LoopRow
from careloop.facts.today import PanelPage, Tab, TodayPage
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.explain import explain_loop
from careloop.reads.rows import COLUMNS, JOINS, Viewer, patients_of, read_rows
from careloop.reads.tallies import CALLS, LISTED, WAITING, Scope, count_all, midnight_of, monday_of, parts_of
from careloop.records.models import Loop
from careloop.rules.access import rights_of
from careloop.rules.worklist import fold, group
from careloop.worklist.settle import clinic_zone

PAGE = 50
SILENT_AFTER = timedelta(minutes=15)

# The tabs in order; "week" is the list behind the number of this week and has no tab.
TABS = ("needs_you", "deadlines", "calls", "waiting", "done")
LISTS = (*TABS, "week")


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a page needs to know before its rows: the clinic's zone, the reader's teams, when a worker was seen."""

    viewer: Viewer
    teams: tuple[int, ...]
    worker_seen_at: datetime | None


@listing(needs=Right.LOOP_READ)
def get_today_page(
    acting: Acting,
    reach: Reach,
    *,
    tab: str = "needs_you",
    cursor: str = "",
    selected: UUID | None = None,
    folded: bool = False,
) -> Shown[TodayPage]:
    """Return the page of one tab from a cursor on, with one loop explained (the first, if none is named).

    ``folded`` puts the loops of one person that stand on this page into one row.
    """
    standing = _look_around(acting)
    viewer, scope = standing.viewer, _scope(acting, reach, standing.teams)
    tab = tab if tab in LISTS else TABS[0]
    rows = _list(viewer, scope, tab, cursor)
    shown, more = rows[:PAGE], rows[PAGE:]
    counts = count_all(viewer, scope)
    chosen = selected or (shown[0].id if shown else None)
    explained = explain_loop(acting, chosen, viewer) if chosen else None
    people, teams = _choices(reach)
    page = TodayPage(
        at=acting.at,
        on=acting.at.astimezone(ZoneInfo(viewer.zone)).date(),
        zone=viewer.zone,
        role=acting.role,
        tab=tab,
        tabs=tuple(Tab(key, Say(f"tab.{key}"), counts.tabs[key]) for key in TABS),
        late_count=counts.late,
        due_today_count=counts.due_today,
        groups=group(fold(shown) if folded else shown, is_first_page=not cursor and tab == "needs_you"),
        next_cursor=_cursor(shown[-1], tab) if more else "",
        selected=explained,
        waiting_to_open=counts.to_open,
        waiting_count=counts.tabs["waiting"],
        closed_today=counts.tabs["done"],
        worker_silent_since=_worker_silent_since(standing.worker_seen_at, acting.at),
        people=people,
        teams=teams,
        week=counts.week,
        is_folded=folded,
    )
    others = patients_of([explained.row, *explained.same_person]) if explained else ()
    return Shown(page, tuple(dict.fromkeys((*patients_of(shown), *others))))


@listing(needs=Right.LOOP_READ)
def get_panel(acting: Acting, reach: Reach, loop_id: UUID, *, tab: str = "needs_you") -> Shown[PanelPage]:
    """Return why one loop stands on the list, for the panel beside a list that is shown already.

    :raises NotFound: if the loop is not there or not in reach
    """
    explained = explain_loop(acting, loop_id, _look_around(acting).viewer)
    if explained is None:
        raise NotFound
    people, teams = _choices(reach)
    page = PanelPage(tab if tab in LISTS else TABS[0], explained, people, teams)
    return Shown(page, patients_of([explained.row, *explained.same_person]))


@reading(needs=Right.LOOP_READ, about=Loop)
def get_explanation(acting: Acting, loop: Loop) -> Explanation:
    """Return why a loop is here, why now, what if it waits, what is next, and from which source."""
    explained = explain_loop(acting, loop.pk, Viewer(acting.person_id, acting.at, clinic_zone()))
    assert explained is not None
    return explained


@reading(needs=Right.LOOP_READ, about=Loop)
def expect_form(acting: Acting, loop: Loop) -> None:
    """Look whether a form was filled in for the patient of this loop; the door itself refuses any other.

    :raises WrongPatient: with whose form it was
    """


def _look_around(acting: Acting) -> _Standing:
    """Read in one statement what a page needs to know before its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT zone FROM clinic WHERE id = 1),"
            " ARRAY(SELECT unit_id FROM membership WHERE person_id = %s), (SELECT max(seen_at) FROM worker_seen)",
            [acting.person_id],
        )
        zone, teams, seen = cursor.fetchone()
    return _Standing(Viewer(acting.person_id, acting.at, zone or "America/New_York"), tuple(teams), seen)


def _scope(acting: Acting, reach: Reach, teams: tuple[int, ...]) -> Scope:
    if acting.role is Role.SUPERVISOR:
        return Scope((), (), reach.units)
    return Scope(reach.owners, tuple(team for team in teams if team in reach.units), ())


def _list(viewer: Viewer, scope: Scope, tab: str, cursor: str) -> list[LoopRow]:
    """Return one row more than a page, in order. Every part stops after as many."""
    order, test = _order_of(tab)
    after, values = _after(cursor, order)
    parts: list[str] = []
    given: list[Any] = []
    for column, kind, keys in parts_of(scope):
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
        return "due_at", f"{LISTED} AND l.due_at IS NOT NULL"
    if tab == "calls":
        return "sort_at", CALLS
    if tab == "waiting":
        return "next_at", WAITING
    if tab in ("done", "week"):
        return "closed_at", "l.state = 'closed' AND l.closed_at >= %s"
    return "sort_at", LISTED


def _test_values(tab: str, viewer: Viewer) -> list[object]:
    since = {"done": midnight_of(viewer), "week": monday_of(viewer)}
    return [since[tab]] if tab in since else []


def _direction(tab: str) -> str:
    return "DESC" if tab in ("done", "week") else "ASC"


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
    moment = {"needs_you": row.sort_at, "calls": row.sort_at, "waiting": row.next_at}.get(tab, row.deadline.at)
    return f"{moment.isoformat()}|{row.id}" if moment else ""


def _worker_silent_since(seen: datetime | None, at: datetime) -> datetime | None:
    """Return when the worker was last seen, if that is too long ago; never seen counts from 1970."""
    if seen is None:
        return datetime.fromtimestamp(0, at.tzinfo)
    return seen if at - seen > SILENT_AFTER else None


def _choices(reach: Reach) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the people and teams to whom a loop of these units can be handed, in one statement."""
    roles = [str(role) for role in Role if Right.LOOP_WRITE in rights_of(role)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT true, p.id::text, p.name AS name FROM person p WHERE p.is_active AND p.role = ANY(%s)"
            " AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id AND m.unit_id = ANY(%s))"
            " UNION ALL SELECT false, u.id::text, u.name FROM unit u WHERE u.id = ANY(%s) AND u.kind = 'team'"
            " ORDER BY name",
            [roles, list(reach.units), list(reach.units)],
        )
        rows = cursor.fetchall()
    people = tuple(Choice(key, name) for is_person, key, name in rows if is_person)
    return people, tuple(Choice(key, name) for is_person, key, name in rows if not is_person)
