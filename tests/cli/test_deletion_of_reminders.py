"""A record of which people were reminded is deleted whole: the reminders go with it, the clinic's ladder stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.medicine_reminders import plan_medicine_reminders, start_medicine_reminders
from careloop.actions.retention import confirm_deletion, propose_deletion
from tests.actions.look import ask_one
from tests.actions.records import bring, medicine
from tests.actions.reminding import sweep
from tests.actions.test_medicine_reminders import draft
from tests.cli.old_records import THEN
from tests.people import House, give_to, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_reminders_go_with_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    bring(house, medicine(ask_one("SELECT fhir_id FROM patient WHERE id = %s", rosa), "metformin", 1))
    start_medicine_reminders(house.acting("dana", at=later(minutes=1)), rosa, draft(rosa))
    plan_medicine_reminders(sweep(later(minutes=2)), how_many=5)
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert deleted.rows["medicine_schedule"] == 1
    assert deleted.rows["medicine_reminder"] >= 1
    assert ask_one("SELECT count(*) FROM medicine_schedule") == 0
