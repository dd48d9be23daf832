"""A record past its time is deleted by two supervisors, whole or not at all, and does not come back unasked."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from careloop.actions.export import hand_out_record
from careloop.actions.retention import (
    confirm_deletion,
    hold_everything,
    hold_record,
    propose_deletion,
    readmit_record,
    withdraw_deletion,
)
from careloop.basics.refusals import NotFound, Refusal
from careloop.catalog.retention import load_retention
from careloop.facts.access import Acting, Purpose, Role
from careloop.guard.context import clear_context, enter, set_context
from tests.actions.hands import make_task
from tests.actions.intake.test_documents import reference
from tests.actions.look import ask, ask_one, broken_invariants
from tests.cli.old_records import MRN, THEN, bring
from tests.formats.fhir.samples import PATIENT, changed
from tests.guard.standing import log_lines
from tests.people import House, find_patient, later, system, take_in
from tests.reads.test_sensitive_documents import Basket

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]),
    pytest.mark.usefixtures("verified"),
]


def sol(house: House) -> Acting:
    return house.acting("sol", at=THEN)


def second(uma: UUID) -> Acting:
    return Acting(uma, Role.SUPERVISOR, THEN, Purpose.TREATMENT)


def tables() -> list[str]:
    """Return every table that points to a patient, with the patient's own."""
    rows = ask("SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
               " AND confrelid = 'patient'::regclass ORDER BY 1")  # fmt: skip
    return ["patient", *(row[0] for row in rows)]


def rows_of(patient: UUID) -> dict[str, int]:
    found = {}
    for table in tables():
        column = "id" if table == "patient" else "patient_id"
        count = ask_one(f"SELECT count(*) FROM {table} WHERE {column} = %s", patient)
        if count:
            found[table] = count
    return found


def delete(house: House, uma: UUID, patient: UUID) -> UUID:
    propose_deletion(sol(house), patient)
    return confirm_deletion(second(uma), patient).tombstone


def test_two_supervisors_delete_a_record_and_only_the_log_and_a_tombstone_stay(
    house: House, uma: UUID, rosa: UUID
) -> None:
    other = bring(house, "p2", reference("d9", b"better words", subject={"reference": "Patient/p2"}))
    assert other.rejected == []
    ben = find_patient("p2")
    before, of_ben = rows_of(rosa), rows_of(ben)
    lines = ask_one("SELECT count(*) FROM log_about(%s, 0, 1000)", ben)

    propose_deletion(sol(house), rosa)
    deleted = confirm_deletion(second(uma), rosa)

    assert {"resource", "resource_version", "document", "loop", "loop_event", "note", "caseload"} <= before.keys()
    assert rows_of(rosa) == {}
    # The wish went too, and is counted.
    assert deleted.rows == before | {"deletion_wish": 1}
    # The same bytes in another record are that record's own.
    assert rows_of(ben) == of_ben
    assert ask_one("SELECT count(*) FROM document WHERE patient_id = %s", ben) == 1
    assert ask_one("SELECT count(*) FROM log_about(%s, 0, 1000)", ben) == lines
    ((patient, asked, confirmed, sha256, keys),) = ask(
        "SELECT was_patient, asked_by_id, confirmed_by_id, encode(sha256, 'hex'), cardinality(keys) FROM tombstone"
    )
    # The card that a family may share is no key.
    assert (patient, asked, confirmed, sha256, keys) == (rosa, house.id_of("sol"), uma, deleted.sha256, 2)
    assert broken_invariants() == {}
    assert ask("SELECT * FROM verify_audit()") == []


def test_the_tombstone_and_the_log_hold_no_word_of_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    with log_lines() as log:
        delete(house, uma, rosa)

    stone = ask_one("SELECT to_jsonb(t)::text FROM tombstone t")
    said = [line for line in log if "sha256" in line.key]
    assert [(line.what, line.outcome, line.patient_id) for line in said] == [
        ("actions.retention.confirm_deletion", "done", rosa)
    ]
    assert ask_one("SELECT encode(sha256, 'hex') FROM tombstone") in said[0].key
    for word in ("Okafor", "Ngozi", "MRN", "letter", "better", "1961"):
        assert word not in stone + "".join(line.key for line in log)


