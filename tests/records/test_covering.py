"""What the database itself refuses of cover, of how people work and of notes, tried past every door."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from psycopg import Error
from psycopg.types.range import TimestamptzRange

from tests.records.covering import plant_absence, plant_part, plant_share
from tests.records.plant import AT, Plant, days


def twice(plant: Plant, unit: int, _patient: UUID) -> None:
    person = plant.person()
    plant_absence(plant, unit, person_id=person)
    plant_absence(plant, unit, person_id=person)


def endless(plant: Plant, unit: int, _patient: UUID) -> None:
    plant_absence(plant, unit, during=TimestamptzRange(AT, None))


def longer(plant: Plant, unit: int, _patient: UUID) -> None:
    plant.run(
        "UPDATE absence SET during = %s WHERE id = %s",
        TimestamptzRange(AT - days(1), AT + days(9)),
        plant_absence(plant, unit),
    )


def after_the_end(plant: Plant, unit: int, _patient: UUID) -> None:
    plant.run("UPDATE absence SET version = 2 WHERE id = %s", plant_absence(plant, unit, ended_at=AT))


def two_have_one(plant: Plant, unit: int, patient: UUID) -> None:
    key = plant_absence(plant, unit)
    plant_share(plant, unit, patient, key)
    plant_share(plant, unit, patient, key)


def by_oneself(plant: Plant, unit: int, _patient: UUID) -> None:
    person = plant.person()
    plant_part(plant, plant_absence(plant, unit, person_id=person), covering_id=person)


def by_somebody_gone(plant: Plant, unit: int, _patient: UUID) -> None:
    plant_part(plant, plant_absence(plant, unit), covering_id=plant.person(is_active=False))


def passed_silently(plant: Plant, unit: int, patient: UUID) -> None:
    key = plant_absence(plant, unit)
    plant_share(plant, unit, patient, key)
    plant.run("UPDATE absence_share SET covering_id = %s WHERE absence_id = %s", plant.person(), key)


def part(**changed: object) -> Callable[[Plant, int, UUID], None]:
    return lambda plant, unit, _patient: plant_part(plant, plant_absence(plant, unit), **changed)


def asked_twice(plant: Plant, unit: int, _patient: UUID) -> None:
    key, person = plant_absence(plant, unit), plant.person()
    plant_part(plant, key, covering_id=person)
    plant_part(plant, key, covering_id=person)


def leaves_patients(plant: Plant, unit: int, patient: UUID) -> None:
    person = plant.person()
    plant.caseload(unit, patient, person)
    plant.run("UPDATE person SET is_active = false WHERE id = %s", person)


def week(minutes: list[int]) -> Callable[[Plant, int, UUID], None]:
    def plant_week(plant: Plant, _unit: int, _patient: UUID) -> None:
        person = plant.person()
        plant.row("work_profile", person_id=person, from_on=AT.date(), minutes=minutes, languages=[], specialties=[],
                  said_by_id=person, said_at=AT)  # fmt: skip

    return plant_week


def tip(plant: Plant, **changed: object) -> UUID:
    key = uuid4()
    columns = {"id": key, "about": "payer", "about_key": "Blue Plan", "words": "Fax.", "made_at": AT,
               "good_until": AT.date()}  # fmt: skip
    plant.row("tip", **({"author_id": plant.person()} | columns | changed))
    return key


def tip_with(**changed: object) -> Callable[[Plant, int, UUID], None]:
    def plant_it(plant: Plant, _unit: int, _patient: UUID) -> None:
        tip(plant, **changed)

    return plant_it


def tip_after(statement: str) -> Callable[[Plant, int, UUID], None]:
    return lambda plant, _unit, _patient: plant.run(statement, tip(plant))


def helped_twice(plant: Plant, _unit: int, _patient: UUID) -> None:
    key, person = tip(plant), plant.person()
    for _ in range(2):
        plant.row("tip_help", tip_id=key, person_id=person, at=AT)


REFUSED = [
    ("away twice at one time", twice, "absence_once_at_a_time"),
    ("away for ever", endless, "absence_has_days"),
    ("longer than was planned", longer, "absence_is_not_rewritten"),
    ("changed when it was over", after_the_end, "absence_is_not_rewritten"),
    ("one patient with two", two_have_one, "absence_share_one"),
    ("by oneself", by_oneself, "absence_share_to_somebody_there"),
    ("by somebody who left", by_somebody_gone, "absence_share_to_somebody_there"),
    ("passed on silently", passed_silently, "absence_is_not_rewritten"),
    ("a part in a state that is none", part(state="lost", answered_at=AT), "absence_part_state_is_known"),
    ("asked without an end", part(expires_at=None), "absence_part_answered_says_when"),
    ("accepted and nobody knows when", part(state="accepted"), "absence_part_answered_says_when"),
    ("asked twice", asked_twice, "absence_part_once"),
    ("gone and the patients left", leaves_patients, "nobody_leaves_patients"),
    ("a week of six days", week([0] * 6), "work_profile_is_a_week"),
    ("a day of more than a day", week([1441, *[0] * 6]), "work_profile_is_a_week"),
    ("a note on what is none", tip_with(about="patient"), "tip_about_is_known"),
    ("a note without words", tip_with(words=""), "tip_says_something"),
    ("withdrawn by nobody", tip_with(withdrawn_at=AT), "tip_withdrawn_by_somebody"),
    ("a note rewritten", tip_after("UPDATE tip SET words = 'x' WHERE id = %s"), "tip_is_not_rewritten"),
    ("helped twice", helped_twice, "tip_helps_once"),
]


@pytest.mark.parametrize(("attempt", "constraint"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_the_database_refuses(owner: Plant, attempt: Callable[[Plant, int, UUID], object], constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    with pytest.raises(Error) as refused:
        attempt(owner, unit, patient)

    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize("table", ["absence", "tip", "tip_help", "work_profile"])
def test_what_was_said_is_never_deleted(owner: Plant, table: str) -> None:
    unit = owner.unit()
    plant_absence(owner, unit)
    week([0] * 7)(owner, unit, owner.patient(unit))
    owner.row("tip_help", tip_id=tip(owner), person_id=owner.person(), at=AT)

    with pytest.raises(Error):
        owner.run(f"DELETE FROM {table}")
