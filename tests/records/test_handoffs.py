"""What the database itself refuses of handoffs, tried past every door."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.records.handoffs import HOUR, accept, plant_handoff, plant_line
from tests.records.plant import AT, Plant
from tests.records.test_constraints import refused

Try = Callable[[Plant, int, UUID], object]


def head(**changed: object) -> Try:
    return lambda plant, unit, _patient: plant_handoff(plant, unit, **changed)


def written(plant: Plant, unit: int, patient: UUID) -> UUID:
    key = plant_handoff(plant, unit)
    plant_line(plant, unit, patient, key, loop=plant.loop(unit, patient))
    return key


def to_oneself(plant: Plant, unit: int, _patient: UUID) -> object:
    me = plant.person()
    return plant_handoff(plant, unit, giver_id=me, receiver_id=me)


def unsaid(said: str) -> Try:
    def attempt(plant: Plant, unit: int, patient: UUID) -> None:
        key = written(plant, unit, patient)
        plant.run("UPDATE handoff_patient SET said_back = %s WHERE handoff_id = %s", said, key)
        accept(plant, key)

    return attempt


def without_anybody(plant: Plant, unit: int, _patient: UUID) -> None:
    accept(plant, plant_handoff(plant, unit))


def after(step: str, *, ends: bool = False) -> Try:
    """Try a statement on a handoff that was offered, or that was accepted."""

    def attempt(plant: Plant, unit: int, patient: UUID) -> None:
        key = written(plant, unit, patient)
        plant.run("UPDATE handoff SET state = 'offered', expires_at = %s WHERE id = %s", AT + HOUR, key)
        if ends:
            accept(plant, key)
        plant.run(step, key)

    return attempt


def what_if_later(plant: Plant, unit: int, patient: UUID) -> None:
    key = plant_handoff(plant, unit, state="offered", expires_at=AT)
    of = {"patient_id": patient, "unit_id": unit, "label_mask": 0, "handoff_id": key}
    plant.row("handoff_what_if", **of, if_words="a", then_words="b", on=AT.date())


def twice(plant: Plant, unit: int, patient: UUID) -> None:
    key, loop = plant_handoff(plant, unit), plant.loop(unit, patient)
    for _ in "ab":
        plant_line(plant, unit, patient, key, loop=loop)


TRIES: list[tuple[str, Try, str]] = [
    ("a state that is none", head(state="lost"), "handoff_state_is_known"),
    ("a scope that is none", head(scope="clinic"), "handoff_scope_is_known"),
    ("to oneself", to_oneself, "handoff_to_somebody_else"),
    ("of nobody", head(patient_count=0), "handoff_has_patients"),
    ("offered for ever", head(state="offered"), "handoff_offered_ends"),
    ("over, and nobody knows since when", head(state="withdrawn"), "handoff_ended_says_when"),
    ("declined without a reason", head(state="declined", ended_at=AT), "handoff_declined_says_why"),
    ("accepted and not said back", unsaid(""), "handoff_needs_synthesis"),
    ("accepted and said back with blanks", unsaid("  "), "handoff_needs_synthesis"),
    ("the giver's words again", unsaid("Well."), "handoff_said_back_in_own_words"),
    ("accepted without a patient", without_anybody, "handoff_needs_synthesis"),
    ("a patient twice", twice, "handoff_patient_once"),
    (
        "another level after the offer",
        after("UPDATE handoff_patient SET level = 'unstable' WHERE handoff_id = %s"),
        "handoff_words_stay",
    ),
    (
        "another summary after the offer",
        after("UPDATE handoff_patient SET summary = 'x' WHERE handoff_id = %s"),
        "handoff_words_stay",
    ),
    (
        "another what-if after the offer",
        after("UPDATE handoff_what_if SET then_words = 'x' WHERE handoff_id = %s"),
        "handoff_words_stay",
    ),
    ("a what-if after the offer", what_if_later, "handoff_words_stay"),
    (
        "another receiver",
        after("UPDATE handoff SET receiver_id = giver_id WHERE id = %s"),
        "handoff_is_not_rewritten",
    ),
    (
        "taken back when it is over",
        after("UPDATE handoff SET state = 'withdrawn' WHERE id = %s", ends=True),
        "handoff_is_not_rewritten",
    ),
    (
        "an answer to nothing",
        after("UPDATE handoff_patient SET answer = 'x' WHERE handoff_id = %s"),
        "handoff_answer_has_question",
    ),
]


@pytest.mark.parametrize(("attempt", "constraint"), [one[1:] for one in TRIES], ids=[one[0] for one in TRIES])
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: attempt(owner, unit, patient)) == constraint


@pytest.mark.parametrize(
    "step", ["UPDATE handoff_step SET event = 'ask'", "DELETE FROM handoff_step", "DELETE FROM handoff"]
)
def test_history_is_only_added_to(owner: Plant, step: str) -> None:
    unit = owner.unit()
    key = plant_handoff(owner, unit)
    owner.row(
        "handoff_step", handoff_id=key, version=1, at=AT, person_id=owner.person(), event="make", to_state="draft"
    )

    assert "only added to" in refused(owner, lambda: owner.run(step))
