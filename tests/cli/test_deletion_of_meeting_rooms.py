"""A record with a family meeting is deleted whole: the times that were kept for it go, its room stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.meetings import cancel_meeting
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.facts.directory import EntryKind
from careloop.facts.worklist import Outcome
from tests.actions.look import ask_one
from tests.actions.test_meeting_rooms import add, book, plan, version
from tests.cli.old_records import THEN
from tests.people import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_what_was_booked_for_a_meeting_goes_with_the_record(house: House, uma: UUID, rosa: UUID) -> None:
    room = add(house, EntryKind.ROOM, "Family room")
    meeting = plan(house, rosa)
    book(house, rosa, meeting, [room])
    cancel_meeting(
        house.acting("dana"), rosa, meeting_id=meeting, version=version(meeting), outcome=Outcome.DECLINED,
        reason="They decided at home.",
    )  # fmt: skip
    first = house.acting("sol", at=THEN)

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert (deleted.rows["booking_part"], deleted.rows["family_meeting"]) == (2, 1)
    assert ask_one("SELECT count(*) FROM booking_part") == 0
    assert ask_one("SELECT count(*) FROM directory_entry WHERE id = %s", room) == 1
