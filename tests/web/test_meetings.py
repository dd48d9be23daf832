"""Family meetings, support and crises on screen, without scripts: every form, its refusals, and the papers."""

import re
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from careloop.actions.calendars import set_hours
from careloop.actions.consents import add_member, give_consent
from careloop.actions.directory import add_entry
from careloop.basics.clock import read_clock
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import WeeklyHours
from tests.actions.look import ask, ask_one
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]
pytestmark = pytest.mark.django_db
VISITS = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.IN_PERSON,), GivenHow.SCREEN)


def version_of(client: Client, address: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(address).content.decode())
    assert found
    return found[1]


def pages_of(answer: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", answer))


@pytest.fixture
def dana(house: House, rosa: UUID) -> Client:
    """Dana, with a daughter of Rosa's in the circle who may hear about visits, in person."""
    ana = add_member(house.acting("dana"), rosa, MemberDraft("Ana Alvarez", Relation.CHILD, language="es"))
    give_consent(house.acting("dana"), rosa, VISITS, member_id=ana)
    return sign_in("dana")


@pytest.fixture
def page(dana: Client, rosa: UUID) -> str:
    """A meeting that was asked for, with the daughter."""
    ana = str(ask_one("SELECT id FROM circle_member"))
    typed = {"reason": "Going home", "wishes": "At home.", "agenda": "", "member": ana} | sealed_for(dana, rosa)
    return str(dana.post(reverse("patient-meeting-plan", args=[rosa]), typed)["Location"])


def key_of(page: str) -> UUID:
    return UUID(page.rstrip("/").rpartition("/")[2])


def tomorrow() -> str:
    return (read_clock() + timedelta(days=1)).date().isoformat()


def set_time(dana: Client, rosa: UUID, page: str, **more: str) -> HttpResponse:
    typed = {"minutes": "45", "form": "in_person", "place": "Room 2", "interprets": "nobody", "clock": "10:00"}
    where = {"version": version_of(dana, page), "day": tomorrow()}
    return dana.post(f"{page}set/", typed | where | more | sealed_for(dana, rosa))  # type: ignore[return-value]


def test_a_room_is_booked_with_the_time_and_a_taken_one_is_refused_with_the_next_times(
    house: House, dana: Client, rosa: UUID, page: str
) -> None:
    draft = EntryDraft(kind=EntryKind.ROOM, name="Family room", zone="America/New_York")
    room = add_entry(house.acting("sol"), draft)
    all_week = [WeeklyHours(day, time(0), time(23, 59)) for day in range(1, 8)]
    set_hours(house.acting("sol"), entry_id=room, hours=all_week)
    assert "Family room" in dana.get(page).content.decode()

    assert set_time(dana, rosa, page, room=str(room), place="").status_code == 303

    shown = dana.get(page).content.decode()
    assert "Booked for it:" in shown
    assert f'value="{room}" selected' in shown
    typed = {"reason": "Another talk", "wishes": "", "agenda": ""} | sealed_for(dana, rosa)
    other = str(dana.post(reverse("patient-meeting-plan", args=[rosa]), typed)["Location"])
    taken = set_time(dana, rosa, other, room=str(room))
    assert taken.status_code == 409
    assert "The next times that fit all of them" in taken.content.decode()
    assert ask("SELECT count(*) FROM booking_part WHERE entry_id = %s AND occupies", room) == [(1,)]


def test_who_may_come_and_what_was_typed_stay_after_a_refusal(dana: Client, rosa: UUID) -> None:
    where = reverse("patient-meetings", args=[rosa])
    assert where in dana.get(reverse("patient", args=[rosa])).content.decode()
    ana = str(ask_one("SELECT id FROM circle_member"))
    typed = {"reason": "", "wishes": "At home.", "member": ana} | sealed_for(dana, rosa)
    unclear = dana.post(reverse("patient-meeting-plan", args=[rosa]), typed)
    assert unclear.status_code == 422
    again = unclear.content.decode()
    assert "At home." in again
    assert re.search(rf'value="{ana}" checked', again)
    assert "may hear about visits and rides" in again


def test_a_child_is_no_interpreter_and_the_sheet_is_one_page(dana: Client, rosa: UUID, page: str) -> None:
    assert set_time(dana, rosa, page, clock="").status_code == 422
    assert set_time(dana, rosa, page, interprets="child").status_code == 303
    assert "A child never interprets: booking a qualified interpreter is a task now." in dana.get(page).content.decode()
    sheet = dana.get(f"{page}sheet.pdf")
    assert (sheet["Content-Type"], pages_of(sheet.content)) == ("application/pdf", 1)
    assert b"/StructTreeRoot" in sheet.content
    assert sign_in("kim").get(page).status_code == 404


def test_each_is_given_what_they_may_hear_and_then_the_meeting_is_over(dana: Client, rosa: UUID, page: str) -> None:
    guests = hold(dana, rosa, page)
    seal, summary = sealed_for(dana, rosa), f"{page}summary/{guests['member']}/"
    shown = dana.get(summary).content.decode()
    assert "A car takes her." in shown
    assert "The bill." not in shown
    assert "1 decision is not on it" in shown
    assert 'lang="es"' in shown
    assert pages_of(dana.get(f"{summary}sheet.pdf").content) == 1
    refused = dana.post(f"{summary}give/", {"road": "phone"} | seal)
    assert refused.status_code == 409
    assert "Do not tell" in refused.content.decode()
    assert dana.post(f"{summary}give/", {"road": "in_person"} | seal).status_code == 303
    assert "A car takes her." in dana.get(reverse("patient-disclosures", args=[rosa])).content.decode()
    theirs = f"{page}summary/{guests['patient']}/"
    assert dana.post(f"{theirs}untold/", {"why": "no_consent"} | seal).status_code == 409
    assert dana.post(f"{theirs}give/", {"road": "letter"} | seal).status_code == 303
    assert "Everybody was told: the meeting is over." in dana.get(page).content.decode()
    assert ask_one("SELECT state FROM family_meeting") == "told"


def hold(dana: Client, rosa: UUID, page: str) -> dict[str, int]:
    """Set a meeting, let its time come, decide twice, and say that all came; return who was there."""
    seal = sealed_for(dana, rosa)
    assert set_time(dana, rosa, page).status_code == 303
    ask("UPDATE family_meeting SET starts_at = made_at - interval '1 hour' RETURNING id")
    me = str(ask_one("SELECT made_by_id FROM family_meeting"))
    decided = {"topic": "visits", "words": "A car takes her.", "owner": me, "by": tomorrow()} | seal
    assert dana.post(f"{page}decide/", decided | {"by": ""}).status_code == 422
    assert dana.post(f"{page}decide/", decided).status_code == 303
    assert dana.post(f"{page}decide/", decided | {"topic": "money", "words": "The bill."}).status_code == 303
    guests: dict[str, int] = dict(ask("SELECT kind, id FROM meeting_guest"))
    came = {"version": version_of(dana, page), "came": [str(one) for one in guests.values()]} | seal
    assert dana.post(f"{page}held/", came).status_code == 303
    return guests


def test_a_meeting_is_missed_changed_and_called_off(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    seal = sealed_for(dana, rosa)
    made = dana.post(reverse("patient-meeting-plan", args=[rosa]), {"reason": "Going home"} | seal)
    page = str(made["Location"])
    assert dana.post(f"{page}missed/", {"version": "1"} | seal).status_code == 409
    kept = dana.post(f"{page}agenda/", {"version": "1", "wishes": "Rest.", "person": str(house.id_of("lee"))} | seal)
    assert kept.status_code == 303
    assert "Rest." in dana.get(page).content.decode()
    unclear = dana.post(f"{page}cancel/", {"version": "1", "outcome": "declined_by_patient", "reason": ""} | seal)
    assert unclear.status_code == 422
    gone = dana.post(f"{page}cancel/", {"version": "1", "outcome": "declined_by_patient", "reason": "No wish."} | seal)
    assert gone.status_code == 303
    assert "Called off" in dana.get(page).content.decode()


def test_distress_is_noted_called_about_and_a_group_is_offered(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    seal = sealed_for(dana, rosa)
    where = reverse("patient-support", args=[rosa])
    assert where in dana.get(reverse("patient", args=[rosa])).content.decode()
    distress = reverse("patient-distress", args=[rosa])
    assert dana.post(distress, {"words": "", "heard_from": "patient"} | seal).status_code == 422
    assert dana.post(distress, {"words": "I can not sleep.", "heard_from": "patient"} | seal).status_code == 303
    note = str(ask_one("SELECT id FROM distress_note"))
    call = reverse("patient-support-call", args=[rosa])
    said = {"note": note, "version": "1", "event": "called"} | seal
    assert dana.post(call, said | {"said": ""}).status_code == 422
    assert dana.post(call, said | {"said": "She cried."}).status_code == 303
    assert "She cried." in dana.get(where).content.decode()
    entry = add_entry(
        house.acting("dana"),
        EntryDraft(EntryKind.SERVICE, "Night talk", sort="support_group", specialties=("sleep",), languages=("en",)),
    )
    found = dana.get(where, {"about": "sleep", "language": "en", "form": "", "place": ""}).content.decode()
    assert "Night talk" in found
    assert "About sleep" in found
    assert "In English" in found
    offer = reverse("patient-support-offer", args=[rosa])
    assert dana.post(offer, {"entry": str(entry), "about": "sleep"} | seal).status_code == 303
    twice = dana.post(offer, {"entry": str(entry), "about": "sleep"} | seal)
    assert twice.status_code == 409
    assert "offered to the patient already" in twice.content.decode()
    answer = reverse("patient-support-answer", args=[rosa])
    told = {"offer": str(ask_one("SELECT id FROM support_offer")), "version": "1", "event": "tell"} | seal
    assert dana.post(answer, told).status_code == 303
    assert dana.post(answer, told | {"version": "2", "event": "join"}).status_code == 303
    assert "Joined" in dana.get(where).content.decode()


@pytest.mark.parametrize("who", ["dana", "sol", "asha", "tom", "ines", "saul", "noor"])
def test_the_crisis_protocol_is_one_step_from_the_first_page_of_every_role(house: House, rosa: UUID, who: str) -> None:
    client = sign_in(who)
    assert f'href="{reverse("crisis")}"' in client.get(reverse("you")).content.decode()
    page = client.get(reverse("crisis")).content.decode()
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    sheet = client.get(reverse("crisis-sheet"))
    assert pages_of(sheet.content) == 1
    report = reverse("crisis-report")
    unclear = client.post(report, {"kind": "other", "about": "A caller", "words": ""})
    assert unclear.status_code == 422
    assert "A caller" in unclear.content.decode()
    assert client.post(report, {"kind": "other", "about": "A caller", "words": "Afraid."}).status_code == 303
    assert ask_one("SELECT count(*) FROM crisis_report") == 1


def test_with_the_patients_page_open_the_protocol_knows_whom_it_is_about(house: House, rosa: UUID) -> None:
    dana, kim = sign_in("dana"), sign_in("kim")
    here = f"{reverse('crisis')}?patient={rosa}"
    assert here in dana.get(reverse("patient", args=[rosa])).content.decode()
    page = dana.get(here).content.decode()
    assert reverse("patient-crisis", args=[rosa]) in page
    # Whoever does not reach the patient gets the protocol all the same, without the name.
    other = kim.get(here)
    assert other.status_code == 200
    assert reverse("patient-crisis", args=[rosa]) not in other.content.decode()
    typed = {"kind": "self_harm", "words": "Does not want to live.", "done": "988"} | sealed_for(dana, rosa)
    assert dana.post(reverse("patient-crisis", args=[rosa]), typed).status_code == 303
    assert ask("SELECT severity, owner_id FROM loop WHERE clock = 'crisis.safe'") == [(4, house.id_of("sol"))]


def test_the_clinics_own_numbers_are_kept_in_administration(house: House) -> None:
    noor = sign_in("noor")
    where = reverse("admin-crisis")
    assert where in noor.get(reverse("admin")).content.decode()
    add = reverse("admin-crisis-add")
    assert noor.post(add, {"name": "Clinician on call", "number": ""}).status_code == 422
    assert noor.post(add, {"name": "Clinician on call", "number": "none"}).status_code == 409
    assert noor.post(add, {"name": "Clinician on call", "number": "555 010 0100", "hours": ""}).status_code == 303
    assert "Clinician on call" in sign_in("tom").get(reverse("crisis")).content.decode()
    key = str(ask_one("SELECT id FROM crisis_number"))
    assert noor.post(reverse("admin-crisis-end"), {"number_id": key}).status_code == 303
    assert "Clinician on call" not in noor.get(where).content.decode()
    assert sign_in("tom").get(where).status_code == 404
