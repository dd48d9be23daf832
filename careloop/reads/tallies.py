"""The numbers of Today in one statement: what the tabs hold, what is late, and how the day and the week went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.facts.today import Week
from careloop.reads.rows import Viewer
from careloop.rules.worklist import CALLS_AGAIN

# Counting stops here: beyond it the screen says "999+".
COUNTED = 1000

# What needs somebody, and what rests: put off by a person, or in other hands until its look.
LISTED = "l.state IN ('to_do', 'started') AND NOT l.waits"
WAITING = "(l.state = 'snoozed' OR l.waits)"
CALLS = f"l.state = 'started' AND l.last_contact IN ({', '.join(repr(str(r)) for r in CALLS_AGAIN)})"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose loops are listed: own and covered people's with the teams' queues, or whole units."""

    owners: tuple[UUID, ...]
    queues: tuple[int, ...]
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tallies:
    """What Today counts; each count stops at COUNTED. ``to_open`` are findings that wait for the team's pace."""

    tabs: dict[str, int]
    late: int
    due_today: int
    to_open: int
    week: Week


def parts_of(scope: Scope) -> list[tuple[str, str, Sequence[object]]]:
    """Return the parts of a list: column, type of its array, values."""
    if scope.units:
        return [("unit_id", "int[]", scope.units)]
    return [("owner_id", "uuid[]", scope.owners), ("queue_id", "int[]", scope.queues)]


def midnight_of(viewer: Viewer) -> datetime:
    """Return when the clinic's day began."""
    zone = ZoneInfo(viewer.zone)
    return datetime.combine(viewer.at.astimezone(zone).date(), time(0), zone)


def monday_of(viewer: Viewer) -> datetime:
    """Return when the clinic's week began."""
    zone = ZoneInfo(viewer.zone)
    today = viewer.at.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(0), zone)


def count_all(viewer: Viewer, scope: Scope) -> Tallies:
    """Count everything that Today says in numbers, by indexes, in one statement."""
    midnight, monday = midnight_of(viewer), monday_of(viewer)
    tomorrow, next_monday = midnight + timedelta(days=1), monday + timedelta(days=7)
    tests: dict[str, tuple[str, list[Any]]] = {
        "needs_you": (LISTED, []),
        "deadlines": (f"{LISTED} AND l.due_at IS NOT NULL", []),
        "calls": (CALLS, []),
        "waiting": (WAITING, []),
        "late": (f"{LISTED} AND l.due_at IS NOT NULL AND l.due_at < %s", [viewer.at]),
        "due_today": (f"{LISTED} AND l.due_at IS NOT NULL AND l.due_at >= %s AND l.due_at < %s", [viewer.at, tomorrow]),
        "due_week": (
            f"{LISTED} AND l.due_at IS NOT NULL AND l.due_at >= %s AND l.due_at < %s",
            [viewer.at, next_monday],
        ),
    }
    columns: list[str] = []
    values: list[Any] = []
    for column, _kind, keys in parts_of(scope):
        counted = [_count_sql(column, test) for test, _given in tests.values()]
        columns.append(f"ARRAY[{', '.join(counted)}]")
        for _test, given in tests.values():
            values += [list(keys), *given]
        columns.append(_closed_sql(column))
        values += [midnight, list(keys), monday]
    columns.append(f"(SELECT count(*) FROM (SELECT 1 FROM waiting_finding WHERE unit_id = ANY(%s) LIMIT {COUNTED}) c)")
    columns.append("(SELECT count(*) FROM loop_event WHERE person_id = %s AND event = 'log_contact' AND at >= %s)")
    values += [list(scope.units or scope.queues), viewer.person_id, midnight]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        row = cursor.fetchone()
    return _read(list(tests), row)


def _count_sql(column: str, test: str) -> str:
    return f"(SELECT count(*) FROM (SELECT 1 FROM loop l WHERE l.{column} = ANY(%s) AND {test} LIMIT {COUNTED}) c)"


def _closed_sql(column: str) -> str:
    """Count what was closed: today, this week, of these with a deadline, of these in time."""
    closed = (
        f"SELECT closed_at, due_at FROM loop WHERE {column} = ANY(%s) AND state = 'closed' AND closed_at >= %s"
        f" ORDER BY closed_at DESC LIMIT {COUNTED}"
    )
    return (
        "(SELECT ARRAY[count(*) FILTER (WHERE closed_at >= %s), count(*), count(due_at),"
        f" count(*) FILTER (WHERE closed_at <= due_at)] FROM ({closed}) c)"
    )


def _read(names: list[str], row: Sequence[Any]) -> Tallies:
    parts, (to_open, calls_made) = row[:-2], row[-2:]
    counts = {name: sum(part[i] for part in parts[::2]) for i, name in enumerate(names)}
    done, closed, with_deadline, in_time = (sum(part[i] for part in parts[1::2]) for i in range(4))
    week = Week(
        calls_made=calls_made,
        calls_left=counts["calls"],
        closed=closed,
        left=counts["late"] + counts["due_week"],
        with_deadline=with_deadline,
        in_time=in_time,
    )
    tabs = {name: counts[name] for name in ("needs_you", "deadlines", "calls", "waiting")}
    return Tallies(tabs | {"done": done, "week": closed}, counts["late"], counts["due_today"], to_open, week)
