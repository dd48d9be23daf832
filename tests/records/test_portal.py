"""Links at the database: whoever acts with one sees its patient's rows and no other, and what is over stays over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from careloop.facts.access import ALL_LABELS, SYSTEM_ID, Label, Role
from careloop.rules.access import grant_labels
from tests.records.plant import AT, Plant, days
from tests.records.portal import plant_actor, plant_link, plant_link_step
from tests.records.test_two_teams import OF_PATIENT, Side, enter, sides

__all__ = ["sides"]

Try = Callable[[Plant, int, UUID], object]
PATIENT_SIDE = "patient_request"
# Rows of patients are walled by unit or patient: whoever acts with a link has no unit.
# That two records are of one person is a row of both: it is looked at by itself.
OWN = tuple(t for t in OF_PATIENT if t not in ("access_grant", "person_link"))


def reach(plant: Plant, side: Side, patient: UUID, role: Role = Role.PATIENT) -> UUID:
    """Give somebody a link's reach, in the name of the system as a door would."""
    enter(plant.link, SYSTEM_ID, "system:operate", units=str(side.unit))
    labels = int(grant_labels(role))
    return plant_actor(plant, patient, role=str(role), label_mask=labels)


@pytest.mark.parametrize("table", OWN)
def test_a_patient_sees_the_own_rows_of_a_table_and_nobody_elses(
    sides: tuple[Side, Side], app: Plant, table: str
) -> None:
    """Two patients in each of two teams, a row of every table for each: one of the four is seen."""
    person = reach(app, sides[0], sides[0].patient)
    enter(app.link, person, PATIENT_SIDE)
    column = "id" if table == "patient" else "patient_id"

    seen = app.link.execute(f"SELECT {column} FROM {table}").fetchall()

    assert set(seen) == {(sides[0].patient,)}
    assert app.value("SELECT count(*) FROM inbox") == 0
    assert app.value("SELECT my_units()") == []


def test_a_patient_sees_of_links_between_records_only_those_of_the_own(sides: tuple[Side, Side], app: Plant) -> None:
    enter(app.link, reach(app, sides[0], sides[0].patient), PATIENT_SIDE)

    rows = app.link.execute("SELECT patient_id, survivor_id FROM person_link").fetchall()

    assert rows
    assert all(sides[0].patient in row for row in rows)


def test_a_patient_sees_what_is_labelled_of_the_own_record_and_a_daughter_does_not(
    sides: tuple[Side, Side], app: Plant
) -> None:
    who = {role: reach(app, sides[0], sides[0].labelled, role) for role in (Role.PATIENT, Role.PROXY)}
    found = {}
    for role, person in who.items():
        enter(app.link, person, PATIENT_SIDE)
        found[role] = [app.value(f"SELECT count(*) FROM {table}") for table in OWN]

    assert set(found[Role.PATIENT]) == {1}
    assert set(found[Role.PROXY]) == {0}
    assert Label.RESTRICTED not in ALL_LABELS & grant_labels(Role.PATIENT)


@pytest.mark.parametrize("after", [timedelta(0), days(3)], ids=["at once", "later"])
def test_a_reach_that_was_closed_shows_no_row(sides: tuple[Side, Side], app: Plant, after: timedelta) -> None:
    person = reach(app, sides[0], sides[0].patient)
    app.value("SELECT end_grants(%s, %s, 'self', %s)", person, sides[0].patient, AT + days(1))

    enter(app.link, person, PATIENT_SIDE, at=AT + days(1) + after)

    assert {app.value(f"SELECT count(*) FROM {table}") for table in OWN} == {0}


def test_a_reach_of_a_link_is_over_with_its_days(sides: tuple[Side, Side], app: Plant) -> None:
    person = reach(app, sides[0], sides[0].patient)
    seen = []
    for at in (AT - days(1), AT, AT + days(10)):
        enter(app.link, person, PATIENT_SIDE, at=at)
        seen.append(app.value("SELECT count(*) FROM loop"))

    assert seen == [0, 1, 0]


def test_a_token_is_looked_up_by_the_system_alone(sides: tuple[Side, Side], app: Plant) -> None:
    enter(app.link, SYSTEM_ID, "system:operate", units=str(sides[0].unit))
    link = plant_link(app, sides[0].unit, sides[0].patient, token_hash=b"7" * 32)
    found = {}
    for who, purpose in ((SYSTEM_ID, "system:links"), (sides[0].supervisor, "treatment"), (SYSTEM_ID, "treatment")):
        enter(app.link, who, purpose)
        found[who, purpose] = app.value("SELECT link_id FROM link_by_token(%s)", b"7" * 32)

    assert list(found.values()) == [link, None, None]


