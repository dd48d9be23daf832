"""Holding and booking in few words, and looking at what became of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from careloop.actions.preparation import note_item
from careloop.actions.scheduling import (
    book_visit,
    hold_visit,
)
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.facts.preparation import ItemState
from careloop.facts.scheduling import Held, VisitAsk
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask
from tests.people import NOW

# Monday at 9 in New York is 14:00 UTC.
NINE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def hold(who: Acting, patient: UUID, what: VisitAsk, **more: Any) -> Held:  # noqa: ANN401
    return hold_visit(who, patient, what, **({"key": str(uuid4())} | more))


def booked(who: Acting, patient: UUID, what: VisitAsk) -> tuple[Held, int]:
    held = hold(who, patient, what)
    return held, book_visit(who, held.booking_id, token=held.token)


def at(who: Acting, moment: datetime) -> Acting:
    return replace(who, at=moment)


def row(held: Held) -> tuple[Any, ...]:
    ((*found,),) = ask("SELECT state, version, cancelled_by, reason FROM booking WHERE id = %s", held.booking_id)
    return tuple(found)


def loop_of(held: Held) -> dict[str, Any]:
    ((state, owner, ball, step, next_at, outcome),) = ask(
        "SELECT state, owner_id, ball, next_step->>'key', next_at, outcome FROM loop WHERE id = %s", held.loop_id
    )
    return {"state": state, "owner": owner, "ball": ball, "step": step, "next_at": next_at, "outcome": outcome}


def make_ready(who: Acting, held: Held) -> None:
    """Note that everything before a visit is in order."""
    for one in get_visit_page(who, held.booking_id).readiness.items:
        if one.state is ItemState.OPEN:
            note_item(who, held.booking_id, item=one.item, state=ItemState.DONE, version=one.version, note="Seen")


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        work()
    return no.value.say.key


def as_system(*patients: UUID) -> Any:  # noqa: ANN401
    """Open a cursor to whom these patients are open, past every door."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('careloop.purpose', 'system:operate', true), set_config('careloop.at', %s, true),"
        " set_config('careloop.patients', %s, true)",
        [NOW.isoformat(), ",".join(map(str, patients))],
    )
    return cursor
