"""Two people press at the same moment: one has the time, the other reads so, and an outage moves each visit once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from tests.actions.apart import apart, at_once
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import House, build_house
from tests.web.test_documents import sign_in
from tests.web.test_outages import preview
from tests.web.test_visits import booked, do, hold, make_talk, other_patient, times_of
from tests.web.test_waitlist import answer, ask_for, freed_page, wait

__all__ = ["apart"]


def out_of(client: Client, patient: UUID, kind: UUID) -> str:
    """Book a visit two days ahead; return the address at which its doctor is out that day."""
    since = datetime.fromisoformat(times_of(client, patient, kind)[1][0][:16]) + timedelta(days=2)
    offer = times_of(client, patient, kind, since=f"{since:%Y-%m-%d}")[1][0]
    do(client, patient, hold(client, patient, kind, offer)["Location"], "book")
    when, doctor = offer.split("|")
    return f"{reverse('out')}?entry={doctor}&first_on={when[:10]}"


def two_of(house: House) -> tuple[UUID, UUID]:
    return other_patient(house, "p3"), other_patient(house)


def test_of_two_who_move_the_same_outage_each_sees_the_visit_moved_and_it_moved_once(apart: None) -> None:
    house = build_house()
    talk, (rosa, _ben) = make_talk(house), two_of(house)
    dana, lee = sign_in("dana"), sign_in("lee")
    out = out_of(dana, rosa, talk)
    forms = [(one, preview(one, out)[1]) for one in (dana, lee)]

    sent: list[Any] = at_once(*[lambda one=one, form=form: one.post(reverse("out-send"), form) for one, form in forms])  # type: ignore[misc]

    assert [one.status_code for one in sent] == [303, 303], sent
    assert len({one["Location"].split("?")[0] for one in sent}) == 1
    for (client, _form), one in zip(forms, sent, strict=True):
        assert "moved" in client.get(one["Location"]).content.decode()
    assert ask("SELECT count(*) FROM booking WHERE patient_id = %s AND occupies", rosa) == [(1,)]
    assert ask_one("SELECT count(*) FROM outage_move") == 1
    assert ask_one("SELECT count(*) FROM outage") == 1
    assert broken_invariants() == {}


def test_of_two_who_press_yes_for_one_freed_time_one_has_it_and_the_other_reads_the_next_times(apart: None) -> None:
    house = build_house()
    talk = make_talk(house)
    first, second = two_of(house)
    third = other_patient(house, "p4")
    dana, lee = sign_in("dana"), sign_in("lee")
    for one in (first, second):
        wait(dana, one, talk)
    address = booked(dana, third, talk)
    do(dana, third, address, "cancel", by="patient", reason="sick")
    freed = freed_page(dana, address)
    ask_for(dana, freed, first, second)

    said: list[Any] = at_once(
        lambda: answer(dana, first, freed, "yes"), lambda: answer(lee, second, freed, "yes")
    )  # fmt: skip

    assert sorted(one.status_code for one in said) == [303, 409], said
    (lost,) = (one.content.decode() for one in said if one.status_code == 409)
    assert "That time is not free any more. 3 other times fit" in lost
    assert ask_one("SELECT count(*) FROM booking WHERE occupies") == 1
    assert broken_invariants() == {}
