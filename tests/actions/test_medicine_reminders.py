"""Reminders of medicines rest on a statement that stands, stop with it, and what is answered reaches whom it must."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.medicine_reminders import (
    plan_medicine_reminders,
    resume_medicine_reminders,
    send_medicine_reminders,
    start_medicine_reminders,
    stop_medicine_reminders,
)
from careloop.actions.people import join_care_team
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import ScheduleDraft
from careloop.facts.reminders import ReminderAnswer
from careloop.facts.worklist import Severity
from careloop.guard.doors import creating
from careloop.records.models import Patient
from careloop.worklist.reminders import answer_reminder
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring, medicine
from tests.actions.reminding import sweep
from tests.actions.visits import refusal
from tests.outgoing import bring_reachable
from tests.people import NOW, House, find_patient

pytestmark = pytest.mark.django_db

# Friday, 20 November 2026, 10:00 in New York. In the evening at eight is one in the morning, UTC.
EVENING = datetime.fromisoformat("2026-11-21T01:00+00:00")
MORNING = datetime.fromisoformat("2026-11-21T13:00+00:00")
TAKING = medicine("rosa", "metformin", 1)


@pytest.fixture
def rosa(house: House) -> UUID:
    patient = bring_reachable(house)
    bring(house, TAKING)
    return patient


@creating(needs=Right.LOOP_WRITE, about=Patient)
def answers(acting: Acting, patient: Patient, reminder_id: UUID, answer: ReminderAnswer) -> UUID | None:
    """A door as the hub has one, for what came in."""
    return answer_reminder(acting, reminder_id, answer)


def draft(patient: UUID, **changed: object) -> ScheduleDraft:
    ((key, version),) = ask(
        "SELECT id, version FROM resource WHERE patient_id = %s AND type = 'MedicationRequest'", patient
    )
    made = ScheduleDraft(
        key, version, (time(20), time(8)), Road.TEXT, date(2026, 12, 1), "Asked by Dana, she said yes please"
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def work(at: datetime) -> None:
    """Let the worker plan and send what is due at a moment."""
    while plan_medicine_reminders(sweep(at), how_many=100):
        pass
    while send_medicine_reminders(sweep(at), how_many=100):
        pass


def rows(schedule: UUID) -> list[tuple[Any, ...]]:
    return ask("SELECT due_at, state, why FROM medicine_reminder WHERE schedule_id = %s ORDER BY due_at", schedule)


def loops(patient: UUID) -> list[tuple[Any, ...]]:
    return ask(
        "SELECT title->>'key', severity, owner_id, due_at FROM loop WHERE patient_id = %s AND kind = 'task'"
        " AND finding_key LIKE 'medicine:%%' ORDER BY opened_at, id", patient,
    )  # fmt: skip


def sent(schedule: UUID) -> UUID:
    return UUID(str(ask_one("SELECT id FROM medicine_reminder WHERE schedule_id = %s AND state = 'sent'", schedule)))


def test_it_goes_at_the_times_of_the_patient_and_names_nothing(dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))

    work(NOW)
    assert rows(schedule) == [(EVENING, "planned", ""), (MORNING, "planned", "")]
    work(EVENING)

    assert [state for _due, state, _why in rows(schedule)] == ["sent", "planned"]
    ((text, resource),) = ask(
        "SELECT m.pieces->>'text', o.resource_id FROM outbox o JOIN message m ON m.id = o.message_id"
        " WHERE o.patient_id = %s", rosa,
    )  # fmt: skip
    assert "metformin" not in text.lower()
    assert "what you take each day" in text
    assert resource == draft(rosa).resource_id
    assert broken_invariants() == {}


def test_a_dose_whose_time_went_by_is_not_reminded_of(dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)

    work(EVENING + timedelta(hours=2))

    assert rows(schedule)[0] == (EVENING, "withdrawn", "too_late")


@pytest.mark.parametrize("status", ["stopped", "active"])
def test_a_statement_that_changes_stops_them_in_the_same_transaction(
    house: House, dana: Acting, rosa: UUID, status: str
) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)

    bring(
        house,
        TAKING | {"status": status, "note": [{"text": "looked at"}], "meta": {"lastUpdated": "2026-11-20T14:00:00Z"}},
    )

    assert ask_one("SELECT state || ' ' || why FROM medicine_schedule WHERE id = %s", schedule) == (
        "stopped statement_changed"
    )
    assert {state for _due, state, _why in rows(schedule)} == {"withdrawn"}
    work(EVENING)
    assert ask_one("SELECT count(*) FROM outbox WHERE patient_id = %s", rosa) == 0
    # Once, a person looks.
    work(EVENING)
    assert [title for title, *_rest in loops(rosa)] == ["medicine.changed_title"]
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("answer", "title", "why"),
    [
        (ReminderAnswer.STOPPED, "medicine.ask_title", "patient_stopped"),
        (ReminderAnswer.SIDE_EFFECT, "medicine.effect_title", "side_effect"),
    ],
)
def test_who_stopped_or_feels_bad_is_a_clinicians_question_the_same_day(
    house: House, dana: Acting, rosa: UUID, answer: ReminderAnswer, title: str, why: str
) -> None:
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="Doctor")
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)
    work(EVENING)

    answers(house.acting("dana", at=EVENING), rosa, sent(schedule), answer)

    # At nine in the evening: within the hour.
    assert loops(rosa) == [(title, int(Severity.HIGH), house.id_of("asha"), EVENING + timedelta(hours=1))]
    assert ask("SELECT state, why FROM medicine_schedule WHERE id = %s", schedule) == [("paused", why)]
    assert rows(schedule)[1] == (MORNING, "withdrawn", "stopped")
    work(MORNING)
    assert ask_one("SELECT count(*) FROM outbox WHERE patient_id = %s", rosa) == 1
    # The clinician says that it goes on: from the next time on, each once.
    resume_medicine_reminders(
        house.acting("dana", at=MORNING - timedelta(hours=1)), rosa, schedule_id=schedule, version=2
    )
    work(MORNING - timedelta(minutes=1))
    work(MORNING)
    assert rows(schedule)[1][1] == "sent"
    assert broken_invariants() == {}


def test_a_dose_that_was_not_taken_is_a_call_and_a_yes_is_none(house: House, dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)
    work(EVENING)
    key = sent(schedule)

    assert answers(dana, rosa, key, ReminderAnswer.YES) is None
    assert ask_one("SELECT answer FROM medicine_reminder WHERE id = %s", key) == "taken"
    assert answers(dana, rosa, key, ReminderAnswer.NO) is not None
    assert [(title, owner) for title, _severity, owner, _due in loops(rosa)] == [
        ("medicine.not_taken_title", house.id_of("dana"))
    ]
    assert refusal(lambda: answers(dana, rosa, key, ReminderAnswer.RIDE)) == "refusal.reminder_answer"


def test_after_two_silent_days_somebody_asks_once_what_stands_in_the_way(dana: Acting, rosa: UUID) -> None:
    start_medicine_reminders(dana, rosa, draft(rosa))
    for hours in range(24 * 3 + 12):
        work(NOW + timedelta(hours=hours))

    assert [title for title, *_rest in loops(rosa)] == ["medicine.barrier_title"]
    said = ask_one("SELECT because->1->>'key' FROM loop WHERE patient_id = %s AND finding_key LIKE 'medicine:%%'", rosa)
    assert said == "medicine.silent"


def test_after_the_last_day_they_end_and_somebody_looks(dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa, ends_on=date(2026, 11, 20)))
    work(NOW)
    work(EVENING)
    work(NOW + timedelta(days=1, minutes=1))

    assert [due for due, _state, _why in rows(schedule)] == [EVENING]
    assert ask_one("SELECT state FROM medicine_schedule WHERE id = %s", schedule) == "ended"
    assert [title for title, *_rest in loops(rosa)] == ["medicine.changed_title"]


def test_only_what_the_list_says_is_taken_is_reminded_of_and_once(
    house: House, dana: Acting, rosa: UUID, ben: UUID
) -> None:
    def start(**changed: object) -> str:
        return refusal(lambda: start_medicine_reminders(dana, rosa, draft(rosa, **changed)))

    assert start(statement_version=9) == "refusal.schedule_statement"
    assert start(resource_id=rosa) == "refusal.schedule_statement"
    assert start(consent=" ") == "refusal.schedule_consent"
    assert start(ends_on=date(2027, 12, 1)) == "refusal.schedule_ends"
    assert refusal(lambda: start_medicine_reminders(dana, ben, draft(rosa))) == "refusal.schedule_statement"
    start_medicine_reminders(dana, rosa, draft(rosa))
    assert start() == "refusal.schedule_twice"
    with pytest.raises(NotFound):
        start_medicine_reminders(house.acting("kim"), rosa, draft(rosa))


def test_they_are_stopped_by_hand(house: House, dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa))
    work(NOW)

    def stop(version: int) -> Callable[[], None]:
        return lambda: stop_medicine_reminders(dana, rosa, schedule_id=schedule, version=version)

    assert refusal(stop(7)) == "refusal.schedule_moved"
    stop(1)()
    assert {state for _due, state, _why in rows(schedule)} == {"withdrawn"}
    assert refusal(stop(2)) == "refusal.schedule_over"
    with pytest.raises(NotFound):
        stop_medicine_reminders(dana, rosa, schedule_id=rosa, version=1)
    assert find_patient("rosa") == rosa


def test_who_wants_no_texts_any_more_is_somebodys_to_see(dana: Acting, rosa: UUID) -> None:
    schedule = start_medicine_reminders(dana, rosa, draft(rosa, road=Road.PORTAL))
    work(NOW)
    work(EVENING)

    assert rows(schedule)[0] == (EVENING, "withdrawn", "no_road")
    assert [title for title, *_rest in loops(rosa)] == ["medicine.changed_title"]
