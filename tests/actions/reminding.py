"""Reminders in few words: planned by the worker, looked at in the tables."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from careloop.actions.reminders import plan_due_reminders, send_due_reminders
from careloop.facts.access import Acting, Purpose
from careloop.facts.scheduling import VisitAsk
from tests.actions.look import ask
from tests.actions.places import Places
from tests.people import NOW, system

# Four weeks after the Monday on which the other tests book: early enough for every rung.
FAR = timedelta(days=28)


def far(places: Places, hour: int = 9, *, scan: bool = False) -> VisitAsk:
    """Return what asks for a visit four weeks ahead."""
    what = places.scan_at(hour) if scan else places.talk_at(hour)
    return VisitAsk(what.visit_type_id, what.wall + FAR, what.entries)


def sweep(at: datetime = NOW) -> Acting:
    return system(Purpose.SWEEP, at)


def plan(at: datetime = NOW) -> int:
    """Let the worker plan all that is due."""
    whole = 0
    while count := plan_due_reminders(sweep(at), how_many=100):
        whole += count
    return whole


def lines(booking: UUID) -> list[tuple[Any, ...]]:
    """Return kind and state of the reminders of a visit, by when they are due."""
    return ask("SELECT kind, state, why FROM reminder WHERE booking_id = %s ORDER BY due_at, kind", booking)


def send(at: datetime) -> int:
    """Let the worker send what is due at a moment."""
    return send_due_reminders(sweep(at), how_many=100)
