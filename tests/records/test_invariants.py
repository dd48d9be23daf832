"""Every inv_* view counts exactly what was planted, through the function that everybody asks."""

from collections.abc import Callable

import pytest

from careloop.facts.access import SYSTEM_ID
from tests.records import (
    consent_violations,
    covering_violations,
    handoff_violations,
    meeting_violations,
    office_violations,
    outbox_violations,
    papers,
    portal_violations,
    reaching_violations,
    referral_violations,
    reminder_violations,
    thread_violations,
    visit_violations,
    waitlist_violations,
)
from tests.records.plant import AT, FOREVER, Plant, days

SYSTEM = SYSTEM_ID
OPEN_CHECKS = (
    "loop_open_has_one_owner_or_queue",
    "loop_open_has_next_step_and_date",
    "loop_closed_has_outcome",
)


def without(plant: Plant, table: str, *constraints: str) -> None:
    """Take constraints away for the rest of the transaction."""
    for name in constraints:
        plant.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def untriggered(plant: Plant, table: str, *names: str) -> None:
    """Put our own triggers of a table to sleep for the rest of the transaction."""
    for name in names:
        plant.run(f"ALTER TABLE {table} DISABLE TRIGGER {name}")


def plant_open_loop_without_owner(plant: Plant) -> int:
    without(plant, "loop", *OPEN_CHECKS)
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient)
    plant.loop(unit, patient, queue_id=None)
    plant.loop(unit, patient, owner_id=SYSTEM)
    return 2


def plant_open_loop_without_next(plant: Plant) -> int:
    without(plant, "loop", *OPEN_CHECKS)
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient)
    plant.loop(unit, patient, next_step=None)
    plant.loop(unit, patient, next_at=None)
    plant.loop(unit, patient, sort_at=None)
    return 3


def plant_closed_loop_without_outcome(plant: Plant) -> int:
    without(plant, "loop", *OPEN_CHECKS)
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient, state="closed", outcome="done", closed_at=AT)
    plant.loop(unit, patient, state="closed", outcome=None, closed_at=AT)
    plant.loop(unit, patient, state="closed", outcome="done", closed_at=None)
    return 2


def plant_open_loop_of_dead(plant: Plant) -> int:
    untriggered(plant, "patient", "death_closes_loops")
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient)
    plant.loop(unit, patient, state="closed", outcome="done", closed_at=AT)
    plant.run("UPDATE patient SET is_dead = true WHERE id = %s", patient)
    return 1


def plant_open_loop_beside_death(plant: Plant) -> int:
    unit = plant.unit()
    one, other, dead, waits = (plant.patient(unit) for _ in range(4))
    plant.loop(unit, one)
    plant.loop(unit, one, check_name="same_person", finding_key=str(other), kind="review")
    plant.loop(unit, other)
    plant.loop(unit, waits)
    plant.link_of(unit, one, dead)
    plant.link_of(unit, waits, dead)
    plant.link_of(unit, other, dead, linked_at=None, approved_by_id=None)
    plant.run("UPDATE patient SET is_dead = true WHERE id = %s", dead)
    # Somebody will look at this one, and close it.
    plant.run("UPDATE recheck SET due_at = %s WHERE patient_id = %s", AT, waits)
    return 1


def plant_two_open_loops_for_one_finding(plant: Plant) -> int:
    plant.run("DROP INDEX loop_one_open_a_finding, loop_one_open_a_document")
    unit, other = plant.unit(), plant.unit()
    patient = plant.patient(unit)
    same = {"kind": "gap", "check_name": "planted", "finding_key": "one"}
    for _ in range(2):
        plant.loop(unit, patient, **same)
        plant.loop(unit, None, kind="review", check_name="inbox", finding_key="a document")
    # The same document in another unit, another finding, and a closed one are all well.
    plant.loop(other, None, kind="review", check_name="inbox", finding_key="a document")
    plant.loop(unit, patient, **(same | {"finding_key": "two"}))
    plant.loop(unit, patient, **same, state="closed", outcome="done", closed_at=AT)
    return 2


