"""Hours, leave and kinds of visits by page; booked visits that fall out are shown first and become tasks."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careloop.basics.clock import read_clock
from tests.actions.look import ask, ask_one, broken_invariants
from tests.formats.test_busy import calendar, event
from tests.people import House
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import booked, talk

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db


def doctor() -> UUID:
    return UUID(str(ask_one("SELECT id FROM directory_entry WHERE kind = 'practitioner'")))


def save(client: Client, **typed: str) -> Any:  # noqa: ANN401
    return client.post(reverse("hours-save", args=[doctor()]), typed)


def test_hours_are_set_and_shown(house: House, talk: UUID) -> None:
    sol = sign_in("sol")

    assert save(sol, **{"opens-1-0": "08:00", "closes-1-0": "12:00", "opens-1-1": "13:00", "closes-1-1": "17:30"})

    shown = sol.get(reverse("hours", args=[doctor()])).content.decode()
    assert 'name="closes-1-1" value="17:30"' in shown
    assert ask("SELECT weekday, opens::text FROM calendar_hours ORDER BY opens") == [(1, "08:00:00"), (1, "13:00:00")]
    assert "Dr. Ana Rivera" in sol.get(reverse("admin-calendars")).content.decode()


def test_half_a_stretch_is_told_and_nothing_is_saved(house: House, talk: UUID) -> None:
    no = save(sign_in("sol"), **{"opens-1-0": "08:00"})

    assert no.status_code == 422
    assert 'value="08:00"' in no.content.decode()
    assert ask_one("SELECT count(*) FROM calendar_hours") == 7


def test_hours_that_end_before_they_begin_name_their_day(house: House, talk: UUID) -> None:
    no = save(sign_in("sol"), **{"opens-2-0": "08:00", "closes-2-0": "08:00"})

    assert no.status_code == 422
    assert "The hours end before they begin: Tuesday." in no.content.decode()
    assert ask_one("SELECT count(*) FROM calendar_hours") == 7


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"last_on": "2030-12-22"}, "The last day is before the first."),
        ({"opens": "08:00"}, "Give both times or none."),
        ({"opens": "09:00", "closes": "08:00"}, "The hours end before they begin."),
        ({"first_on": "soon"}, "Choose a day."),
    ],
)
def test_what_is_unclear_of_a_day_that_differs_stands_beside_its_field(
    house: House, talk: UUID, typed: dict[str, str], says: str
) -> None:
    given = {"first_on": "2030-12-23", "last_on": "", "state": "closed", "reason": "Leave"}

    no = sign_in("sol").post(reverse("hours-differ", args=[doctor()]), given | typed)

    assert no.status_code == 422
    shown = no.content.decode()
    assert f'-error">{says}</span>' in shown
    for kind, name in (("date", "first_on"), ("date", "last_on"), ("time", "opens"), ("time", "closes")):
        assert re.search(rf'<input type="{kind}" id="[a-z_-]+" name="{name}"', shown)
    assert ask_one("SELECT count(*) FROM calendar_day") == 0


def test_visits_that_fall_out_are_shown_before_it_is_saved_and_become_tasks(
    house: House, rosa: UUID, talk: UUID
) -> None:
    address = booked(sign_in("dana"), rosa, talk)
    sol = sign_in("sol")
    week = {"opens-1-0": "03:00", "closes-1-0": "03:30"}

    first = save(sol, **week)

    shown = first.content.decode()
    assert first.status_code == 409
    assert address in shown
    assert ask_one("SELECT count(*) FROM calendar_hours") == 7
    accepted = re.search(r'name="accepted" value="(\d+)"', shown)
    assert accepted
    assert save(sol, **week, accepted=accepted[1]).status_code == 303
    assert ask("SELECT title->>'key', owner_id FROM loop WHERE finding_key LIKE 'hours:%%'") == [
        ("visit.outside_title", house.id_of("dana"))
    ]
    assert ask_one("SELECT state FROM booking") == "booked"
    assert broken_invariants() == {}


def test_who_does_not_reach_the_patients_cannot_take_their_hours_away(house: House, rosa: UUID, talk: UUID) -> None:
    booked(sign_in("dana"), rosa, talk)

    no = save(sign_in("noor"), **{"opens-1-0": "03:00", "closes-1-0": "03:30", "accepted": "1"})

    assert no.status_code == 409
    assert "visit of another team" in no.content.decode()


def test_leave_closes_days_and_is_taken_away(house: House, talk: UUID) -> None:
    sol = sign_in("sol")
    typed = {"first_on": "2030-12-23", "last_on": "2030-12-30", "state": "closed", "reason": "Leave"}

    assert sol.post(reverse("hours-differ", args=[doctor()]), typed).status_code == 303

    ((number, first, last),) = ask("SELECT id, first_on::text, last_on::text FROM calendar_day")
    assert (first, last) == ("2030-12-23", "2030-12-30")
    assert "Leave" in sol.get(reverse("hours", args=[doctor()])).content.decode()
    assert sol.post(reverse("hours-remove", args=[doctor()]), {"day": str(number)}).status_code == 303
    assert ask_one("SELECT count(*) FROM calendar_day") == 0


def test_a_kind_of_visit_is_added_and_changed(house: House, talk: UUID) -> None:
    sol = sign_in("sol")
    typed = {
        "name": "Foot check", "minutes": "20", "gap_after": "5", "preparation": "none", "seats": "1",
        "needs_practitioner": "on", "is_active": "on", f"with-{doctor()}": "on",
    }  # fmt: skip

    assert sol.post(reverse("admin-visit-type-save"), typed).status_code == 303

    ((key, version),) = ask("SELECT id, version FROM visit_type WHERE name = 'Foot check'")
    assert ask_one("SELECT count(*) FROM visit_type_with WHERE visit_type_id = %s", key) == 1
    page = sol.get(reverse("admin-visit-type", args=[key])).content.decode()
    assert "Foot check" in page
    changed = {**typed, "minutes": "25", "kind": str(key), "version": str(version)}
    assert sol.post(reverse("admin-visit-type-save"), changed).status_code == 303
    assert sol.post(reverse("admin-visit-type-save"), changed).status_code == 409
    assert ask_one("SELECT minutes FROM visit_type WHERE id = %s", key) == 25


def test_who_may_not_keep_calendars_finds_no_page(house: House, talk: UUID) -> None:
    dana = sign_in("dana")

    assert dana.get(reverse("admin-calendars")).status_code == 404
    assert save(dana, **{"opens-1-0": "08:00", "closes-1-0": "12:00"}).status_code == 404


def test_a_calendar_from_elsewhere_is_read_said_and_forgotten(house: House, talk: UUID) -> None:
    sol, hours = sign_in("sol"), reverse("hours", args=[doctor()])

    def send(data: bytes) -> Any:  # noqa: ANN401
        return sol.post(f"{hours}elsewhere/", {"file": SimpleUploadedFile("there.ics", data)})

    on = read_clock() + timedelta(days=3)
    there = calendar(event(f"DTSTART:{on:%Y%m%dT%H%M%SZ}", "DURATION:PT2H"))
    assert "Choose a calendar file first." in sol.post(f"{hours}elsewhere/", {}).content.decode()
    no = send(there[:-20])
    assert no.status_code == 422
    assert "END:VCALENDAR is missing" in no.content.decode()
    assert "only what is booked here counts" in no.content.decode()

    assert send(there).status_code == 303
    shown = sol.get(hours).content.decode()
    assert "1 busy time ahead." in shown
    assert "Nobody reads this" not in shown

    assert sol.post(f"{hours}elsewhere/drop/").status_code == 303
    assert "only what is booked here counts" in sol.get(hours).content.decode()
    assert sign_in("dana").post(f"{hours}elsewhere/drop/").status_code == 404


def test_an_address_is_kept_fetched_on_a_press_and_never_shown_again(house: House, talk: UUID) -> None:
    sol, hours = sign_in("sol"), reverse("hours", args=[doctor()])
    secret = "private-4Zk0secret"

    for bad in ("", f"http://calendar.example.org/{secret}/basic.ics"):
        no = sol.post(reverse("hours-elsewhere-address", args=[doctor()]), {"address": bad})
        assert no.status_code == 422
        assert secret not in no.content.decode()
    assert "Only addresses that begin with https://" in no.content.decode()
    good = {"address": f"webcal://calendar.example.org/{secret}/basic.ics"}
    assert sol.post(reverse("hours-elsewhere-address", args=[doctor()]), good).status_code == 303

    shown = sol.get(hours).content.decode()
    assert "calendar.example.org (… .ics)" in shown
    assert "It is being fetched now." in shown
    assert secret not in shown
    assert sol.post(reverse("hours-elsewhere-fetch", args=[doctor()])).status_code == 303

    assert sign_in("dana").post(reverse("hours-elsewhere-stop", args=[doctor()])).status_code == 404
    assert sol.post(reverse("hours-elsewhere-stop", args=[doctor()])).status_code == 303
    assert "calendar.example.org" not in sol.get(hours).content.decode()
    assert sol.post(reverse("hours-elsewhere-fetch", args=[doctor()])).status_code == 404
