"""Loops in plenty, for tests of lists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from careloop.facts.access import Purpose
from careloop.facts.pages import LoopRow
from careloop.facts.today import TodayPage
from careloop.guard.context import clear_context, enter, set_context
from tests.guard.conftest import Clinic
from tests.people import NOW, system
from tests.records.plant import Plant


def plant_loops(clinic: Clinic, count: int, *, who: str | None = "dana", **columns: object) -> list[UUID]:
    """Add loops about Rosa by plain SQL: owned by somebody, or in the team's queue if nobody is named.

    A column that is callable is asked for each loop's number.
    """
    set_context(system(Purpose.INTAKE))
    enter(units=[clinic.house.north])
    plant = Plant(connection.connection)
    owner = clinic.house.id_of(who) if who else None
    queue = None if who else clinic.house.north
    made = []
    for n in range(count):
        own = {name: value(n) if callable(value) else value for name, value in columns.items()}
        usual = {"owner_id": owner, "queue_id": queue, "due_at": NOW + timedelta(days=20)}
        made.append(plant.loop(clinic.house.north, clinic.rosa, **(usual | own)))
    clear_context()
    return made


def rows_of(page: TodayPage) -> list[LoopRow]:
    """Return the rows of a page in order."""
    return [row for group in page.groups for row in group.rows]


def hourly(n: int) -> datetime:
    """Return moments in pairs, so that a list has ties to break."""
    return NOW + timedelta(hours=n // 2)


def batches(rows: list[UUID], size: int) -> Iterator[list[UUID]]:
    """Cut a list into pages."""
    yield from (rows[i : i + size] for i in range(0, len(rows), size))