def plant_acted_after_end(plant: Plant) -> int:
    plant.run("ALTER TABLE audit_line NO FORCE ROW LEVEL SECURITY")
    gone = {"is_active": False, "deactivated_at": AT}
    left, here, shut = plant.person(**gone), plant.person(), plant.person(**gone)
    for who, at, outcome in (
        (left, AT + days(1), "done"), (left, AT + days(1), "refused"), (left, AT - days(1), "done"),
        (here, AT + days(1), "seen"), (shut, AT + days(1), "seen"),
    ):  # fmt: skip
        plant.row(
            "audit_line", at=at, person_id=who, role="coordinator", purpose="care", what="planted", key="",
            patient_ids=[], outcome=outcome,
        )  # fmt: skip
    plant.row("login", email="gone@planted.example", person_id=left, is_active=True, password="")
    plant.row("login", email="here@planted.example", person_id=here, is_active=True, password="")
    plant.row("login", email="shut@planted.example", person_id=shut, is_active=False, password="")
    return 3


def plant_two_primary_coordinators(plant: Plant) -> int:
    without(plant, "caseload", "caseload_one_primary_at_a_time")
    unit = plant.unit()
    patient, other = plant.patient(unit), plant.patient(unit)
    plant.caseload(unit, patient, SYSTEM)
    plant.caseload(unit, patient, SYSTEM)
    plant.caseload(unit, other, SYSTEM)
    return 1


def plant_open_loop_of_inactive_owner(plant: Plant) -> int:
    untriggered(plant, "loop", "loop_owner_is_active")
    unit = plant.unit()
    patient = plant.patient(unit)
    gone, covered = plant.person(is_active=False), plant.person(is_active=False)
    plant.row("cover", absent_id=covered, covering_id=SYSTEM, during=_around(), reason="")
    for owner in (gone, covered, plant.person()):
        plant.loop(unit, patient, owner_id=owner, queue_id=None)
    return 1


def plant_loop_differs_from_history(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient)
    plant.loop(unit, patient, history=False)
    plant.loop(unit, patient, version=2)
    started = plant.loop(unit, patient, state="started", history=False)
    plant.event(started, unit, patient, to_state="to_do")
    return 3


def plant_loop_history_with_gap(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    holed = plant.loop(unit, patient, version=3)
    plant.event(holed, unit, patient, version=3)
    late = plant.loop(unit, patient, version=2, history=False)
    plant.event(late, unit, patient, version=2)
    return 2


def plant_row_of_another_unit(plant: Plant) -> int:
    without(plant, "loop", "loop_is_of_patient")
    without(plant, "resource", "resource_is_of_patient")
    unit, other = plant.unit(), plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient)
    plant.loop(other, patient)
    plant.resource(other, patient)
    return 2


def plant_patient_never_rechecked(plant: Plant) -> int:
    unit = plant.unit()
    plant.patient(unit)
    plant.patient(unit, recheck=False)
    return 1


