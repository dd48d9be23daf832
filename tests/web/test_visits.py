"""A visit from the patient's page on: a time is chosen, held, booked, moved and cancelled, without JavaScript."""

import json
import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.people import join_care_team
from careloop.actions.referral_visits import set_date
from careloop.actions.scheduling import finish_visit, note_arrival
from careloop.basics.clock import read_clock
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import Preparation, VisitTypeDraft, WeeklyHours
from careloop.web.staff.visit_forms import MissForm
from tests.actions.look import ask, ask_one
from tests.actions.referring import make, send, version
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import House, find_patient, give_to, take_in
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"


def make_talk(house: House) -> UUID:
    """Return a kind of visit with one doctor who has hours all week."""
    sol = house.acting("sol", at=read_clock())
    site = add_entry(sol, EntryDraft(EntryKind.SITE, "Harbor Heart", zone=ZONE))
    doctor = add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone=ZONE, site_id=site))
    set_hours(sol, entry_id=doctor, hours=[WeeklyHours(day, time(8), time(20)) for day in range(1, 8)])
    draft = VisitTypeDraft("Cardiology visit", 30, preparation=Preparation.MEDICINE_LIST, people=(doctor,))
    return add_visit_type(sol, draft)


@pytest.fixture
def talk(house: House) -> UUID:
    return make_talk(house)


def times_of(client: Client, patient: UUID, kind: UUID, **wish: str) -> tuple[str, list[str], str]:
    """Return the page of times, the times on it, and its key."""
    shown = client.get(reverse("visit-new", args=[patient]), {"type": str(kind)} | wish).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', shown)
    return shown, re.findall(r'name="offer" value="([^"]+)"', shown), key[1] if key else ""


def hold(client: Client, patient: UUID, kind: UUID, offer: str, key: str = "", **more: str) -> Any:  # noqa: ANN401
    typed = {"key": key or str(uuid4()), "type": str(kind), "offer": offer} | sealed_for(client, patient) | more
    return client.post(reverse("visit-hold", args=[patient]), typed)


def do(client: Client, patient: UUID, address: str, verb: str, **typed: str) -> Any:  # noqa: ANN401
    """Send one of the forms of a visit's page, with what the page carries."""
    shown = client.get(address).content.decode()
    carried = dict(re.findall(r'name="(version|token)" value="([^"]+)"', shown))
    return client.post(f"{address}{verb}/", carried | sealed_for(client, patient) | typed)


def booked(client: Client, patient: UUID, kind: UUID, number: int = 0) -> str:
    _shown, offers, key = times_of(client, patient, kind)
    address = hold(client, patient, kind, offers[number], key)["Location"]
    assert do(client, patient, address, "book").status_code == 303
    return str(address)


