"""A record that was handed on is deleted whole: what was said of the patient goes, that somebody handed on stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions import handoffs as acts
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.facts.handoffs import HandoffScope
from tests.actions.look import ask, ask_one
from tests.cli.old_records import THEN
from tests.people import TODAY, House, give_to, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_what_was_said_of_a_patient_goes_with_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    dana = house.acting("dana", at=later(minutes=1))
    key = acts.make_handoff(dana, scope=HandoffScope.PATIENTS, receiver_id=house.id_of("lee"), patient_ids=[rosa])
    acts.add_what_if(dana, rosa, handoff_id=key, if_words="it swells", then_words="call", on=TODAY)
    acts.withdraw_handoff(dana, handoff_id=key, version=1)
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert (deleted.rows["handoff_patient"], deleted.rows["handoff_what_if"]) == (1, 1)
    assert ask_one("SELECT count(*) FROM handoff_patient") == 0
    assert ask("SELECT state, patient_count FROM handoff") == [("withdrawn", 1)]