def plant_resource_version_lost(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.resource(unit, patient)
    plant.resource(unit, patient, version=3)
    return 1


def plant_finding_waits_beside_open_loop(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.loop(unit, patient, kind="gap", check_name="planted", finding_key="one")
    plant.waiting(unit, patient)
    plant.waiting(unit, patient, finding_key="two")
    return 1


def plant_rejected_without_review(plant: Plant) -> int:
    unit = plant.unit()
    plant.loop(unit, None, kind="review", check_name="inbox", finding_key="reviewed")
    plant.inbox(unit, doc_key="reviewed")
    plant.inbox(unit, doc_key="forgotten")
    plant.inbox(unit, doc_key="mended", state="taken", resolved_at=AT)
    return 1


def plant_open_amendment_without_loop(plant: Plant) -> int:
    unit = plant.unit()
    patient, dead = plant.patient(unit), plant.patient(unit, is_dead=True)
    closed = {"state": "closed", "outcome": "done", "closed_at": AT}
    papers.plant_amendment(plant, unit, patient, plant.loop(unit, patient))
    papers.plant_amendment(plant, unit, patient, plant.loop(unit, patient, **closed))
    papers.plant_amendment(plant, unit, patient, SYSTEM)
    # Whoever has died waits for no answer: the death closed the loop.
    papers.plant_amendment(plant, unit, dead, plant.loop(unit, dead, **closed))
    return 2


def plant_amendment_differs_from_history(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    papers.plant_amendment(plant, unit, patient, plant.loop(unit, patient))
    papers.plant_amendment(plant, unit, patient, plant.loop(unit, patient), version=2)
    return 1


def plant_document_without_source(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    papers.plant_document(plant, unit, patient)
    papers.plant_document(plant, unit, patient, source=False)
    return 1


def plant_document_less_labelled_than_source(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    papers.plant_document(plant, unit, patient, label_mask=2)
    source, words = papers.plant_document(plant, unit, patient), papers.plant_document(plant, unit, patient)
    plant.run("UPDATE document_source SET label_mask = 2 WHERE document_id = %s", source)
    plant.run("UPDATE note SET label_mask = 2 WHERE document_id = %s", words)
    return 2


def plant_fact_without_resource(plant: Plant) -> int:
    unit = plant.unit()
    patient = plant.patient(unit)
    plant.fact(unit, patient, plant.resource(unit, patient))
    plant.fact(unit, patient, SYSTEM)
    return 1


def plant_record_merged_twice(plant: Plant) -> int:
    plant.run("DROP INDEX link_merged_once")
    unit = plant.unit()
    one, other, third = (plant.patient(unit) for _ in range(3))
    plant.link_of(unit, one, other)
    plant.link_of(unit, one, third)
    plant.link_of(unit, other, third, linked_at=None, approved_by_id=None)
    return 1


def plant_link_by_one_person(plant: Plant) -> int:
    without(plant, "person_link", "link_agreed_by_another", "link_needs_two_people", "link_taken_apart_by_two")
    unit = plant.unit()
    ones, others = [plant.patient(unit) for _ in range(4)], [plant.patient(unit) for _ in range(4)]
    agreed = {"approved_by_id": plant.person()}
    plant.link_of(unit, ones[0], others[0])
    plant.link_of(unit, ones[1], others[1], approved_by_id=None)
    plant.link_of(unit, ones[2], others[2], approved_by_id=SYSTEM)
    plant.link_of(unit, ones[3], others[3], **agreed, apart_asked_by_id=SYSTEM, ended_by_id=SYSTEM, ended_at=AT)
    return 3


def plant_links_in_a_ring(plant: Plant) -> int:
    untriggered(plant, "person_link", "links_make_no_ring")
    unit = plant.unit()
    one, other, third = (plant.patient(unit) for _ in range(3))
    plant.link_of(unit, one, other)
    plant.link_of(unit, other, one)
    plant.link_of(unit, third, one)
    return 2


def plant_deleted_record_is_back(plant: Plant) -> int:
    unit = plant.unit()
    plant.tombstone(unit)
    plant.tombstone(unit, was_patient=plant.patient(unit))
    return 1


def _around() -> object:
    return type(FOREVER)(AT - days(1), AT + days(1))


BESIDE = (
    visit_violations,
    referral_violations,
    waitlist_violations,
    consent_violations,
    handoff_violations,
    reminder_violations,
    portal_violations,
    reaching_violations,
    meeting_violations,
    thread_violations,
    outbox_violations,
    office_violations,
    reminder_violations,
    covering_violations,
)
VIOLATIONS = (__name__, *(module.__name__ for module in BESIDE))
PLANTS: dict[str, Callable[[Plant], int]] = {
    name.removeprefix("plant_"): value
    for module in (globals(), *map(vars, BESIDE))
    for name, value in module.items()
    if name.startswith("plant_") and getattr(value, "__module__", "") in VIOLATIONS
}

# What else a planted violation cannot help breaking: a second wall often stands beside the first.
ALSO = {
    "sent_old_time": {"inv_booking_without_its_parts"},
    "booking_of_dead": {"inv_open_loop_of_dead"},
    "loop_differs_from_history": {"inv_loop_history_with_gap"},
}


def count(plant: Plant) -> dict[str, int]:
    return dict(plant.link.execute("SELECT name, rows FROM invariant_counts()").fetchall())


def test_there_are_ten_invariants_or_more_and_each_is_planted_here(owner: Plant) -> None:
    names = {name.removeprefix("inv_") for name in count(owner)}

    assert names == PLANTS.keys()
    assert len(names) >= 10


def test_a_house_that_stands_breaks_none(owner: Plant) -> None:
    assert set(count(owner).values()) == {0}


@pytest.mark.parametrize("name", sorted(PLANTS))
def test_what_is_planted_is_counted_and_nothing_else(owner: Plant, name: str) -> None:
    before = count(owner)

    planted = PLANTS[name](owner)

    changed = {view: rows for view, rows in count(owner).items() if rows != before[view]}
    others = changed.keys() - {f"inv_{name}"}
    assert changed[f"inv_{name}"] == before[f"inv_{name}"] + planted
    assert others <= ALSO.get(name, set())


def test_without_the_seer_everybody_would_see_a_house_that_stands(owner: Plant) -> None:
    """Why counting goes through a function: row security hides the violation from the owner's own view."""
    plant_patient_never_rechecked(owner)
    owner.run("SET LOCAL careloop.migrating = ''")

    assert owner.value("SELECT count(*) FROM inv_patient_never_rechecked") == 0
    assert count(owner)["inv_patient_never_rechecked"] == 1
