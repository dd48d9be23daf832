"""A calendar of one's own: the address is made, shown once, answers times without names, and ends."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from careloop.actions.feeds import make_feed
from careloop.actions.people import deactivate, join_care_team
from careloop.actions.scheduling import cancel_visit, move_visit
from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.scheduling import CancelledBy, CancelReason, Held
from careloop.guard.context import clear_context, set_context
from careloop.rules.feeds import ASKED, FEEDS
from tests.actions.places import Places, make_places
from tests.actions.visits import NINE, booked, hold
from tests.guard.standing import counted_statements, log_lines
from tests.people import NOW, House
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import other_patient

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", NOW.isoformat())


@pytest.fixture
def places(house: House) -> Places:
    return make_places(house)


@pytest.fixture
def visit(house: House, rosa: UUID, places: Places) -> tuple[Held, int]:
    return booked(house.acting("dana"), rosa, places.talk_at(9))


def address_for(who: str, name: str = "My telephone") -> str:
    """Make an address on the page, as somebody does."""
    shown = sign_in(who).post(reverse("you-calendar-address"), {"name": name}).content.decode()
    (address,) = re.findall(r"http://testserver(/feeds/[^<]+/visits\.ics)", shown)
    return str(address)


def events_of(answer: Any) -> list[Any]:  # noqa: ANN401
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_is_answered_times_and_a_link_and_nothing_of_whose_they_are(
    house: House, visit: tuple[Held, int]
) -> None:
    address = address_for("dana")

    answer = Client().get(address)

    (event,) = events_of(answer)
    assert event["dtstart"].dt == NINE
    assert str(event["dtstart"].params["TZID"]) == "America/New_York"
    assert (event["summary"], event["status"], event["class"]) == ("Appointment", "CONFIRMED", "PRIVATE")
    assert event["url"] == f"http://testserver{reverse('visit', args=[visit[0].booking_id])}"
    assert b"BEGIN:VTIMEZONE" in answer.content
    for word in (b"Rosa", b"Alvarez", b"Cardiology", b"Rivera", b"Harbor", b"Pier", b"LOCATION", b"DESCRIPTION"):
        assert word not in answer.content
    assert answer.cookies == {}


def test_the_address_is_shown_once_listed_and_ends_by_one_press(house: House, visit: tuple[Held, int]) -> None:
    dana, address = sign_in("dana"), address_for("dana")
    before = dana.get(reverse("you-calendar")).content.decode()
    assert "My telephone" in before
    assert "No calendar has asked for it yet." in before
    assert address.split("/")[2] not in before
    assert len(events_of(Client().get(address))) == 1
    (key,) = re.findall(r'name="feed" value="([^"]+)"', dana.get(reverse("you-calendar")).content.decode())
    assert sign_in("lee").post(reverse("you-calendar-revoke"), {"feed": key}).status_code == 404
    assert "Last asked for" in dana.get(reverse("you-calendar")).content.decode()

    assert dana.post(reverse("you-calendar-revoke"), {"feed": key}).status_code == 303

    never = Client().get(reverse("calendar-feed", kwargs={"token": "never"}))
    ended = Client().get(address)
    assert (ended.status_code, never.status_code) == (404, 404)
    assert ended.content == never.content
    assert "My telephone" not in dana.get(reverse("you-calendar")).content.decode()


def test_who_left_and_who_may_see_no_visits_is_answered_as_nobody(house: House, visit: tuple[Held, int]) -> None:
    address = address_for("asha")
    deactivate(house.acting("noor"), person_id=house.id_of("asha"))

    assert Client().get(address).status_code == 404
    refused = sign_in("ines").post(reverse("you-calendar-address"), {"name": "Mine"})
    assert refused.status_code == 404


def test_a_visit_that_moves_replaces_itself_and_a_cancelled_one_is_said_for_thirty_days(
    house: House, rosa: UUID, places: Places, visit: tuple[Held, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, (held, version) = house.acting("dana"), visit
    address = address_for("dana")
    (before,) = events_of(Client().get(address))

    new = move_visit(
        dana, held.booking_id, places.talk_at(14), version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE,
        key="move",
    )  # fmt: skip

    (moved,) = events_of(Client().get(address))
    assert moved["uid"] == before["uid"]
    assert moved["sequence"] > before["sequence"]
    assert moved["dtstart"].dt - before["dtstart"].dt == timedelta(hours=5)
    cancel_visit(dana, new, version=2, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    hold(dana, rosa, places.talk_at(11), loop_id=held.loop_id)
    (gone,) = events_of(Client().get(address))
    assert (gone["status"], gone["uid"]) == ("CANCELLED", before["uid"])
    monkeypatch.setenv("CARELOOP_CLOCK", (NINE + timedelta(days=31)).isoformat())
    assert events_of(Client().get(address)) == []


def test_everybody_gets_what_is_theirs(house: House, rosa: UUID, visit: tuple[Held, int]) -> None:
    """Lee is of the same team and reaches Rosa, but she is Dana's; Kim is of another team."""
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="clinician")

    shown = {who: len(events_of(Client().get(address_for(who)))) for who in ("dana", "lee", "kim", "asha")}

    assert shown == {"dana": 1, "lee": 0, "kim": 0, "asha": 1}


def test_what_has_not_changed_is_not_sent_again_and_every_answer_is_in_the_log(
    house: House, rosa: UUID, places: Places, visit: tuple[Held, int]
) -> None:
    address = address_for("dana")
    first = Client().get(address)
    with log_lines() as lines:
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    with counted_statements() as few:
        Client().get(address)

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405
    assert [(line.what, line.outcome) for line in lines] == [
        ("actions.feeds.note_asking", "done"), ("reads.feeds.list_feed", "seen"),
    ]  # fmt: skip
    assert lines[1].patient_ids == (rosa,)
    assert lines[1].person_id == house.id_of("dana")
    booked(house.acting("dana"), other_patient(house), places.talk_at(11))
    with counted_statements() as more:
        events = events_of(Client().get(address))
    assert len(events) == 2
    assert len(more) == len(few)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_address_that_is_asked_too_often_says_when_to_come_back(house: House, visit: tuple[Held, int]) -> None:
    address = address_for("dana")
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(house.acting("dana"))
        cursor.execute("UPDATE calendar_feed SET asked_since = %s, asked_count = %s", [NOW, ASKED])
        clear_context()

    answer = Client().get(address)

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert speak(Say("refusal.feed_too_often"), "en") in answer.content.decode()


def test_a_form_that_is_not_clear_and_one_address_too_many_are_said_on_the_page(house: House) -> None:
    dana = sign_in("dana")
    unclear = dana.post(reverse("you-calendar-address"), {"name": " "})
    assert unclear.status_code == 422
    assert "Say which calendar it is for." in unclear.content.decode()
    for number in range(FEEDS):
        make_feed(house.acting("dana"), name=f"Desk {number}")

    many = dana.post(reverse("you-calendar-address"), {"name": "One more"})

    assert many.status_code == 409
    assert "as many as one person can have" in many.content.decode()
    assert 'id="make-name"' not in many.content.decode()
    assert dana.get(reverse("you-calendar-address")).status_code == 302
    assert reverse("you-calendar") in dana.get(reverse("you")).content.decode()
    assert reverse("you-calendar") not in sign_in("ines").get(reverse("you")).content.decode()
