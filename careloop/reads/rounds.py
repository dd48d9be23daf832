"""Rounds as a page: whose something is open, one line each, in a constant number of statements."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.access import Acting, Right
from careloop.facts.handoffs import HandoffState, IllnessLevel
from careloop.facts.pages import LoopRow
from careloop.facts.rounds import RoundsLine, RoundsPage
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.caseload_rows import fetch
from careloop.reads.people_rows import list_receivers
from careloop.reads.rows import PLACE, Viewer, select_rows
from careloop.reads.tallies import LISTED
from careloop.records.models import HandoffPatient, Patient, Person
from careloop.worklist.handoffs import summarize
from careloop.worklist.settle import clinic_zone

# So many stand on the sheet; the rest are counted.
LINES = 40


@listing(needs=Right.LOOP_READ)
def get_rounds_page(acting: Acting, reach: Reach, *, team: int | None = None) -> Shown[RoundsPage]:
    """Return the patients of whom something is open with this person, or in a team, the most pressing first.

    How ill somebody is stands as it was said in the last handoff that was accepted; nothing works it out.
    """
    zone, team = clinic_zone(), team if team in reach.units else None
    whose = "l.unit_id = %(team)s" if team else "l.owner_id = ANY(%(owners)s)"
    # PostgreSQL counts them all before it cuts the list.
    rows = fetch(
        f"SELECT l.patient_id, count(*) OVER () FROM loop l WHERE {whose} AND l.patient_id IS NOT NULL AND {LISTED}"
        f" GROUP BY l.patient_id ORDER BY min(l.sort_at), l.patient_id LIMIT {LINES}",
        {"team": team, "owners": list(reach.owners)},
    )
    keys = [row[0] for row in rows]
    patients = Patient.objects.in_bulk(keys)
    me = Person.objects.get(pk=acting.person_id)
    seen = [patients[key] for key in keys if key in patients]
    why, levels = summarize(seen, acting.at, me.language), _load_levels(keys, zone)
    loops = _load_loops(Viewer(acting.person_id, acting.at, zone), keys)
    people, teams = list_receivers(reach.units)
    lines = tuple(
        _line(patient, why[patient.pk], levels.get(patient.pk, (None, None)), loops[patient.pk])
        for patient in seen
        if patient.pk in loops
    )
    page = RoundsPage(
        at=acting.at,
        zone=zone,
        printed_by=me.name,
        team=team,
        teams=teams,
        people=people,
        lines=lines,
        beyond=(rows[0][1] if rows else 0) - len(rows),
    )
    return Shown(page, tuple(line.patient_id for line in lines), asked="rounds")


def _line(
    patient: Patient, why: str, said: tuple[IllnessLevel | None, date | None], loops: Sequence[LoopRow]
) -> RoundsLine:
    return RoundsLine(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        level=said[0],
        said_on=said[1],
        why=why,
        first=loops[0],
        others=len(loops) - 1,
    )


def _load_levels(keys: Sequence[UUID], zone: str) -> dict[UUID, tuple[IllnessLevel, date]]:
    rows = HandoffPatient.objects.filter(patient__in=keys, handoff__state=str(HandoffState.ACCEPTED)).exclude(level="")
    said = rows.order_by("handoff__ended_at", "id").values_list("patient_id", "level", "handoff__ended_at")
    return {key: (IllnessLevel(level), at.astimezone(ZoneInfo(zone)).date()) for key, level, at in said}


def _load_loops(viewer: Viewer, keys: Sequence[UUID]) -> dict[UUID, list[LoopRow]]:
    found: dict[UUID, list[LoopRow]] = {}
    where = "l.patient_id = ANY(%s) AND l.state <> 'closed'"
    for row in select_rows(viewer, where, [list(keys)], order=f"{PLACE}, l.id"):
        if row.patient_id is not None:
            found.setdefault(row.patient_id, []).append(row)
    return found
