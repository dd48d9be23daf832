"""Tries, shut numbers and places on lists leave with their patient's record and are deleted with it."""

from uuid import UUID

import pytest

from careloop.actions.calls import lift_block, save_call
from careloop.actions.export import hand_out_record
from careloop.actions.outreach import make_list, take_next
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.actions.worklist import finish_loop
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.disclosures import Basis
from careloop.facts.outreach import OutreachDraft, OutreachRule
from careloop.facts.reach import CallDraft, TryResult
from careloop.facts.worklist import Outcome
from tests.actions.calling import NUMBER, call, take_caller_in
from tests.actions.hands import make_task, stand
from tests.actions.look import ask, ask_one, broken_invariants
from tests.cli.old_records import THEN
from tests.people import House, later
from tests.reads.test_sensitive_documents import Basket

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("verified")]
TABLES = ("contact_try", "contact_try_loop", "reach_block", "outreach_entry")


@pytest.fixture
def ben(house: House) -> UUID:
    """Somebody on a list who asked not to be called, and whose loops are closed."""
    patient = take_caller_in(house, "p9")
    loop = make_task(house, patient)
    rule = OutreachRule(no_visit_days=30)
    listed = make_list(house.acting("sol"), draft=OutreachDraft("One", house.north, rule, 9, 7, 1))
    take_next(house.acting("dana"), list_id=listed)
    entry = ask_one("SELECT id FROM outreach_entry WHERE patient_id = %s", patient)
    call(house, patient, TryResult.ASKED_NOT, loop, entry_id=entry)
    finish_loop(house.acting("dana"), loop, version=stand(loop).version, outcome=Outcome.DONE, note="By letter.")
    return patient


def rows(patient: UUID) -> dict[str, int]:
    return {table: ask_one(f"SELECT count(*) FROM {table} WHERE patient_id = %s", patient) for table in TABLES}


def test_calls_leave_with_the_record(house: House, ben: UUID) -> None:
    basket = Basket()

    hand_out_record(house.acting("sol"), ben, sink=basket, recipient="Ben", reason="Asked", basis=Basis.PATIENT_REQUEST)

    for table in TABLES:
        assert basket.files[f"rows/{table}.jsonl"], table
    assert NUMBER in basket.files["rows/contact_try.jsonl"].decode()


def test_calls_are_deleted_with_the_record_and_the_list_stays(house: House, uma: UUID, ben: UUID) -> None:
    assert all(rows(ben).values())

    propose_deletion(house.acting("sol", at=THEN), ben)
    confirm_deletion(Acting(uma, Role.SUPERVISOR, THEN, Purpose.TREATMENT), ben)

    assert not any(rows(ben).values())
    assert ask("SELECT name, state FROM outreach_list") == [("One", "closed")]
    assert broken_invariants() == {}


def test_a_try_begins_the_years_again(house: House, ben: UUID) -> None:
    held = CallDraft(TryResult.NO_ANSWER, {}, entry_id=ask_one("SELECT id FROM outreach_entry"))
    with pytest.raises(Refusal):
        save_call(house.acting("dana", at=later(days=400)), ben, call=held)
    shut = ask_one("SELECT min(id) FROM reach_block")
    lift_block(house.acting("dana"), ben, block_id=shut, reason="Asked for calls.")
    save_call(house.acting("dana", at=later(days=400)), ben, call=held)

    with pytest.raises(Refusal) as no:
        propose_deletion(house.acting("sol", at=THEN), ben)
    assert no.value.say.key == "refusal.record_not_past"
