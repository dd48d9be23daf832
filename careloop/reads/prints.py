"""What is read to be printed: the summary of one patient, and the list of somebody's day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.days import age_on
from careloop.facts.access import Acting, Right, Role
from careloop.facts.chart import Sex
from careloop.facts.pages import LoopRow
from careloop.facts.sheets import DayLine, DayList, LatestResult, PatientSummary
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.chart_lists import load_lists
from careloop.reads.linked import load_linked
from careloop.reads.rows import PLACE, Viewer, patients_of, select_rows
from careloop.reads.tallies import LISTED
from careloop.records.models import (
    Caseload,
    Membership,
    Patient,
    PatientContact,
    PatientIdentifier,
    Person,
)
from careloop.worklist.settle import clinic_zone

# A page holds fewer; what is left over is counted.
LINES = 40
RESULTS = 14
COUNTED = 1000
# Own loops and those of the teams' queues; a supervisor's are those of whole teams.
OWN = "(l.owner_id = ANY(%s) OR l.queue_id = ANY(%s))"
TEAMS = "l.unit_id = ANY(%s)"
OPEN_OF = "l.patient_id = ANY(%s) AND l.state <> 'closed'"


@reading(needs=Right.CHART_READ, about=Patient)
def get_summary(acting: Acting, patient: Patient) -> PatientSummary:
    """Return what a printed summary of a patient says, from all linked records that may be seen."""
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    linked = load_linked(acting, patient.pk)
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    coordinator = Caseload.objects.filter(patient=patient, during__contains=acting.at).select_related("person").first()
    numbers = PatientIdentifier.objects.filter(patient=patient, type_code="MR").order_by("id")
    return PatientSummary(
        at=acting.at,
        zone=patient.zone,
        printed_by=str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id)),
        patient_id=patient.pk,
        name=patient.full_name,
        preferred_name=patient.preferred_name,
        birth_on=patient.birth_on,
        age=age_on(patient.birth_on, today) if patient.birth_on and not patient.is_dead else None,
        is_dead=linked.has_died,
        sex=Sex(patient.sex),
        record_number=str(numbers.values_list("value", flat=True).first() or ""),
        languages=tuple(patient.languages),
        needs_interpreter=patient.needs_interpreter,
        phone=_phones([patient.pk]).get(patient.pk, ""),
        coordinator=coordinator.person.name if coordinator else "",
        lists=load_lists(linked.ids, today),
        loops=tuple(select_rows(viewer, OPEN_OF, [list(linked.ids)], order=f"{PLACE}, l.id")),
        results=_latest_results(linked.ids),
    )


@listing(needs=Right.LOOP_READ)
def get_day_list(acting: Acting, reach: Reach) -> Shown[DayList]:
    """Return what needs this person today, in the order of the list, with numbers to call."""
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    scope, values = _scope(acting, reach)
    first = f"l.id IN (SELECT l.id FROM loop l WHERE {scope} AND {LISTED} ORDER BY l.sort_at, l.id LIMIT {LINES})"
    rows = select_rows(viewer, first, values)
    patients = patients_of(rows)
    phones, names = _phones(patients), _preferred_names(patients)
    whole, late = _count(scope, values, acting.at)
    day = DayList(
        at=acting.at,
        zone=viewer.zone,
        printed_by=str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id)),
        lines=tuple(_line(row, phones, names) for row in rows),
        count=whole,
        late_count=late,
    )
    return Shown(day, patients)


def _line(row: LoopRow, phones: Mapping[UUID, str], names: Mapping[UUID, str]) -> DayLine:
    if row.patient_id is None:
        return DayLine(row, "", "")
    return DayLine(row, phones.get(row.patient_id, ""), names.get(row.patient_id, ""))


def _scope(acting: Acting, reach: Reach) -> tuple[str, list[Any]]:
    if acting.role is Role.SUPERVISOR:
        return TEAMS, [list(reach.units)]
    own = Membership.objects.filter(person_id=acting.person_id, unit_id__in=reach.units)
    return OWN, [list(reach.owners), list(own.values_list("unit_id", flat=True))]


def _count(scope: str, values: Sequence[Any], at: datetime) -> tuple[int, int]:
    """Return how many loops there are and how many of them are late; both stop at COUNTED."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE due_at < %s) FROM (SELECT l.due_at FROM loop l"
            f" WHERE {scope} AND {LISTED} ORDER BY l.sort_at LIMIT {COUNTED}) c",
            [at, *values],
        )
        whole, late = cursor.fetchone()
    return int(whole), int(late)


def _phones(patient_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the first telephone number of each patient."""
    rows = PatientContact.objects.filter(patient_id__in=patient_ids, system__in=("phone", "sms")).order_by("-id")
    return {row.patient_id: row.value for row in rows}


def _preferred_names(patient_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what each patient is called: it may be in letters that the reader knows, where the name is not."""
    rows = Patient.objects.filter(pk__in=patient_ids).exclude(preferred_name="")
    return {key: str(name) for key, name in rows.values_list("pk", "preferred_name")}


def _latest_results(ids: Sequence[UUID]) -> tuple[LatestResult, ...]:
    """Return the newest value of each measure, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label, start_on, value, value_text, unit_text FROM (SELECT DISTINCT ON (f.label) f.* FROM"
            " chart_fact f WHERE f.patient_id = ANY(%s) AND f.kind = 'result' AND f.status IN ('final', 'amended',"
            " 'corrected') AND (f.value IS NOT NULL OR f.value_text <> '') AND f.label <> ''"
            " ORDER BY f.label, f.start_on DESC NULLS LAST, f.start_at DESC NULLS LAST, f.resource_id, f.n) n"
            f" ORDER BY start_on DESC NULLS LAST, label LIMIT {RESULTS}",
            [list(ids)],
        )
        return tuple(_result(*row) for row in cursor.fetchall())


def _result(label: str, on: date | None, value: Decimal | None, text: str, unit: str) -> LatestResult:
    return LatestResult(label, on, value, text, unit)
