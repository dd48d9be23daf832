"""A death is of the person: whichever linked record tells of it, what is open is closed, and a wrong link undoes it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.checks import open_waiting, recheck_patients
from careloop.actions.matching import take_apart
from careloop.actions.people import deactivate
from careloop.actions.worklist import open_task, reopen_loop, snooze_loop, undo_last
from careloop.basics.refusals import Refusal
from careloop.facts.access import Purpose
from tests.actions.linking import bring, link, page, question
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_links_at_random import WHOLE, outcome_of
from tests.guard.standing import rolled_back
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
CHECKS = system(Purpose.CHECKS, NOW)
DEAD = {"deceasedBoolean": True}
BESIDE = ("closed", "deceased", "event.death_beside")


@pytest.fixture(autouse=True)
def _taken_back(house: House) -> Iterator[None]:
    with rolled_back():
        yield


def make_task(house: House, patient: UUID, who: str = "dana") -> UUID:
    return open_task(house.acting(who), patient, title="Call", due_on=None, note="")


def apart(house: House, record: UUID) -> None:
    take_apart(house.acting("sol"), record, reason="Another person.")
    take_apart(house.acting("dana"), record, reason="I see it too.")


@pytest.mark.parametrize("keeps_the_dead", [True, False])
def test_linking_a_record_to_one_that_tells_of_a_death_closes_what_is_open(
    house: House, *, keeps_the_dead: bool
) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    task = make_task(house, living)

    link(house, question(house, living), keep=dead if keeps_the_dead else living)

    assert outcome_of(task) == BESIDE
    who = "SELECT p.name FROM loop_event e JOIN person p ON p.id = e.person_id WHERE e.loop_id = %s AND e.version = 2"
    assert ask_one(who, task) == "Lee"
    assert broken_invariants() == {}


def test_the_page_of_the_other_record_says_what_the_linked_one_says_and_offers_nothing(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    before = page(house, living)
    link(house, question(house, living), keep=living)
    shown = page(house, living)

    said = [[alert.say.key for alert in one.banner.alerts] for one in (before, shown, page(house, dead))]
    assert said == [[], ["alert.dead_beside"], ["alert.dead"]]
    assert [before.may_act, shown.may_act] == [True, False]


def test_taking_the_records_apart_brings_back_what_the_link_closed_as_it_stood(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    started, put_aside = make_task(house, living), make_task(house, living)
    until = (NOW + timedelta(days=3)).date()
    snooze_loop(house.acting("dana"), put_aside, version=1, until=until, reason="Away.")
    before = [ask(WHOLE, task) for task in (started, put_aside)]
    link(house, question(house, living), keep=dead)

    apart(house, living)

    assert [ask(WHOLE, task) for task in (started, put_aside)] == before
    last = "SELECT say ->> 'key' FROM loop_event WHERE loop_id = %s ORDER BY version DESC LIMIT 1"
    assert ask_one(last, started) == "event.death_of_another"
    assert broken_invariants() == {}


def test_what_waited_to_be_opened_waits_again_after_the_records_are_taken_apart(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    recheck_patients(CHECKS, how_many=10)
    waiting = "SELECT check_name, finding_key FROM waiting_finding WHERE patient_id = %s ORDER BY 1, 2"
    before = ask(waiting, living)
    link(house, question(house, living), keep=living)
    recheck_patients(CHECKS, how_many=10)
    while_linked = ask(waiting, living)
    opened = open_waiting(CHECKS)

    apart(house, living if page(house, living).goes_on_in else dead)
    recheck_patients(CHECKS, how_many=10)

    assert before
    assert (while_linked, opened) == ([], 0)
    assert ask(waiting, living) == before


def test_a_death_that_comes_in_after_the_link_closes_what_is_open_about_the_other_record(house: House) -> None:
    first, second = bring(house, "fhir", ssn=True), bring(house, "clinic-b", ssn=True)
    task = make_task(house, second)

    bring(house, "fhir", ssn=True, **DEAD)
    recheck_patients(CHECKS, how_many=10)

    assert outcome_of(task) == BESIDE
    apart(house, second)
    assert ask_one("SELECT state FROM loop WHERE id = %s", task) == "to_do"
    assert page(house, first).goes_on_in is None


def test_what_the_one_who_links_does_not_reach_is_closed_and_brought_back_by_the_worker(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b", ssn=True)
    south = bring(house, "clinic-c", ssn=True, unit="south")
    task = make_task(house, south, "kim")
    recheck_patients(CHECKS, how_many=10)
    before = ask(WHOLE, task)

    link(house, question(house, living), keep=dead)
    assert ask(WHOLE, task) == before
    recheck_patients(CHECKS, how_many=10)
    assert outcome_of(task) == BESIDE
    apart(house, living)
    recheck_patients(CHECKS, how_many=10)

    assert ask(WHOLE, task) == before
    assert broken_invariants() == {}


def test_nothing_is_opened_for_somebody_of_whom_another_record_tells_the_death(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    task = make_task(house, living)
    link(house, question(house, living), keep=dead)
    at = NOW + timedelta(seconds=2)

    for deed in (
        lambda: make_task(house, living),
        lambda: reopen_loop(house.acting("dana", at=at), task, version=2, reason="Again."),
        lambda: undo_last(house.acting("lee", at=at), task, version=2),
    ):
        with pytest.raises(Refusal) as no:
            deed()
        assert no.value.say.key == "refusal.patient_has_died"


def test_a_link_to_the_dead_can_be_doubted(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    link(house, question(house, living), keep=dead)

    take_apart(house.acting("sol"), living, reason="I spoke with her.")
    recheck_patients(CHECKS, how_many=10)

    assert [row.title.key for row in page(house, living).open_loops] == ["review.take_apart"]


def test_a_loop_whose_owner_left_meanwhile_comes_back_to_the_team(house: House) -> None:
    dead, living = bring(house, "fhir", **DEAD), bring(house, "clinic-b")
    task = make_task(house, living, "lee")
    link(house, question(house, living), keep=dead, second="sol")
    deactivate(system(), person_id=house.id_of("lee"))

    apart(house, living)

    assert ask("SELECT state, owner_id, queue_id FROM loop WHERE id = %s", task) == [("to_do", None, house.north)]
    assert broken_invariants() == {}
