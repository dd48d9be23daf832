"""What the database itself refuses of referrals, past every door."""

from collections.abc import Callable

import psycopg
import pytest

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant
from tests.records.referrals import (
    plant_loop_of_referral,
    plant_packet,
    plant_referral,
    plant_sending,
    plant_stray,
)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(psycopg.errors.IntegrityError) as no:
        work()
    return str(no.value.diag.constraint_name)


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"state": "lost"}, "referral_state_is_known"),
        ({"urgency": "soon"}, "referral_urgency_is_known"),
        ({"question": ""}, "referral_says_what_and_to_whom"),
        ({"to_name": ""}, "referral_says_what_and_to_whom"),
        ({"state": "closed"}, "referral_closed_says_how"),
        ({"ended_as": "done"}, "referral_closed_says_how"),
        ({"state": "closed", "ended_as": "done"}, "referral_closed_is_read_and_told"),
        ({"state": "closed", "ended_as": "done", "read_by_id": SYSTEM_ID, "read_at": AT},
         "referral_closed_is_read_and_told"),
        ({"read_by_id": SYSTEM_ID}, "referral_read_by_somebody"),
        ({"told_by_id": SYSTEM_ID}, "referral_told_by_somebody"),
        ({"state": "date_set"}, "referral_with_date_has_one"),
        ({"starts_at": AT}, "referral_date_is_whole"),
        ({"starts_at": AT, "zone": "America/New_York", "starts_wall": AT.replace(tzinfo=None)},
         "referral_date_is_as_promised"),
    ],
)  # fmt: skip
def test_a_referral_that_cannot_be_is_refused(owner: Plant, columns: dict[str, object], name: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    # More than one constraint can stand in the way: the others are taken away.
    others = {"referral_closed_is_read_and_told", "referral_closed_says_how"} - {name}
    for one in others:
        owner.run(f"ALTER TABLE referral DROP CONSTRAINT {one}")

    assert refused(lambda: plant_referral(owner, unit, patient, **columns)) == name


def test_what_left_is_neither_altered_nor_sent_twice_unlooked(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    referral = plant_referral(owner, unit, patient)
    packet = plant_packet(owner, unit, patient, referral)
    plant_sending(owner, unit, patient, referral, state="checking", evidence="")

    def attempt(work: Callable[[], object]) -> str:
        with pytest.raises(psycopg.errors.IntegrityError) as no, owner.link.transaction():
            work()
        return str(no.value.diag.constraint_name)

    assert attempt(lambda: owner.run("UPDATE referral_packet SET content = 'x' WHERE id = %s", packet)) == (
        "sent_is_not_rewritten"
    )
    assert attempt(lambda: plant_packet(owner, unit, patient, referral, sha256=b"other")) == "packet_is_as_it_left"
    assert attempt(lambda: plant_sending(owner, unit, patient, referral, state="checking")) == "sending_one_unsure"
    assert attempt(lambda: plant_sending(owner, unit, patient, referral, evidence="")) == "sending_has_evidence"


def test_a_referral_follows_its_loop_both_ways(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    loop = plant_loop_of_referral(owner, unit, patient)
    referral = plant_referral(owner, unit, patient, loop=loop, state="silent")
    close = "UPDATE loop SET state = 'closed', outcome = 'deceased', closed_at = %s WHERE id = %s"
    stands = "SELECT state || ' ' || ended_as || ' ' || before FROM referral WHERE id = %s"

    owner.run(close, AT, loop)
    assert owner.value(stands, referral) == "closed deceased silent"
    owner.run("UPDATE loop SET state = 'to_do', outcome = NULL, closed_at = NULL WHERE id = %s", loop)
    assert owner.value(stands, referral) == "silent  "


def test_a_loop_is_not_closed_as_done_before_the_report_was_read_and_the_patient_told(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    loop = plant_loop_of_referral(owner, unit, patient)
    plant_referral(owner, unit, patient, loop=loop, state="seen")
    close = "UPDATE loop SET state = 'closed', outcome = 'done', closed_at = %s WHERE id = %s"

    assert refused(lambda: owner.run(close, AT, loop)) == "referral_closed_is_read_and_told"


def test_a_stray_report_is_in_exactly_one_place(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    loop = owner.loop(unit, None, kind="review", check_name="stray_report", finding_key="1")

    assert refused(lambda: plant_stray(owner, unit, loop, patient_id=patient)) == "stray_is_in_one_place"
