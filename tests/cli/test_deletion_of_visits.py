"""A record with visits is deleted whole, and its visits with it."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

import pytest

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.retention import confirm_deletion, propose_deletion
from careloop.actions.scheduling import book_visit, cancel_visit, hold_visit
from careloop.basics.refusals import Refusal
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import CancelledBy, CancelReason, VisitAsk, VisitTypeDraft, WeeklyHours
from careloop.facts.worklist import Outcome
from tests.actions.look import ask_one
from tests.cli.old_records import THEN
from tests.people import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verified")]


def test_visits_and_who_took_part_go_with_the_record_and_a_booked_one_keeps_it(
    house: House, uma: UUID, rosa: UUID
) -> None:
    sol, dana = house.acting("sol"), house.acting("dana")
    doctor = add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, "Dr. Rivera", zone="America/New_York"))
    set_hours(sol, entry_id=doctor, hours=[WeeklyHours(1, time(9), time(12))])
    kind = add_visit_type(sol, VisitTypeDraft("Visit", 30))
    ask = VisitAsk(kind, datetime.fromisoformat("2026-11-23 09:00"), (doctor,))
    held = hold_visit(dana, rosa, ask, key="one")
    version = book_visit(dana, held.booking_id, token=held.token)
    first = house.acting("sol", at=THEN)
    with pytest.raises(Refusal):
        propose_deletion(first, rosa)
    cancel_visit(
        dana, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.NOT_NEEDED,
        outcome=Outcome.DECLINED,
    )  # fmt: skip

    propose_deletion(first, rosa)
    deleted = confirm_deletion(replace(first, person_id=uma), rosa)

    assert (deleted.rows["booking"], deleted.rows["booking_part"]) == (1, 2)
    assert ask_one("SELECT count(*) FROM booking") == 0
    assert ask_one("SELECT count(*) FROM booking_part") == 0