def test_the_hash_is_that_of_the_counts_and_of_the_rows(house: House, uma: UUID, rosa: UUID) -> None:
    ((words,),) = ask("SELECT encode(sha256(convert_to(to_jsonb(p)::text, 'UTF8')), 'hex') FROM patient p")
    delete(house, uma, rosa)

    assert ask_one("SELECT counts -> 'patient' ->> 'sha256' FROM tombstone") == words
    assert ask_one("SELECT sha256 = sha256(convert_to(counts::text, 'UTF8')) FROM tombstone") is True


def refused(key: str, do: object, *given: object, **more: object) -> None:
    with pytest.raises(Refusal) as no:
        do(*given, **more)  # type: ignore[operator]
    assert no.value.say.key == key


def test_one_person_alone_deletes_nothing(house: House, uma: UUID, rosa: UUID) -> None:
    refused("refusal.deletion_not_asked", confirm_deletion, sol(house), rosa)
    propose_deletion(sol(house), rosa)
    refused("refusal.deletion_asked", propose_deletion, second(uma), rosa)
    refused("refusal.same_second_person", confirm_deletion, sol(house), rosa)
    refused("refusal.same_second_person", confirm_deletion, system(at=THEN), rosa, supervisor="SOL@clinic.example")

    assert ask_one("SELECT count(*) FROM patient") == 1


