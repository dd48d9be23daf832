"""Records that arrive are linked or asked about; people link and take apart, two at a time, and lose nothing."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.checks import recheck_patients
from careloop.actions.matching import confirm_same, keep_together, say_different, say_same, take_apart
from careloop.actions.worklist import dismiss_loop, finish_loop, open_task, undo_last
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Purpose
from careloop.facts.worklist import Outcome
from careloop.guard.context import clear_context, set_context
from careloop.reads.people import find_patients
from tests.actions.linking import SSN, bring, link, page, problems, question
from tests.guard import records
from tests.guard.standing import rolled_back
from tests.people import NOW, House, system, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _taken_back(house: House) -> Iterator[None]:
    with rolled_back():
        yield


def test_a_second_source_with_the_same_number_is_linked(house: House) -> None:
    first, second = bring(house, "fhir", ssn=True), bring(house, "clinic-b", ssn=True)

    shown = page(house, first)

    assert problems(shown) == {"Seen by fhir", "Seen by clinic-b"}
    assert [(one.patient_id, one.source, one.by_rule) for one in shown.linked] == [(second, "clinic-b", True)]
    assert page(house, second).goes_on_in == first
    assert problems(page(house, second)) == {"Seen by clinic-b"}
    assert not [row for row in shown.open_loops if row.asks_same]


def test_a_name_and_a_birth_date_are_asked_about_and_never_linked(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")

    assert page(house, first).linked == page(house, second).linked == ()
    assert [s.key for s in question(house, second).because] == ["match.name_and_birth"]


def test_records_of_one_source_are_its_own_matter(house: House) -> None:
    first = bring(house, "fhir", ssn=True)
    again = records.patient("p2", identifier=[SSN])
    receipt = take_in(records.bundle([again]), house.north, name="again.json")

    assert (receipt.linked, receipt.review) == (0, 0)
    assert page(house, first).linked == ()


def test_a_number_with_another_birth_date_is_asked_about(house: House) -> None:
    bring(house, "fhir", ssn=True)
    second = bring(house, "clinic-b", ssn=True, birthDate="1985-01-02")

    assert [s.key for s in question(house, second).because] == ["match.shares", "match.birth_differs"]


def test_an_answer_is_remembered_until_the_facts_change(house: House) -> None:
    bring(house, "fhir")
    second = bring(house, "clinic-b")
    loop = question(house, second)
    say_different(house.acting("dana"), loop.id, version=loop.version, reason="Two sisters-in-law.")

    bring(house, "clinic-b", telecom=[{"system": "phone", "value": "555 0100"}])
    assert not [row for row in page(house, second).open_loops if row.asks_same]

    bring(house, "clinic-b", ssn=True)
    assert question(house, second)


def test_whom_people_told_apart_the_rule_does_not_link(house: House) -> None:
    bring(house, "fhir", ssn=True)
    second = bring(house, "clinic-b", ssn=False)
    loop = question(house, second)
    say_different(house.acting("dana"), loop.id, version=loop.version, reason="I know both.")

    bring(house, "clinic-b", ssn=True)

    assert page(house, second).goes_on_in is None
    assert question(house, second)


def test_two_people_link_and_two_take_apart(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    link(house, question(house, second), keep=first)

    assert problems(page(house, first)) == {"Seen by fhir", "Seen by clinic-b"}
    assert take_apart(house.acting("sol"), second, reason="Another person.") is False
    with pytest.raises(Refusal) as no:
        take_apart(house.acting("sol"), second, reason="Another person.")
    assert no.value.say.key == "refusal.same_second_person"
    assert take_apart(house.acting("dana"), second, reason="I see it too.") is True

    assert problems(page(house, first)) == {"Seen by fhir"}
    assert page(house, second).goes_on_in is None
    assert page(house, second).open_loops == ()


def test_a_link_that_somebody_doubts_can_stay(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    link(house, question(house, second), keep=first)
    take_apart(house.acting("sol"), second, reason="Another person?")
    keep_together(house.acting("dana"), second, reason="I called her.")

    assert [one.apart_asked for one in page(house, first).linked] == [False]
    assert page(house, first).open_loops == ()


def test_one_person_alone_links_nothing(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    loop = question(house, second)
    version = say_same(house.acting("dana"), loop.id, version=loop.version, keep=first, reason="Same.")

    for verb in (confirm_same, lambda a, k, version: say_same(a, k, version=version, keep=first, reason="Same.")):
        with pytest.raises(Refusal) as no:
            verb(house.acting("dana"), loop.id, version=version)  # type: ignore[operator]
        assert no.value.say.key == "refusal.same_second_person"
    with pytest.raises(Refusal) as no:
        say_same(house.acting("lee"), loop.id, version=version, keep=first, reason="Same.")
    assert no.value.say.key == "refusal.same_asked_already"
    assert page(house, first).linked == ()


def test_nobody_agrees_to_what_nobody_said_or_to_an_older_page(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    loop = question(house, second)

    with pytest.raises(Refusal) as no:
        confirm_same(house.acting("lee"), loop.id, version=loop.version)
    assert no.value.say.key == "refusal.same_not_asked"
    say_same(house.acting("dana"), loop.id, version=loop.version, keep=first, reason="Same.")
    with pytest.raises(TakenMeanwhile):
        confirm_same(house.acting("lee"), loop.id, version=loop.version)


def test_who_does_not_reach_both_records_answers_nothing(house: House) -> None:
    bring(house, "fhir", unit="south")
    second = bring(house, "clinic-b")
    loop = question(house, second)

    with pytest.raises(NotFound):
        say_different(house.acting("dana"), loop.id, version=loop.version, reason="No.")


def test_a_question_is_not_closed_past_its_answer(house: House) -> None:
    bring(house, "fhir")
    loop = question(house, bring(house, "clinic-b"))
    acting = house.acting("dana")

    for close in (
        lambda: finish_loop(acting, loop.id, version=loop.version, outcome=Outcome.DONE, note="Done."),
        lambda: dismiss_loop(acting, loop.id, version=loop.version, outcome=Outcome.DUPLICATE, reason="Same."),
        lambda: undo_last(acting, loop.id, version=loop.version),
    ):
        with pytest.raises(Refusal) as no:
            close()
        assert no.value.say.key == "refusal.same_answer"


def test_part_of_a_record_that_is_held_elsewhere_is_said_and_not_shown(house: House) -> None:
    first, second = bring(house, "fhir", ssn=True), bring(house, "clinic-b", ssn=True, unit="south")

    north, south = page(house, first), page(house, second, "kim")

    assert (north.is_held_elsewhere, north.linked, problems(north)) == (True, (), {"Seen by fhir"})
    assert (south.is_held_elsewhere, south.goes_on_in, problems(south)) == (True, None, {"Seen by clinic-b"})


def test_loops_of_a_linked_record_stay_there_and_are_shown_with_the_survivor(house: House) -> None:
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    task = open_task(house.acting("dana"), second, title="Call", due_on=None, note="")
    link(house, question(house, second), keep=first)

    assert [(row.id, row.patient_id) for row in page(house, first).open_loops] == [(task, second)]


def test_the_find_door_answers_once_for_one_person(house: House) -> None:
    first = bring(house, "fhir", ssn=True)
    bring(house, "clinic-b", ssn=True)
    bring(house, "clinic-c", ssn=True, unit="south")

    assert [
        hit.patient_id for hit in find_patients(house.acting("dana"), name="alvarez", identifier="123-45-6780")
    ] == [first]


def test_checks_look_at_the_whole_person_and_meet_loops_where_they_are(house: House) -> None:
    """A finding about the one record is no second finding about the other, and its facts end both."""
    first, second = bring(house, "fhir"), bring(house, "clinic-b")
    checks = system(Purpose.CHECKS, NOW)
    recheck_patients(checks, how_many=10)
    before = _waiting()
    link(house, question(house, second), keep=first)
    recheck_patients(checks, how_many=10)
    linked = _waiting()
    take_apart(house.acting("dana"), second, reason="No.")
    take_apart(house.acting("lee"), second, reason="No.")
    recheck_patients(checks, how_many=10)

    assert {who for who, _name in before} == {first, second}
    assert linked == {(who, name) for who, name in before if who == first}
    assert _waiting() == before


def _waiting() -> set[tuple[UUID, str]]:
    """Return the findings that wait, by patient and check."""
    set_context(system())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('careloop.units', (SELECT string_agg(id::text, ',') FROM unit), true)")
        cursor.execute("SELECT patient_id, check_name FROM waiting_finding")
        found = set(cursor.fetchall())
    clear_context()
    return found
