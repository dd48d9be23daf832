"""Reminders on screen, without scripts: paused and let go on, a medicine set up and stopped, a ladder set anew."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.basics.clock import read_clock
from tests.actions.look import ask, ask_one
from tests.actions.records import bring, medicine
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import booked, talk

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db


def test_reminders_of_a_visit_are_paused_with_a_reason_and_go_on(house: House, rosa: UUID, talk: UUID) -> None:
    dana = sign_in("dana")
    address = booked(dana, rosa, talk, number=4)
    seal = sealed_for(dana, rosa)

    unclear = dana.post(f"{address}reminders/pause/", {"reason": ""} | seal)
    assert "Say why nobody should be reminded." in unclear.content.decode()
    dana.post(f"{address}reminders/pause/", {"reason": "In the hospital"} | seal)
    page = dana.get(address).content.decode()
    assert "Nobody is reminded of this visit." in page
    assert "In the hospital" in page
    dana.post(f"{address}reminders/resume/", seal)
    assert "Pause reminders" in dana.get(address).content.decode()


def test_a_medicine_is_set_up_from_the_list_and_stopped(house: House, rosa: UUID) -> None:
    bring(house, medicine("p1", "metformin", 1))
    dana = sign_in("dana")
    assert "Medicine reminders" in dana.get(reverse("patient", args=[rosa])).content.decode()
    address = reverse("patient-medicine-reminders", args=[rosa])
    found = re.search(r'<option value="([0-9a-f-]+:1)">metformin', dana.get(address).content.decode())
    assert found
    typed = {
        "medicine": found[1], "times": "8", "road": "text", "ends_on": str(read_clock().date() + timedelta(days=20)),
        "consent": "She asked for it.",
    }  # fmt: skip

    unclear = dana.post(f"{address}start/", typed | sealed_for(dana, rosa)).content.decode()
    assert "“8” is no time. Write times as in 08:00 20:00." in unclear
    assert "She asked for it." in unclear
    assert dana.post(f"{address}start/", typed | {"times": "20:00, 08:00"} | sealed_for(dana, rosa)).status_code == 303

    page = dana.get(address).content.decode()
    assert "8:00 am" in page
    assert "8:00 pm" in page
    ((key, ends_on),) = ask("SELECT id, ends_on FROM medicine_schedule")
    assert isinstance(ends_on, date)
    dana.post(f"{address}stop/", {"schedule": str(key), "version": "1"} | sealed_for(dana, rosa))
    assert ask_one("SELECT state || ' ' || why FROM medicine_schedule") == "stopped by_hand"


def test_the_front_desk_sees_no_medicine(house: House, rosa: UUID) -> None:
    address = reverse("patient-medicine-reminders", args=[rosa])

    assert sign_in("tom").get(address).status_code == 404


def test_a_supervisor_sets_the_ladder_and_a_coordinator_does_not(house: House, talk: UUID) -> None:
    address = reverse("admin-ladder", args=[talk])
    sol: Client = sign_in("sol")
    assert "Not verified" in sol.get(address).content.decode()
    typed = {
        "confirm-on": "on", "confirm-days": "10", "confirm-at": "09:30", "confirm-hours": "24", "confirm-email": "on",
    }  # fmt: skip

    refused = sol.post(f"{address}save/", typed | {"confirm-days": "90"}).content.decode()
    assert "Choose from 1 to 60 days before the visit." in refused
    assert 'value="90"' in refused
    assert "Give days, a time" in sol.post(f"{address}save/", typed | {"confirm-at": "late"}).content.decode()
    assert sol.post(f"{address}save/", typed).status_code == 303

    assert ask("SELECT kind, days_before, at::text, roads, is_on FROM reminder_rung") == [
        ("confirm", 10, "09:30:00", ["email"], True)
    ]
    assert "Set by the clinic." in sol.get(address).content.decode()
    assert sign_in("dana").get(address).status_code == 404
