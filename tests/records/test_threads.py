"""What the database itself refuses of answers and words, tried past every door."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from tests.records.plant import AT, Plant
from tests.records.threads import (
    plant_answer,
    plant_approval,
    plant_came,
    plant_correction,
    plant_letter,
    plant_mailbox,
    plant_review,
    plant_thread,
)

Tried = Callable[[Plant, int, UUID], object]


def answered(**changed: object) -> Tried:
    return lambda plant, unit, patient: plant_answer(
        plant, unit, patient, plant_thread(plant, unit, patient), **changed
    )


def twice_one_item(plant: Plant, unit: int, patient: UUID) -> None:
    thread, item = plant_thread(plant, unit, patient), plant_came(plant, unit, patient)
    plant_answer(plant, unit, patient, thread, inbox_item_id=item)
    plant_answer(plant, unit, patient, thread, inbox_item_id=item)


def twice_one_name(plant: Plant, unit: int, patient: UUID) -> None:
    thread = plant_thread(plant, unit, patient)
    plant_answer(plant, unit, patient, thread, reference="SM1")
    plant_answer(plant, unit, patient, thread, reference="SM1")


def lone_approval(plant: Plant, _unit: int, _patient: UUID) -> None:
    one = plant.person()
    plant_approval(plant, one)
    plant_approval(plant, one, state="approved")


def approval_of_other_words(plant: Plant, _unit: int, _patient: UUID) -> None:
    plant_approval(plant, plant.person())
    plant_approval(plant, plant.person(), state="approved", sha256=b"2")


def corrected(**changed: object) -> Tried:
    def do(plant: Plant, unit: int, patient: UUID) -> None:
        answer = plant_answer(plant, unit, patient, plant_thread(plant, unit, patient))
        plant_correction(plant, unit, patient, answer, **changed)

    return do


def corrected_twice(plant: Plant, unit: int, patient: UUID) -> None:
    answer = plant_answer(plant, unit, patient, plant_thread(plant, unit, patient))
    plant_correction(plant, unit, patient, answer)
    plant_correction(plant, unit, patient, answer, meaning="ride")


def corrected_elsewhere(plant: Plant, unit: int, patient: UUID) -> None:
    answer = plant_answer(plant, unit, patient, plant_thread(plant, unit, patient))
    plant_correction(plant, unit, plant.patient(unit), answer)


def lettered(**changed: object) -> Tried:
    return lambda plant, _unit, _patient: plant_letter(plant, **changed)


def same_letter_twice(plant: Plant, _unit: int, _patient: UUID) -> None:
    plant_letter(plant)
    plant_letter(plant, at=AT, became="left", why="too_large", marked_at=None)


def two_mailboxes(plant: Plant, _unit: int, _patient: UUID) -> None:
    plant_mailbox(plant)
    plant_mailbox(plant, id=2)


def settled_again(plant: Plant, unit: int, _patient: UUID) -> None:
    key = plant_review(plant, unit, plant_came(plant, unit, None, state="review"))
    who = plant.person()
    plant.run("UPDATE answer_review SET settled_at = %s, settled_by_id = %s WHERE id = %s", AT, who, key)
    plant.run("UPDATE answer_review SET note = 'x' WHERE id = %s", key)


def after(statement: str) -> Tried:
    def do(plant: Plant, unit: int, patient: UUID) -> None:
        answer = plant_answer(plant, unit, patient, plant_thread(plant, unit, patient))
        plant_correction(plant, unit, patient, answer)
        plant_mailbox(plant)
        plant_letter(plant)
        plant_approval(plant, plant.person())
        plant_review(plant, unit, plant_came(plant, unit, None, state="review"))
        plant.run(statement)

    return do


REFUSED: list[tuple[str, Tried, str]] = [
    ("a meaning that is none", answered(meaning="maybe"), "answer_meaning_is_known"),
    ("answered what is nothing", answered(asked="weather"), "answer_asked_is_known"),
    ("did what is nothing", answered(did="danced"), "answer_did_is_known"),
    ("danger that reached nobody", answered(meaning="urgent"), "answer_of_danger_reached_somebody"),
    ("one row that came in, two answers", twice_one_item, "answer_inbox_item_id_key"),
    ("one message by its name, two answers", twice_one_name, "answer_once"),
    ("approved by who reviewed", lone_approval, "approval_by_two_people"),
    ("approved other words than were reviewed", approval_of_other_words, "approval_by_two_people"),
    ("settled again", settled_again, "review_is_not_rewritten"),
    ("a correction that changes nothing", corrected(meaning="yes"), "correction_is_another_meaning"),
    ("a correction without a reason", corrected(why=""), "correction_says_why"),
    ("a correction into nothing", corrected(meaning="maybe"), "correction_meaning_is_known"),
    ("what was taken back is nothing", corrected(undone="all"), "correction_undone_is_known"),
    ("put right twice", corrected_twice, "answer_correction_pkey"),
    ("an answer of somebody else put right", corrected_elsewhere, "correction_is_of_the_same_patient"),
    ("one mail read twice", same_letter_twice, "letter_once"),
    ("left without a reason", lettered(became="left", marked_at=None), "letter_left_says_why"),
    ("left and marked as read", lettered(became="left", why="too_large"), "letter_left_says_why"),
    ("another mail under its number", after("UPDATE mailbox_letter SET uid = 9"), "letter_is_not_rewritten"),
    ("a second mailbox", two_mailboxes, "mailbox_is_one"),
    ("a mailbox read from before", after("UPDATE mailbox SET last_uid = 1"), "mailbox_is_read_on"),
    ("another folder read on", after("UPDATE mailbox SET folder = 'Other'"), "mailbox_is_read_on"),
    ("an unknown line", after("UPDATE mailbox SET security = 'none'"), "mailbox_security_is_known"),
    ("trouble that does not count", after("UPDATE mailbox SET trouble = 'silent'"), "mailbox_trouble_counts"),
    ("another text in what came in", after("UPDATE answer_review SET words = 'x'"), "review_is_not_rewritten"),
]


@pytest.mark.parametrize(("do", "constraint"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_the_database_refuses(owner: Plant, do: Tried, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    def attempt() -> None:
        do(owner, unit, patient)
        owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(psycopg.errors.IntegrityError) as no:
        attempt()

    assert no.value.diag.constraint_name == constraint


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer SET meaning = 'no'",
        "DELETE FROM answer",
        "UPDATE answer_correction SET meaning = 'ride'",
        "DELETE FROM answer_correction",
        "DELETE FROM mailbox_letter",
        "UPDATE words_approval SET state = 'approved'",
        "DELETE FROM words_approval",
        "DELETE FROM answer_review",
    ],
)
def test_history_is_only_added_to(owner: Plant, statement: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    with pytest.raises(psycopg.Error):
        after(statement)(owner, unit, patient)
