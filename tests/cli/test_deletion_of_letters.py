"""A letter to an office leaves with the record whole, stands in its ledger, and is deleted with it."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.export import hand_out_record
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.facts.access import Acting
from careloop.facts.disclosures import Basis
from careloop.facts.offices import Way
from tests.actions.look import ask_one, broken_invariants
from tests.actions.test_outbox_sending import Gateway, run
from tests.actions.writing_to_offices import add_office, ask_for, open_with, write
from tests.cli.old_records import THEN
from tests.outgoing import after
from tests.people import House, give_to
from tests.reads.test_sensitive_documents import Basket

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("verified")]


@pytest.fixture
def dana(house: House) -> Acting:
    """Return a coordinator."""
    return house.acting("dana")


def test_a_letter_leaves_and_is_deleted_with_the_record(house: House, dana: Acting, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    thread = open_with(dana, rosa, add_office(house))
    letter = write(dana, rosa, thread, ask_for(Way.FAX, "Is the scan ready?"))
    run(Gateway(), after(minutes=1))
    basket = Basket()
    hand_out_record(
        house.acting("sol"), rosa, sink=basket, recipient="Rosa", reason="Asked", basis=Basis.PATIENT_REQUEST
    )
    assert str(letter) in basket.files["rows/office_letter.jsonl"].decode()
    assert "Is the scan ready?" in basket.files["rows/message.jsonl"].decode()

    first = house.acting("sol", at=THEN)
    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)
    assert deleted.rows["office_letter"] == 1
    for table in ("office_letter", "outbox", "message", "thread"):
        assert ask_one(f"SELECT count(*) FROM {table} WHERE patient_id = %s", rosa) == 0
    assert broken_invariants() == {}
