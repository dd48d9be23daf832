"""A record is deleted whole: its links and what was done with them go, and nobody opens one any more."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.patient_links import end_link, give_link, open_link
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.facts.access import Purpose
from careloop.facts.portal import LinkDraft, LinkPurpose
from tests.actions.look import ask, ask_one
from tests.cli.old_records import THEN
from tests.people import House, give_to, later, system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_links_go_with_the_record_and_open_nothing(house: House, uma: UUID, rosa: UUID) -> None:
    give_to(house, "dana", rosa)
    dana = house.acting("dana", at=later(minutes=1))
    born = ask_one("SELECT birth_on FROM patient WHERE id = %s", rosa)
    used, ended = (give_link(dana, rosa, LinkDraft(LinkPurpose.NEXT, 30)) for _ in range(2))
    assert open_link(system(Purpose.LINKS, later(minutes=2)), token=used.token, birth_on=born) is not None
    end_link(dana, rosa, link_id=ended.link_id)
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert (deleted.rows["patient_link"], deleted.rows["patient_link_step"]) == (2, 4)
    assert ask("SELECT id FROM patient_link") == []
    again = system(Purpose.LINKS, THEN + timedelta(minutes=1))
    assert open_link(again, token=used.token, birth_on=born) is None
