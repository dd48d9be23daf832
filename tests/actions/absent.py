"""Absences in the hands of tests: planned, answered, followed, and what became of the loops."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from careloop.actions import covering as acts
from careloop.facts.access import Acting, Purpose
from careloop.facts.covering import SharePlan
from careloop.reads.covering import get_share_plan
from tests.actions.look import ask, ask_one
from tests.people import NOW, House, system

WEEK = timedelta(days=7)


def look(
    house: House, who: str = "dana", *, by: str = "sol", since: datetime = NOW, span: timedelta = WEEK
) -> SharePlan:
    """Return what would be shared out."""
    acting = house.acting(by, at=min(since, NOW))
    return get_share_plan(acting, person_id=house.id_of(who), since=since, until=since + span)


def suggested(shown: SharePlan) -> dict[UUID, UUID]:
    """Return who is suggested for each patient."""
    return {line.patient_id: line.person_id for line in shown.lines if line.person_id is not None}


def share(
    house: House,
    who: str = "dana",
    *,
    by: str = "sol",
    since: datetime = NOW,
    span: timedelta = WEEK,
    **more: Any,  # noqa: ANN401
) -> UUID:
    """Share out as it is suggested, or as ``chosen`` says; return the absence."""
    chosen = more.pop("chosen", None) or suggested(look(house, who, by=by, since=since, span=span))
    acting: Acting = more.pop("acting", None) or house.acting(by, at=min(since, NOW))
    return acts.plan_absence(
        acting, person_id=house.id_of(who), since=since, until=since + span,
        is_sudden=more.pop("is_sudden", False), chosen=chosen,
    )  # fmt: skip


def follow(at: datetime) -> int:
    """Let the worker look at absences."""
    return acts.follow_absences(system(Purpose.SWEEP, at), how_many=50)


def owners_of(*loops: UUID) -> list[UUID | None]:
    """Return who owns these loops, in order."""
    rows = dict(ask("SELECT id, owner_id FROM loop WHERE id = ANY(%s)", list(loops)))
    return [rows[one] for one in loops]


def parts_of(absence: UUID) -> dict[UUID, str]:
    """Return where the part of each colleague stands."""
    return dict(ask("SELECT covering_id, state FROM absence_part WHERE absence_id = %s", absence))


def holds(absence: UUID) -> dict[UUID, UUID]:
    """Return who has each patient."""
    sql = "SELECT patient_id, covering_id FROM absence_share WHERE absence_id = %s AND ended_at IS NULL"
    return dict(ask(sql, absence))


def may_reach(person: UUID, patient: UUID, at: datetime) -> bool:
    """Tell whether a cover opens a patient to somebody at a moment."""
    sql = (
        "SELECT count(*) FROM access_grant WHERE person_id = %s AND patient_id = %s AND source = 'cover'"
        " AND during @> %s::timestamptz"
    )
    return bool(ask_one(sql, person, patient, at))