@pytest.mark.parametrize("who", ["dana", "asha", "tom", "ines", "saul", "noor", "ruth"])
def test_nobody_but_supervisors_of_the_team_ask_or_agree(house: House, uma: UUID, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        propose_deletion(house.acting(who, at=THEN), rosa)
    propose_deletion(sol(house), rosa)
    with pytest.raises(NotFound):
        confirm_deletion(house.acting(who, at=THEN), rosa)
    refused("refusal.deletion_by", confirm_deletion, system(at=THEN), rosa, supervisor=f"{who}@clinic.example")

    assert ask_one("SELECT count(*) FROM patient") == 1


def test_a_wish_is_taken_back(house: House, uma: UUID, rosa: UUID) -> None:
    propose_deletion(sol(house), rosa)
    withdraw_deletion(second(uma), rosa)

    refused("refusal.deletion_not_asked", withdraw_deletion, sol(house), rosa)
    refused("refusal.deletion_not_asked", confirm_deletion, second(uma), rosa)


def hold_it(house: House, patient: UUID) -> None:
    hold_record(house.acting("sol", at=THEN), patient, reason="A letter")


def hold_all(house: House, patient: UUID) -> None:
    hold_everything(system(at=THEN), reason="A letter")


def open_task(house: House, patient: UUID) -> None:
    make_task(house, patient)


def open_task_that_a_supervisor_may_not_see(house: House, patient: UUID) -> None:
    make_task(house, patient)
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(system())
        enter(patients=[patient])
        cursor.execute("UPDATE loop SET label_mask = 2 WHERE state <> 'closed'")
        clear_context()


def refuse_at_the_door(house: House, patient: UUID) -> None:
    stray = {"resourceType": "Observation", "id": "o1", "status": "maybe", "subject": {"reference": "Patient/p1"}}
    receipt = take_in(json.dumps(stray).encode(), house.north, name="bad.json")
    assert receipt.rejected


def link_it(house: House, patient: UUID) -> None:
    person = changed(PATIENT, id="x1", identifier=[{**MRN, "value": "MRN 77-p1"}])
    assert take_in(json.dumps(person).encode(), house.north, name="x1.json", source="lab").linked == 1


KEEPS: list[tuple[Callable[[House, UUID], None], str]] = [
    (hold_it, "refusal.record_held"),
    (hold_all, "refusal.record_held"),
    (open_task, "refusal.record_has_loops"),
    (open_task_that_a_supervisor_may_not_see, "refusal.record_has_loops"),
    (refuse_at_the_door, "refusal.record_in_inbox"),
    (link_it, "refusal.record_linked"),
]


@pytest.mark.parametrize(("keep", "key"), KEEPS, ids=[keep.__name__ for keep, _key in KEEPS])
def test_what_keeps_a_record_refuses_both_words(
    house: House, uma: UUID, rosa: UUID, keep: Callable[[House, UUID], None], key: str
) -> None:
    propose_deletion(sol(house), rosa)
    keep(house, rosa)

    refused(key, confirm_deletion, second(uma), rosa)
    withdraw_deletion(sol(house), rosa)
    refused(key, propose_deletion, sol(house), rosa)
    assert ask("SELECT 1 FROM tombstone") == []


@pytest.mark.parametrize(("keep", "key"), KEEPS, ids=[keep.__name__ for keep, _key in KEEPS])
def test_the_database_refuses_whatever_the_code_says(
    house: House, uma: UUID, rosa: UUID, monkeypatch: pytest.MonkeyPatch, keep: Callable[[House, UUID], None], key: str
) -> None:
    propose_deletion(sol(house), rosa)
    keep(house, rosa)
    monkeypatch.setattr("careloop.actions.retention.say_obstacle", lambda *_: None)

    refused("refusal.record_changed", confirm_deletion, second(uma), rosa)
    assert ask_one("SELECT count(*) FROM deletion_wish") == 1


@pytest.mark.parametrize("who", ["the first", "no supervisor", "nobody asked"])
def test_the_database_wants_two_supervisors_whatever_the_code_says(
    house: House, uma: UUID, rosa: UUID, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    if who != "nobody asked":
        propose_deletion(sol(house), rosa)
    agrees = {"the first": house.id_of("sol"), "no supervisor": house.id_of("dana")}.get(who, uma)
    monkeypatch.setattr("careloop.actions.retention.say_not_the_second", lambda *_: None)
    monkeypatch.setattr("careloop.actions.retention._supervisor", lambda *_: agrees)

    refused("refusal.same_second_person", confirm_deletion, second(uma), rosa)
    assert ask_one("SELECT count(*) FROM patient") == 1


def test_a_record_is_kept_until_its_day_and_what_is_new_begins_the_years_again(
    house: House, uma: UUID, rosa: UUID
) -> None:
    early = Acting(house.id_of("sol"), Role.SUPERVISOR, later(days=3653), Purpose.TREATMENT)
    refused("refusal.record_not_past", propose_deletion, early, rosa)
    propose_deletion(sol(house), rosa)
    hand_out_record(
        house.acting("sol", at=later(days=400)), rosa, sink=Basket(), recipient="Rosa", reason="Asked for a copy"
    )

    refused("refusal.record_not_past", confirm_deletion, second(uma), rosa)


def test_by_a_rule_that_nobody_verified_nothing_is_deleted(
    house: House, rosa: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careloop.actions.retention.load_retention", load_retention)

    assert not load_retention().is_verified
    refused("refusal.retention_not_verified", propose_deletion, sol(house), rosa)


def test_a_fault_half_way_deletes_nothing(house: House, uma: UUID, rosa: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    propose_deletion(sol(house), rosa)
    before = rows_of(rosa)
    monkeypatch.setattr("careloop.actions.retention.write_line", broken)

    with pytest.raises(RuntimeError):
        confirm_deletion(second(uma), rosa)

    assert rows_of(rosa) == before
    assert ask("SELECT 1 FROM tombstone") == []


@pytest.mark.parametrize("table", ["patient", "loop_event", "document", "access_grant", "disclosure", "tombstone"])
def test_nobody_else_deletes_what_is_only_added_to(house: House, uma: UUID, rosa: UUID, table: str) -> None:
    if table == "tombstone":
        delete(house, uma, rosa)
    with pytest.raises(DatabaseError):
        ask(f"DELETE FROM {table} RETURNING 1")


@pytest.mark.parametrize(("who", "seen"), [("sol", 1), ("dana", 1), ("ruth", 0), ("kim", 0), ("noor", 0)])
def test_a_tombstone_is_seen_by_the_team_alone(house: House, uma: UUID, rosa: UUID, who: str, seen: int) -> None:
    delete(house, uma, rosa)

    with transaction.atomic(), connection.cursor() as cursor:
        set_context(house.acting(who, at=THEN))
        cursor.execute("SELECT count(*) FROM tombstone")
        assert cursor.fetchone()[0] == seen
        clear_context()


def test_who_comes_again_by_id_or_number_is_laid_before_people(house: House, uma: UUID, rosa: UUID) -> None:
    stone = delete(house, uma, rosa)

    same = bring(house, days=3701)
    other = changed(PATIENT, id="z9", identifier=[{**MRN, "value": "mrn77P1"}])
    moved = take_in(json.dumps(other).encode(), house.north, name="z9.json", source="lab", at=later(days=3701))
    stranger = bring(house, "p2", days=3701)

    for receipt in (same, moved):
        assert [f"was deleted on {THEN.date()}" in one.why for one in receipt.rejected] == [True]
        assert f"careloop retention readmit {stone}" in receipt.rejected[0].fix
    assert (stranger.rejected, stranger.created) == ([], 1)
    assert ask("SELECT fhir_id FROM patient") == [("p2",)]
    assert ask_one("SELECT count(*) FROM loop WHERE check_name = 'inbox' AND state <> 'closed'") == 2
    assert broken_invariants() == {}


def test_whoever_is_readmitted_comes_in_as_somebody_new(house: House, uma: UUID, rosa: UUID) -> None:
    stone = delete(house, uma, rosa)
    bring(house, days=3701)

    readmit_record(system(at=later(days=3702)), tombstone=stone)
    again = bring(house, days=3702)

    assert (again.rejected, again.created) == ([], 1)
    assert find_patient("p1") != rosa
    assert ask_one("SELECT count(*) FROM loop WHERE check_name = 'inbox' AND state <> 'closed'") == 0
    assert broken_invariants() == {}
    with pytest.raises(NotFound):
        readmit_record(system(at=later(days=3703)), tombstone=stone)
    with pytest.raises(NotFound):
        readmit_record(house.acting("sol", at=later(days=3703)), tombstone=stone)


def test_what_was_refused_once_and_then_came_in_goes_too(house: House, uma: UUID, rosa: UUID) -> None:
    refuse_at_the_door(house, rosa)
    good = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "Pulse"},
            "subject": {"reference": "Patient/p1"}}  # fmt: skip
    assert take_in(json.dumps(good).encode(), house.north, name="bad.json").rejected == []
    assert ask("SELECT state FROM inbox") == [("taken",)]

    delete(house, uma, rosa)

    assert ask("SELECT 1 FROM inbox") == []
    assert ask_one("SELECT counts -> 'inbox' ->> 'rows' FROM tombstone") == "1"


def test_every_table_of_patients_lets_its_rows_go(house: House) -> None:
    """Whoever adds a table of patients adds let_go_with_patient to its migration."""
    kept = ask(
        "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f'"
        " AND c.confrelid = 'patient'::regclass AND NOT (has_table_privilege('careloop_seer', c.conrelid, 'DELETE')"
        " AND EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.conrelid::regclass::text"
        " AND p.policyname = 'seer_deletes'))"
    )
    tied = {row[0] for row in ask("SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
                                  " WHERE contype = 'f' AND confrelid = 'patient'::regclass")}  # fmt: skip
    named = {row[0] for row in ask("SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                                   " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
                                   " AND a.attname = 'patient_id'")}  # fmt: skip

    assert kept == []
    # The log stays; every other table that names a patient is tied to one.
    assert named - tied == {"audit_line"}
    assert ask("SELECT 1 WHERE has_table_privilege('careloop_seer', 'audit_line', 'DELETE')"
               " OR has_table_privilege('careloop_seer', 'audit_seal', 'DELETE')") == []  # fmt: skip