def test_a_visit_is_booked_from_the_patients_page(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    assert reverse("visit-new", args=[rosa]) in dana.get(reverse("patient", args=[rosa])).content.decode()
    assert "Cardiology visit" in dana.get(reverse("visit-new", args=[rosa])).content.decode()
    shown, offers, key = times_of(dana, rosa, talk)
    assert "Dr. Ana Rivera" in shown
    assert "Harbor Heart" in shown
    assert shown.count("The first that fits") == 1

    held = hold(dana, rosa, talk, offers[0], key)

    assert held.status_code == 303
    page = dana.get(held["Location"]).content.decode()
    assert "Held until" in page
    assert "Bring all your medicines" in page
    assert do(dana, rosa, held["Location"], "book").status_code == 303
    assert "Booked" in dana.get(held["Location"]).content.decode()
    assert held["Location"] in dana.get(reverse("patient", args=[rosa])).content.decode()


def test_what_the_patient_pays_is_noted_with_the_coverage_and_what_is_no_amount_is_said_beside_it(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk)
    typed = {"item": "coverage", "state": "done", "version": "0", "note": "Kay at the plan, 4711"}

    wrong = do(dana, rosa, address, "prepare", **typed, pays="thirty")

    assert wrong.status_code == 422
    assert "Write an amount in dollars, like 30 or 30.50." in wrong.content.decode()
    assert 'value="thirty"' in wrong.content.decode()
    assert do(dana, rosa, address, "prepare", **typed, pays="$30.50").status_code == 303
    assert "The patient pays about $30.50" in dana.get(address).content.decode()
    assert do(dana, rosa, address, "prepare", item="coverage", state="open", version="1").status_code == 303
    assert do(dana, rosa, address, "prepare", **typed | {"version": "2"}, pays="0").status_code == 303
    assert "The patient pays nothing" in dana.get(address).content.decode()


def test_the_same_form_sent_twice_holds_one_time(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    _shown, offers, key = times_of(dana, rosa, talk)

    once, again = (hold(dana, rosa, talk, offers[0], key)["Location"] for _ in range(2))

    assert once == again


def test_who_loses_a_time_is_told_and_offered_the_next_three_in_the_same_answer(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    _shown, offers, _key = times_of(dana, rosa, talk)
    ben = other_patient(house)
    assert hold(dana, ben, talk, offers[1]).status_code == 303

    lost = hold(dana, rosa, talk, offers[1])

    shown = lost.content.decode()
    assert lost.status_code == 409
    assert "That time is not free any more" in shown
    others = shown[shown.index("The next times that fit") : shown.index("Times that fit")]
    assert len(re.findall(r'name="offer"', others)) == 3
    assert offers[1] not in others
    assert hold(dana, rosa, talk, re.findall(r'name="offer" value="([^"]+)"', others)[0]).status_code == 303


def other_patient(house: House, key: str = "p2") -> UUID:
    take_in(json.dumps(changed(PATIENT, id=key)).encode(), house.north, name=f"{key}.json")
    found = find_patient(key)
    give_to(house, "dana", found)
    return found


def test_a_visit_is_moved_in_one_deed_and_keeps_its_time_if_the_new_one_is_taken(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk)
    shown = dana.get(f"{address}move/").content.decode()
    offers = re.findall(r'name="offer" value="([^"]+)"', shown)
    ben = other_patient(house)
    assert hold(dana, ben, talk, offers[2]).status_code == 303
    typed = {"key": str(uuid4()), "type": str(talk), "by": "patient", "reason": "work_or_family"}

    lost = do(dana, rosa, address, "move/to", offer=offers[2], **typed)

    assert lost.status_code == 409
    assert "The visit keeps its old time" in lost.content.decode()
    assert ask("SELECT state FROM booking WHERE patient_id = %s", rosa) == [("booked",)]
    won = do(dana, rosa, address, "move/to", offer=offers[4], **typed)
    assert won.status_code == 303
    told = "SELECT state, reason, cancelled_by FROM booking WHERE patient_id = %s ORDER BY made_at, id"
    assert ask(told, rosa) == [("cancelled", "work_or_family", "patient"), ("booked", "", "")]
    assert ask_one("SELECT count(DISTINCT loop_id) FROM booking WHERE patient_id = %s", rosa) == 1
    assert "Booked" in dana.get(won["Location"]).content.decode()


def test_a_visit_is_cancelled_by_whom_and_why_and_gets_another_time(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk)
    assert do(dana, rosa, address, "cancel", by="patient").status_code == 422

    assert do(dana, rosa, address, "cancel", by="patient", reason="ride").status_code == 303

    shown = dana.get(address).content.decode()
    assert "No ride" in shown
    again = re.search(r'href="([^"]+\?loop=[^"]+)"', shown)
    assert again
    _page, offers, _key = times_of(dana, rosa, talk)
    loop = again[1].partition("loop=")[2]
    assert hold(dana, rosa, talk, offers[0], loop=loop).status_code == 303
    assert ask("SELECT DISTINCT loop_id::text FROM booking") == [(loop,)]


def test_a_visit_says_on_its_page_and_on_the_referrals_that_the_referral_moved_with_it(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk)
    booking = UUID(address.strip("/").rpartition("/")[2])
    join_care_team(house.acting("sol", at=read_clock()), [rosa], person_id=house.id_of("asha"), part="clinician")
    now = house.acting("dana", at=read_clock())
    key = make(now, house, rosa)
    send(now, key)
    set_date(now, key, version=version(now, key), booking_id=booking)
    assert "It waits for this visit" in dana.get(address).content.decode()
    assert address in dana.get(reverse("referral", args=[key])).content.decode()
    # A week on it was noted that the patient came and was seen.
    later = house.acting("dana", at=read_clock() + timedelta(days=7))
    finish_visit(later, booking, version=note_arrival(later, booking, version=2), note="Seen by Dr. Rivera")
    for page in (address, reverse("referral", args=[key])):
        assert "The referral moved with it." in dana.get(page).content.decode()

    assert do(dana, rosa, address, "take-back", note=" ").status_code == 422
    assert do(dana, rosa, address, "take-back", note="It was another patient").status_code == 303

    shown = dana.get(address).content.decode()
    assert "Did not come" in shown
    assert "The referral moved with it." in shown
    assert "It was another patient" in dana.get(reverse("referral", args=[key])).content.decode()
    assert ask("SELECT state FROM referral WHERE id = %s", key) == [("missed",)]


def test_nobody_is_offered_what_the_wish_leaves_out(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")

    _shown, offers, _key = times_of(dana, rosa, talk, part="afternoon", weekday="3")

    walls = [offer.partition("|")[0] for offer in offers]
    assert walls
    assert {time.fromisoformat(wall[11:]) >= time(12) for wall in walls} == {True}
    assert {datetime.fromisoformat(wall).isoweekday() for wall in walls} == {3}


def test_where_no_time_fits_it_says_which_need_has_none(house: House, rosa: UUID, talk: UUID) -> None:
    sol = house.acting("sol", at=read_clock())
    scan = add_visit_type(sol, VisitTypeDraft("Echocardiogram", 60, room_sort="echo"))
    dana = sign_in("dana")

    assert "room that the directory does not have" in times_of(dana, rosa, scan)[0]
    add_entry(sol, EntryDraft(EntryKind.ROOM, "Echo 1", zone=ZONE, sort="echo", site_id=site_of(talk)))
    assert "No room of the kind that it needs is free" in times_of(dana, rosa, scan)[0]


def site_of(kind: UUID) -> UUID:
    """Return the place of the doctor whom a kind of visit is with."""
    query = "SELECT e.site_id FROM visit_type_with w JOIN directory_entry e ON e.id = w.entry_id"
    return UUID(str(ask_one(f"{query} WHERE w.visit_type_id = %s", kind)))


def test_a_form_that_was_shown_for_another_patient_books_nothing(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    ben = other_patient(house)
    _shown, offers, key = times_of(dana, rosa, talk)
    typed = {"key": key, "type": str(talk), "offer": offers[0]} | sealed_for(dana, ben)

    assert dana.post(reverse("visit-hold", args=[rosa]), typed).status_code == 409
    assert ask_one("SELECT count(*) FROM booking") == 0


def test_whoever_may_only_look_sees_times_and_no_button(house: House, rosa: UUID, talk: UUID) -> None:
    join_care_team(house.acting("sol", at=read_clock()), [rosa], person_id=house.id_of("asha"), part="clinician")

    shown, offers, _key = times_of(sign_in("asha"), rosa, talk)

    assert "Dr. Ana Rivera" in shown
    assert offers == []


def test_an_invitation_says_when_and_nothing_of_health_and_follows_a_visit_that_moves(
    house: House, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk)

    sent = dana.get(f"{address}appointment.ics")

    before = sent.content.decode()
    assert sent["Content-Type"].startswith("text/calendar")
    assert sent["Cache-Control"] == "no-store"
    assert "SUMMARY:Appointment" in before
    assert not {"Cardiology", "Heart", "Rivera", "MRN"} & set(re.findall(r"[A-Za-z]+", before))
    offers = re.findall(r'name="offer" value="([^"]+)"', dana.get(f"{address}move/").content.decode())
    typed = {"key": str(uuid4()), "type": str(talk), "by": "patient", "reason": "ride", "offer": offers[3]}
    do(dana, rosa, address, "move/to", **typed)
    after = dana.get(f"{address}appointment.ics").content.decode()
    uid, number = (r"UID:(\S+)", r"SEQUENCE:(\d+)")
    assert re.findall(uid, after) == re.findall(uid, before)
    assert int(re.findall(number, after)[0]) > int(re.findall(number, before)[0])
    assert "STATUS:CONFIRMED" in after


def test_a_time_from_the_board_stands_first_and_with_whom_it_cannot_be_is_said(
    house: House, rosa: UUID, talk: UUID
) -> None:
    client = sign_in("dana")
    visit = booked(client, rosa, talk)
    moves = f"{visit}move/"
    other = add_entry(
        house.acting("sol", at=read_clock()), EntryDraft(EntryKind.PRACTITIONER, "Dr. Lu Chen", zone=ZONE)
    )
    (doctor,) = (row[0] for row in ask("SELECT id FROM directory_entry WHERE name = 'Dr. Ana Rivera'"))

    shown = client.get(moves, {"since": "2031-03-04", "at": "13:15", "who": str(doctor)}).content.decode()
    assert 'name="own_on" value="2031-03-04"' in shown
    assert 'name="own_at" value="13:15"' in shown
    assert shown.count("primary") == 1
    assert "does not do this kind of visit" not in shown

    shown = client.get(moves, {"since": "2031-03-04", "at": "13:15", "who": str(other)}).content.decode()
    assert "does not do this kind of visit" in shown
    assert 'name="offer"' in shown

    shown = client.get(moves, {"since": "2031-03-04", "at": "25:99"}).content.decode()
    assert "The time you chose on the board" not in shown


def test_another_reason_why_nobody_came_is_named() -> None:
    other, ride = ({"version": "1", "barrier": barrier, "note": " "} for barrier in ("other", "ride"))

    assert MissForm(other).errors == {"note": ["Write in a few words what stood in the way."]}
    assert MissForm(other | {"note": "The lift was broken"}).is_valid()
    assert MissForm(ride).is_valid()
