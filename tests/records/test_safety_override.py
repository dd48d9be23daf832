"""What is set aside names a clinician and an end, is set aside once, and is only ever ended."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from careloop.facts.access import SYSTEM_ID
from careloop.facts.safety import OverrideReason
from tests.records.plant import AT, Plant
from tests.records.test_constraints import refused

ENDED = {"ended_at": AT + timedelta(days=1), "ended_by_id": SYSTEM_ID}


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"reason": "because"}, "override_reason_is_known"),
        ({"clinician": ""}, "override_names_a_clinician"),
        ({"reason": "other"}, "override_other_says_why"),
        ({"ended_at": AT}, "override_ends_with_somebody"),
        ({"ended_by_id": SYSTEM_ID}, "override_ends_with_somebody"),
        ({"ended_at": AT - timedelta(days=1), "ended_by_id": SYSTEM_ID}, "override_ends_with_somebody"),
        ({"until_on": (AT + timedelta(days=368)).date()}, "override_ends_within_a_year"),
        ({"patient_id": uuid4()}, "safety_override_is_of_patient"),
    ],
)
def test_such_an_override_cannot_be_stored(owner: Plant, changed: dict[str, object], constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: owner.override(unit, patient, **changed)) == constraint


def test_a_finding_is_set_aside_once_at_a_time(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.override(unit, patient, **ENDED)
    owner.override(unit, patient)

    assert refused(owner, lambda: owner.override(unit, patient)) == "override_one_a_finding"


def test_every_reason_can_be_stored(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    for reason in OverrideReason:
        owner.override(unit, patient, reason=str(reason), note="Said so.", finding_key=str(reason))
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert owner.value("SELECT count(*) FROM safety_override") == len(OverrideReason)


@pytest.mark.parametrize(
    "column", ["reason = 'ended'", "clinician = 'Dr. Who'", "until_on = until_on + 1", "note = 'x'"]
)
def test_nothing_of_it_is_ever_changed(owner: Plant, column: str) -> None:
    unit = owner.unit()
    owner.override(unit, owner.patient(unit))

    with pytest.raises(psycopg.errors.RestrictViolation), owner.link.transaction():
        owner.run(f"UPDATE safety_override SET {column}")


def test_it_is_ended_once_and_never_deleted(owner: Plant) -> None:
    unit = owner.unit()
    owner.override(unit, owner.patient(unit))
    end = "UPDATE safety_override SET ended_at = %s, ended_by_id = %s"
    owner.run(end, AT, SYSTEM_ID)

    for statement, values in ((end, (AT + timedelta(days=2), SYSTEM_ID)), ("DELETE FROM safety_override", ())):
        with pytest.raises(psycopg.errors.RestrictViolation), owner.link.transaction():
            owner.run(statement, *values)
