"""A record that was covered is deleted whole: who had it goes, that somebody was away stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions import covering as acts
from careloop.actions.retention import confirm_deletion, propose_deletion
from tests.actions import absent
from tests.actions.look import ask, ask_one
from tests.cli.old_records import THEN
from tests.people import House, give_to, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_who_had_a_patient_goes_with_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    key = absent.share(house, is_sudden=True)
    acts.end_absence(house.acting("dana", at=later(hours=1)), absence_id=key)
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert deleted.rows["absence_share"] == 1
    assert ask_one("SELECT count(*) FROM absence_share") == 0
    assert ask("SELECT ended_at IS NOT NULL FROM absence") == [(True,)]
