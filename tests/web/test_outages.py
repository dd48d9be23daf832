"""Who is out, without JavaScript: a preview is sent, a time that was taken is shown again, and a form is sent twice."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.meetings import plan_meeting, set_meeting
from careloop.basics.clock import read_clock
from careloop.facts.directory import EntryKind
from careloop.facts.meetings import Interprets, MeetingDraft, MeetingForm, Setting
from careloop.rules.scheduling import TimeTaken
from tests.actions.look import ask_one
from tests.actions.test_meeting_rooms import add
from tests.people import House
from tests.web.test_documents import sign_in
from tests.web.test_visits import do, hold, house, other_patient, rosa, talk, times_of

__all__ = ["house", "rosa", "talk"]

pytestmark = pytest.mark.django_db


def preview(client: Client, address: str) -> tuple[str, dict[str, list[str]]]:
    """Return the page of who is out, and what its form carries with every line ticked."""
    shown = client.get(address).content.decode()
    form = shown[shown.index("out-form") :]
    names = ("key", "entry", "first_on", "last_on", "line", "tick", "left")
    return shown, {name: re.findall(rf'name="{name}" value="([^"]*)"', form) for name in names}


@pytest.fixture
def out(house: House, rosa: UUID, talk: UUID) -> str:
    """Book a visit two days ahead and return the address at which its doctor is out that day."""
    dana = sign_in("dana")
    since = datetime.fromisoformat(times_of(dana, rosa, talk)[1][0][:16]) + timedelta(days=2)
    offer = times_of(dana, rosa, talk, since=f"{since:%Y-%m-%d}")[1][0]
    do(dana, rosa, hold(dana, rosa, talk, offer)["Location"], "book")
    when, doctor = offer.split("|")
    return f"{reverse('out')}?entry={doctor}&first_on={when[:10]}"


def test_what_is_ticked_moves_once_however_often_the_form_is_sent(out: str, rosa: UUID) -> None:
    dana = sign_in("dana")
    shown, form = preview(dana, out)
    assert "Move 1 visit" in shown
    assert len(form["line"]) == 1

    once, again = (dana.post(reverse("out-send"), form) for _ in range(2))

    assert (once.status_code, once["Location"]) == (303, again["Location"])
    page = dana.get(once["Location"]).content.decode()
    assert "1 visit moved." in page
    assert "Tell the patient" in page
    assert "Undo all of it" in page
    assert ask_one("SELECT count(*) FROM outage_move WHERE patient_id = %s", rosa) == 1


def test_a_time_that_was_taken_meanwhile_is_no_error_but_the_next_one(
    house: House, out: str, rosa: UUID, talk: UUID
) -> None:
    dana = sign_in("dana")
    _shown, form = preview(dana, out)
    _key, _booking, _version, wall, doctor = re.split("[ ~]", form["line"][0])
    assert hold(dana, other_patient(house), talk, f"{wall}|{doctor}").status_code == 303

    sent = dana.post(reverse("out-send"), form)

    shown, again = preview(dana, sent["Location"])
    assert "1 time was taken meanwhile" in shown
    assert "Left to decide" in shown
    assert again["line"][0] != form["line"][0]
    assert dana.post(reverse("out-send"), again).status_code == 303
    assert "1 visit moved." in dana.get(sent["Location"]).content.decode()


def test_what_cannot_be_read_is_said_on_the_page_and_nothing_is_entered(out: str) -> None:
    dana = sign_in("dana")

    for wrong, said in (("last_on=x", "Choose a day."), ("last_on=2020-01-01", "That cannot be")):
        page = dana.get(f"{out}&{wrong}")
        assert page.status_code == 200
        assert said in page.content.decode()
    _shown, form = preview(dana, out)
    assert dana.post(reverse("out-send"), form | {"first_on": [""]}).status_code == 422
    assert ask_one("SELECT count(*) FROM outage") == 0
    assert sign_in("tom").get(out).status_code == 404


def test_a_family_meeting_is_shown_and_its_owner_asked_and_undoing_asks_nobody(house: House, rosa: UUID) -> None:
    now = house.acting("dana", at=read_clock())
    room = add(house, EntryKind.ROOM, "Family room")
    starts = (now.at + timedelta(days=3)).replace(hour=15, minute=0, second=0, microsecond=0)
    meeting = plan_meeting(now, rosa, MeetingDraft("Plan going home"))
    # The clinic is closed at the week's end and on holidays.
    for days in range(9):
        day = starts + timedelta(days=days)
        setting = Setting(day, 45, MeetingForm.IN_PERSON, "", Interprets.QUALIFIED, (room,))
        with suppress(TimeTaken):
            set_meeting(now, rosa, setting, meeting_id=meeting, version=1)
            break
    dana = sign_in("dana")
    shown = dana.get(f"{reverse('out')}?entry={room}&first_on={day:%Y-%m-%d}").content.decode()
    form = shown[shown.index("out-form") :]
    names = ("key", "entry", "first_on", "last_on", "meeting")
    carried = {name: re.findall(rf'name="{name}" value="([^"]*)"', form) for name in names}
    assert carried["meeting"] == [f"{rosa} {meeting}"]
    assert "Needs a person" in form
    assert "Enter it, and move nothing" in form

    sent = dana.post(reverse("out-send"), carried | {"meeting": [*carried["meeting"], "x y"]})

    page = dana.get(sent["Location"]).content.decode()
    assert "Find another time" in page
    asked = "SELECT state FROM loop WHERE patient_id = %s AND finding_key LIKE 'meeting-out:%%'"
    assert ask_one(asked, rosa) == "to_do"
    outage = sent["Location"].strip("/").rpartition("/")[2]
    assert dana.post(reverse("outage-undo", args=[outage])).status_code == 303
    assert ask_one(asked, rosa) == "closed"
    assert ask_one("SELECT state FROM family_meeting WHERE id = %s", meeting) == "set"
