"""The crisis protocol through its doors: every role opens it and writes it down; one loop of the highest severity."""

from uuid import UUID

import pytest

from careloop.actions import crisis as acts
from careloop.basics.refusals import NotFound
from careloop.facts.access import STAFF, Acting, Purpose
from careloop.facts.crisis import CrisisDraft, CrisisKind
from careloop.reads.crisis import get_crisis_page, get_crisis_page_about, get_numbers_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_consents import refusal
from tests.people import House, system

pytestmark = pytest.mark.django_db
SAID = CrisisDraft(
    CrisisKind.SELF_HARM, "She said she does not want to live.", "Called 988 with her.", about="A caller"
)
OF_NORTH = ("dana", "lee", "sol", "asha", "tom", "ines", "saul", "noor")


@pytest.mark.parametrize("who", OF_NORTH)
def test_every_role_opens_it_and_writes_it_down(house: House, who: str) -> None:
    one = house.acting(who)
    page = get_crisis_page(one)
    assert {"911", "988", "1-800-222-1222"} <= {number.number for number in page.numbers}
    assert [owner.name for owner in page.owners] == ["Sol"]
    is_open = acts.report_crisis(one, SAID)
    assert is_open is (who in ("dana", "lee", "sol"))
    if not is_open:
        assert acts.open_crises(system(Purpose.SWEEP), how_many=10) == 1
    ((severity, owner, kind, words),) = ask(
        "SELECT l.severity, l.owner_id, l.kind, l.because -> 0 -> 'values' ->> 'text' FROM loop l"
        " JOIN crisis_report r ON r.loop_id = l.id WHERE r.person_id = %s", one.person_id,
    )  # fmt: skip
    assert (severity, owner, kind, words) == (4, house.id_of("sol"), "review", SAID.words)
    assert broken_invariants() == {}


def test_all_of_the_staff_were_asked(house: House) -> None:
    assert {house.people[one][1] for one in OF_NORTH} == set(STAFF)


def test_with_a_patient_it_is_a_task_about_them_due_at_once(house: House, dana: Acting, rosa: UUID) -> None:
    assert get_crisis_page_about(dana, rosa).patient_id == rosa
    key = acts.report_crisis_about(dana, rosa, SAID)
    ((loop, about),) = ask("SELECT loop_id, about FROM crisis_report WHERE id = %s", key)
    assert about == ""
    ((severity, owner, patient, due),) = ask(
        "SELECT severity, owner_id, patient_id, due_at FROM loop WHERE id = %s", loop
    )
    assert (severity, owner, patient, due) == (4, house.id_of("sol"), rosa, dana.at)
    assert ask_one("SELECT note FROM loop_event WHERE loop_id = %s", loop) == SAID.done
    with pytest.raises(NotFound):
        acts.report_crisis_about(house.acting("kim"), rosa, SAID)
    with pytest.raises(NotFound):
        get_crisis_page_about(house.acting("kim"), rosa)
    assert broken_invariants() == {}


def test_it_says_what_happened_to_whom_and_who_is_asked_can_see_them(house: House, dana: Acting, rosa: UUID) -> None:
    blank = CrisisDraft(CrisisKind.OTHER, " ", "", about="A caller")
    assert refusal(lambda: acts.report_crisis(dana, blank)) == "refusal.crisis_words"
    nobody = CrisisDraft(CrisisKind.OTHER, "Loud.", "")
    assert refusal(lambda: acts.report_crisis(dana, nobody)) == "refusal.crisis_about"
    ruth = CrisisDraft(CrisisKind.OTHER, "Loud.", "", owner_id=house.id_of("ruth"))
    assert refusal(lambda: acts.report_crisis_about(dana, rosa, ruth)) == "refusal.receiver_elsewhere"


def test_a_team_reads_its_own_crises_alone(house: House) -> None:
    acts.report_crisis(house.acting("dana"), SAID)
    assert ask_one("SELECT count(*) FROM crisis_report") == 1
    kim = house.acting("kim")
    acts.report_crisis(kim, SAID)
    assert ask_one("SELECT owner_id FROM crisis_report WHERE person_id = %s", kim.person_id) == house.id_of("ruth")


def test_the_clinics_own_numbers_are_added_and_ended_and_what_stood_there_stays(house: House) -> None:
    noor = house.acting("noor")
    assert refusal(lambda: acts.add_number(noor, name="On call", number="none", hours="")) == "refusal.crisis_number"
    key = acts.add_number(noor, name="Clinician on call", number="555 010 0100", hours="At night")
    assert [one.name for one in get_crisis_page(house.acting("tom")).own] == ["Clinician on call"]
    acts.end_number(noor, number_id=key)
    assert get_numbers_page(noor).rows == ()
    assert ask_one("SELECT name FROM crisis_number WHERE id = %s", key) == "Clinician on call"
    for way in (
        lambda: acts.end_number(noor, number_id=key),
        lambda: acts.add_number(house.acting("tom"), name="x", number="1", hours=""),
        lambda: get_numbers_page(house.acting("tom")),
    ):
        with pytest.raises(NotFound):
            way()