def refused(plant: Plant, attempt: Callable[[], object]) -> str:
    with pytest.raises(psycopg.errors.IntegrityError) as no, plant.link.transaction():
        attempt()
    return str(no.value.diag.constraint_name)


def given(**changed: Any) -> Try:  # noqa: ANN401
    return lambda plant, unit, patient: plant_link(plant, unit, patient, **changed)


def of_another(plant: Plant, unit: int, patient: UUID) -> None:
    loop = plant.loop(unit, plant.patient(unit))
    plant_link(plant, unit, patient, purpose="question", question="?", answer_form="words", loop_id=loop)


def by_staff(plant: Plant, unit: int, patient: UUID) -> None:
    plant_link(plant, unit, patient, person_id=plant.person())


def changed(columns: str) -> Try:
    def attempt(plant: Plant, unit: int, patient: UUID) -> None:
        ended = {"ended_at": AT, "ended_by_id": plant.person()}
        link = plant_link(plant, unit, patient, **ended, person_id=plant_actor(plant, patient, reaches=False))
        plant.run(f"UPDATE patient_link SET {columns} WHERE id = %s", link)

    return attempt


def used(step: str, at: object = AT, **link: Any) -> Try:  # noqa: ANN401
    def attempt(plant: Plant, unit: int, patient: UUID) -> None:
        key = plant_link(plant, unit, patient, **link)
        plant_link_step(plant, unit, patient, key, step=step, at=at)

    return attempt


def answered_twice(plant: Plant, unit: int, patient: UUID) -> None:
    key = plant_link(plant, unit, patient)
    for _ in range(2):
        plant_link_step(plant, unit, patient, key, step="answered")


def one_actor(plant: Plant, unit: int, patient: UUID) -> None:
    person = plant_actor(plant, patient)
    plant_link(plant, unit, patient, person_id=person)
    plant_link(plant, unit, patient, person_id=person)


TRIES: list[tuple[str, Try, str]] = [
    ("a token that is not hashed", given(token_hash=b"token"), "link_token_is_hashed"),
    ("for a year", given(expires_at=AT + days(365)), "link_is_short"),
    ("that has ended before", given(expires_at=AT), "link_ends"),
    ("for something else", given(purpose="chart"), "link_about_one_thing"),
    ("a visit without a visit", given(purpose="visit"), "link_about_one_thing"),
    ("a question without words", given(purpose="question"), "link_about_one_thing"),
    ("two things", given(question="And?"), "link_about_one_thing"),
    ("about another's loop", of_another, "link_is_about_its_patient"),
    ("with which staff acts", by_staff, "link_is_about_its_patient"),
    ("two links with one actor", one_actor, "patient_link_person_id_key"),
    ("six tries", given(tries=6, locked_at=AT), "link_locked_after_tries"),
    ("five tries and open", given(tries=5), "link_locked_after_tries"),
    ("opened again", changed("ended_at = NULL, ended_by_id = NULL"), "link_only_ends"),
    ("longer", changed("expires_at = expires_at + interval '1 day'"), "link_only_ends"),
    ("another token", changed("token_hash = decode(repeat('00', 32), 'hex')"), "link_only_ends"),
    ("used when its days are over", used("opened", AT + days(10)), "link_in_use_is_live"),
    ("used when it was ended", used("confirmed", ended_at=AT, ended_by_id=SYSTEM_ID), "link_in_use_is_live"),
    ("used when it is locked", used("answered", locked_at=AT, tries=5), "link_in_use_is_live"),
    ("answered twice", answered_twice, "link_answered_once"),
    ("an unknown step", used("sold"), "link_step_is_known"),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "constraint"), [one[1:] for one in TRIES], ids=[one[0] for one in TRIES])
def test_the_database_refuses(owner: Plant, attempt: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: attempt(owner, unit, patient)) == constraint


@pytest.mark.parametrize("table", ["patient_link", "patient_link_step"])
def test_nothing_of_it_is_deleted(owner: Plant, table: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    plant_link_step(owner, unit, patient, plant_link(owner, unit, patient))

    with pytest.raises(psycopg.errors.RestrictViolation), owner.link.transaction():
        owner.run(f"DELETE FROM {table} WHERE patient_id = %s", patient)


def test_the_steps_of_a_link_are_not_rewritten(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    plant_link_step(owner, unit, patient, plant_link(owner, unit, patient))

    with pytest.raises(psycopg.errors.RestrictViolation), owner.link.transaction():
        owner.run("UPDATE patient_link_step SET words = 'x' WHERE patient_id = %s", patient)
