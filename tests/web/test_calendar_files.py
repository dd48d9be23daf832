"""A calendar file that somebody uploads is read in a process of its own, never in that of the pages."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careloop.actions.directory import add_entry, change_entry
from careloop.actions.outside_busy import take_outside_calendar
from careloop.basics.clock import read_clock
from careloop.basics.refusals import TakenMeanwhile
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.formats import busy
from careloop.jobs import reading
from careloop.reads.hours import get_reading_window
from tests.formats.test_busy import calendar, event
from tests.people import House
from tests.web.test_documents import house, sign_in

__all__ = ["house"]

pytestmark = pytest.mark.django_db
DOCTOR = EntryDraft(EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone="America/New_York")


def send(client: Client, entry: UUID, data: bytes) -> str:
    file = SimpleUploadedFile("away.ics", data, content_type="text/calendar")
    address = reverse("hours-elsewhere", args=[entry])
    return client.post(address, {"file": file}, follow=True).content.decode()


def test_a_file_is_read_apart_and_its_times_are_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entry, sol = add_entry(house.acting("sol"), DOCTOR), sign_in("sol")
    day = f"{read_clock() + timedelta(days=3):%Y%m%d}"

    def never(*_given: object, **_more: object) -> None:
        pytest.fail("it was read in the process of the pages")

    monkeypatch.setattr(busy, "read_busy", never)

    file = calendar(event(f"DTSTART:{day}T150000Z", "DURATION:PT1H"))
    assert "Read: 1 busy time. No visit is offered then." in send(sol, entry, file)
    assert "BEGIN:VCALENDAR" not in send(sol, entry, b"BEGIN:VCALENDAR\r\n")


def test_a_file_that_takes_too_much_is_refused_and_costs_the_page_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, sol = add_entry(house.acting("sol"), DOCTOR), sign_in("sol")
    # A process that has no time at all ends before it has read anything.
    monkeypatch.setattr(reading, "PATIENCE", 0.001)

    assert "Read:" not in send(sol, entry, calendar(event("DTSTART:20261123T150000Z")))


def test_clocks_that_were_changed_meanwhile_make_it_read_again(house: House) -> None:
    sol = house.acting("sol")
    entry = add_entry(sol, DOCTOR)
    window = get_reading_window(sol, entry)
    change_entry(
        sol,
        entry_id=entry,
        version=1,
        draft=EntryDraft(EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone="America/Denver"),
    )

    with pytest.raises(TakenMeanwhile):
        take_outside_calendar(sol, entry_id=entry, window=window, spans=())
