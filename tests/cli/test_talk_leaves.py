"""How somebody was reached leaves with their record whole, a link without its token, and is deleted with it."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.export import hand_out_record
from careloop.actions.outbox import choose_contact, send_message
from careloop.actions.patient_links import give_link
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.actions.worklist import finish_loop
from careloop.facts.access import Acting
from careloop.facts.disclosures import Basis
from careloop.facts.outbox import ChoiceKind
from careloop.facts.portal import LinkDraft, LinkPurpose
from careloop.facts.worklist import Outcome
from tests.actions.hands import make_task, stand
from tests.actions.look import ask_one, broken_invariants
from tests.actions.test_outbox_sending import Gateway, run
from tests.cli.old_records import THEN
from tests.outgoing import bring_reachable, draft
from tests.people import House, give_to
from tests.reads.test_sensitive_documents import Basket

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("verified")]
TABLES = (
    "contact_point", "contact_choice", "thread", "message", "outbox", "outbox_event", "contact_try", "contact_try_loop",
    "patient_link",
)  # fmt: skip


@pytest.fixture
def dana(house: House) -> Acting:
    """Return a coordinator."""
    return house.acting("dana")


@pytest.fixture
def luz(house: House, dana: Acting) -> UUID:
    """Somebody who was written to about a loop that is closed now, and got a link."""
    patient = bring_reachable(house, "luz")
    give_to(house, "dana", patient)
    loop = make_task(house, patient)
    send_message(dana, patient, draft(patient, loop_id=loop))
    run(Gateway())
    choose_contact(dana, patient, ChoiceKind.STOP, because="Asked so.")
    finish_loop(dana, loop, version=stand(loop).version, outcome=Outcome.DONE, note="Came.")
    return patient


def test_what_was_said_and_tried_leaves_and_no_token(house: House, dana: Acting, luz: UUID) -> None:
    link = give_link(dana, luz, LinkDraft(LinkPurpose.NEXT, 30))
    basket = Basket()

    hand_out_record(house.acting("sol"), luz, sink=basket, recipient="Luz", reason="Asked", basis=Basis.PATIENT_REQUEST)

    for table in TABLES:
        assert basket.files[f"rows/{table}.jsonl"], table
    assert "Can you come on Monday?" in basket.files["rows/message.jsonl"].decode()
    assert not [path for path, data in basket.files.items() if link.token.encode() in data]
    assert b"token_hash" not in basket.files["rows/patient_link.jsonl"]


def test_it_is_deleted_with_the_record(house: House, dana: Acting, uma: UUID, luz: UUID) -> None:
    first = house.acting("sol", at=THEN)
    propose_deletion(first, luz)
    confirm_deletion(replace(first, person_id=uma), luz)

    for table in TABLES:
        assert ask_one(f"SELECT count(*) FROM {table} WHERE patient_id = %s", luz) == 0, table
    assert broken_invariants() == {}
