"""From the finder to a visit: who has a calendar here is booked at once; an entry leads to its hours and back."""

from uuid import UUID

import pytest
from django.urls import reverse

from careloop.actions.calendars import add_visit_type
from careloop.actions.directory import add_entry
from careloop.basics.clock import read_clock
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import VisitTypeDraft
from tests.people import House
from tests.web.test_calendars import doctor
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import ZONE, talk

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db


def test_who_has_a_calendar_here_is_booked_from_the_finder_and_others_are_not(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana, ana = sign_in("dana"), doctor()
    wei = add_entry(house.acting("sol", at=read_clock()), EntryDraft(EntryKind.PRACTITIONER, "Dr. Riverton", zone=ZONE))

    found = dana.post(reverse("directory-find"), {"patient": rosa, "need": "river"}).content.decode()

    link = f"{reverse('visit-new', args=[rosa])}?who={ana}"
    assert "Dr. Riverton" in found
    assert f'href="{link}"' in found
    assert f"?who={wei}" not in found
    kinds = dana.get(link).content.decode()
    assert f"?type={talk}&amp;who={ana}" in kinds
    times = dana.get(f"{link}&type={talk}").content.decode()
    assert f'name="who" value="{ana}"' in times
    assert 'name="offer"' in times


def test_only_kinds_of_visits_that_somebody_does_are_offered_with_them(house: House, rosa: UUID, talk: UUID) -> None:
    sol, dana, ana = house.acting("sol", at=read_clock()), sign_in("dana"), doctor()
    add_visit_type(sol, VisitTypeDraft("Blood test", 15, needs_practitioner=False))
    wei = add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, "Dr. Wei Chen", zone=ZONE))
    address = reverse("visit-new", args=[rosa])

    with_ana = dana.get(address, {"who": ana}).content.decode()
    with_wei = dana.get(address, {"who": wei}).content.decode()

    assert "Cardiology visit" in with_ana
    assert "Blood test" not in with_ana
    assert "Cardiology visit" not in with_wei
    assert "No kind of visit is with this person." in with_wei


def test_whoever_may_not_book_is_not_shown_the_way(house: House, rosa: UUID, talk: UUID) -> None:
    from_nobody = sign_in("dana").post(reverse("directory-find"), {"need": "river"}).content.decode()

    assert "Dr. Ana Rivera" in from_nobody
    assert "Book here" not in from_nobody


def test_an_entry_leads_to_its_hours_and_back(house: House, talk: UUID) -> None:
    hours, entry = reverse("hours", args=[doctor()]), reverse("directory-entry", args=[doctor()])

    assert f'href="{hours}"' in sign_in("sol").get(entry).content.decode()
    assert f'href="{entry}"' in sign_in("sol").get(hours).content.decode()
    assert f'href="{hours}"' not in sign_in("dana").get(entry).content.decode()
