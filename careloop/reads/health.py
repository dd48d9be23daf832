"""The state of the house: what is open, what waits, which invariants are broken, who was silent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import Clinic, OutsideAddress, Person, Unit, WorkerSeen
from careloop.rules.fetching import SILENT


@dataclass(frozen=True, slots=True)
class Status:
    """Counts without names. ``invariants`` must all be 0."""

    patients: int
    resources: Mapping[str, int]
    open: Mapping[str, int]
    by_check: Mapping[str, int]
    waiting: int
    overdue: int
    invariants: Mapping[str, int]
    queues: Mapping[str, int]
    worker_seen: datetime | None


@dataclass(frozen=True, slots=True)
class AuditFault:
    """A disagreement between the log and its seals."""

    line_id: int | None
    seal_id: int | None
    fault: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What verifying the log found: ``faults`` is empty when all is well."""

    lines: int
    seals: int
    unsealed: int
    faults: tuple[AuditFault, ...]


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person of staff in a list."""

    id: UUID
    name: str
    role: str
    email: str
    is_active: bool


@managing(needs=Right.HEALTH_READ, write=False)
def get_status(acting: Acting) -> Status:
    """Return counts of everything and of every invariant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status_counts(%s)", [acting.at])
        counts = _read_counts(cursor.fetchone()[0])
        cursor.execute("SELECT name, rows FROM invariant_counts()")
        invariants = dict(cursor.fetchall())
    queues = {name: counts[name] for name in ("rechecks_due", "loops_due", "inbox_rejected", "stuck")}
    queues["calendars_silent"] = OutsideAddress.objects.filter(failures__gte=SILENT).count()
    return Status(
        patients=counts["patients"],
        resources=counts["resources"],
        open=counts["open"],
        by_check=counts["by_check"],
        waiting=counts["waiting"],
        overdue=counts["overdue"],
        invariants=invariants,
        queues=queues,
        worker_seen=WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True).first(),
    )


@managing(needs=Right.AUDIT_VERIFY, write=False)
def verify_audit(acting: Acting, anchors: Mapping[int, str]) -> AuditReport:
    """Compare the log with its seals, and the seals with anchors (seal number to hash) kept outside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lines, seals, unsealed FROM audit_summary()")
        lines, seals, unsealed = cursor.fetchone()
        cursor.execute("SELECT line_id, seal_id, fault FROM verify_audit()")
        faults = [AuditFault(*row) for row in cursor.fetchall()]
        for seal_id, kept in sorted(anchors.items()):
            cursor.execute("SELECT seal_hash(%s)", [seal_id])
            if cursor.fetchone()[0] != kept:
                faults.append(AuditFault(None, seal_id, "differs from its anchor"))
    return AuditReport(lines=lines, seals=seals, unsealed=unsealed, faults=tuple(faults))


@managing(needs=Right.AUDIT_VERIFY, write=False)
def get_last_seal(acting: Acting) -> tuple[int, str] | None:
    """Return number and hash of the newest seal, to be kept as an anchor outside the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_seal, last_hash FROM audit_summary()")
        number, kept = cursor.fetchone()
    return (number, kept) if number else None


@managing(needs=Right.PEOPLE_WRITE, write=False)
def list_staff(acting: Acting) -> tuple[StaffLine, ...]:
    """Return every member of staff, by name."""
    rows = Person.objects.filter(kind="staff").select_related("login").order_by("name")
    return tuple(StaffLine(id=p.pk, name=p.name, role=p.role, email=p.login.email, is_active=p.is_active) for p in rows)


@managing(needs=Right.TEAM_READ, write=False)
def find_team(acting: Acting, *, name: str) -> int | None:
    """Return the number of a team by its name, or None."""
    return Unit.objects.filter(name=name).values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class ClinicMarks:
    """What kind of database this is."""

    patients: int
    is_demo: bool
    is_demo_ready: bool


@managing(needs=Right.HEALTH_READ, write=False)
def get_clinic_marks(acting: Acting) -> ClinicMarks:
    """Return how many patients there are and whether this is a demo."""
    clinic = Clinic.objects.get(pk=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status_counts(%s)", [acting.at])
        patients = _read_counts(cursor.fetchone()[0])["patients"]
    return ClinicMarks(patients=patients, is_demo=clinic.is_demo, is_demo_ready=clinic.demo_ready_at is not None)


@managing(needs=Right.INTAKE_WRITE, write=False)
def find_patients_of_source(acting: Acting, *, source: str) -> dict[str, UUID]:
    """Return the key of every patient of a source by the id that the source gives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fhir_id, id FROM patients_of_source(%s)", [source])
        return dict(cursor.fetchall())


def _read_counts(value: object) -> dict[str, Any]:
    """Return the counts of the database as they came: text when the driver does not read jsonb."""
    counts: Any = json.loads(value) if isinstance(value, str) else value
    return dict(counts)
