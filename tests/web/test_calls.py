"""The call card and outreach lists on screen, without scripts: a call in three steps, a list from rule to result."""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.facts.calls import OPEN_REASONS
from careloop.facts.reach import OUTCOMES
from tests.actions.calling import NUMBER, take_caller_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import House, build_house
from tests.web.records import sealed_for
from tests.web.test_documents import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_caller_in(house)


def add_task(client: Client, patient: UUID) -> None:
    given = {"patient": str(patient), "title": "Call about the ride"} | sealed_for(client, patient)
    assert client.post(reverse("patient-task", args=[patient]), given).status_code == 303


def ticked(page: str) -> list[str]:
    """Return the loops that are ticked when the card opens, and one that is not."""
    return re.findall(r'name="loop" id="[^"]+" value="([^"]+)"', page)


def test_a_call_takes_three_steps(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    add_task(dana, rosa)
    card = reverse("patient-call", args=[rosa])
    # Open the card from the patient's page.
    assert card in dana.get(reverse("patient", args=[rosa])).content.decode()
    page = dana.get(card).content.decode()
    for said in ("Call about the ride", NUMBER, "Before you say anything", "draft, not reviewed", "988"):
        assert said in page
    for number, one in enumerate(OUTCOMES, 1):
        assert f'for="end-{one}" data-key="{number % 10}"' in page
    # Press how it went, save.
    typed = {"loop": ticked(page), "whom": f"|{NUMBER}", "result": "voicemail"} | sealed_for(dana, rosa)
    saved = dana.post(reverse("patient-call-save", args=[rosa]), typed)

    assert saved.status_code == 303
    assert ask("SELECT road, result, address FROM contact_try") == [("call", "voicemail", NUMBER)]
    assert ask_one("SELECT last_contact FROM loop WHERE kind = 'task'") == "left_message"
    assert "Left a voicemail" in dana.get(card).content.decode()


def test_three_reasons_stand_open_and_the_others_are_named_in_one_line_and_still_count(
    house: House, rosa: UUID
) -> None:
    dana = sign_in("dana")
    for n in range(9):
        given = {"patient": str(rosa), "title": f"Call about the ride {n}"} | sealed_for(dana, rosa)
        assert dana.post(reverse("patient-task", args=[rosa]), given).status_code == 303
    page = dana.get(reverse("patient-call", args=[rosa])).content.decode()
    count = len(ticked(page))
    assert count > 8
    open_part, _fold, folded = page.partition('<details class="more-reasons">')
    folded, _end, rest = folded.partition('<p class="muted rules">')
    named = re.sub("<[^>]+>", "", folded.partition("</summary>")[0])

    assert len(ticked(open_part)) == OPEN_REASONS
    assert len(ticked(folded)) == count - OPEN_REASONS
    assert f"{count - OPEN_REASONS} more reasons:" in named
    # Each that is folded is named in the line, and nothing of it is cut off.
    titles = re.findall(r"<label for=\"about-[^\"]+\"><b>([^<]+)</b>", folded)
    assert len(titles) == count - OPEN_REASONS
    assert all(title in named for title in titles)
    # The ways to the script and to how it went stand before all of it.
    assert open_part.index('href="#ends"') < open_part.index('name="loop"')
    assert 'id="ends"' in rest
    typed = {"loop": ticked(folded)[:1], "whom": f"|{NUMBER}", "result": "voicemail"} | sealed_for(dana, rosa)
    assert dana.post(reverse("patient-call-save", args=[rosa]), typed).status_code == 303
    assert ask_one("SELECT count(*) FROM contact_try_loop") == 1


def test_what_was_typed_stays_after_a_refusal(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    add_task(dana, rosa)
    loops = ticked(dana.get(reverse("patient-call", args=[rosa])).content.decode())
    typed = {"loop": loops, "result": "booked", "flag": "stroke", "note": "Her face droops."} | sealed_for(dana, rosa)

    answer = dana.post(reverse("patient-call-save", args=[rosa]), typed)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "a nurse must hear now" in page
    assert "Her face droops." in page
    assert re.search(r'value="stroke" checked', page)
    assert ask_one("SELECT count(*) FROM contact_try") == 0
    unclear = dana.post(reverse("patient-call-save", args=[rosa]), {"loop": loops} | sealed_for(dana, rosa))
    assert unclear.status_code == 422


def test_a_form_of_another_patient_is_refused(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    ben = take_caller_in(house, "p2", number="555-0102")
    add_task(dana, ben)
    typed = {"result": "no_answer", "whom": f"|{NUMBER}"} | sealed_for(dana, ben)

    assert dana.post(reverse("patient-call-save", args=[rosa]), typed).status_code == 409
    assert ask_one("SELECT count(*) FROM contact_try") == 0


def test_a_number_that_was_wrong_is_shut_and_opened_again(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    add_task(dana, rosa)
    card = reverse("patient-call", args=[rosa])
    loops = ticked(dana.get(card).content.decode())
    typed = {"loop": loops, "whom": f"|{NUMBER}", "result": "wrong_number"} | sealed_for(dana, rosa)
    assert dana.post(reverse("patient-call-save", args=[rosa]), typed).status_code == 303
    page = dana.get(card).content.decode()
    assert "It is not called." in page
    block = re.search(r'name="block" value="(\d+)"', page)
    assert block
    lifted = dana.post(
        reverse("patient-call-lift", args=[rosa]), {"block": block[1], "reason": "Right."} | sealed_for(dana, rosa)
    )
    assert lifted.status_code == 303
    sent = {"loop": ticked(dana.get(card).content.decode()), "road": "letter"} | sealed_for(dana, rosa)
    assert dana.post(reverse("patient-call-sent", args=[rosa]), sent).status_code == 303
    assert ask_one("SELECT count(*) FROM contact_try WHERE road = 'letter' AND result = 'sent'") == 1


def test_a_list_from_its_rule_to_what_came_of_it(house: House, rosa: UUID) -> None:
    sol, dana = sign_in("sol"), sign_in("dana")
    ben = take_caller_in(house, "p2", number="")
    ask_for = {
        "name": "Autumn calls", "unit": str(house.north), "no_visit_days": "30", "per_day": "20", "quiet_days": "7",
        "most_tries": "1",
    }  # fmt: skip
    assert "New list" in sol.get(reverse("outreach")).content.decode()
    assert "New list" not in dana.get(reverse("outreach")).content.decode()
    assert dana.get(reverse("outreach-new")).status_code == 404
    wrong = sol.post(reverse("outreach-new"), ask_for | {"no_visit_days": ""}).content.decode()
    assert "Choose at least one" in wrong
    counted = sol.post(reverse("outreach-new"), ask_for).content.decode()
    assert "1 person would be called." in counted
    assert "No number that can be called 1" in counted
    made = sol.post(reverse("outreach-make"), ask_for)
    assert made.status_code == 303

    taken = dana.post(f"{made['Location']}next/")
    assert taken["Location"].startswith(reverse("patient-call", args=[rosa]))
    assert "From a list:" in dana.get(taken["Location"]).content.decode()
    entry = taken["Location"].partition("entry=")[2]
    listed = made["Location"].split("/")[-2]
    typed = {"entry": entry, "list": listed, "whom": f"|{NUMBER}", "result": "booked"} | sealed_for(dana, rosa)
    saved = dana.post(reverse("patient-call-save", args=[rosa]), typed)

    assert saved["Location"] == made["Location"]
    page = dana.get(made["Location"]).content.decode()
    assert "1 of 1 (21 to 100 in 100). Few people." in page
    assert ask_one("SELECT state FROM outreach_list") == "closed"
    assert ask_one("SELECT left_out_why FROM outreach_entry WHERE patient_id = %s", ben) == "no_number"
    assert broken_invariants() == {}
