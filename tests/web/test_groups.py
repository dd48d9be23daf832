"""Group visits by page, without JavaScript: opened, booked from the patients' pages, full, and cancelled when empty."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.calendars import add_visit_type
from careloop.basics.clock import read_clock
from careloop.facts.scheduling import VisitTypeDraft
from tests.actions.look import ask_one
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import sign_in
from tests.web.test_visits import do, house, other_patient, rosa, talk

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def class_(house: House, talk: UUID) -> UUID:
    return add_visit_type(house.acting("sol", at=read_clock()), VisitTypeDraft("Heart class", 60, seats=1 + 1))


def typed_for(house: House, kind: UUID, days: int, at: str = "10:00") -> dict[str, str]:
    """Return what somebody types to open a group, so many days from now."""
    doctor = ask_one("SELECT id FROM directory_entry WHERE kind = 'practitioner'")
    on = read_clock() + timedelta(days=days)
    return {
        "kind": str(kind), "leader": str(doctor), "on": f"{on:%Y-%m-%d}", "time": at, "team": str(house.north),
    }  # fmt: skip


def seats_of(client: Client, patient: UUID, kind: UUID) -> tuple[str, list[str]]:
    """Return the page on which a group is chosen, and the groups on it."""
    shown = client.get(reverse("visit-new", args=[patient]), {"type": str(kind)}).content.decode()
    return shown, re.findall(r'name="seat" value="([^"]+)"', shown)


def take(client: Client, patient: UUID, kind: UUID, seat: str) -> "tuple[int, str, str]":
    typed = {"key": str(uuid4()), "type": str(kind), "seat": seat} | sealed_for(client, patient)
    answer = client.post(reverse("visit-hold", args=[patient]), typed)
    return answer.status_code, answer.get("Location", ""), answer.content.decode()


def test_a_group_is_opened_filled_and_refused_with_the_next_one(
    house: House, rosa: UUID, talk: UUID, class_: UUID
) -> None:
    sol, dana = sign_in("sol"), sign_in("dana")
    opened = [sol.post(reverse("group-open"), typed_for(house, class_, days))["Location"] for days in (7, 14)]
    ben = other_patient(house)

    shown, seats = seats_of(dana, rosa, class_)
    assert "2 of 2 seats free" in shown
    assert [seat.partition("|")[2] for seat in seats] == [one.rstrip("/").rpartition("/")[2] for one in opened]
    status, visit, _page = take(dana, rosa, class_, seats[0])
    assert status == 303
    assert do(dana, rosa, visit, "book").status_code == 303
    page = dana.get(visit).content.decode()
    assert "1 of 2 seats taken" in page
    assert opened[0] in page
    assert "Sooner if something opens" not in page
    assert take(dana, ben, class_, seats[0])[0] == 303

    # The page was opened while there was a seat.
    third = other_patient(house, "p3")
    status, _to, page = take(dana, third, class_, seats[0])

    assert status == 409
    assert "Every seat of this group is taken." in page
    assert re.findall(r'name="seat" value="([^"]+)"', page) == [seats[1]]
    on = datetime.fromisoformat(seats[0].partition("|")[0])
    board = dana.get(reverse("visits"), {"on": f"{on:%Y-%m-%d}"}).content.decode()
    assert "2 of 2 seats taken" in board
    assert "Heart class, 2 of 2" in board


def test_what_cannot_be_a_group_is_said_and_nothing_is_opened(house: House, rosa: UUID, class_: UUID) -> None:
    sol, dana = sign_in("sol"), sign_in("dana")
    good = typed_for(house, class_, 7)

    assert sol.post(reverse("group-open"), good | {"on": "", "time": "noon"}).status_code == 422
    past = sol.post(reverse("group-open"), typed_for(house, class_, -7))
    assert "That time has passed." in past.content.decode()
    assert dana.post(reverse("group-open"), good).status_code == 404
    assert "Open the group" not in dana.get(reverse("groups")).content.decode()
    assert ask_one("SELECT count(*) FROM group_visit") == 0

    # Whoever leads it is busy then: the next times stand there.
    assert sol.post(reverse("group-open"), good).status_code == 303
    taken = sol.post(reverse("group-open"), good)
    assert taken.status_code == 409
    assert "The next times that fit" in taken.content.decode()


def test_an_empty_group_is_cancelled_and_one_with_a_patient_is_not(house: House, rosa: UUID, class_: UUID) -> None:
    sol, dana = sign_in("sol"), sign_in("dana")
    empty, used = (sol.post(reverse("group-open"), typed_for(house, class_, days))["Location"] for days in (7, 14))
    _shown, seats = seats_of(dana, rosa, class_)
    take(dana, rosa, class_, seats[1])

    assert dana.post(f"{empty}cancel/").status_code == 404
    no = sol.post(f"{used}cancel/")
    assert no.status_code == 409
    assert "Patients are still booked into this group." in no.content.decode()
    assert sol.post(f"{empty}cancel/").status_code == 303
    assert "This group was cancelled." in sol.get(empty).content.decode()
    assert len(seats_of(dana, rosa, class_)[1]) == 0
