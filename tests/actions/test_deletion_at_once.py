"""A record is deleted while others work in it: either all of it goes, or what they did stays and it does not go."""

from dataclasses import replace
from functools import partial

import pytest

from careloop.actions.people import hire
from careloop.actions.retention import confirm_deletion, hold_everything, propose_deletion
from careloop.actions.worklist import open_task
from careloop.catalog.retention import load_retention
from careloop.facts.access import Acting, Purpose, Role
from tests.actions.apart import at_once
from tests.actions.hands import take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import PASSWORD, build_house, later, system

THEN = later(days=3700)


@pytest.mark.parametrize("meanwhile", ["a task", "a hold", "the same word twice"])
def test_a_record_goes_whole_or_not_at_all(apart: None, monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> None:
    rule = replace(load_retention(), is_verified=True)
    monkeypatch.setattr("careloop.actions.retention.load_retention", lambda: rule)
    house = build_house()
    sol = house.acting("sol", at=THEN)
    uma = hire(system(), name="Uma", email="uma@clinic.example", role=Role.SUPERVISOR, password=PASSWORD,
               unit_ids=[house.north])  # fmt: skip
    second = Acting(uma, Role.SUPERVISOR, THEN, Purpose.TREATMENT)
    patients = [take_patient_in(house, f"p{number}") for number in range(6)]
    for patient in patients:
        propose_deletion(sol, patient)

    calls = []
    for patient in patients:
        calls.append(partial(confirm_deletion, second, patient))
        if meanwhile == "a task":
            calls.append(partial(open_task, sol, patient, title="Call", due_on=None, note=""))
        elif meanwhile == "the same word twice":
            calls.append(partial(confirm_deletion, second, patient))
    if meanwhile == "a hold":
        calls.append(partial(hold_everything, system(at=THEN), reason="A letter"))
    at_once(*calls)

    stones = {row[0] for row in ask("SELECT was_patient FROM tombstone")}
    left = {row[0] for row in ask("SELECT id FROM patient")}
    assert stones | left == set(patients)
    assert stones.isdisjoint(left)
    assert {row[0] for row in ask("SELECT patient_id FROM resource UNION SELECT patient_id FROM recheck"
                                  " UNION SELECT patient_id FROM loop")} == left  # fmt: skip
    if meanwhile == "a task":
        assert ask_one("SELECT count(*) FROM loop") == len(left)
    if meanwhile == "the same word twice":
        assert left == set()
    assert broken_invariants() == {}
