"""Handoffs and rounds on screen, without scripts: a day in four steps, said back in two, a sheet on one page."""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.actions.hands import make_task
from tests.actions.look import ask, ask_one
from tests.people import NOW, House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]
pytestmark = pytest.mark.django_db


def add_task(client: Client, patient: UUID) -> None:
    given = {"patient": str(patient), "title": "Call about the ride"} | sealed_for(client, patient)
    assert client.post(reverse("patient-task", args=[patient]), given).status_code == 303


def shown_version(client: Client, address: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(address).content.decode())
    assert found
    return found[1]


def written(client: Client, receiver: UUID, scope: str = "patients") -> str:
    made = client.post(reverse("handoff-make"), {"scope": scope, "to": str(receiver)})
    assert made.status_code == 303, made.content.decode()
    return str(made["Location"])


def test_a_whole_caseload_in_four_steps_and_taken_over_in_two(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    add_task(dana, rosa)
    # Open the form, choose to whom, look it through and offer.
    assert reverse("handoff-new") in dana.get(reverse("today")).content.decode()
    assert "1 patient of my caseload" in dana.get(reverse("handoff-new")).content.decode()
    sheet = written(dana, house.id_of("lee"))
    assert "Call about the ride" in dana.get(sheet).content.decode()
    offered = dana.post(f"{sheet}offer/", {"version": shown_version(dana, sheet), "others": "stable"})
    assert offered.status_code == 303
    assert sheet in lee.get(reverse("handoffs")).content.decode()

    # Say it back, accept.
    page = lee.get(sheet).content.decode()
    assert "Say back what you heard" in page
    version = shown_version(lee, sheet)
    unsaid = lee.post(f"{sheet}accept/", {"version": version, "shared": ""})
    assert unsaid.status_code == 409
    assert "Say back what you heard of each patient" in unsaid.content.decode()
    done = lee.post(f"{sheet}accept/", {"version": version, "shared": "I call on Monday about the ride."})

    assert done.status_code == 303
    assert "Taken over: 1 loop is yours now." in lee.get(sheet).content.decode()
    assert ask("SELECT person_id FROM caseload WHERE upper_inf(during)") == [(house.id_of("lee"),)]
    again = lee.post(f"{sheet}accept/", {"version": version, "shared": "Again."})
    assert again.status_code == 409


def test_a_whole_day_goes_to_a_colleague_from_one_page_with_one_press(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    # Due on the day on which the houses of tests are built: it is late by any clock.
    make_task(house, rosa, due_on=NOW.date())
    page = dana.get(reverse("handoff-new")).content.decode()
    assert f'name="shown" value="{rosa}"' in page
    assert page.count("btn primary") == 1
    unsaid = dana.post(reverse("handoff-day"), {"to": str(house.id_of("lee")), "shown": str(rosa)})
    assert unsaid.status_code == 409
    assert 'name="shown"' in unsaid.content.decode()

    typed = {"to": str(house.id_of("lee")), "shown": str(rosa), f"level-{rosa}": "watcher", "note": "I am ill."}
    done = dana.post(reverse("handoff-day"), typed)

    assert done.status_code == 303
    assert "I am ill." in lee.get(done["Location"]).content.decode()
    assert ask("SELECT state FROM handoff") == [("offered",)]
    assert ask("SELECT level FROM handoff_patient") == [("watcher",)]


def test_a_line_is_kept_gets_a_what_if_and_a_question_and_only_with_its_own_seal(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    sheet = written(dana, house.id_of("lee"))
    of = {"handoff": sheet.split("/")[-2], "patient": str(rosa)}
    link = f"{reverse('handoff-new')}?patient={rosa}"
    assert link in dana.get(reverse("patient", args=[rosa])).content.decode()
    say = reverse("patient-handoff-say", args=[rosa])
    assert dana.post(say, of | {"level": "watcher", "summary": "Short of breath."}).status_code == 409
    kept = dana.post(say, of | {"level": "watcher", "summary": "Short of breath."} | sealed_for(dana, rosa))
    assert kept.status_code == 303
    what_if = reverse("patient-handoff-what-if", args=[rosa])
    typed = of | {"if_words": "her legs swell", "then_words": "call the clinic"} | sealed_for(dana, rosa)
    unclear = dana.post(what_if, typed)
    assert unclear.status_code == 422
    assert "her legs swell" in unclear.content.decode()
    assert dana.post(what_if, typed | {"on": "2099-01-01"}).status_code == 409
    assert dana.post(f"{sheet}offer/", {"version": shown_version(dana, sheet)}).status_code == 303
    ask_, answer = reverse("patient-handoff-ask", args=[rosa]), reverse("patient-handoff-answer", args=[rosa])
    assert lee.post(ask_, of | {"question": "Since when?"} | sealed_for(lee, rosa)).status_code == 303
    assert "Since when?" in dana.get(sheet).content.decode()
    assert dana.post(answer, of | {"answer": "Friday."} | sealed_for(dana, rosa)).status_code == 303
    assert "Friday." in lee.get(sheet).content.decode()

    declined = lee.post(f"{sheet}decline/", {"version": shown_version(lee, sheet), "reason": "let_us_talk"})

    assert declined.status_code == 303
    assert "Let us talk first" in dana.get(sheet).content.decode()
    assert ask_one("SELECT state FROM handoff") == "declined"


def test_what_was_written_is_taken_back_and_a_stranger_finds_nothing(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    sheet = written(dana, house.id_of("lee"))
    assert sign_in("kim").get(sheet).status_code == 404
    assert sign_in("tom").get(reverse("handoffs")).status_code == 404
    back = dana.post(f"{sheet}withdraw/", {"version": shown_version(dana, sheet)})
    assert back.status_code == 303
    assert ask_one("SELECT state FROM handoff") == "withdrawn"
    wrong = dana.post(reverse("handoff-make"), {"scope": "patients", "to": ""})
    assert wrong.status_code == 422
    assert "Choose a person." in wrong.content.decode()


def test_a_question_is_asked_from_the_patients_page(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    link = f"{reverse('questions')}?patient={rosa}"
    assert link in dana.get(reverse("patient", args=[rosa])).content.decode()
    assert "Whom do you ask?" in dana.get(link).content.decode()
    where, typed = reverse("patient-question", args=[rosa]), {"question": "Did her sister call?"}
    unclear = dana.post(where, typed | sealed_for(dana, rosa))
    assert unclear.status_code == 422
    assert "Did her sister call?" in unclear.content.decode()
    asked = dana.post(where, typed | {"to": str(house.id_of("lee"))} | sealed_for(dana, rosa))
    assert asked.status_code == 303
    assert "Did her sister call?" in lee.get(reverse("questions")).content.decode()


def test_rounds_have_a_line_a_patient_and_what_is_decided_becomes_a_task(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    assert "Nothing is open" in dana.get(reverse("rounds")).content.decode()
    add_task(dana, rosa)
    for asked in ({}, {"team": str(house.north)}):
        assert "Call about the ride" in dana.get(reverse("rounds"), asked).content.decode()
    decide = reverse("patient-rounds-decide", args=[rosa])
    typed = {"patient": str(rosa), "of": str(house.north), "to": ""}
    assert dana.post(decide, typed | {"title": ""} | sealed_for(dana, rosa)).status_code == 422
    done = dana.post(decide, typed | {"title": "Ask for a scale"} | sealed_for(dana, rosa))
    assert done.status_code == 303
    assert f"team={house.north}" in done["Location"]
    assert "1 more is open." in dana.get(reverse("rounds")).content.decode()

    sheet = dana.get(reverse("rounds-sheet"), {"team": str(house.north)})

    assert sheet["Content-Type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in sheet.content
    assert len(re.findall(rb"/Type\s*/Page\b", sheet.content)) == 1


def test_rounds_go_against_a_clock_that_stands_in_the_address(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    add_task(dana, rosa)
    rounds = reverse("rounds")

    begun = dana.get(rounds, {"minutes": "2"})

    assert begun.status_code == 302
    there = dana.get(begun["Location"]).content.decode()
    assert "Patient 1 of 1" in there
    assert "2:00 left" in there
    assert 'aria-current="step"' in there
    # What is decided keeps the clock as it stands.
    asked = begun["Location"].partition("?")[2].partition("#")[0]
    typed = {"patient": str(rosa), "of": "", "to": "", "title": "Ask for a scale", "beat": asked}
    done = dana.post(reverse("patient-rounds-decide", args=[rosa]), typed | sealed_for(dana, rosa))
    assert asked in done["Location"]
    ended = dana.get(dana.get(rounds, {"minutes": "2", "no": "2"})["Location"]).content.decode()
    assert "All were gone through" in ended
    # What nobody can choose, and an address of other rounds, is the plain sheet.
    for other in ({"minutes": "0"}, {"minutes": "7"}, {"minutes": "2", "since": "1", "began": "1"}, {"minutes": "x"}):
        assert "Start the timer" in dana.get(rounds, other).content.decode()
