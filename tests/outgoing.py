"""Patients with a telephone and an address, and messages to them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from careloop.facts.access import Purpose
from careloop.facts.consents import Road, Topic
from careloop.facts.outbox import OutgoingDraft
from tests.actions.records import bring_cared_for, person
from tests.people import NOW, House, system

NUMBER = "+15550100142"
MAIL = "rosa@home.example"
TELECOM = [{"system": "phone", "value": "(555) 010-0142", "use": "mobile"}, {"system": "email", "value": MAIL}]
WHEN = NOW + timedelta(days=3)


def bring_reachable(house: House, key: str = "rosa", number: str = "(555) 010-0142", language: str = "en") -> UUID:
    """Take in a patient with a telephone, e-mail and an address."""
    telecom = [{**TELECOM[0], "value": number}, {**TELECOM[1], "value": f"{key}@home.example"}]
    speaks = [{"language": {"coding": [{"code": language}]}, "preferred": True}]
    return bring_cared_for(house, key, person(key, telecom=telecom, communication=speaks))


def draft(patient_id: UUID, **changes: object) -> OutgoingDraft:
    """Return a text in own words."""
    made = OutgoingDraft(
        patient_id=patient_id, topic=Topic.VISITS, road=Road.TEXT, not_before=NOW, good_until=WHEN, key=str(uuid4()),
        words="Can you come on Monday?",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def after(**span: float) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(**span)


def past(statement: str, *values: object) -> None:
    """Run a statement past the doors, as the system that reaches this patient (the first value)."""
    from django.db import connection

    from careloop.guard.context import clear_context, enter, set_context

    with connection.cursor() as cursor:
        set_context(system(Purpose.SWEEP))
        enter(patients=[values[0]])  # type: ignore[list-item]
        cursor.execute(statement, values)
        clear_context()
