"""What cannot be done to a loop is refused in words, and nothing changes."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.worklist import (
    dismiss_loop,
    finish_loop,
    hand_off_loop,
    log_contact,
    open_task,
    reopen_loop,
    snooze_loop,
    start_loop,
)
from careloop.basics.refusals import Refusal
from careloop.catalog.speech import speak
from careloop.facts.access import Acting
from careloop.facts.worklist import ContactResult, Outcome
from tests.actions.hands import SOON, VERBS, last_line, make_task, stand, take_patient_in
from tests.actions.look import ask, broken_invariants
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import TODAY, House, take_in

pytestmark = pytest.mark.django_db

LONG = "x" * 4001
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def refuse(do: Callable[[], object]) -> str:
    """Return the key of the refusal; its words exist in both languages."""
    with pytest.raises(Refusal) as told:
        do()
    assert speak(told.value.say, "en")
    assert speak(told.value.say, "es") != speak(told.value.say, "en")
    return told.value.say.key


Try = Callable[[Acting, UUID], object]

# What is tried on a fresh task of Dana's, and what is said.
REFUSED: dict[str, tuple[Try, str]] = {
    "finish without evidence": (
        lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DONE, note="  "),
        "refusal.evidence_missing",
    ),
    "finish with nothing but NUL": (
        lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DONE, note="\x00 \x00"),
        "refusal.evidence_missing",
    ),
    "finish as dead": (
        lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DECEASED, note="Heard it."),
        "refusal.outcome",
    ),
    "finish as a duplicate": (
        lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DUPLICATE, note="Same."),
        "refusal.outcome",
    ),
    "finish with a novel": (
        lambda who, loop: finish_loop(who, loop, version=1, outcome=Outcome.DONE, note=LONG),
        "refusal.note_too_long",
    ),
    "not needed without a reason": (
        lambda who, loop: dismiss_loop(who, loop, version=1, outcome=Outcome.DECLINED, reason="\n\x00"),
        "refusal.reason_missing",
    ),
    "not needed but done": (
        lambda who, loop: dismiss_loop(who, loop, version=1, outcome=Outcome.DONE, reason="Done."),
        "refusal.outcome",
    ),
    "not needed as dead": (
        lambda who, loop: dismiss_loop(who, loop, version=1, outcome=Outcome.DECEASED, reason="Heard it."),
        "refusal.outcome",
    ),
    "snooze without a reason": (
        lambda who, loop: snooze_loop(who, loop, version=1, until=SOON, reason=""),
        "refusal.reason_missing",
    ),
    "snooze until today": (
        lambda who, loop: snooze_loop(who, loop, version=1, until=TODAY, reason="Later."),
        "refusal.snooze_day",
    ),
    "snooze until yesterday": (
        lambda who, loop: snooze_loop(who, loop, version=1, until=TODAY - DAY, reason="Later."),
        "refusal.snooze_day",
    ),
    "snooze for longer than a year": (
        lambda who, loop: snooze_loop(who, loop, version=1, until=TODAY + 367 * DAY, reason="Later."),
        "refusal.snooze_day",
    ),
    "snooze for ever": (
        lambda who, loop: snooze_loop(who, loop, version=1, until=date.max, reason="Later."),
        "refusal.snooze_day",
    ),
    "contact with a novel": (
        lambda who, loop: log_contact(who, loop, version=1, result=ContactResult.REACHED, note=LONG),
        "refusal.note_too_long",
    ),
    "reopen what is open": (
        lambda who, loop: reopen_loop(who, loop, version=1, reason="Again."),
        "refusal.move.open",
    ),
    "undo what was only opened": (lambda who, loop: VERBS["undo"](who, loop, 1), "refusal.nothing_to_undo"),
    "hand to nobody": (
        lambda who, loop: hand_off_loop(who, loop, version=1, to_person=None, to_unit=None, note=""),
        "refusal.one_receiver",
    ),
    "hand to a stranger": (
        lambda who, loop: hand_off_loop(who, loop, version=1, to_person=uuid4(), to_unit=None, note=""),
        "refusal.receiver_elsewhere",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(house: House, rosa: UUID, name: str) -> None:
    task = make_task(house, rosa)
    before = stand(task)
    attempt, said = REFUSED[name]

    assert refuse(lambda: attempt(house.acting("dana"), task)) == said
    assert stand(task) == before


def test_a_snooze_of_a_year_and_a_note_of_full_length_are_fine(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    snooze_loop(house.acting("dana"), task, version=1, until=TODAY + 366 * DAY, reason="x" * 4000)

    assert stand(task).state == "snoozed"


@pytest.mark.parametrize(
    ("receiver", "said"),
    [
        ("kim", "refusal.receiver_elsewhere"),  # of another team
        ("tom", "refusal.receiver_elsewhere"),  # may not work on loops: reception
        ("saul", "refusal.receiver_elsewhere"),  # nor an auditor
    ],
)
def test_a_loop_goes_only_to_somebody_of_its_team_who_may_work_on_it(
    house: House, rosa: UUID, receiver: str, said: str
) -> None:
    dana, task = house.acting("dana"), make_task(house, rosa)
    who = house.id_of(receiver)

    assert refuse(lambda: hand_off_loop(dana, task, version=1, to_person=who, to_unit=None, note="")) == said
    assert refuse(lambda: make_task(house, rosa, to_person=who)) == said


def test_a_loop_goes_to_one_receiver_of_its_own_team(house: House, rosa: UUID) -> None:
    dana, task, lee = house.acting("dana"), make_task(house, rosa), house.id_of("lee")

    both = refuse(lambda: hand_off_loop(dana, task, version=1, to_person=lee, to_unit=house.north, note=""))
    south = refuse(lambda: hand_off_loop(dana, task, version=1, to_person=None, to_unit=house.south, note=""))

    assert (both, south) == ("refusal.one_receiver", "refusal.receiver_elsewhere")


@pytest.mark.parametrize("verb", [v for v in VERBS if v not in ("reopen", "undo")])
def test_a_closed_loop_moves_no_more(house: House, rosa: UUID, verb: str) -> None:
    task = make_task(house, rosa)
    VERBS["finish"](house.acting("dana"), task, 1)
    before = stand(task)

    assert refuse(lambda: VERBS[verb](house.acting("dana"), task, 2)) == "refusal.move.closed"
    assert stand(task) == before


def test_reopening_needs_a_reason(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    VERBS["finish"](house.acting("dana"), task, 1)

    assert refuse(lambda: reopen_loop(house.acting("dana"), task, version=2, reason=" ")) == "refusal.reason_missing"


def test_what_a_colleague_is_working_on_is_not_taken_from_them(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)

    assert refuse(lambda: VERBS["take"](house.acting("lee"), task, 1)) == "refusal.not_yours_to_take"
    assert VERBS["take"](house.acting("dana"), task, 1) == 2


@pytest.mark.parametrize("who", ["kim", "ruth", "asha", "tom", "ines", "saul", "noor"])
@pytest.mark.parametrize("verb", ["start", "finish", "take"])
def test_who_may_not_reach_a_loop_is_told_that_it_is_not_there(house: House, rosa: UUID, who: str, verb: str) -> None:
    task = make_task(house, rosa)

    assert refuse(lambda: VERBS[verb](house.acting(who), task, 1)) == "refusal.not_found"
    assert refuse(lambda: VERBS[verb](house.acting(who), uuid4(), 1)) == "refusal.not_found"


TASKS = [
    ({"title": ""}, "refusal.title"),
    ({"title": " \t\n\x00"}, "refusal.title"),
    ({"title": "x" * 201}, "refusal.title"),
    ({"due_on": TODAY - DAY}, "refusal.due_day"),
    ({"note": LONG}, "refusal.note_too_long"),
]


@pytest.mark.parametrize(("given", "said"), TASKS)
def test_a_task_that_says_nothing_or_is_late_from_the_start_is_refused(
    house: House, rosa: UUID, given: dict[str, object], said: str
) -> None:
    before = ask("SELECT count(*) FROM loop")

    assert refuse(lambda: make_task(house, rosa, **given)) == said
    assert ask("SELECT count(*) FROM loop") == before


def test_nothing_is_done_for_somebody_who_has_died(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    dead = changed(PATIENT, deceasedBoolean=True)
    take_in(json.dumps(dead).encode(), house.north, name="p1.json")
    dana = house.acting("dana")

    assert refuse(lambda: reopen_loop(dana, task, version=2, reason="Again.")) == "refusal.patient_has_died"
    assert refuse(lambda: make_task(house, rosa)) == "refusal.patient_has_died"
    assert refuse(lambda: start_loop(dana, task, version=2)) == "refusal.move.closed"
    assert stand(task).outcome == "deceased"
    assert broken_invariants() == {}


def test_a_loop_closed_by_death_is_not_taken_back_by_whoever_acted_before(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    start_loop(house.acting("dana"), task, version=1)
    take_in(json.dumps(changed(PATIENT, deceasedBoolean=True)).encode(), house.north, name="p1.json")

    assert refuse(lambda: VERBS["undo"](house.acting("dana"), task, 3)) == "refusal.too_late_to_undo"
    assert last_line(house, task)[1] == "event.death"


def test_a_task_is_made_only_about_a_patient_within_reach(house: House, rosa: UUID) -> None:
    for who in ("kim", "tom", "saul"):
        made = refuse(
            lambda who=who: open_task(house.acting(who), rosa, title="Call", due_on=None, note="")  # type: ignore[misc]
        )
        assert made == "refusal.not_found"
