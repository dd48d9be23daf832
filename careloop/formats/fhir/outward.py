"""What only Careloop has, in the shapes of FHIR R4: loops, their history, people and the log.

Pure: plain values in, one resource as a line of JSON out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from careloop.facts.worklist import Outcome, Severity, State

Json = dict[str, Any]

_STATUS = {State.TO_DO: "requested", State.STARTED: "in-progress", State.SNOOZED: "on-hold"}
_KEPT = (Outcome.DONE, Outcome.ELSEWHERE)
_PRIORITY = {Severity.LOW: "routine", Severity.MODERATE: "routine", Severity.HIGH: "urgent", Severity.CRITICAL: "stat"}
# How a passage through a door ended, as AuditEvent says it.
_ANSWERS = {"seen": ("R", "0"), "done": ("E", "0"), "refused": ("E", "4"), "failed": ("E", "8")}
_UUIDS = "urn:ietf:rfc:3986"


def write_line(resource: Mapping[str, object]) -> bytes:
    """Return a resource as one line, without what is empty."""
    kept = {name: value for name, value in resource.items() if value not in (None, "", [], {})}
    return orjson.dumps(kept) + b"\n"


@dataclass(frozen=True, slots=True)
class LoopOut:
    """A loop as it leaves. ``patient`` is the reference of its patient; sentences are words already."""

    key: UUID
    patient: str
    kind: str
    state: State
    outcome: Outcome | None
    severity: Severity
    title: str
    because: tuple[str, ...]
    owner: UUID | None
    asked_by: UUID | None
    opened_at: datetime
    changed_at: datetime
    due_at: datetime | None


def make_task(loop: LoopOut) -> Json:
    """Return a loop as a Task."""
    closed = "completed" if loop.outcome in _KEPT else "cancelled"
    return {
        "resourceType": "Task",
        "id": str(loop.key),
        "identifier": [{"system": _UUIDS, "value": f"urn:uuid:{loop.key}"}],
        "status": closed if loop.state is State.CLOSED else _STATUS[loop.state],
        "statusReason": {"text": str(loop.outcome)} if loop.outcome else None,
        "intent": "order",
        "priority": _PRIORITY[loop.severity],
        "code": {"text": loop.kind},
        "description": loop.title,
        "for": {"reference": loop.patient},
        "authoredOn": loop.opened_at.isoformat(),
        "lastModified": loop.changed_at.isoformat(),
        "requester": _person(loop.asked_by),
        "owner": _person(loop.owner),
        "note": [{"text": text} for text in loop.because if text],
        "restriction": {"period": {"end": loop.due_at.isoformat()}} if loop.due_at else None,
    }


def make_provenance(*, key: UUID, task: UUID, at: datetime, person: UUID, what: str, note: str) -> Json:
    """Return one line of a loop's history as a Provenance of its Task."""
    return {
        "resourceType": "Provenance",
        "id": str(key),
        "target": [{"reference": f"Task/{task}"}],
        "recorded": at.isoformat(),
        "activity": {"text": what},
        "reason": [{"text": note}] if note else None,
        "agent": [{"who": _person(person)}],
    }


def make_practitioner(*, key: UUID, name: str, role: str, is_active: bool) -> Json:
    """Return somebody who acts here as a Practitioner; what part they play stands as a qualification."""
    return {
        "resourceType": "Practitioner",
        "id": str(key),
        "active": is_active,
        "name": [{"text": name}] if name else None,
        "qualification": [{"code": {"text": role}}],
    }


def make_audit_event(
    *, key: int, at: datetime, person: UUID, role: str, what: str, purpose: str, outcome: str, patient: str
) -> Json:
    """Return one line of the log as an AuditEvent (DICOM 110110, patient record)."""
    action, answer = _ANSWERS.get(outcome, ("E", "8"))
    return {
        "resourceType": "AuditEvent",
        "id": str(key),
        "type": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110"},
        "subtype": [{"system": "urn:careloop:door", "code": what}],
        "action": action,
        "recorded": at.isoformat(),
        "outcome": answer,
        "purposeOfEvent": [{"text": purpose}],
        "agent": [{"role": [{"text": role}], "who": _person(person), "requestor": True}],
        "source": {"observer": {"display": "Careloop"}},
        "entity": [{"what": {"reference": patient}}],
    }


def make_patient(*, key: str, family: str, given: str, sex: str, birth_on: date | None, is_dead: bool) -> Json:
    """Return somebody who came in without a FHIR Patient as one."""
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"family": family, "given": given.split()}] if given else [{"family": family}],
        "gender": sex,
        "birthDate": birth_on.isoformat() if birth_on else None,
        "deceasedBoolean": True if is_dead else None,
    }


def _person(key: UUID | None) -> Json | None:
    return {"reference": f"Practitioner/{key}"} if key else None
