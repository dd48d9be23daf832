"""The log, read by those who audit it: by person, patient, deed, outcome and day. Looking at it is a line of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose, Right, Role
from careloop.facts.audit import AuditExport, AuditLineShown, AuditPage, AuditQuestion
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.records.models import Person
from careloop.worklist.settle import clinic_zone

PAGE = 50
# So many lines leave in one file; the rest is asked for by days.
MOST = 20_000


@listing(needs=Right.AUDIT_READ)
def list_audit(acting: Acting, reach: Reach, question: AuditQuestion) -> Shown[AuditPage]:
    """Return one page of the log that answers a question; the question stands in the line that this leaves.

    :raises Refusal: if the patient cannot be told, or the days are turned round
    """
    patient = _find_patient(question.patient)
    lines = _find(question, patient, PAGE + 1)
    people = Person.objects.filter(kind__in=["staff", "system"]).order_by("name").values_list("pk", "name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_kinds()")
        kinds = tuple(row[0] for row in cursor.fetchall())
    shown = lines[:PAGE]
    page = AuditPage(
        lines=shown,
        older=shown[-1].id if len(lines) > PAGE else 0,
        people=tuple(people),
        kinds=kinds,
        of_patient=patient,
    )
    return Shown(page, _patients_in(shown), _words(question, patient))


@listing(needs=Right.AUDIT_READ)
def export_audit(acting: Acting, reach: Reach, question: AuditQuestion) -> Shown[AuditExport]:
    """Return up to 20,000 lines that answer a question, with the newest seal, to be saved.

    :raises Refusal: as ``list_audit`` says
    """
    patient = _find_patient(question.patient)
    lines = _find(question, patient, MOST + 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_seal, last_hash, unsealed FROM audit_summary()")
        seal, seal_hash, unsealed = cursor.fetchone()
    shown = lines[:MOST]
    asked = _words(question, patient)
    found = AuditExport(asked, shown, len(lines) <= MOST, seal or 0, seal_hash or "", unsealed)
    return Shown(found, _patients_in(shown), f"export {asked}")


def _words(question: AuditQuestion, patient: UUID | None) -> str:
    """Return the question as the log keeps it: a patient by id, never by the number that was typed."""
    return replace(question, patient=str(patient or "")).words


def _find(question: AuditQuestion, patient: UUID | None, how_many: int) -> tuple[AuditLineShown, ...]:
    if question.since and question.until and question.since > question.until:
        raise Refusal(Say("refusal.audit_days"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM find_audit(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                question.person,
                patient,
                question.what,
                question.outcome,
                question.is_break_glass,
                _begin(question.since),
                _begin(question.until + timedelta(days=1)) if question.until else None,
                question.before or None,
                how_many,
            ],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT * FROM audit_lines(%s)", [ids])
        return tuple(_line(row) for row in cursor.fetchall())


def _find_patient(given: str) -> UUID | None:
    """Return the patient of an id or of a record number that only one patient has."""
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_patients(%s)", [given.replace("\x00", "")])
        found = cursor.fetchall()
    if len(found) != 1:
        raise Refusal(Say("refusal.audit_patient"))
    return UUID(str(found[0][0]))


def _begin(on: date | None) -> datetime | None:
    return datetime.combine(on, time(0), ZoneInfo(clinic_zone())) if on else None


def _line(r: tuple[object, ...]) -> AuditLineShown:
    beside = r[9] if isinstance(r[9], list) else []
    about = [r[8]] if r[8] else []
    return AuditLineShown(
        id=int(str(r[0])),
        at=r[1],  # type: ignore[arg-type]
        person_id=UUID(str(r[2])),
        person_name=str(r[3]),
        role=Role(str(r[4])),
        purpose=Purpose(str(r[5])),
        what=str(r[6]),
        key=str(r[7]),
        patient_ids=tuple(dict.fromkeys(UUID(str(one)) for one in (*about, *beside))),
        outcome=str(r[10]),
        broke_glass=bool(r[11]),
        hash=str(r[12]),
    )


def _patients_in(lines: tuple[AuditLineShown, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(one for line in lines for one in line.patient_ids))
