"""Shared cover on screen, without scripts: a sick call in one page and one save; accepted; digest on return."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.actions.look import ask, ask_one
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_handoffs import add_task

__all__ = ["house", "rosa"]
pytestmark = pytest.mark.django_db


def first_day(sol: Client) -> date:
    """Return the day with which the form begins: today, as the clinic has it."""
    day = re.search(r'name="first_on" value="([^"]+)"', sol.get(reverse("cover-share")).content.decode())
    assert day
    return date.fromisoformat(day[1])


def shared(sol: Client, house: House, patient: UUID, to: UUID | str, **more: str) -> str:
    """Post the plan of one patient and return where it leads."""
    day = first_day(sol).isoformat()
    typed = {"away": str(house.id_of("dana")), "first_on": day, "last_on": day, "sudden": "on"}
    made = sol.post(reverse("cover-share-plan"), typed | {f"to-{patient}": str(to)} | more)
    assert made.status_code == 303, made.content.decode()
    return str(made["Location"])


def test_a_sick_call_is_one_page_and_one_save_and_comes_back_with_a_digest(house: House, rosa: UUID) -> None:
    dana, lee, sol = sign_in("dana"), sign_in("lee"), sign_in("sol")
    add_task(dana, rosa)
    assert "Called in sick" in sol.get(reverse("caseload")).content.decode()
    first = first_day(sol)
    address = f"{reverse('cover-share')}?away={house.id_of('dana')}&sudden=on&last_on={first + timedelta(days=20)}"
    shown = sol.get(address).content.decode()
    assert "Call about the ride" in shown
    assert re.search(rf'value="{house.id_of("lee")}" selected', shown)
    assert "Suggested:" in shown

    page = shared(sol, house, rosa, house.id_of("lee"))

    # Asked: the number beside Handoffs, the list, one press.
    assert page in lee.get(reverse("handoffs")).content.decode()
    assert "Do you take over this patient?" in lee.get(page).content.decode()
    assert lee.post(f"{page}accept/").status_code == 303
    assert ask("SELECT state FROM absence_part") == [("accepted",)]
    assert lee.post(f"{page}decline/").status_code == 409
    assert ask_one("SELECT owner_id FROM loop") == house.id_of("lee")
    # Back: the digest says what happened.
    assert dana.post(f"{page}end/").status_code == 303
    digest = dana.get(page).content.decode()
    assert "What happened to each" in digest
    assert "0 closed" in digest
    assert ask_one("SELECT owner_id FROM loop") == house.id_of("dana")
    assert dana.post(f"{page}end/").status_code == 409


def test_nobody_chosen_and_a_list_that_changed_are_said(house: House, rosa: UUID) -> None:
    sol = sign_in("sol")
    typed = {"away": str(house.id_of("dana")), "first_on": "2026-11-20", "last_on": "2031-11-20", f"to-{rosa}": ""}
    nobody = sol.post(reverse("cover-share-plan"), typed)
    assert nobody.status_code == 409
    assert "Choose a colleague for each patient." in nobody.content.decode()
    del typed[f"to-{rosa}"]
    assert sol.post(reverse("cover-share-plan"), typed | {"last_on": ""}).status_code == 422
    assert sol.post(reverse("cover-share-plan"), typed).status_code == 409


def test_declined_goes_to_the_supervisor_who_gives_it_on(house: House, rosa: UUID) -> None:
    lee, sol = sign_in("lee"), sign_in("sol")
    page = shared(sol, house, rosa, house.id_of("lee"))
    assert lee.post(f"{page}decline/").status_code == 303
    given = sol.post(f"{page}give/", {"ticked": str(rosa), "to_person": str(house.id_of("lee"))})
    assert given.status_code == 303
    assert ask_one("SELECT count(*) FROM absence_share WHERE ended_at IS NULL") == 1
    assert sol.post(f"{page}give/", {"to_person": str(house.id_of("lee"))}).status_code == 409


def test_nobody_else_sees_it(house: House, rosa: UUID) -> None:
    page = shared(sign_in("sol"), house, rosa, house.id_of("lee"))

    assert sign_in("asha").get(page).status_code == 404
    assert sign_in("lee").get(reverse("cover-share")).status_code == 404


def test_ones_day_goes_to_a_colleague_by_a_handoff_and_to_the_team_at_once(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    add_task(dana, rosa)
    ((loop,),) = ask("SELECT id FROM loop")
    due = {"patient": str(rosa), "title": "Today", "due_on": first_day(sign_in("sol")).isoformat()}
    assert dana.post(reverse("patient-task", args=[rosa]), due | sealed_for(dana, rosa)).status_code == 303
    shown = dana.get(reverse("day")).content.decode()
    assert "by a handoff" in shown
    ticks = re.findall(r'name="loop" value="([^"]+)"', shown)
    assert len(ticks) == 1
    assert str(loop) not in ticks[0]

    written = dana.post(reverse("day-hand-off"), {"loop": ticks, "to": f"person:{house.id_of('lee')}", "note": "Ask."})

    assert written.status_code == 303
    sheet = dana.get(str(written["Location"])).content.decode()
    assert "Today" in sheet
    assert "Ask." in sheet
    assert ask("SELECT DISTINCT owner_id FROM loop") == [(house.id_of("dana"),)]
    team = dana.post(reverse("day-hand-off"), {"loop": ticks, "to": f"team:{house.north}", "note": ""})
    assert team.status_code == 303
    assert ask_one("SELECT count(*) FROM loop WHERE queue_id = %s", house.north) == 1


def test_ones_day_is_offered_at_once_when_it_is_said_how_ill_they_are(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    due = {"patient": str(rosa), "title": "Today", "due_on": first_day(sign_in("sol")).isoformat()}
    assert dana.post(reverse("patient-task", args=[rosa]), due | sealed_for(dana, rosa)).status_code == 303
    shown = dana.get(reverse("day")).content.decode()
    assert "For a colleague: how ill are they?" in shown
    typed = {"loop": re.findall(r'name="loop" value="([^"]+)"', shown), "to": f"person:{house.id_of('lee')}"}
    assert dana.post(reverse("day-hand-off"), typed | {"others": "dying"}).status_code == 422

    sent = dana.post(reverse("day-hand-off"), typed | {"others": "watcher", "note": "I am ill."})

    assert sent.status_code == 303
    assert "Until it is accepted all of it stays with you." in dana.get(str(sent["Location"])).content.decode()
    assert ask("SELECT state FROM handoff") == [("offered",)]
    assert ask("SELECT patient_id, level FROM handoff_patient") == [(rosa, "watcher")]
    assert ask("SELECT DISTINCT owner_id FROM loop") == [(house.id_of("dana"),)]


def test_the_board_asks_and_moves_and_says_how_somebody_works(house: House, rosa: UUID) -> None:
    sol, lee = sign_in("sol"), house.id_of("lee")
    board = f"{reverse('caseload-board')}?who={house.id_of('dana')}"
    assert "Ask to hand them on" in sol.get(board).content.decode()
    typed = {"who": str(house.id_of("dana")), "to_person": str(lee), "reason": "Lee has room", "ticked": str(rosa)}
    assert sol.post(reverse("caseload-ask"), typed | {"reason": ""}).status_code == 422
    assert sol.post(reverse("caseload-ask"), {k: v for k, v in typed.items() if k != "ticked"}).status_code == 409
    assert sol.post(reverse("caseload-ask"), typed).status_code == 303
    assert "Not offered yet" in sign_in("dana").get(reverse("handoffs")).content.decode()
    assert sol.post(reverse("caseload-move"), typed).status_code == 303
    assert ask("SELECT person_id FROM caseload WHERE upper_inf(during)") == [(lee,)]
    works = {"who": str(lee), "languages": "es, vi", "specialties": "", **{f"day_{n}": "60" for n in range(7)}}
    assert sol.post(reverse("caseload-works"), works | {"day_3": "9999"}).status_code == 422
    assert sol.post(reverse("caseload-works"), works).status_code == 303
    assert ask("SELECT minutes, languages FROM work_profile") == [([60] * 7, ["es", "vi"])]
    assert sign_in("lee").get(reverse("caseload-board")).status_code == 404


def test_a_question_to_the_team_is_taken_on_the_page(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    typed = {"to": "team", "question": "Who knows a dentist?"}
    assert dana.post(reverse("patient-question", args=[rosa]), typed | sealed_for(dana, rosa)).status_code == 303
    page = lee.get(reverse("questions")).content.decode()
    assert "Asked of the team" in page
    form = re.search(r'action="(/loops/[^"]+/take/)".*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert lee.post(form[1], fields).status_code == 303
    assert ask_one("SELECT owner_id FROM loop") == house.id_of("lee")
    nobody = dana.post(reverse("patient-question", args=[rosa]), typed | {"to": "x"} | sealed_for(dana, rosa))
    assert nobody.status_code == 409


def test_a_note_is_shared_counted_and_withdrawn(house: House, rosa: UUID) -> None:
    dana, lee = sign_in("dana"), sign_in("lee")
    typed = {"thing": "payer:Blue Plan", "words": "They answer faxes before noon."}
    assert dana.post(reverse("tip-write"), {"thing": "", "words": ""}).status_code == 422
    refused = dana.post(reverse("tip-write"), typed | {"words": "Call 555-867-5309."})
    assert refused.status_code == 409
    assert "not in the directory" in refused.content.decode()
    assert dana.post(reverse("tip-write"), typed).status_code == 303
    page = lee.get(reverse("tips")).content.decode()
    assert "before noon" in page
    key = ask_one("SELECT id FROM tip")
    assert lee.post(reverse("tip-helped", args=[key])).status_code == 303
    assert "Helped 1 colleague." in dana.get(reverse("tips")).content.decode()
    assert lee.post(reverse("tip-withdraw", args=[key])).status_code == 404
    assert dana.post(reverse("tip-withdraw", args=[key])).status_code == 303
    assert "before noon" not in dana.get(reverse("tips")).content.decode()
    assert dana.post(reverse("tip-write"), typed | {"thing": "nothing"}).status_code in (404, 409, 422)
    # The front desk reads them, and has no form.
    shown = sign_in("tom").get(reverse("tips"))
    assert shown.status_code == 200
    assert reverse("tip-write") not in shown.content.decode()
    assert sign_in("tom").post(reverse("tip-write"), typed).status_code == 404
